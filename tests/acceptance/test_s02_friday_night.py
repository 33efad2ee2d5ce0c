"""S02: Friday night, nobody signs; and the whole ladders A and B of a desk that stays silent."""

from datetime import datetime, timedelta

from tests.acceptance.city import City, Escalation, Stated, cleared, inform, missed, signature
from tests.acceptance.city.places import (
    A_DUTY,
    A_LAW,
    A_PRINCIPAL,
    CITY_EDUCATION,
    CONFERENCE,
    DUTY_OFFICER,
    EDU_IN_CHARGE,
    POLICE_110,
    SAFETY_DESK,
    STATION,
    A,
)


async def crowd_on_friday_night(city: City) -> Stated:
    """POL-03 from the station that leads it."""
    await city.at("2026-10-09 21:40")
    alarm = await city.police.raises(desk=STATION, kind="crowd", severity="urgent", relation="perimeter", schools=[A])
    city.desk(A_DUTY).expects(signature(by="10-10 07:00", first_action="10-10 24:00", view="S", mandates=["POL-03"]))
    city.desk(SAFETY_DESK).expects(signature(by="10-10 17:30", view="E", mandates=["POL-03"]))
    city.desk(A_LAW).expects(inform(view="V"))
    city.task(alarm).expects(lead=STATION, assist=[A_DUTY], report="10-10 17:30", close="10-13 17:30")
    return alarm


async def climb_to_the_leader(city: City) -> None:
    """07:00, 07:30 and 09:00 of ladder B."""
    await city.at("10-10 07:00")
    for desk in (A_DUTY, STATION):
        city.desk(desk).expects(missed(of=A_DUTY, due="07:00"))
    city.desk(A_PRINCIPAL).expects(Escalation(step=1, of=A_DUTY, at="07:00"))
    await city.at("07:30")
    city.desk(DUTY_OFFICER).expects(Escalation(step=2, of=A_DUTY, at="07:30"))
    city.desk(STATION).expects(Escalation(step=2, of=A_DUTY, at="07:30", to_publisher=True))
    await city.at("09:00")
    city.desk(EDU_IN_CHARGE).expects(Escalation(step=3, of=A_DUTY, at="09:00"))


def expect_cleared(city: City, *desks: str) -> None:
    for desk in desks:
        city.desk(desk).expects(cleared(of=A_DUTY, why="acknowledged"))


async def test_a_silent_school_climbs_ladder_b_until_it_signs(city: City) -> None:
    await crowd_on_friday_night(city)
    await climb_to_the_leader(city)
    await city.at("09:05")
    await city.desk(SAFETY_DESK).signs()
    await city.at("09:20")
    await city.desk(A_DUTY).signs()
    expect_cleared(city, A_PRINCIPAL, DUTY_OFFICER, STATION, EDU_IN_CHARGE, A_DUTY)
    await city.desk(A_DUTY).reports("started")
    await city.at("11:30")


async def test_the_lateness_is_the_receivers_alone(city: City) -> None:
    """A one late, receiver overrun 140 min; publisher 0; bus 0; the safety desk on time."""
    await crowd_on_friday_night(city)
    await climb_to_the_leader(city)
    await city.at("09:05")
    await city.desk(SAFETY_DESK).signs()
    await city.at("09:20")
    await city.desk(A_DUTY).signs()
    expect_cleared(city, A_PRINCIPAL, DUTY_OFFICER, STATION, EDU_IN_CHARGE, A_DUTY)
    clocks = {row["desk"]: row for row in await city.routing("notifications") if row["body"]["kind"] == "acknowledge"}
    dues = {row["desk"]: row["due"] for row in await city.routing("duties") if row["kind"] == "ack"}
    late = {desk: overrun(clocks[desk]["acknowledged_at"], dues[desk]) for desk in clocks}
    assert late == {A_DUTY: timedelta(minutes=140), SAFETY_DESK: timedelta(0)}
    (event,) = await city.routing("incident_events")
    assert {overrun(clock["delivered_at"], event["published_at"]) for clock in clocks.values()} == {timedelta(0)}
    assert overrun(event["published_at"], event["known_at"]) == timedelta(0)


def overrun(done: str, due: str) -> timedelta:
    return max(timedelta(0), datetime.fromisoformat(done) - datetime.fromisoformat(due))


