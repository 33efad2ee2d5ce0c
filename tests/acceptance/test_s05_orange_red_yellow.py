"""S05: a pupil's crisis goes from orange to red, back to orange and to yellow; nobody outside sees more than its view, and yellow never leaves.

Where mandates.md asks for more than the story names, the mandates stand: on a level change a desk that has signed and is no longer wanted is
informed (§2: B.principal on 10-16), and PSY-03 informs the vice-principal for health again when it opens again on 10-16.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from infra.embedded import Servers
from tests.acceptance.city import City, Notice, Refused, Stated, inform, parked, signature, told_again
from tests.acceptance.city.places import (
    A_CLASS,
    A_PSYCH,
    B_DOCTOR,
    B_HEALTH_VICE,
    B_PRINCIPAL,
    B_PSYCH,
    DUTY_OFFICER,
    EXPERTS,
    HEALTH,
    HOSPITAL,
    OPS,
    STUDENT_DESK,
    A,
    B,
)
from tests.acceptance.city.wire import records, schema_text, texts

NO = "PR-0102-0007"
RISK, NAME = "既往有自伤史，近期家庭变故", "林一诺"
CASE: dict[str, Any] = {
    "referral_no": NO, "level": "orange", "school_id": B, "assessed_at": "2026-10-13T09:20:00+08:00", "trigger": "self-harm",
    "need_ambulance": False, "pupil": [{"name": NAME, "class": "初三1班", "sex": "female", "age_band": "14-15"}],
    "known_risk_note": [{"text": RISK}], "guardian_told": "yes", "companion": "teacher",
}  # fmt: skip
SCHOOL_ONLY = ["assessed_at", "trigger", "companion", "pupil", "known_risk_note"]
FOR_EDUCATION, FOR_HEALTH = ["referral_no", "level", "school_id", "guardian_told"], ["referral_no", "level", "school_id", "need_ambulance"]


async def orange(city: City) -> Stated:
    """PSY-03 on Tue 10-13 10:00: nobody outside the school."""
    await city.at("2026-10-13 10:00")
    case = await city.states(B_PSYCH, "/psych-risks", CASE, key=NO)
    city.desk(B_DOCTOR).expects(
        signature(by="10-14 18:30", first_action="10-16 18:30", view="S", mandates=["PSY-03"], hidden=["known_risk_note"])
    )
    city.desk(B_HEALTH_VICE).expects(inform(view="V", mandates=["PSY-03"], only=["referral_no", "school_id"]))
    city.task(case).expects(lead=B_DOCTOR, assist=[B_PSYCH], report="10-16 18:30", close="11-12 24:00")
    await city.at("10-14 09:00")
    await city.desk(B_DOCTOR).signs()
    await city.desk(B_DOCTOR).reports("started")
    return case


def informed(version: int, **more: Any) -> Notice:
    """The new level, for information."""
    return Notice(kind="inform", version=version, change="level-changed", keeps_clocks=True, **more)


async def moved(city: City, case: Stated, old: str, new: str, **more: str) -> Stated:
    return await case.follow("level-changed", {"field": "level", "from": old, "to": new, "assessed_by": "心理教师 方某", **more})


async def red(city: City) -> Stated:
    """PSY-01 on Wed 10-14 21:10: the hospital leads; everybody in the ring signs in time."""
    case = await orange(city)
    await city.at("21:10")
    await moved(city, case, "orange", "red")
    city.desk(HOSPITAL).expects(
        signature(by="21:20", first_action="21:40", view="K", mandates=["PSY-01"], shows={"trigger": "self-harm", "companion": "teacher"})
    )
    city.desk(EXPERTS).expects(signature(by="21:40", first_action="23:10", view="H", mandates=["PSY-01"], only=FOR_HEALTH))
    city.desk(HEALTH).expects(signature(by="21:20", view="H", mandates=["PSY-01"], only=FOR_HEALTH))
    city.desk(DUTY_OFFICER).expects(signature(by="21:20", view="E", mandates=["PSY-01"], only=FOR_EDUCATION))
    city.desk(B_PRINCIPAL).expects(signature(by="21:20", first_action="21:40", view="S", mandates=["PSY-01"], hidden=["known_risk_note"]))
    city.desk(B_DOCTOR).expects(informed(2, view="S", mandates=["PSY-01"]))
    assist = [B_PSYCH, EXPERTS, B_PRINCIPAL, B_DOCTOR]
    city.task(case).expects(lead=HOSPITAL, assist=assist, report="23:10", close=None, version=2)
    return case


async def assessed_at_the_hospital(city: City) -> Stated:
    """The hospital signs 21:16 and states its slip at 22:30 (PSY-07); the teacher signs when the school day begins."""
    case = await red(city)
    await city.at("21:16")
    for desk in (HOSPITAL, EXPERTS, HEALTH, DUTY_OFFICER, B_PRINCIPAL):
        await city.desk(desk).signs()
    for desk in (HOSPITAL, EXPERTS, B_PRINCIPAL):
        await city.desk(desk).reports("started")
    await city.at("22:30")
    await slip(city, "assessed", "HZ-118")
    city.desk(B_PSYCH).expects(
        signature(by="10-15 06:50", view="S", mandates=["PSY-07"], shows={"step": "assessed", "slip_no": "HZ-118", "advice": ["accompany"]})
    )
    city.desk(B_PRINCIPAL).expects(told_again(2, view="S", mandates=["PSY-01", "PSY-07"], shows={"slip_no": "HZ-118"}))
    await city.desk(HOSPITAL).reports_on_task("started", "已完成评估，建议家长陪护", incident=case.incident)
    await city.at("10-15 06:40")
    await city.desk(B_PSYCH).signs()
    return case


async def slip(city: City, step: str, number: str) -> Stated:
    said = {"referral_no": NO, "slip_no": number, "step": step, "advice": ["accompany"]}
    return await city.states(HOSPITAL, "/psych-referrals", said, key=NO)


async def orange_again(city: City) -> Stated:
    """Fri 10-16 15:00, with the hospital's slip (PSY-05, PSY-03)."""
    case = await assessed_at_the_hospital(city)
    await city.at("10-16 15:00")
    await moved(city, case, "red", "orange", slip_no="HZ-118")
    for desk, view, seen in ((HEALTH, "H", FOR_HEALTH), (EXPERTS, "H", FOR_HEALTH), (DUTY_OFFICER, "E", FOR_EDUCATION)):
        city.desk(desk).expects(informed(2, view=view, only=seen, mandates=["PSY-05"], shows={"level": "orange"}))
    city.desk(HOSPITAL).expects(informed(2, view="K", mandates=["PSY-05"], shows={"level": "orange"}))
    city.desk(B_PRINCIPAL).expects(told_again(3, view="S", change="level-changed", shows={"level": "orange"}))
    city.desk(B_HEALTH_VICE).expects(informed(2, view="V", only=["referral_no", "school_id"]))
    city.desk(B_DOCTOR).expects(
        signature(by="10-19 18:30", first_action="10-21 18:30", version=3, view="S", mandates=["PSY-03"], shows={"level": "orange"})
    )
    return case


