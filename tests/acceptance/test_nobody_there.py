"""Nobody on duty (GOV-04), nothing matched and an unknown school (GOV-01), and an exercise that ends its ladder early."""

from datetime import datetime
from typing import Any

from services.routing.core.directory.cover import with_hole
from tests.acceptance.city import City, Escalation, inform, missed, signature, uncovered
from tests.acceptance.city.places import (
    A_DUTY,
    A_LAW,
    A_PRINCIPAL,
    DUTY_OFFICER,
    EDU_IN_CHARGE,
    EDU_LEADER,
    OPS,
    POLICE_110,
    SAFETY_DESK,
    STATION,
    A,
)
from tests.acceptance.city.times import BEIJING
from tests.acceptance.conftest import Documents, Founding

NIGHT = datetime(2026, 9, 12, 0, 0, tzinfo=BEIJING), datetime(2026, 9, 12, 6, 0, tzinfo=BEIJING)
STUDENT_DESK = "education.student-desk@edu-990102"


def hole_at_night(documents: Documents, substitute: str | None = None) -> Documents:
    """The duty officer's roster leaves Saturday 00:00–06:00 empty."""
    return [with_hole(d, "education.duty-officer", *NIGHT, substitute=substitute) if d["unit"] == "edu-990102" else d for d in documents]


async def alarm_in_that_night(city: City) -> None:
    await city.at("2026-09-12 02:15")
    alarm = await city.police.raises(kind="intrusion", severity="life-risk", relation="on-campus", schools=[A])
    city.desk(A_DUTY).expects(signature(by="02:20", first_action="02:20", view="S"))
    city.desk(STATION).expects(signature(by="02:20", first_action="02:20", view="P"))
    city.desk(DUTY_OFFICER).expects(signature(by="02:25", first_action="02:45", view="E"))
    city.desk(A_LAW).expects(inform(view="V"))
    city.task(alarm).expects(lead=STATION, assist=[A_DUTY, DUTY_OFFICER], report="09-13 02:15", close="09-16 17:30")
    for desk in (A_DUTY, STATION):
        await city.desk(desk).signs(alarm.incident)
        await city.desk(desk).reports("started", incident=alarm.incident)


def expect_gov_04(city: City, *, by: str, stand_in: str) -> None:
    """The same second: operations and the unit's leader know; the leader owes a signature of its own."""
    city.desk(OPS).expects(uncovered(desk=DUTY_OFFICER, substitute=stand_in))
    city.desk(OPS).expects(inform(view="L", mandates=["GOV-04"]))
    gov_04: dict[str, Any] = {"uncovered_desk": DUTY_OFFICER}
    city.desk(EDU_LEADER).expects(signature(by=by, view="L", mandates=["GOV-04"], shows=gov_04, hidden=["suspect_look", "place_text"]))


async def test_an_unmanned_desk_keeps_its_clock_and_its_leader_signs_for_it(found_city: Founding) -> None:
    city = await found_city(hole_at_night)
    await alarm_in_that_night(city)
    city.desk(EDU_LEADER).expects(inform(view="E", mandates=["POL-01"]))
    expect_gov_04(city, by="02:25", stand_in=EDU_LEADER)
    await city.at("02:23")
    await city.desk(EDU_LEADER).signs_for(DUTY_OFFICER)
    await city.desk(EDU_LEADER).signs(mandate="GOV-04")
    signed = next(row for row in await city.routing("notifications") if row["desk"] == DUTY_OFFICER)
    assert signed["acknowledged_at"] == "2026-09-11T18:23:00+00:00"
    assert city.board.heard(POLICE_110, "bus.notification.acknowledged", desk=DUTY_OFFICER, by_leader=True)
    await city.desk(EDU_LEADER).reports_for(DUTY_OFFICER, "started")
    await city.at("03:00")


async def test_the_substitute_of_the_roster_gets_the_copy(found_city: Founding) -> None:
    city = await found_city(lambda documents: hole_at_night(documents, STUDENT_DESK))
    await alarm_in_that_night(city)
    city.desk(STUDENT_DESK).expects(inform(view="E", mandates=["POL-01"]))
    expect_gov_04(city, by="02:25", stand_in=STUDENT_DESK)
    await city.at("02:24")


