"""A gap at the desks: who is told by which mandate, what meets a first action, and how its end reaches everybody who knew."""

import pytest

from services.routing.core.guard import Sight
from services.routing.core.model import World
from tests.unit.routing.core.bench import at, clock_text
from tests.unit.routing.core.guard.gate import GateBench
from tests.unit.routing.core.guard.places import EDUCATION, LEADER, POLICE_110, SCHOOL_A, STATION, came, post, roster

THERE = came("s1", "06:57:00", slot="school")
OPENED, FILLED, VOIDED = "bus.guard-gap.opened", "bus.guard-gap.filled", "bus.guard-gap.voided"


@pytest.fixture
def gate(world: World) -> GateBench:
    """Mon 09-21 07:05:00, the police slot of A-G2 is empty, two desks know it."""
    bench = GateBench(world, at("09-20 18:00:00"))
    bench.publishes(roster(1, "09-20 17:00:00", ["police p1 p2", "school s1"]))
    bench.now = at("09-21 07:05:00")
    bench.checks_in(THERE)
    return bench


def misses(bench: GateBench) -> list[tuple[str, str, bool]]:
    return sorted((duty.desk, duty.kind, duty.voided) for duty in bench.duties() if duty.missed_at is not None)


def test_station_and_school_are_told_by_the_mandate_on_police_slots(gate: GateBench) -> None:
    assert gate.dues("ack", "first-action") == {STATION: "09-21 07:10 / 09-21 07:15", SCHOOL_A: "09-21 07:10 / 09-21 07:10"}
    issued = gate.told("bus.notification.issued")
    assert {desk: [basis.mandate for basis in issued[desk].bases][:1] for desk in issued} == {STATION: ["GRD-02"], SCHOOL_A: ["GRD-02"]}
    assert issued[STATION].note == "北门早高峰 07:00–07:40 民警岗：应到 1 人，到岗 0 人；首次行动以“护学岗签到批”的上报为准"
    assert issued[STATION].payload == {
        "kind": "live", "school_id": "2199000101", "gate_id": "A-G2", "date": "2026-09-21", "peak": "am", "slot": "police", "required": 1,
        "present": 0, "from_at": "2026-09-21T07:00:00+08:00", "to_at": "2026-09-21T07:40:00+08:00",
        "opened_at": "2026-09-21T07:05:00+08:00",
    }  # fmt: skip
    assert issued[STATION].event.publisher is None


def test_the_station_leads_until_the_end_of_the_window(gate: GateBench) -> None:
    task = gate.task()
    assert (task.lead, {part.desk: part.text for part in task.parts}) == (
        STATION, {STATION: "派替补到岗", SCHOOL_A: "带班领导先行到门口"},
    )  # fmt: skip
    assert [clock_text(duty.due) for duty in gate.duties() if duty.kind == "close"] == ["09-21 07:40"]


def test_nobody_publishes_what_the_bus_found(gate: GateBench) -> None:
    gate.sign(SCHOOL_A)
    assert {to for to, _ in gate.heard("bus.notification.acknowledged")} == {STATION}, "the lead follows, and there is no publisher"
    assert gate.heard("bus.decision.made") == []


def test_a_school_slot_is_the_schools_to_fill(world: World) -> None:
    bench = GateBench(world, at("09-21 07:05:00"), sight=Sight(post(), (roster(1, "09-20 17:00:00"),)))
    bench.checks_in(came("p1", "06:58:00"))
    task = next(one for state in bench.loaded.states.values() for one in state.tasks.values() if one.mandate == "GRD-03")
    assert (task.lead, bench.of(SCHOOL_A).kind, bench.of(STATION).kind) == (SCHOOL_A, "acknowledge", "inform")


def test_a_substitute_at_the_gate_is_the_first_action_and_the_end(gate: GateBench) -> None:
    gate.to(at("09-21 07:06:00"))
    gate.sign(STATION)
    gate.to(at("09-21 07:08:00"))
    gate.sign(SCHOOL_A)
    gate.report(SCHOOL_A, "started", incident=gate.gap().id)
    gate.to(at("09-21 07:13:05"))
    gate.checks_in(came("p2", "07:13:00"))
    first = next(duty for duty in gate.duties() if (duty.desk, duty.kind) == (STATION, "first-action"))
    assert (first.state, clock_text(first.met_at)) == ("met", "09-21 07:13")
    assert gate.told(FILLED).keys() == {STATION, SCHOOL_A}
    filled = gate.told(FILLED)[STATION]
    assert (filled.by, filled.minutes, filled.slot) == ("substitute", 8, "police")
    gate.to(at("09-21 09:00:00"))
    assert (gate.escalated(), misses(gate)) == ([], [])
    assert gate.incident("guard-gap").closed_at == at("09-21 07:13:00")


