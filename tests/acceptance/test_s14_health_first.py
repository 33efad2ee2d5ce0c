"""S14: health saw it first; the same report again, in other words, and against itself; a building; a hazard told late.

That the school begins to isolate the children is no first action: of HLT-04 that is its own report (mandates.md), so the ladder of the
missed one climbs beside the suspicion that it does not report what it knows, and both end with the report."""

from datetime import datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaProducer

from infra.embedded import Servers
from infra.metrics import INBOX_DUPLICATES
from tests.acceptance.city import City, Escalation, Stated, Withdrawal, cleared, inform, missed, signature, suspected, told_again
from tests.acceptance.city.places import DUTY_OFFICER, E
from tests.acceptance.city.wire import records
from tests.acceptance.conftest import Founding

E_DUTY, E_REPORTER, E_PRINCIPAL, E_HEALTH, E_SAFETY = (
    f"school.{role}@{E}" for role in ("duty-desk", "infection-reporter", "principal", "health-vice-principal", "safety-officer")
)
CDC, HOUSING, FIRE = "health.cdc-duty@cdc-990102", "housing.safety-desk@hou-990102", "fire.supervision-desk@fire-990102"
DETECTED: dict[str, Any] = {
    "cluster_no": "CDC-77", "schools": [E], "disease_group": "intestinal", "cases": 6, "notifiable": False, "emergency_grade": "none",
    "advice": ["isolate", "disinfect"], "line_list": [{"name": "测试学生", "class": "三年级2班", "age_band": "6-13"}],
}  # fmt: skip
CLUSTER: dict[str, Any] = {
    "cluster_no": "JB-0105-03", "school_id": E, "group": "三年级2班", "symptoms": ["vomiting", "diarrhoea"], "cases_today": 4,
    "cases_3days": 6, "notifiable": False, "unexplained": "none", "in_hospital": 0, "first_onset_at": "2026-10-13T19:00:00+08:00",
    "measures": ["isolated", "disinfected"],
}  # fmt: skip
BUILDING: dict[str, Any] = {
    "hazard_no": "Z-26-2", "school_id": E, "building": "西教学楼", "rating": "D", "interim": ["close-building"], "rectify_by": "2026-11-30",
}  # fmt: skip
WIRES: dict[str, Any] = {
    "hazard_no": "H-26-31", "domain": "fire", "level": "general", "school_id": E, "place_text": "后勤楼配电间", "description": "线路老化",
}  # fmt: skip


async def health_saw_it_first(city: City) -> Stated:
    """HLT-04. The line list never leaves health."""
    await city.at("2026-10-14 09:00")
    found = await city.states(CDC, "/illness-clusters", DETECTED, key="CDC-77")
    seen: dict[str, Any] = {"mandates": ["HLT-04"], "hidden": ["line_list"]}
    city.desk(E_REPORTER).expects(signature(by="11:00", first_action="10-15 09:00", view="S", **seen))
    city.desk(E_DUTY).expects(signature(by="11:00", view="S", **seen))
    city.desk(DUTY_OFFICER).expects(signature(by="11:00", view="E", **seen))
    city.task(found).expects(lead=CDC, assist=[E_REPORTER, DUTY_OFFICER], report="17:00", close=None)
    await city.at("10:00")
    for desk in (E_REPORTER, E_DUTY, DUTY_OFFICER):
        await city.desk(desk).signs(found.incident)
    await city.desk(E_REPORTER).reports("started", "已隔离病例", incident=found.incident)
    await city.at("16:30")
    await city.desk(CDC).reports_on_task("started", "首日流调完成", incident=found.incident)
    return found


async def the_school_is_silent_for_a_day(city: City) -> None:
    """XCK-02, an item of its own, 24 hours after the delivery at the school."""
    await city.at("10-15 09:00")
    for desk in (E_PRINCIPAL, DUTY_OFFICER):
        city.desk(desk).expects(signature(by="11:00", view="L", mandates=["XCK-02"]), suspected(of=E_REPORTER, mandate="XCK-02"))
    for desk in (E_REPORTER, CDC):
        city.desk(desk).expects(missed(of=E_REPORTER, due="09:00", duty="first-action"))
    city.desk(E_PRINCIPAL).expects(Escalation(step=1, of=E_REPORTER, at="09:00", duty="first-action"))
    await city.at("09:30")
    city.desk(DUTY_OFFICER).expects(Escalation(step=2, of=E_REPORTER, at="09:30", duty="first-action"))
    city.desk(CDC).expects(Escalation(step=2, of=E_REPORTER, at="09:30", duty="first-action", to_publisher=True))


async def the_school_reports_at_last(city: City) -> Stated:
    """HLT-01, an incident of its own: 20 h 30 min after the school knew, within the 24 hours of the rule. The suspicion is answered."""
    await city.at("10-15 10:30")
    cluster = await city.states(E_REPORTER, "/illness-clusters", CLUSTER, key="JB-0105-03", known_at="10-14 14:00")
    about: dict[str, Any] = {"mandates": ["HLT-01"], "about": cluster.incident}
    city.desk(CDC).expects(signature(by="12:30", first_action="10-16 10:30", view="H", **about))
    city.desk(DUTY_OFFICER).expects(signature(by="12:30", view="E", **about))
    city.desk(E_HEALTH).expects(inform(view="V", hidden=["symptoms", "group"], **about))
    city.task(cluster).expects(lead=CDC, assist=[E_REPORTER, DUTY_OFFICER], report="17:00", close=None)
    for desk in (E_PRINCIPAL, DUTY_OFFICER):
        city.desk(desk).expects(Withdrawal(why="concluded"))
    for desk in (E_REPORTER, CDC, E_PRINCIPAL, DUTY_OFFICER):
        city.desk(desk).expects(cleared(of=E_REPORTER, why="done", duty="first-action"))
    assert [check["state"] for check in await city.routing("cross_checks")] == ["answered"]
    assert cluster.row["envelope"]["known_at"] == "2026-10-14T14:00:00+08:00"
    assert "late-publish" not in cluster.decision["notes"]
    return cluster