async def test_orange_stays_in_the_school(city: City, servers: Servers) -> None:
    await orange(city)
    assert {row["desk"] for row in city.board.rows["notifications"]} == {B_DOCTOR, B_HEALTH_VICE}
    for service in ("health", "police", "market", "cyberspace", "partners"):
        told = await records(servers.bootstrap, city.catalogue.to_service(service), city.begin)
        assert NO not in texts(told)


async def test_red_opens_the_green_channel_and_the_hospital_leads(city: City) -> None:
    await red(city)
    told = {row["desk"]: row["message"]["payload"] for row in city.board.rows["notifications"]}
    assert {desk for desk, payload in told.items() if "known_risk_note" in payload} == {HOSPITAL}
    assert {desk for desk, payload in told.items() if "pupil" in payload} == {HOSPITAL, B_PRINCIPAL, B_DOCTOR}


async def test_the_hospitals_slip_is_signed_when_the_next_school_day_begins(city: City) -> None:
    await assessed_at_the_hospital(city)
    await city.at("10-16 14:59")


async def test_red_goes_down_with_the_hospitals_slip_alone(city: City) -> None:
    case = await assessed_at_the_hospital(city)
    await city.at("10-16 15:00")
    with pytest.raises(Refused) as refused:
        await moved(city, case, "red", "orange")
    assert refused.value.status == 422
    assert [one["field"] for one in refused.value.problem["errors"]] == ["data.slip_no"]