async def test_a_silent_desk_goes_up_the_whole_of_ladder_b(city: City) -> None:
    alarm = await crowd_on_friday_night(city)
    await climb_to_the_leader(city)
    await city.desk(SAFETY_DESK).signs()
    await city.at("11:00")
    city.desk(CONFERENCE).expects(Escalation(step=4, of=A_DUTY, at="11:00"))
    await city.at("17:00")
    await city.desk(STATION).reports_on_task("started", "现场已疏散，无人受伤", incident=alarm.incident)
    await city.at("10-11 00:00")
    expect_first_action_missed(city, "10-11 00:00")
    await city.at("10-11 07:00")
    city.desk(CITY_EDUCATION).expects(Escalation(step=5, of=A_DUTY, at="07:00"))


def expect_first_action_missed(city: City, due: str) -> None:
    """A second duty of the same notification is missed: its ladder meets targets that hold an escalation of it already."""
    for desk in (A_DUTY, STATION):
        city.desk(desk).expects(missed(of=A_DUTY, due=due, duty="first-action"))


async def test_a_silent_desk_goes_up_the_whole_of_ladder_a(city: City) -> None:
    """+0, +5, +10, +20 and +40 minutes; the publisher hears at the second step; nobody is told twice."""
    await city.at("2026-09-21 10:00")
    alarm = await city.police.raises(kind="intrusion", severity="life-risk", relation="on-campus", schools=[A])
    city.desk(A_DUTY).expects(signature(by="10:05", first_action="10:05", view="S"))
    city.desk(STATION).expects(signature(by="10:05", first_action="10:05", view="P"))
    city.desk(DUTY_OFFICER).expects(signature(by="10:10", first_action="10:30", view="E"))
    city.desk(A_LAW).expects(inform(view="V"))
    city.task(alarm).expects(lead=STATION, assist=[A_DUTY, DUTY_OFFICER], report="09-22 10:00", close="09-24 17:30")
    for desk in (STATION, DUTY_OFFICER):
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    await city.at("10:05")
    for duty in ("ack", "first-action"):
        for desk in (A_DUTY, STATION, POLICE_110):
            city.desk(desk).expects(missed(of=A_DUTY, due="10:05", duty=duty))
    city.desk(A_PRINCIPAL).expects(Escalation(step=1, of=A_DUTY, at="10:05"))
    for step, (said, target) in enumerate(LADDER_A, start=2):
        await city.at(said)
        city.desk(target).expects(Escalation(step=step, of=A_DUTY, at=said))
        if step == 2:
            city.desk(POLICE_110).expects(Escalation(step=2, of=A_DUTY, at=said, to_publisher=True))
    await city.at("12:00")


LADDER_A = (("10:10", DUTY_OFFICER), ("10:15", EDU_IN_CHARGE), ("10:25", CONFERENCE), ("10:45", CITY_EDUCATION))


async def test_a_target_keeps_its_escalation_while_another_duty_of_the_same_notification_is_missed(city: City) -> None:
    """INVARIANT: an escalation is over when all its misses are — broken by clearing it with the first duty that is done."""
    await city.at("2026-09-21 10:00")
    await city.police.raises(kind="intrusion", severity="life-risk", relation="on-campus", schools=[A])
    for desk in (STATION, DUTY_OFFICER):
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    city.take_everything()
    await city.at("10:07")
    city.take_everything()
    await city.desk(A_DUTY).signs()
    for desk in (A_DUTY, STATION, POLICE_110, A_PRINCIPAL):
        city.desk(desk).expects(cleared(of=A_DUTY, why="acknowledged"))
    assert {row["desk"]: row["cleared_at"] for row in city.board.rows["escalations"]} == {A_PRINCIPAL: None}
    await city.desk(A_DUTY).reports("started")
    for desk in (A_DUTY, STATION, POLICE_110, A_PRINCIPAL):
        city.desk(desk).expects(cleared(of=A_DUTY, why="done", duty="first-action"))
    assert all(row["cleared_at"] for row in city.board.rows["escalations"])
    await city.at("11:00")


async def test_a_second_miss_opens_an_escalation_again_that_was_over(city: City) -> None:
    await crowd_on_friday_night(city)
    await climb_to_the_leader(city)
    await city.desk(SAFETY_DESK).signs()
    await city.at("09:20")
    await city.desk(A_DUTY).signs()
    expect_cleared(city, A_PRINCIPAL, DUTY_OFFICER, STATION, EDU_IN_CHARGE, A_DUTY)
    await city.desk(STATION).reports_on_task("started", "现场已疏散，无人受伤", incident=city.desk(A_DUTY).holds()["incident"])
    await city.at("10-11 00:00")
    expect_first_action_missed(city, "10-11 00:00")
    city.desk(A_PRINCIPAL).expects(Escalation(step=1, of=A_DUTY, at="00:00", duty="first-action"))
    (standing,) = [row["desk"] for row in city.board.rows["escalations"] if row["cleared_at"] is None]
    assert standing == A_PRINCIPAL
