"""S10 over all processes: a planned gap that a changed roster ends, a live one that a substitute fills, and a window that late data prove covered.

Beside the story's own words somebody stands at B in the morning and at A in the afternoon, and the desks that signed have begun what they
must do, so that nothing but what the story tells is missed."""

from collections.abc import Sequence
from typing import Any

from tests.acceptance.city import City, Escalation, Withdrawal, inform, missed, signature, told_again
from tests.acceptance.city.expect import Update
from tests.acceptance.city.places import A_DUTY, B_DUTY, DUTY_OFFICER, LIAISON, POLICE_110, SAFETY_DESK, STATION, STATION_LEADER, A, B
from tests.acceptance.conftest import Founding

GATES = {"A-G1": A, "A-G2": A, "B-G1": B}
NORTH_GATE = ("A-G2", "am", "police")


class Gates:
    """What the station states about the gates of A and B."""

    def __init__(self, city: City) -> None:
        self.city = city
        self._items = 0

    async def roster(self, school: str, day: str, *, but: Sequence[tuple[str, str, str]] = (), corrects: Sequence[Any] = ()) -> list[Any]:
        """Publish the roster of a day, ``but`` some places; or correct the rows that were published before. Returns its rows."""
        mine = [gate for gate, of in GATES.items() if of == school]
        places = [(gate, peak, slot) for gate in mine for peak in ("am", "pm") for slot in ("police", "school")]
        rows = [self._row(*place) for place in places if place not in but]
        required = [{"gate_id": gate, "peak": peak, "slot": slot, "count": 1} for gate, peak, slot in places]
        data = {"school_id": school, "date": day, "rows": rows, "required": required}
        path = "/guard-rosters"
        if corrects:
            path, data = f"{path}/{school}/{day}/corrected", {"changes": {"rows": {"old": list(corrects), "new": rows}}, "reason": "补排"}
        await self.city.states(STATION, path, data, key=f"{school}/{day}")
        duty = self.city.desk(f"school.duty-desk@{school}")
        duty.expects(told_again(2) if corrects else inform(view="S", mandates=["GRD-00"]))
        return rows

    def _row(self, gate: str, peak: str, slot: str) -> dict[str, Any]:
        unit = "ps-990102-01" if slot == "police" else GATES[gate]
        row = {"gate_id": gate, "peak": peak, "slot": slot, "unit": unit, "person_ref": f"{slot}-{gate}-{peak}"}
        return row | ({"substitute_ref": f"sub-{gate}-{peak}"} if slot == "police" else {})

    async def checks_in(self, gate: str, peak: str, who: str, *, at: str, **about: Any) -> dict[str, Any]:
        """Somebody checks in ``at`` a time; the batch arrives now."""
        self._items += 1
        slot = who.partition("-")[0].replace("sub", "police")
        now = f"{self.city.now:%Y-%m-%dT%H:%M:%S}+08:00"
        item = {
            "item_no": self._items, "gate_id": gate, "peak": peak, "slot": slot, "person_ref": who, "act": "in",
            "checked_at": f"{self.city.now:%Y-%m-%d}T{at}+08:00", "method": "nfc",
        }  # fmt: skip
        batch = {
            "gate_id": gate,
            "batch_no": f"D-{self._items}",
            "device_id": "D-1",
            "offline": False,
            "items": [item],
            "uploaded_at": now,
        } | about
        await self.city.states(STATION, "/guard-checkins", batch, key=batch["batch_no"])
        return batch

    async def everybody(self, gate: str, peak: str, *, at: str) -> None:
        """The policeman and somebody of the school."""
        for slot in ("police", "school"):
            await self.checks_in(gate, peak, f"{slot}-{gate}-{peak}", at=at)

    async def states_of(self, desk: str, gate: str, peak: str, day: str = "2026-09-21") -> dict[str, tuple[int, str | None]]:
        """slot → (present, state of its gap), as the desk's own board shows it."""
        page = await self.city.desk(desk).ask("GET", f"/guard?date={day}")
        (post,) = [one for one in page["items"] if (one["gate_id"], one["peak"]) == (gate, peak)]
        return {slot["slot"]: (slot["present"], slot["state"]) for slot in post["slots"]}


def gap_ended(name: str, **says: Any) -> Update:
    return Update(name=f"bus.guard-gap.{name}", says=says)