def test_a_station_that_says_it_has_begun_has_nobody_at_the_gate(gate: GateBench) -> None:
    """INVARIANT: the first action of police is a check-in at the gate (GRD-02) — broken by a word on the desk that ends its clock."""
    gate.report(STATION, "started", "已派替补", incident=gate.gap().id)
    gate.report(SCHOOL_A, "started", "带班领导已到门口", incident=gate.gap().id)
    states = {duty.desk: duty.state for duty in gate.duties() if duty.kind == "first-action"}
    assert states == {STATION: "open", SCHOOL_A: "met"}


def test_a_station_that_says_it_looks_for_somebody_has_not_changed_the_roster(world: World) -> None:
    """INVARIANT: the first action is a changed roster that fills the slot (GRD-01) — broken by any word, or by any other roster."""
    bench = GateBench(world, at("09-20 18:00:00"))
    bench.publishes(roster(1, "09-20 17:00:00", ["school s1"]))
    bench.report(STATION, "started", "正在调整", incident=bench.gap("planned").id)
    bench.to(at("09-20 19:00:00"))
    bench.publishes(roster(2, "09-20 19:00:00", ["school s2"]))
    assert [duty.state for duty in bench.duties() if (duty.desk, duty.kind) == (STATION, "first-action")] == ["open"]


def test_a_desk_that_had_not_signed_need_not_any_more(gate: GateBench) -> None:
    gate.now = at("09-21 07:09:00")
    gate.checks_in(came("p1", "07:08:55"))
    withdrawn = gate.told("bus.notification.withdrawn")
    assert {desk: (data.why, data.text) for desk, data in withdrawn.items()} == {
        STATION: ("concluded", "已补位"), SCHOOL_A: ("concluded", "已补位"),
    }  # fmt: skip
    gate.to(at("09-21 09:00:00"))
    assert misses(gate) == []


def test_what_was_missed_before_the_gap_was_filled_stays_missed_and_its_ladder_ends(gate: GateBench) -> None:
    gate.to(at("09-21 07:12:00"))
    gate.checks_in(came("p1", "07:11:30"))
    cleared = gate.told("bus.escalation.cleared")
    assert cleared[LEADER].why == "done"
    assert gate.told(FILLED).keys() >= {STATION, SCHOOL_A, LEADER}
    gate.to(at("09-21 09:00:00"))
    assert [step for _, step, _ in gate.escalated()] == [1, 1, 1], "the acks of both and the school's first action, and no second step"
    assert misses(gate) == [(STATION, "ack", False), (SCHOOL_A, "ack", False), (SCHOOL_A, "first-action", False)]


def test_a_miss_that_fell_after_the_gap_was_filled_does_not_count_however_late_that_is_learnt(gate: GateBench) -> None:
    """INVARIANT: a desk is late only for what it owed — broken by ending a gap at the time when the bus heard of it."""
    gate.to(at("09-21 07:20:00"))
    assert len(misses(gate)) == 4
    gate.checks_in(came("p1", "07:08:00", uploaded="07:19:59"))
    assert {voided for _, _, voided in misses(gate)} == {True}
    first = next(duty for duty in gate.duties() if (duty.desk, duty.kind) == (STATION, "first-action"))
    assert (first.state, first.voided) == ("met", True)


def test_at_the_end_of_the_window_the_ladders_end_and_everybody_learns_that_nobody_came(gate: GateBench) -> None:
    gate.to(at("09-21 07:39:59"))
    gate.now = at("09-21 07:40:00")
    gate.look()
    gate.tick()
    knew = {STATION, SCHOOL_A, LEADER, POLICE_110, EDUCATION}
    assert {desk for desk, data in gate.heard("bus.task.closed") if data.outcome == "护学时段结束，仍缺岗"} >= knew
    assert {data.why for _, data in gate.heard("bus.escalation.cleared")} == {"lapsed"}
    assert (STATION, "close", False) in misses(gate)
    steps = len(gate.escalated())
    gate.to(at("09-21 12:00:00"))
    assert len(gate.escalated()) == steps, "no ladder goes on"
    assert all(duty.state in ("met", "ended") for duty in gate.duties())


