"""退单 and 裁定: a return with each ruling, no ruling in time, a second and a third return."""

import pytest

from tests.acceptance.city import City, Escalation, Refused, Stated, Withdrawal, cleared, inform, missed, ruled, signature
from tests.acceptance.city.places import (
    A_DUTY,
    A_LAW,
    CONFERENCE,
    DUTY_OFFICER,
    EDU_IN_CHARGE,
    OTHER_STATION,
    POLICE_110,
    POLICE_IN_CHARGE,
    STATION,
    STATION_LEADER,
    A,
)

REDIRECTED = {"by": "10:13", "first_action": "10:13", "view": "P", "mandates": ["POL-01"]}


async def alarm_the_station_returns(city: City) -> Stated:
    """POL-01 at 10:00, everybody signs but the station, which returns at 10:02; the conference office has its box until 10:12."""
    await city.at("2026-09-21 10:00")
    alarm = await city.police.raises(kind="intrusion", severity="life-risk", relation="on-campus", schools=[A])
    city.desk(A_DUTY).expects(signature(by="10:05", first_action="10:05", view="S"))
    city.desk(STATION).expects(signature(by="10:05", first_action="10:05", view="P"))
    city.desk(DUTY_OFFICER).expects(signature(by="10:10", first_action="10:30", view="E"))
    city.desk(A_LAW).expects(inform(view="V"))
    city.task(alarm).expects(lead=STATION, assist=[A_DUTY, DUTY_OFFICER], report="09-22 10:00", close="09-24 17:30")
    for desk in (A_DUTY, DUTY_OFFICER):
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    await city.at("10:02")
    await city.desk(STATION).returns("not-my-area", "柳埠派出所辖区", to=OTHER_STATION)
    returned = {"returned_desk": STATION, "return_reason": "not-my-area", "suggested_desk": OTHER_STATION, "final": False}
    city.desk(CONFERENCE).expects(
        signature(by="10:12", ruling="10:12", view="L", mandates=["GOV-03"], shows=returned, hidden=["suspect_look", "place_point"])
    )
    assert city.board.heard(POLICE_110, "bus.notification.returned", desk=STATION)
    return alarm


def expect_ruling(city: City, ruling: str, *desks: str) -> None:
    for desk in desks:
        city.desk(desk).expects(ruled(ruling))


async def test_a_returned_duty_is_held_and_not_missed_while_the_arbitration_runs(city: City) -> None:
    """INVARIANT: the ladder of a returned desk is held until the ruling — broken by a clock that fires a held duty."""
    await alarm_the_station_returns(city)
    await city.at("10:11:59")


async def test_a_ruling_that_upholds_the_return_gives_the_duty_to_the_other_desk_afresh(city: City) -> None:
    alarm = await alarm_the_station_returns(city)
    await city.at("10:08")
    await city.desk(CONFERENCE).rules("uphold", to=OTHER_STATION)
    city.desk(STATION).expects(Withdrawal(why="redirected", hides=True))
    city.desk(OTHER_STATION).expects(signature(**REDIRECTED))
    expect_ruling(city, "uphold", STATION, OTHER_STATION, POLICE_110)
    city.task(alarm).expects(lead=OTHER_STATION, assist=[A_DUTY, DUTY_OFFICER], report="09-22 10:08", close="09-24 17:30", version=2)
    await city.desk(OTHER_STATION).signs()
    await city.desk(OTHER_STATION).reports("started")
    await city.at("10:40")
    missed_by = [duty["desk"] for duty in await city.routing("duties") if duty["body"]["missed_at"]]
    assert missed_by == []


async def test_a_return_rejected_before_the_due_leaves_the_original_due(city: City) -> None:
    await alarm_the_station_returns(city)
    await city.at("10:04")
    await city.desk(CONFERENCE).rules("reject")
    expect_ruling(city, "reject", STATION, POLICE_110)
    await city.desk(STATION).signs()
    await city.desk(STATION).reports("started")
    await city.at("10:40")