async def test_a_desk_that_is_covered_again_raises_nothing(found_city: Founding) -> None:
    city = await found_city(hole_at_night)
    await city.at("2026-09-12 06:00")
    await city.police.raises(kind="intrusion", severity="life-risk", relation="on-campus", schools=[A])
    assert {row["desk"] for row in city.board.rows["notifications"]} == {A_DUTY, STATION, DUTY_OFFICER, A_LAW}
    city.take_everything()


async def test_the_gravest_event_that_no_rule_matches_goes_to_the_duty_officer(city: City) -> None:
    await city.at("2026-09-21 10:00")
    alarm = await city.police.raises(kind="pupil-missing", severity="life-risk", relation="pupil-only", schools=["unknown"])
    assert alarm.decision["outcome"] == "unmatched"
    city.desk(DUTY_OFFICER).expects(signature(by="10:30", view="E", mandates=["GOV-01", "POL-05"], hidden=["place_text", "suspect_look"]))
    city.desk(OPS).expects(inform(view="L", mandates=["GOV-01"]))
    await city.desk(DUTY_OFFICER).signs()
    await city.at("12:00")


async def test_any_other_event_that_no_rule_matches_goes_to_the_safety_desk_in_office_hours(city: City) -> None:
    await city.at("2026-09-21 15:30")
    alarm = await city.police.raises(kind="pupil-missing", severity="routine", relation="pupil-only", schools=["unknown"])
    assert alarm.decision["outcome"] == "unmatched"
    city.desk(SAFETY_DESK).expects(signature(by="09-22 10:30", view="E", mandates=["GOV-01"]))
    city.desk(OPS).expects(inform(view="L", mandates=["GOV-01"]))
    await city.at("09-22 10:29")


async def test_an_unknown_school_does_not_stop_those_who_can_be_found_without_it(city: City) -> None:
    await city.at("2026-09-21 10:00")
    alarm = await city.police.raises(
        kind="weapon", severity="life-risk", relation="perimeter", schools=["unknown"], casualties=1, place_code="990102001"
    )
    assert alarm.decision["outcome"] == "unmatched"
    city.desk(STATION).expects(signature(by="10:05", first_action="10:05", view="P", mandates=["POL-01"]))
    city.desk(DUTY_OFFICER).expects(signature(by="10:10", first_action="10:30", view="E", mandates=["POL-01", "GOV-01"]))
    city.desk("health.emergency-office@hb-990102").expects(signature(by="10:10", first_action="10:30", view="H", mandates=["POL-02"]))
    city.desk(OPS).expects(inform(view="L", mandates=["GOV-01"]))
    city.task(alarm).expects(
        lead=STATION, assist=[DUTY_OFFICER, "health.emergency-office@hb-990102"], report="09-22 10:00", close="09-24 17:30"
    )


async def test_an_exercise_wears_its_watermark_and_its_ladder_ends_at_the_third_step(city: City) -> None:
    await city.at("2026-09-21 10:00")
    await city.police.raises(kind="intrusion", severity="life-risk", relation="on-campus", schools=[A], status="exercise")
    city.take_everything()
    assert {row["status"] for row in city.board.rows["notifications"]} == {"exercise"}
    for desk in (STATION, DUTY_OFFICER):
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    await city.at("10:05")
    for duty in ("ack", "first-action"):
        for desk in (A_DUTY, STATION, POLICE_110):
            city.desk(desk).expects(missed(of=A_DUTY, due="10:05", duty=duty))
    city.desk(A_PRINCIPAL).expects(Escalation(step=1, of=A_DUTY, at="10:05"))
    await city.at("10:10")
    city.desk(DUTY_OFFICER).expects(Escalation(step=2, of=A_DUTY, at="10:10"))
    city.desk(POLICE_110).expects(Escalation(step=2, of=A_DUTY, at="10:10", to_publisher=True))
    await city.at("10:15")
    city.desk(EDU_IN_CHARGE).expects(Escalation(step=3, of=A_DUTY, at="10:15"))
    await city.at("12:00")


async def test_an_exercise_and_a_real_alarm_of_the_same_number_never_meet(city: City) -> None:
    await city.at("2026-09-21 10:00")
    drill = await city.police.raises(severity="life-risk", schools=[A], alarm_no="J990102202609219999", status="exercise")
    real = await city.police.raises(severity="life-risk", schools=[A], alarm_no="J990102202609219999")
    assert drill.incident != real.incident
    city.take_everything()