def test_late_proof_takes_everything_back_and_tells_everybody_again(gate: GateBench) -> None:
    gate.to(at("09-21 07:39:59"))
    gate.now = at("09-21 07:40:00")
    gate.look()
    knew = {desk for desk, _ in gate.heard("bus.task.closed")}
    gate.now = at("09-21 09:40:05")
    gate.checks_in(came("p1", "06:58:00", uploaded="09:40:00", batch="D17-1"))
    voided = gate.told(VOIDED)
    assert voided.keys() == knew >= {STATION, SCHOOL_A, LEADER, POLICE_110, EDUCATION}
    assert (voided[LEADER].batch_no, clock_text(voided[LEADER].checked_at), voided[LEADER].confirmed) == ("D17-1", "09-21 06:58", False)
    assert {voided for _, _, voided in misses(gate)} == {True}
    said = len(gate.said)
    gate.now = at("09-21 09:41:00")
    gate.look()
    assert len(gate.said) == said, "once is enough"


def test_proof_that_comes_while_desks_still_act_takes_their_notifications_back(gate: GateBench) -> None:
    gate.to(at("09-21 07:06:00"))
    gate.sign(STATION)
    gate.to(at("09-21 07:07:00"))
    gate.checks_in(came("p1", "07:04:58", uploaded="07:06:59"))
    assert {desk: data.why for desk, data in gate.heard("bus.notification.withdrawn")} == {STATION: "withdrawn", SCHOOL_A: "withdrawn"}
    assert {desk for desk, _ in gate.heard("bus.task.closed")} == {STATION, SCHOOL_A}
    gate.to(at("09-21 09:00:00"))
    assert (misses(gate), gate.escalated()) == ([], [])


def test_a_planned_gap_is_the_stations_alone_until_a_changed_roster_fills_it(world: World) -> None:
    bench = GateBench(world, at("09-20 18:00:00"))
    bench.publishes(roster(1, "09-20 17:00:00", ["school s1"]))
    assert bench.dues("ack", "first-action") == {STATION: "09-20 20:00 / 09-20 22:00"}
    assert bench.of(SCHOOL_A).kind == "inform"
    bench.to(at("09-20 19:30:00"))
    bench.sign(STATION)
    bench.to(at("09-20 20:30:05"))
    bench.publishes(roster(2, "09-20 20:30:00"))
    first = next(duty for duty in bench.duties() if duty.kind == "first-action")
    assert (first.state, clock_text(first.met_at)) == ("met", "09-20 20:30")
    assert {desk: data.by for desk, data in bench.told(FILLED).items()} == {STATION: "roster", SCHOOL_A: "roster"}
    bench.to(at("09-21 07:00:00"))
    assert bench.escalated() == []


def test_a_planned_gap_that_nobody_filled_ends_when_the_window_begins(world: World) -> None:
    bench = GateBench(world, at("09-20 18:00:00"))
    bench.publishes(roster(1, "09-20 17:00:00", ["school s1"]))
    bench.to(at("09-21 07:05:00"))
    bench.checks_in(THERE)
    assert {data.why for _, data in bench.heard("bus.notification.withdrawn")} == {"superseded"}
    assert bench.gap("planned").state == "superseded"
    night = [step for step in bench.escalated() if step[0] < "09-21 07:05"]
    assert [(when, step, desk) for when, step, desk in night[:2]] == [("09-20 20:00", 1, LEADER), ("09-20 20:30", 2, POLICE_110)]


def test_a_return_is_taken_back_with_the_gap(gate: GateBench) -> None:
    gate.to(at("09-21 07:06:00"))
    gate.send_back(STATION)
    gate.to(at("09-21 07:09:00"))
    gate.checks_in(came("p1", "07:08:55"))
    assert gate.of(STATION).state == "withdrawn"
    items = [n for state in gate.loaded.states.values() for n in state.notifications.values() if n.arbitration_of]
    assert items
    assert all(not item.live for item in items)
    gate.to(at("09-21 12:00:00"))
    assert [duty for duty in gate.duties() if duty.next_at is not None] == []


def test_a_notification_that_arrives_when_the_window_is_over_starts_no_clock(world: World) -> None:
    """The desk's service was down: whoever hears of a gap that is over is not late."""
    bench = GateBench(world, at("09-21 07:05:00"), deaf={STATION, SCHOOL_A}, sight=Sight(post(), (roster(1, "09-20 17:00:00"),)))
    bench.checks_in(THERE)
    bench.now = at("09-21 07:41:00")
    for issued in bench.undelivered:
        bench.deliver(issued)
    assert [duty.due for duty in bench.duties() if duty.kind == "close"] == [None]
    bench.look()
    bench.to(at("09-21 12:00:00"))
    assert (misses(bench), bench.escalated()) == ([], [])