async def a_planned_gap(city: City, gates: Gates) -> None:
    """Sun 17:00: nobody of the police at A-G2 on Monday morning; a changed roster ends it at 20:30."""
    await city.at("2026-09-20 17:00")
    rows = await gates.roster(A, "2026-09-21", but=[NORTH_GATE])
    await gates.roster(B, "2026-09-21")
    await city.at("2026-09-20 17:26")
    await gates.everybody("B-G1", "pm", at="17:25:00")
    await city.at("2026-09-20 18:00")
    city.desk(STATION).expects(
        signature(by="09-20 20:00", first_action="09-20 22:00", view="P", mandates=["GRD-01"], shows={"gate_id": "A-G2"})
    )
    city.desk(A_DUTY).expects(inform(view="S", mandates=["GRD-01"]))
    assert (await gates.states_of(STATION, "A-G2", "am"))["police"] == (0, "open")
    await city.at("2026-09-20 18:30")
    for desk in (SAFETY_DESK, LIAISON):
        city.desk(desk).expects(inform(mandates=["GRD-04"], shows={"date": "2026-09-20"}))
    await city.at("2026-09-20 19:30")
    await city.desk(STATION).signs(mandate="GRD-01")
    await city.at("2026-09-20 20:30")
    await gates.roster(A, "2026-09-21", corrects=rows)
    for desk in (STATION, A_DUTY):
        city.desk(desk).expects(gap_ended("filled", by="roster", slot="police", gate_id="A-G2"))
    assert (await gates.states_of(A_DUTY, "A-G2", "am"))["police"] == (0, None)


async def a_live_gap(city: City, gates: Gates) -> None:
    """Mon 07:05: nobody of the police at A-G2; the substitute comes at 07:13, after 8 minutes. No ladder."""
    await city.at("2026-09-21 06:45")
    await gates.everybody("B-G1", "am", at="06:44:00")
    await city.at("2026-09-21 06:57")
    await gates.checks_in("A-G2", "am", "school-A-G2-am", at="06:57:00")
    await city.at("2026-09-21 06:58:12")
    await gates.checks_in("A-G1", "am", "police-A-G1-am", at="06:58:12")
    await city.at("2026-09-21 06:59")
    await gates.checks_in("A-G1", "am", "school-A-G1-am", at="06:59:00")
    await city.at("2026-09-21 07:05:00")
    city.desk(STATION).expects(
        signature(by="07:10", first_action="07:15", view="P", mandates=["GRD-02"], shows={"slot": "police", "present": 0})
    )
    city.desk(A_DUTY).expects(signature(by="07:10", first_action="07:10", view="S", mandates=["GRD-02"]))
    gap = city.desk(STATION).holds(mandate="GRD-02")["incident"]
    city.task(gap).expects(lead=STATION, assist=[A_DUTY], report=None, close="07:40")
    assert (await gates.states_of(DUTY_OFFICER, "A-G2", "am")) == {"police": (0, "open"), "school": (1, None)}
    await city.at("2026-09-21 07:06")
    await city.desk(STATION).signs(gap)
    await city.at("2026-09-21 07:08")
    await city.desk(A_DUTY).signs(gap)
    await city.desk(A_DUTY).reports("started", incident=gap)
    await city.at("2026-09-21 07:13")
    await gates.checks_in("A-G2", "am", "sub-A-G2-am", at="07:13:00")
    for desk in (STATION, A_DUTY):
        city.desk(desk).expects(gap_ended("filled", by="substitute", minutes=8))
    assert (await gates.states_of(DUTY_OFFICER, "A-G2", "am"))["police"] == (1, "filled")
    for gate in ("A-G1", "A-G2"):
        await city.at(f"2026-09-21 16:2{gate[-1]}")
        await gates.everybody(gate, "pm", at=f"16:2{gate[-1]}:00")


