"""S01: both sides tell each other; every signature is its own; nobody sees more than its view."""

from datetime import datetime, timedelta

from infra.embedded import Servers
from tests.acceptance.city import City, Stated, inform, signature, told_again
from tests.acceptance.city.places import (
    A_DUTY,
    A_LAW,
    B_DUTY,
    B_LAW,
    DUTY_OFFICER,
    HEALTH,
    SAFETY_DESK,
    STATION,
    A,
    B,
)
from tests.acceptance.city.wire import records, schema_text, texts

LOOK, INJURY, POINT = "灰色上衣戴黑色帽子", "左臂割伤已止血", {"lon": 117.001, "lat": 36.651, "crs": "CGCS2000"}
EVERYBODY = (STATION, A_DUTY, DUTY_OFFICER, HEALTH)


async def weapon_at_the_gate(city: City) -> Stated:
    await city.at("2026-09-21 16:38:00")
    return await city.police.raises(
        kind="weapon", severity="life-risk", relation="perimeter", schools=[A], casualties=1, injury_note=INJURY, suspect_look=LOOK,
        place_point=POINT, advice=["lockdown", "hold-dismissal"], suspect_at_large=True, known_at="16:36:30",
    )  # fmt: skip


def expect_the_alarm(city: City, alarm: Stated) -> None:
    """Five desks and one task, with the exact dues and views of the story."""
    city.desk(A_DUTY).expects(
        signature(
            by="16:43",
            first_action="16:43",
            view="S",
            mandates=["POL-01"],
            hidden=["injury_note", "place_point"],
            shows={"suspect_look": LOOK},
        )
    )
    city.desk(STATION).expects(
        signature(by="16:43", first_action="16:43", view="P", mandates=["POL-01"], shows={"injury_note": INJURY, "suspect_look": LOOK})
    )
    city.desk(DUTY_OFFICER).expects(
        signature(by="16:48", first_action="17:08", view="E", mandates=["POL-01"], hidden=["suspect_look", "place_point", "injury_note"])
    )
    city.desk(HEALTH).expects(
        signature(
            by="16:48",
            first_action="17:08",
            view="H",
            mandates=["POL-02"],
            hidden=["suspect_look", "relation"],
            shows={"injury_note": INJURY},
        )
    )
    city.desk(A_LAW).expects(inform(view="V", mandates=["POL-01"], only=["kind", "severity", "schools", "relation"]))
    city.task(alarm).expects(lead=STATION, assist=[A_DUTY, DUTY_OFFICER, HEALTH], report="09-22 16:38", close="09-24 17:30")


async def everybody_signs(city: City) -> None:
    """Each at its own time; each starts what it has to do."""
    for said, desk in (("16:39:10", STATION), ("16:41:20", A_DUTY), ("16:46", DUTY_OFFICER), ("16:47", HEALTH)):
        await city.at(said)
        await city.desk(desk).signs()
        await city.desk(desk).reports("started")


async def test_a_life_threatening_alarm_reaches_five_desks_each_with_its_view_and_its_due(city: City) -> None:
    alarm = await weapon_at_the_gate(city)
    expect_the_alarm(city, alarm)
    assert alarm.decision["outcome"] == "routed"
    assert set(alarm.decision["mandates"]) == {"POL-01@1", "POL-02@1"}
    assert {line["desk"] for line in alarm.decision["recipients"]} == {*EVERYBODY, A_LAW}


async def test_one_signature_leaves_the_other_desks_open_and_publisher_and_lead_hear_of_it(city: City) -> None:
    """INVARIANT: only the desk's own 签收 counts — broken by an acknowledgement that meets another desk's duty."""
    alarm = await weapon_at_the_gate(city)
    expect_the_alarm(city, alarm)
    await city.at("16:39:10")
    await city.desk(STATION).signs()
    states = {row["desk"]: row["state"] for row in city.board.rows["notifications"]}
    assert states == {STATION: "acknowledged", A_DUTY: "open", DUTY_OFFICER: "open", HEALTH: "open", A_LAW: "noted"}
    assert city.board.heard(alarm.desk.id, "bus.notification.acknowledged", desk=STATION)
    await city.desk(STATION).reports("started")
    await city.at("16:41:20")
    await city.desk(A_DUTY).signs()
    assert city.board.heard(STATION, "bus.notification.acknowledged", desk=A_DUTY)
    assert city.board.heard(alarm.desk.id, "bus.notification.acknowledged", desk=A_DUTY)


