"""S04: nobody on duty at the education bureau while a boarding school burns; and a fire hazard put right in time and checked later.

The story gives the unit's leader GOV-04 and the signature; the copy of what its empty desk was told is mandates.md §4.
"""

from datetime import datetime

from services.routing.core.directory.cover import with_hole
from tests.acceptance.city import City, Escalation, Stated, cleared, inform, missed, signature, told_again, uncovered
from tests.acceptance.city.places import (
    C_DUTY,
    C_PRINCIPAL,
    C_SAFETY,
    CITY_HEALTH,
    DUTY_OFFICER,
    EDU_LEADER,
    FIRE_STATION,
    FIRE_SUPERVISION,
    HEALTH,
    HEALTH_LEADER,
    OPS,
    STATION,
    C,
)
from tests.acceptance.city.times import BEIJING
from tests.acceptance.conftest import Documents, Founding

INJURY, BUILDING = "一人吸入烟气，一人手部烫伤", "女生宿舍三层"
NIGHT = datetime(2026, 9, 12, 0, 0, tzinfo=BEIJING), datetime(2026, 9, 12, 6, 0, tzinfo=BEIJING)
EVERYBODY = (FIRE_STATION, STATION, DUTY_OFFICER, HEALTH)


def hole_at_night(documents: Documents) -> Documents:
    """Sat 09-12 00:00–06:00 without substitute."""
    return [with_hole(d, "education.duty-officer", *NIGHT, substitute=None) if d["unit"] == "edu-990102" else d for d in documents]


async def fire_in_the_dormitory(found_city: Founding) -> tuple[City, Stated]:
    """SCH-05 and SCH-04, and not SCH-01, at 02:15."""
    city = await found_city(hole_at_night)
    await city.at("2026-09-12 02:15")
    fire = await city.schools.reports(
        desk=C_DUTY, kind="fire", severity="life-risk", school_id=C, place_in_school="dorm", casualties=2, dead=0, injury_note=INJURY,
        actions_taken=["119-called", "evacuated"],
    )  # fmt: skip
    city.desk(FIRE_STATION).expects(
        signature(by="02:20", first_action="02:20", view="U", mandates=["SCH-05"], hidden=["injury_note", "dead", "pupils"])
    )
    city.desk(STATION).expects(signature(by="02:20", first_action="02:20", view="P", mandates=["SCH-05"], shows={"injury_note": INJURY}))
    city.desk(DUTY_OFFICER).expects(
        signature(by="02:25", first_action="02:45", view="E", mandates=["SCH-05"], hidden=["injury_note", "pupils"])
    )
    city.desk(HEALTH).expects(signature(by="02:25", first_action="02:45", view="H", mandates=["SCH-04"], shows={"injury_note": INJURY}))
    expect_nobody_there(city)
    assist = [C_DUTY, STATION, DUTY_OFFICER, HEALTH]
    city.task(fire).expects(lead=FIRE_STATION, assist=assist, report="09-13 02:15", close="09-18 17:30")
    return city, fire


def expect_nobody_there(city: City) -> None:
    """The same second: the copy to the leader, `bus.desk.uncovered`, GOV-04."""
    city.desk(EDU_LEADER).expects(inform(view="E", mandates=["SCH-05"], hidden=["injury_note", "pupils"]))
    city.desk(EDU_LEADER).expects(signature(by="02:25", view="L", mandates=["GOV-04"], shows={"uncovered_desk": DUTY_OFFICER}))
    city.desk(OPS).expects(uncovered(desk=DUTY_OFFICER, substitute=EDU_LEADER), inform(view="L", mandates=["GOV-04"]))


async def signed_by_all_but_health(city: City) -> None:
    """Fire 02:16, police 02:17:30, education by its leader 02:23."""
    for said, desk in (("02:16", FIRE_STATION), ("02:17:30", STATION)):
        await city.at(said)
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")
    await city.at("02:23")
    await city.desk(EDU_LEADER).signs_for(DUTY_OFFICER)
    await city.desk(EDU_LEADER).signs(mandate="GOV-04")
    await city.desk(EDU_LEADER).reports_for(DUTY_OFFICER, "started")


async def health_signs_at_the_second_step(city: City) -> None:
    """02:25 the unit's leader, 02:30 the city and the publisher; signed 02:33."""
    await city.at("02:25")
    for desk in (HEALTH, C_DUTY, FIRE_STATION):
        city.desk(desk).expects(missed(of=HEALTH, due="02:25"))
    city.desk(HEALTH_LEADER).expects(Escalation(step=1, of=HEALTH, at="02:25"))
    await city.at("02:30")
    city.desk(CITY_HEALTH).expects(Escalation(step=2, of=HEALTH, at="02:30"))
    city.desk(C_DUTY).expects(Escalation(step=2, of=HEALTH, at="02:30", to_publisher=True))
    await city.at("02:33")
    await city.desk(HEALTH).signs()
    await city.desk(HEALTH).reports("started")
    for desk in (HEALTH, HEALTH_LEADER, CITY_HEALTH, C_DUTY, FIRE_STATION):
        city.desk(desk).expects(cleared(of=HEALTH, why="acknowledged"))