async def test_red_to_orange_informs_the_ring_and_gives_the_doctor_a_fresh_clock(city: City) -> None:
    case = await orange_again(city)
    begun = [HOSPITAL, EXPERTS, B_PRINCIPAL]
    city.task(case).expects(lead=B_DOCTOR, assist=[B_PSYCH, *begun], report="10-21 18:30", close="11-15 24:00", version=3)
    await city.at("10-19 18:29")


async def test_yellow_closes_the_task_and_nobody_else_hears_of_it(city: City) -> None:
    """PSY-06 on Fri 11-13 10:00: `to-local`."""
    case = await orange_again(city)
    city.take_task(version=3)
    await city.at("10-19 09:00")
    await city.desk(B_DOCTOR).signs()
    await city.desk(B_DOCTOR).reports("started", "已制定个性化方案")
    await city.at("11-13 10:00")
    await moved(city, case, "orange", "yellow")
    city.desk(B_DOCTOR).expects(informed(4, view="S", mandates=["PSY-06"], shows={"level": "yellow"}))
    closed = {row["desk"]: row["message"]["outcome"] for row in city.board.rows["updates"] if row["name"] == "bus.task.closed"}
    assert closed == {B_DOCTOR: "to-local", B_PSYCH: "to-local"}
    await city.at("11-30 09:00")
    assert not [duty["desk"] for duty in await city.routing("duties") if duty["body"]["missed_at"]]


YELLOW_NO, YELLOW_NAME = "HJ-2026-11-03", "苏一鸣"
YELLOW: dict[str, Any] = {
    "case_no": YELLOW_NO, "assessed_at": "2026-11-13T09:00:00+08:00", "trigger": "acute-distress", "guardian_told": "yes",
    "contact_on": "2026-11-16", "pupil": [{"name": YELLOW_NAME, "class": "五年级1班", "sex": "male", "age_band": "6-13"}],
}  # fmt: skip


async def entered(city: City) -> Any:
    """PSY-04: A's teacher enters a new case at yellow, on the day on which B's went down to it."""
    await city.at("2026-11-13 10:00")
    kept = await city.desk(A_PSYCH).ask("POST", "/yellow-cases", {"data": YELLOW})
    await city.settle()
    return kept


async def test_a_yellow_case_is_taken_by_the_school_alone(city: City) -> None:
    """The bus refuses it by name; the school's own store takes it, and shows it to the school's own people."""
    kept = await entered(city)
    with pytest.raises(Refused) as refused:
        await city.states(A_PSYCH, "/psych-risks", {**CASE, "level": "yellow", "school_id": A}, key=NO)
    assert [(one["field"], one["code"]) for one in refused.value.problem["errors"]] == [("data.level", "local-only")]
    (one,) = (await city.desk(A_CLASS).ask("GET", "/yellow-cases"))["items"]
    assert (one["id"], one["number"], one["data"]["contact_on"]) == (kept["id"], YELLOW_NO, "2026-11-16")
    (row,) = one["data"]["pupil"]
    opened = await city.desk(A_PSYCH).ask("POST", f"/yellow-cases/{kept['id']}/open", {"row": row["row"], "purpose": "家校沟通"})
    assert opened["content"]["name"] == YELLOW_NAME
    with pytest.raises(Refused) as closed:
        await city.desk(A_CLASS).ask("POST", f"/yellow-cases/{kept['id']}/open", {"row": row["row"], "purpose": "了解情况"})
    assert closed.value.status == 403
    assert (await city.desk(B_PSYCH).ask("GET", "/yellow-cases"))["items"] == []