async def test_a_return_rejected_after_the_due_is_missed_at_the_ruling_with_the_original_due(city: City) -> None:
    await alarm_the_station_returns(city)
    await city.at("10:09")
    await city.desk(CONFERENCE).rules("reject")
    expect_ruling(city, "reject", STATION, POLICE_110)
    for duty in ("ack", "first-action"):
        for desk in (STATION, POLICE_110):
            city.desk(desk).expects(missed(of=STATION, due="10:05", duty=duty))
    city.desk(STATION_LEADER).expects(Escalation(step=1, of=STATION, at="10:09"))
    await city.at("10:13:59")


async def test_a_split_ruling_binds_both_desks(city: City) -> None:
    alarm = await alarm_the_station_returns(city)
    await city.at("10:04")
    await city.desk(CONFERENCE).rules("split", to=OTHER_STATION)
    expect_ruling(city, "split", STATION, OTHER_STATION, POLICE_110)
    city.desk(OTHER_STATION).expects(signature(by="10:09", first_action="10:09", view="P", mandates=["POL-01"]))
    assist = [A_DUTY, DUTY_OFFICER, OTHER_STATION]
    city.task(alarm).expects(lead=STATION, assist=assist, report="09-22 10:00", close="09-24 17:30", version=2)
    for desk in (STATION, OTHER_STATION):
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    await city.at("10:40")


async def test_without_a_ruling_in_time_the_first_receiver_keeps_the_duty(city: City) -> None:
    """首接负责; education's leader in charge is told."""
    await alarm_the_station_returns(city)
    await city.at("10:12")
    for desk in (STATION, POLICE_110):
        for duty in ("ack", "first-action"):
            city.desk(desk).expects(missed(of=STATION, due="10:05", duty=duty))
    city.desk(STATION_LEADER).expects(Escalation(step=1, of=STATION, at="10:12"))
    city.desk(CONFERENCE).expects(missed(of=CONFERENCE, due="10:12"))
    city.desk(CONFERENCE).expects(Withdrawal(why="superseded"), cleared(of=CONFERENCE, why="superseded"))
    city.desk(EDU_IN_CHARGE).expects(Escalation(step=1, of=CONFERENCE, at="10:12", duty="ruling"))
    expect_ruling(city, "reject", STATION, POLICE_110)
    assert city.desk(STATION).holds()["state"] == "open"
    await city.at("10:16:59")


async def test_a_second_return_goes_to_the_leaders_whose_ruling_is_final(city: City) -> None:
    await alarm_the_station_returns(city)
    await city.at("10:08")
    await city.desk(CONFERENCE).rules("uphold", to=OTHER_STATION)
    city.desk(STATION).expects(Withdrawal(why="redirected", hides=True))
    city.desk(OTHER_STATION).expects(signature(**REDIRECTED))
    expect_ruling(city, "uphold", STATION, OTHER_STATION, POLICE_110)
    city.take_task(version=2)
    await city.at("10:10")
    await city.desk(OTHER_STATION).returns("not-my-area", "属泉西派出所辖区", to=STATION)
    for desk in (POLICE_IN_CHARGE, EDU_IN_CHARGE):
        city.desk(desk).expects(signature(by="10:20", ruling="10:20", view="L", mandates=["GOV-03"], shows={"final": True}))
    await city.at("10:15")
    await city.desk(EDU_IN_CHARGE).rules("uphold", to=STATION)
    city.desk(POLICE_IN_CHARGE).expects(Withdrawal(why="superseded"))
    city.desk(OTHER_STATION).expects(Withdrawal(why="redirected", hides=True))
    city.desk(STATION).expects(signature(by="10:20", first_action="10:20", view="P", mandates=["POL-01"]))
    expect_ruling(city, "uphold", OTHER_STATION, STATION, POLICE_110)
    city.take_task(version=3)
    with pytest.raises(Refused) as refused:
        await city.desk(STATION).returns("not-my-duty")
    assert (refused.value.status, refused.value.problem["type"].rpartition(":")[2]) == (409, "ruling-is-final")
    await city.desk(STATION).signs()
    await city.desk(STATION).reports("started")
    await city.at("10:40")


async def test_nobody_returns_what_is_signed(city: City) -> None:
    await city.at("2026-09-21 10:00")
    await city.police.raises(kind="crowd", severity="routine", relation="perimeter", schools=[A], desk=STATION)
    city.take_everything()
    await city.desk(A_DUTY).signs()
    with pytest.raises(Refused) as refused:
        await city.desk(A_DUTY).returns("not-my-duty")
    assert refused.value.status == 409