async def night_of_the_fire(found_city: Founding) -> tuple[City, Stated]:
    """The whole night; the third step (02:35) never fires, and the fire station closes on Wednesday."""
    city, fire = await fire_in_the_dormitory(found_city)
    await signed_by_all_but_health(city)
    await health_signs_at_the_second_step(city)
    await city.at("08:00")
    await city.desk(FIRE_STATION).reports_on_task("started", "明火02:40扑灭，两人送医", incident=fire.incident)
    for desk in (C_DUTY, STATION, HEALTH, DUTY_OFFICER):
        await city.desk(desk).reports_on_task("done", incident=fire.incident)
    await city.desk(FIRE_STATION).closes("明火扑灭，起火原因移交监督科", incident=fire.incident)
    city.desk(FIRE_STATION).expects(told_again(2, change="task-closed"))
    return city, fire


async def test_the_leader_of_an_empty_desk_signs_for_it_in_time(found_city: Founding) -> None:
    city, _ = await fire_in_the_dormitory(found_city)
    await signed_by_all_but_health(city)
    signed = next(row for row in await city.routing("notifications") if row["desk"] == DUTY_OFFICER)
    assert datetime.fromisoformat(signed["acknowledged_at"]) == datetime(2026, 9, 12, 2, 23, tzinfo=BEIJING)
    assert city.board.heard(FIRE_STATION, "bus.notification.acknowledged", desk=DUTY_OFFICER, by_leader=True)


async def test_health_is_escalated_twice_and_signs_before_the_third_step(found_city: Founding) -> None:
    city, _ = await night_of_the_fire(found_city)
    late = {duty["desk"] for duty in await city.routing("duties") if duty["body"]["missed_at"]}
    assert late == {HEALTH}
    await city.at("09-14 09:00")


async def hazard_found(city: City) -> Stated:
    """HAZ-01 on Mon 09-14 10:00, to be put right by 10-12."""
    await city.at("2026-09-14 10:00")
    found = {
        "hazard_no": "F-26-11", "school_id": C, "level": "grave", "problems": ["exit-blocked", "dorm-bars"], "building": BUILDING,
        "interim": ["guard-24h"], "rectify_by": "2026-10-12",
    }  # fmt: skip
    hazard = await city.states(FIRE_SUPERVISION, "/fire-hazards", found, key="F-26-11")
    seen = list(found)
    city.desk(C_PRINCIPAL).expects(signature(by="12:00", first_action="14:00", view="S", mandates=["HAZ-01"], only=seen))
    city.desk(DUTY_OFFICER).expects(signature(by="12:00", view="E", mandates=["HAZ-01"], only=seen))
    city.task(hazard).expects(lead=FIRE_SUPERVISION, assist=[C_PRINCIPAL, DUTY_OFFICER], report="09-15 17:30", close="10-12 24:00")
    await city.at("11:00")
    for desk in (C_PRINCIPAL, DUTY_OFFICER):
        await city.desk(desk).signs(hazard.incident)
        await city.desk(desk).reports("started", incident=hazard.incident)
    await city.desk(FIRE_SUPERVISION).reports_on_task("started", "已责令整改，临时管控到位", incident=hazard.incident)
    return hazard


async def put_right(city: City, hazard: Stated, said: str = "2026-10-12 15:00") -> Stated:
    """HAZ-15: it joins the hazard's incident; the finder has three working days to check it."""
    await city.at(said)
    done = {"hazard_no": "F-26-11", "done_at": "2026-10-12T14:30:00+08:00", "measure": "拆除防盗窗，疏通安全出口"}
    return await city.states(C_SAFETY, "/rectifications", done, key="F-26-11")


async def test_a_hazard_put_right_on_its_last_day_is_closed_in_time_although_it_is_checked_on_the_next(city: City) -> None:
    """The fire service accepts on 10-13 by closing; what counts against the date is that C stated the work done on 10-12."""
    hazard = await hazard_found(city)
    completed = await put_right(city, hazard)
    assert completed.incident == hazard.incident
    city.desk(FIRE_SUPERVISION).expects(
        signature(by="10-15 17:30", view="U", mandates=["HAZ-15"], only=["hazard_no", "done_at", "measure"], about=hazard.incident)
    )
    await city.at("10-13 10:00")
    await city.desk(FIRE_SUPERVISION).signs(hazard.incident)
    for desk in (C_PRINCIPAL, DUTY_OFFICER):
        await city.desk(desk).reports_on_task("done", incident=hazard.incident)
    await city.desk(FIRE_SUPERVISION).closes("复查合格", incident=hazard.incident)
    city.desk(FIRE_SUPERVISION).expects(told_again(2, change="task-closed", about=hazard.incident))
    await city.at("10-20 18:00")
    duties = await city.routing("duties")
    assert not [duty["desk"] for duty in duties if duty["body"]["missed_at"]]
    (task,) = await city.routing("tasks")
    assert task["closed_at"]
