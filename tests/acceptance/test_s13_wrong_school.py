"""S13: a drill that a real alarm suspends; the alarm is at the wrong school, corrected after three minutes and withdrawn after seventeen.

Beside the story's own words the desks that signed have begun what they must do, so that no first action is missed at 10:08 and 10:11;
education has not: what it still owes at 10:20 ends with the withdrawal."""

from typing import Any

from tests.acceptance.city import City, Stated, Withdrawal, inform, signature
from tests.acceptance.city.expect import Update
from tests.acceptance.city.places import A_DUTY, A_LAW, B_DUTY, B_LAW, DUTY_OFFICER, POLICE_110, STATION, A, B

LOOK, PLACE = "黑衣男子翻墙进入", "教学楼东侧"
REAL: dict[str, Any] = {"kind": "intrusion", "severity": "life-risk", "relation": "on-campus", "schools": [A], "place_text": PLACE, "suspect_look": LOOK}  # fmt: skip


async def a_real_alarm(city: City, *, suspends: bool = False) -> Stated:
    """``suspends``: a drill, of which the story expects the end before it goes on."""
    await city.at("2026-09-22 10:03:00")
    alarm = await city.police.raises(**REAL)
    city.desk(A_DUTY).expects(signature(by="10:08", first_action="10:08", view="S", mandates=["POL-01"], shows={"suspect_look": LOOK}))
    city.desk(STATION).expects(signature(by="10:08", first_action="10:08", view="P", mandates=["POL-01"]))
    city.desk(DUTY_OFFICER).expects(signature(by="10:13", first_action="10:33", view="E", mandates=["POL-01"], hidden=["suspect_look"]))
    city.desk(A_LAW).expects(inform(view="V", mandates=["POL-01"]))
    city.task(alarm).expects(lead=STATION, assist=[A_DUTY, DUTY_OFFICER], report="09-23 10:03", close="09-28 17:30")
    if not suspends:
        await signed_and_begun(city, alarm)
    return alarm


async def signed_and_begun(city: City, alarm: Stated) -> None:
    """A at 10:04:30, the station at 10:05."""
    for said, desk in (("10:04:30", A_DUTY), ("10:05", STATION)):
        await city.at(said)
        await city.desk(desk).signs(alarm.incident)
        await city.desk(desk).reports("started", incident=alarm.incident)


async def corrected_to_the_other_school(city: City, alarm: Stated) -> None:
    """B is told anew, A loses sight of it, the station signs again, education keeps the due it has not yet met."""
    await city.at("10:06:00")
    await alarm.follow("corrected", {"changes": {"schools": {"old": [A], "new": [B]}}, "reason": "报警人更正校名"})
    city.desk(B_DUTY).expects(signature(by="10:11", first_action="10:11", view="S", mandates=["POL-01"], shows={"suspect_look": LOOK}))
    city.desk(B_LAW).expects(inform(view="V", mandates=["POL-01"]))
    for desk in (A_DUTY, A_LAW):
        city.desk(desk).expects(Withdrawal(why="corrected", hides=True))
    city.desk(STATION).expects(signature(by="10:11", first_action="10:08", version=2, view="P", shows={"schools": [B]}))
    city.desk(DUTY_OFFICER).expects(signature(by="10:13", first_action="10:33", version=2, view="E", shows={"schools": [B]}))
    city.task(alarm).expects(lead=STATION, assist=[DUTY_OFFICER, B_DUTY], report="09-23 10:03", close="09-28 17:30", version=2)


async def signed_again(city: City) -> None:
    """B and the station at 10:10, education at 10:12:30."""
    await city.at("10:10")
    for desk in (B_DUTY, STATION):
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    await city.at("10:12:30")
    await city.desk(DUTY_OFFICER).signs()


async def withdrawn_as_a_false_alarm(city: City, alarm: Stated) -> None:
    await city.at("10:20:00")
    await alarm.follow("withdrawn", {"code": "false-alarm", "reason": "误报，系维修人员", "officer": "110值班长 郑某"})
    for desk in (B_DUTY, B_LAW, STATION, DUTY_OFFICER):
        city.desk(desk).expects(Withdrawal(why="withdrawn"))