async def the_ladder_at_b(city: City, gates: Gates) -> str:
    """PM at B, window 17:30: nobody of the police, and the station never signs."""
    await city.at("2026-09-21 17:24")
    await gates.checks_in("B-G1", "pm", "school-B-G1-pm", at="17:24:00")
    await city.at("2026-09-21 17:35:00")
    city.desk(STATION).expects(signature(by="17:40", first_action="17:45", view="P", mandates=["GRD-02"]))
    city.desk(B_DUTY).expects(signature(by="17:40", first_action="17:40", view="S", mandates=["GRD-02"]))
    gap = str(city.desk(B_DUTY).holds(mandate="GRD-02")["incident"])
    city.task(gap).expects(lead=STATION, assist=[B_DUTY], report=None, close="18:10")
    await city.at("2026-09-21 17:36")
    await city.desk(B_DUTY).signs(gap)
    await city.desk(B_DUTY).reports("started", incident=gap)
    await city.at("2026-09-21 17:40:00")
    city.desk(STATION).expects(missed(of=STATION, due="17:40"))
    city.desk(STATION_LEADER).expects(Escalation(step=1, of=STATION, at="17:40"))
    await city.at("2026-09-21 17:45:00")
    city.desk(STATION).expects(missed(of=STATION, due="17:45", duty="first-action"))
    city.desk(POLICE_110).expects(Escalation(step=2, of=STATION, at="17:45"))
    await city.at("2026-09-21 17:50:00")
    city.desk(DUTY_OFFICER).expects(Escalation(step=3, of=STATION, at="17:50"))
    city.take_everything()  # the first action's own ladder, step by step at the desks that hold the escalation already
    await city.at("2026-09-21 18:10:00")
    city.desk(STATION).expects(Withdrawal(why="concluded"))  # it never signed, and need not any more
    uncovered = list(city.board.strays())
    assert {(one.kind, one.desk) for one in uncovered} == {("bus.task.closed", desk) for desk in (STATION_LEADER, POLICE_110, DUTY_OFFICER)}
    city.take(one.key for one in uncovered)  # whoever was told of the gap learns that it was never filled
    assert (await gates.states_of(B_DUTY, "B-G1", "pm"))["police"] == (0, "uncovered")
    return gap


async def proved_late(city: City, gates: Gates, gap: str) -> None:
    """18:40: an offline batch brings 17:27. Voided, all told again, covered; the same batch again is nothing."""
    told = (STATION, B_DUTY, STATION_LEADER, POLICE_110, DUTY_OFFICER)
    await city.at("2026-09-21 18:30:00")
    for desk in (SAFETY_DESK, LIAISON):
        city.desk(desk).expects(inform(mandates=["GRD-04"], shows={"uncovered": 1, "covered": 5}))
    await city.at("2026-09-21 18:40")
    offline = await gates.checks_in("B-G1", "pm", "police-B-G1-pm", at="17:27:00", offline=True, batch_no="D-OFF-1", device_id="D-OFF")
    for desk in told:
        city.desk(desk).expects(gap_ended("voided", batch_no="D-OFF-1", confirmed=False))
    city.desk(B_DUTY).expects(Withdrawal(why="withdrawn"))
    assert (await gates.states_of(DUTY_OFFICER, "B-G1", "pm"))["police"] == (1, "voided")
    assert not [
        duty
        for duty in await city.routing("duties")
        if duty["incident"] == gap and duty["body"]["missed_at"] and not duty["body"]["voided"]
    ]
    city.take_everything()
    before = await city.routing("guard_checkins")
    await city.states(STATION, "/guard-checkins", offline, key="D-OFF-1")
    await city.states(STATION, "/guard-checkins", offline | {"batch_no": "D-OFF-2"}, key="D-OFF-2")
    assert len(await city.routing("guard_checkins")) == len(before)


async def test_s10_gates_are_covered_by_a_roster_a_substitute_and_late_data(found_city: Founding) -> None:
    city = await found_city(guarded=(A, B))
    gates = Gates(city)
    await city.jump("2026-09-20 16:00")
    city.take_everything()  # nobody published the rosters of the afternoon
    for school in (A, B):
        await gates.roster(school, "2026-09-20")
    city.take_everything()  # and now somebody did
    await city.at("2026-09-20 16:25")
    for gate in ("A-G1", "A-G2"):
        await gates.everybody(gate, "pm", at="16:24:00")
    await a_planned_gap(city, gates)
    await a_live_gap(city, gates)
    gap = await the_ladder_at_b(city, gates)
    city.take_everything()
    await proved_late(city, gates, gap)
    await city.at("2026-09-21 19:30")