async def test_when_everybody_signs_in_time_nothing_is_escalated_and_nobody_is_late(city: City) -> None:
    alarm = await weapon_at_the_gate(city)
    expect_the_alarm(city, alarm)
    await everybody_signs(city)
    await city.at("09-22 16:30")
    duties = await city.routing("duties")
    assert not [duty for duty in duties if duty["body"]["missed_at"]]
    assert {duty["desk"] for duty in duties if duty["kind"] == "ack" and duty["state"] == "met"} == set(EVERYBODY)
    (decided,) = await city.routing("incident_events")
    published, known = (datetime.fromisoformat(decided[name]) for name in ("published_at", "known_at"))
    assert published - known == timedelta(seconds=90)


async def theft_at_the_other_school(city: City) -> Stated:
    """SCH-02, stated by the school that leads it."""
    await city.at("2026-09-22 09:00")
    theft = await city.schools.reports(kind="theft", severity="routine", school_id=B)
    city.desk(STATION).expects(signature(by="09:30", first_action="13:00", view="P", mandates=["SCH-02"]))
    city.desk(SAFETY_DESK).expects(signature(by="09-23 17:30", view="E", mandates=["SCH-02"], hidden=["injury_note"]))
    city.desk(B_LAW).expects(inform(view="V", mandates=["SCH-02"]))
    city.task(theft).expects(lead=B_DUTY, assist=[STATION], report="09-23 17:30", close="09-28 17:30")
    return theft


async def test_the_school_tells_the_police_and_leads_its_own_incident(city: City) -> None:
    theft = await theft_at_the_other_school(city)
    own = next(task for task in await city.routing("tasks") if task["incident"] == theft.incident)
    assert {part["desk"]: part["state"] for part in own["body"]["parts"]} == {B_DUTY: "accepted", STATION: "open"}


async def test_the_whole_story_to_its_conclusion_in_everybodys_own_view(city: City) -> None:
    """S01 from Monday to Thursday: the outcome of the first alarm goes to the four that were told, the second incident goes on."""
    alarm = await weapon_at_the_gate(city)
    expect_the_alarm(city, alarm)
    await everybody_signs(city)
    theft = await theft_at_the_other_school(city)
    await city.at("09-22 09:20")
    await city.desk(STATION).signs(theft.incident)
    await city.desk(STATION).reports("started", incident=theft.incident)
    await city.desk(STATION).reports("started", "嫌疑人已控制，现场解除", incident=alarm.incident)
    await city.desk(SAFETY_DESK).signs(theft.incident)
    await city.desk(B_DUTY).reports_on_task("started", "已调取监控", incident=theft.incident)
    await city.at("09-24 15:00")
    await city.police.concludes(alarm, desk=STATION, outcome="criminal-case", advice="加强放学时段值守")
    expect_the_outcome(city)


def expect_the_outcome(city: City) -> None:
    """Four desks: the five of the alarm less the station, which concludes."""
    told = {"outcome": "criminal-case", "advice": "加强放学时段值守"}
    for desk, view in ((A_DUTY, "S"), (DUTY_OFFICER, "E")):
        city.desk(desk).expects(told_again(2, change="concluded", view=view, shows=told))
    city.desk(HEALTH).expects(told_again(2, change="concluded", view="H", hidden=["outcome", "advice", "suspect_look"]))
    city.desk(A_LAW).expects(told_again(2, change="concluded", view="V", only=["kind", "severity", "schools", "relation"]))
    states = {row["desk"]: row["state"] for row in city.board.rows["notifications"] if row["version"] == 2}
    assert states == {A_DUTY: "acknowledged", DUTY_OFFICER: "acknowledged", HEALTH: "acknowledged", A_LAW: "noted"}


async def test_what_a_view_leaves_out_never_reaches_the_other_machine(city: City, servers: Servers) -> None:
    """INVARIANT: a field outside the view is on no foreign machine and in no foreign topic — broken by projecting after sending."""
    alarm = await weapon_at_the_gate(city)
    expect_the_alarm(city, alarm)
    await everybody_signs(city)
    seen = {}
    for service in ("schools", "health"):
        told = await records(servers.bootstrap, city.catalogue.to_service(service), city.begin)
        seen[service] = texts(told) + await schema_text(city.dsn(f"xt_{service}"), service)
    assert LOOK in seen["schools"]
    assert INJURY in seen["health"]
    for hidden in (INJURY, "117.001"):
        assert hidden not in seen["schools"]
    assert LOOK not in seen["health"]