async def test_the_right_school_is_told_the_wrong_one_forgets_and_a_false_alarm_makes_nobody_late(city: City) -> None:
    alarm = await a_real_alarm(city)
    await corrected_to_the_other_school(city, alarm)
    held = await city.owner.fetchval("select string_agg(message::text, '') from schools.notifications where desk = $1", A_DUTY)
    assert LOOK not in held
    assert PLACE not in held
    await signed_again(city)
    await withdrawn_as_a_false_alarm(city, alarm)
    await city.at("09-28 18:00")
    duties = await city.routing("duties")
    assert not [duty for duty in duties if duty["body"]["missed_at"]]
    assert not [duty for duty in duties if duty["state"] in ("open", "pending", "held")]
    (first_action,) = (d for d in duties if (d["desk"], d["kind"]) == (DUTY_OFFICER, "first-action"))
    assert (first_action["state"], first_action["body"]["met_at"]) == ("ended", None)


async def test_what_was_missed_before_the_withdrawal_stays_missed(city: City) -> None:
    """B never signs: missed at 10:11 and again told at 10:16; the withdrawal ends the ladder and does not undo the miss."""
    alarm = await a_real_alarm(city)
    await corrected_to_the_other_school(city, alarm)
    for desk in (STATION, DUTY_OFFICER):
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    await city.at("10:20")
    city.take_everything()
    await alarm.follow("withdrawn", {"code": "false-alarm", "reason": "误报", "officer": "110值班长 郑某"})
    city.take_everything()
    missed = [duty for duty in await city.routing("duties") if duty["body"]["missed_at"]]
    assert {(duty["desk"], duty["kind"], duty["state"]) for duty in missed} == {(B_DUTY, "ack", "ended"), (B_DUTY, "first-action", "ended")}
    await city.at("12:00")


async def a_drill_at_a(city: City) -> Stated:
    """10:00, after A has scheduled it: everybody of POL-01 is asked as by a real one, under the watermark."""
    await city.at("2026-09-21 09:00")
    plan = {"drill_no": "DR-1", "school_id": A, "kind": "anti-violence", "starts_at": "2026-09-22T10:00:00+08:00", "ends_at": "2026-09-22T11:00:00+08:00",
            "led_by": A, "bus_exercise": True}  # fmt: skip
    await city.states(f"school.safety-officer@{A}", "/drills", plan, key="DR-1")
    city.take_everything()  # who is told of a drill beforehand is another story
    await city.at("2026-09-22 10:00:00")
    drill = await city.police.raises(**REAL, status="exercise")
    city.desk(A_DUTY).expects(signature(by="10:05", first_action="10:05", view="S", mandates=["POL-01"]))
    city.desk(STATION).expects(signature(by="10:05", first_action="10:05", view="P", mandates=["POL-01"]))
    city.desk(DUTY_OFFICER).expects(signature(by="10:10", first_action="10:30", view="E", mandates=["POL-01"]))
    city.desk(A_LAW).expects(inform(view="V", mandates=["POL-01"]))
    city.task(drill).expects(lead=STATION, assist=[A_DUTY, DUTY_OFFICER], report="09-23 10:00", close="09-28 17:30")
    assert {row["status"] for row in city.board.rows["notifications"] if row["incident"] == drill.incident} == {"exercise"}
    return drill


async def test_s13_a_real_alarm_suspends_the_drill_is_corrected_and_withdrawn(city: City) -> None:
    """The drill ends uncounted at 10:03, and everybody who was told of it learns why; what the real one asks goes its own way."""
    drill = await a_drill_at_a(city)
    alarm = await a_real_alarm(city, suspends=True)
    for desk in (A_DUTY, STATION, DUTY_OFFICER, A_LAW):
        city.desk(desk).expects(Withdrawal(why="suspended"))
    for desk in (POLICE_110, A_DUTY, STATION, DUTY_OFFICER, A_LAW):
        city.desk(desk).expects(Update(name="bus.drill.suspended", says={"drill": "DR-1", "actual_incident": alarm.incident, "school": A}))
    ended = [duty for duty in await city.routing("duties") if duty["incident"] == drill.incident]
    assert {(duty["state"], duty["body"]["missed_at"]) for duty in ended} == {("ended", None)}
    await signed_and_begun(city, alarm)
    await corrected_to_the_other_school(city, alarm)
    await signed_again(city)
    await withdrawn_as_a_false_alarm(city, alarm)
    assert not [duty for duty in await city.routing("duties") if duty["body"]["missed_at"]]
    (exercise,) = [one for one in await city.routing("incidents") if one["id"] == drill.incident]
    (real,) = [one for one in await city.routing("incidents") if one["id"] == alarm.incident]
    assert (exercise["status"], real["status"], bool(real["body"]["withdrawn_at"])) == ("exercise", "actual", True)