async def the_same_record_again(city: City, cluster: Stated, servers: Servers) -> None:
    """10:31: dropped and counted; no decision more, nobody told."""
    topic = "xietong.schools.cluster.v1"
    decided, counted = len(await city.routing("incident_events")), _dropped()
    (record,) = [one for one in await records(servers.bootstrap, topic, city.begin) if cluster.id.encode() in str(one.headers).encode()]
    async with AIOKafkaProducer(bootstrap_servers=list(servers.bootstrap)) as producer:
        await producer.send_and_wait(topic, record.value, record.key, headers=list(record.headers))
    await city.settle()
    assert _dropped() == counted + 1
    assert len(await city.routing("incident_events")) == decided


def _dropped() -> float:
    return float(INBOX_DUPLICATES.labels("routing")._value.get())


async def repeated_and_contradicted(city: City, cluster: Stated, servers: Servers) -> None:
    """10:31 the same event, 10:32 its content under another id, 10:33 another content under its revision: nobody is told of any."""
    await city.at("10:31")
    await the_same_record_again(city, cluster, servers)
    await city.at("10:32")
    again = await city.states(E_REPORTER, "/illness-clusters", CLUSTER, key="JB-0105-03", known_at="10-14 14:00", revision=1)
    assert (again.decision["outcome"], again.incident) == ("duplicate-of", cluster.incident)
    await city.at("10:33")
    other = await city.states(E_REPORTER, "/illness-clusters", CLUSTER | {"cases_today": 2}, key="JB-0105-03", revision=1)
    assert other.row["parked"]["reason"] == "conflict"
    assert (other.row["decision"], other.row["desk"]) == (None, E_REPORTER)
    city.nothing_else()


async def a_building_rated_d(city: City) -> Stated:
    await city.at("10-16 11:00")
    building = await city.states(HOUSING, "/building-hazards", BUILDING, key="Z-26-2")
    about: dict[str, Any] = {"mandates": ["HAZ-03"], "about": building.incident}
    city.desk(E_PRINCIPAL).expects(signature(by="13:00", first_action="15:00", view="S", hidden=["report_ref"], **about))
    city.desk(DUTY_OFFICER).expects(signature(by="13:00", view="E", **about))
    city.task(building).expects(lead=HOUSING, assist=[E_PRINCIPAL, DUTY_OFFICER], report="10-19 17:30", close="11-30 24:00")
    return building


async def a_hazard_known_for_days(city: City) -> Stated:
    """103 hours late: routed all the same; the lateness is the publisher's, the clocks of the others run from delivery."""
    await city.at("10-17 16:00")
    hazard = await city.states(E_SAFETY, "/hazards", WIRES, key="H-26-31", known_at="10-13 09:00")
    assert "late-publish" in hazard.decision["notes"]
    city.desk(FIRE).expects(signature(by="10-19 17:30", first_action="10-21 17:30", view="U", mandates=["HAZ-11"]))
    city.task(hazard).expects(lead=FIRE, assist=[E_SAFETY], report="10-23 17:30", close="10-30 17:30")
    (decided,) = (row for row in await city.routing("incident_events") if row["id"] == hazard.id)
    published, known = (datetime.fromisoformat(decided[name]) for name in ("published_at", "known_at"))
    assert published - known == timedelta(hours=103)
    return hazard


async def sign_and_begin(city: City, incident: str, *desks: str) -> None:
    for desk in desks:
        await city.desk(desk).signs(incident)
        await city.desk(desk).reports("started", "已着手", incident=incident)


async def conclude_both(city: City, found: Stated, cluster: Stated) -> None:
    """Each cluster ends with its publisher's conclusion; everybody hears it, and no daily report is owed any more."""
    await city.at("10-16 16:30")
    await found.follow("concluded", {"outcome": "ended"})
    for desk in (E_REPORTER, E_DUTY, DUTY_OFFICER):
        city.desk(desk).expects(told_again(2, change="concluded", about=found.incident))
    await cluster.follow("concluded", {"outcome": "ended"})
    for desk in (CDC, DUTY_OFFICER, E_HEALTH):
        city.desk(desk).expects(told_again(2, change="concluded", about=cluster.incident))


async def test_the_story(found_city: Founding, servers: Servers) -> None:
    city = await found_city(awaited={"XCK-02"})
    found = await health_saw_it_first(city)
    await the_school_is_silent_for_a_day(city)
    cluster = await the_school_reports_at_last(city)
    await repeated_and_contradicted(city, cluster, servers)
    await city.at("12:00")
    await sign_and_begin(city, cluster.incident, CDC, DUTY_OFFICER)
    await city.at("16:30")
    for incident in (found.incident, cluster.incident):
        await city.desk(CDC).reports_on_task("started", "当日无新增", incident=incident)
    building = await a_building_rated_d(city)
    await city.at("12:30")
    await sign_and_begin(city, building.incident, E_PRINCIPAL, DUTY_OFFICER)
    await conclude_both(city, found, cluster)
    hazard = await a_hazard_known_for_days(city)
    await city.at("10-19 10:00")
    await city.desk(HOUSING).reports_on_task("started", "已出具意见", incident=building.incident)
    await sign_and_begin(city, hazard.incident, FIRE)
    await city.at("10-30 17:00")