async def test_of_a_yellow_case_there_is_nothing_on_the_bus_and_in_no_log(
    city: City, servers: Servers, caplog: pytest.LogCaptureFixture
) -> None:
    """INVARIANT: yellow never leaves the school — broken by an outbox row, a log line, or a table of another service."""
    with caplog.at_level("DEBUG"):
        kept = await entered(city)
        await city.at("11-14 10:00")
    found = [await records(servers.bootstrap, topic, city.begin) for topic in sorted({place.topic for place in city.begin})]
    places = {"topics": "\n".join(map(texts, found)), "logs": caplog.text}
    for schema in ("routing", *city.catalogue.services()):
        places[schema] = await schema_text(city.dsn(f"xt_{schema}"), schema)
    own = places.pop("schools")
    assert YELLOW_NO in own
    assert YELLOW_NAME not in own, "the pupil rests sealed"
    assert not [(place, secret) for place, text in places.items() for secret in (YELLOW_NO, YELLOW_NAME, kept["id"]) if secret in text]
    assert await city.owner.fetchval("select count(*) from schools.outbox where value::text like '%' || $1 || '%'", kept["id"]) == 0


async def test_the_bureau_gets_a_count_that_names_no_school_and_hides_what_is_few(city: City) -> None:
    await entered(city)
    assert await city.desk(STUDENT_DESK).ask("GET", "/yellow-cases/count?month=2026-11") == {
        "month": "2026-11", "county": "990102", "count": "<10",
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        await city.desk(STUDENT_DESK).ask("GET", "/yellow-cases")
    assert refused.value.status == 403
    for number in range(9):
        await city.desk(A_PSYCH).ask("POST", "/yellow-cases", {"data": {**YELLOW, "case_no": f"HJ-{number}"}})
    assert (await city.desk(STUDENT_DESK).ask("GET", "/yellow-cases/count?month=2026-11"))["count"] == "10"
    assert (await city.desk(STUDENT_DESK).ask("GET", "/yellow-cases/count?month=2026-12"))["count"] == "<10"


async def test_a_yellow_record_that_is_forced_onto_the_bus_is_parked_without_its_content_and_rings_at_operations(
    city: City, servers: Servers
) -> None:
    await city.at("2026-11-13 10:00")
    await forced(servers)
    await city.settle()
    city.desk(OPS).expects(parked(reason="local-only", consumer="routing", event_id=FORCED["id"]))
    city.desk(B_PSYCH).expects(parked(reason="local-only", event_id=FORCED["id"]))
    (letter,) = await city.owner.fetch("select reason, value from routing.dead_letters")
    assert (letter["reason"], letter["value"]) == ("local-only", None)
    assert not await city.routing("incidents")
    rung = await city.owner.fetchval("select ring from partners.desk_changes where desk = $1 and kind = 'update'", OPS)
    assert rung == "loud"


RED = Path(__file__).parents[1] / "contract" / "golden" / "school.psych-risk.assessed.v1" / "red.json"
FORCED: dict[str, Any] = json.loads(RED.read_text(encoding="utf-8"))
FORCED["data"] |= {"level": "yellow"}


async def forced(servers: Servers) -> None:
    """What no service would send."""
    producer = AIOKafkaProducer(bootstrap_servers=list(servers.bootstrap))
    await producer.start()
    try:
        await producer.send_and_wait(
            "xietong.schools.psych.v1",
            json.dumps(FORCED).encode(),
            key=FORCED["subject"].encode(),
            headers=[("content-type", b"application/cloudevents+json")],
        )
    finally:
        await producer.stop()
