"""Posting events: durable with their outbox row, once per key, refused with the field named."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from contracts.coordination import DecisionMade, MessageParked, NotificationAcknowledged, Person, RecipientLine
from contracts.police import AlarmRaised
from contracts.sealed import SealedRow
from infra.seal import open_row
from services.chassis.intake.again import send_again
from tests.integration.agency_desk import (
    INCIDENT,
    NUMBER,
    OTHER_SCHOOL,
    POLICE_DESK,
    SCHOOL,
    SCHOOL_DESK,
    START,
    STATION_DESK,
    Running,
    a_notification,
    an_actor,
    an_alarm,
)

FACTS = a_notification().event
CALLER = an_actor(POLICE_DESK, service="police")
STATION = an_actor(STATION_DESK, service="police", ref="p-011")
LIAISON = an_actor("police.liaison-desk@pb-990102", service="police", ref="p-012")
OTHER_INCIDENT = "01a0c1b1-0900-8920-8880-61860bd91888"
PUPIL = {"name": "测试甲", "class": "三(2)班", "pupil_no": "20230001", "age_band": "6-13", "guardian_phone": "13800000000"}


async def post(
    police: Running, data: Any = None, *, key: str = "k-1", actor: Any = CALLER, path: str = "/api/alarms", **stated: Any
) -> httpx.Response:
    async with police.client(actor, **{"Idempotency-Key": key}) as program:
        return await program.post(path, json={"data": an_alarm() if data is None else data, **stated})


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(one["field"], one["code"]) for one in answer.json()["errors"]]


async def test_a_202_is_durable_and_in_the_outbox(police: Running) -> None:
    answer = await post(police)
    assert answer.status_code == 202, answer.text
    ((name, headers, data),) = await police.told.answers()
    assert name == "police.alarm.raised"
    assert headers["ce_source"] == "/police/pb-990102"
    assert headers["ce_county"] == "990102"
    assert headers["ce_publisher"] == POLICE_DESK
    assert headers["ce_id"] == answer.json()["id"]
    assert AlarmRaised.model_validate(data).schools == (SCHOOL,)
    async with police.client(CALLER) as program:
        assert (await program.get(answer.headers["location"])).json()["subject"] == "J370100000412"


async def test_the_same_request_again_gets_the_stored_answer(police: Running) -> None:
    first, again = await post(police), await post(police)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert len(await police.told.answers()) == 1


async def test_many_at_once_are_one(police: Running) -> None:
    answers = await asyncio.gather(*(post(police) for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 202}) == 1
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} <= {"urn:xietong:problem:request-in-flight"}
    assert len(await police.told.answers()) == 1


async def test_a_key_used_for_another_content_is_refused(police: Running) -> None:
    await post(police)
    other = await post(police, an_alarm(casualties=2))
    assert (other.status_code, other.json()["type"]) == (422, "urn:xietong:problem:idempotency-key-reused")


async def test_a_post_without_a_key_is_refused(police: Running) -> None:
    async with police.client(CALLER) as program:
        answer = await program.post("/api/alarms", json={"data": an_alarm()})
    assert (answer.status_code, faults(answer)) == (422, [("header.Idempotency-Key", "missing")])


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"severity": "high"}, "data.severity", "literal-error"),
        ({"casualties": -1}, "data.casualties", "greater-than-equal"),
        ({"casualties": 1.5}, "data.casualties", "int-type"),
        ({"caller": "x"}, "data.caller", "extra-forbidden"),
        ({"schools": []}, "data.schools", "too-short"),
        ({"schools": ["12"]}, "data.schools.0", "string-pattern-mismatch"),
        ({"place_text": "电话13800000000"}, "data.place_text", "personal-number-in-text"),
        ({"place_text": "a\u0000b"}, "data.place_text", "unprintable-character"),
        ({"kind": "other"}, "data.kind_note", "other-needs-words"),
    ],
)
async def test_a_faulty_field_is_named_in_both_languages(police: Running, change: dict[str, Any], field: str, code: str) -> None:
    answer = await post(police, an_alarm(**change))
    assert answer.status_code == 422
    assert (field, code) in faults(answer)
    assert all(one["zh"] and one["en"] and one["message"] == one["zh"] for one in answer.json()["errors"])
    assert await police.told.answers() == []


@pytest.mark.parametrize(
    ("stated", "field", "code"),
    [
        ({"known_at": "2026-09-21T16:38:00"}, "known_at", "time-without-offset"),
        ({"known_at": "2026-09-21T16:40:01+08:00"}, "known_at", "in-the-future"),
        ({"county": "99"}, "county", "string-pattern-mismatch"),
        ({"revision": 0}, "revision", "greater-than-equal"),
        ({"incident": "x"}, "incident", "string-pattern-mismatch"),
        ({"time": "2026-09-21T16:38:00+08:00"}, "time", "extra-forbidden"),
        ({"status": "drill"}, "status", "literal-error"),
    ],
)
async def test_a_faulty_statement_is_named(police: Running, stated: dict[str, Any], field: str, code: str) -> None:
    answer = await post(police, **stated)
    assert (answer.status_code, faults(answer)) == (422, [(field, code)])


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe", b'{"data": ' + b"[" * 5000, b"null", b"[]", b'"x"', b'{"data": NaN}'])
async def test_an_unreadable_body_is_a_problem_and_no_failure(police: Running, body: bytes) -> None:
    async with police.client(CALLER, **{"Idempotency-Key": "k", "Content-Type": "application/json"}) as program:
        answer = await program.post("/api/alarms", content=body)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_unit_that_the_directory_does_not_hold_is_told_so(police: Running) -> None:
    """Trying again would not help: only an import of the directory does."""
    answer = await post(police, actor=an_actor("police.110-desk@nowhere", service="police"))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:xietong:problem:unit-unknown")


async def test_more_than_256_kb_is_refused(police: Running) -> None:
    answer = await post(police, an_alarm(place_text="x" * 300_000))
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:xietong:problem:too-large")


async def test_two_minutes_ahead_is_still_known(police: Running) -> None:
    assert (await post(police, known_at=(START + timedelta(minutes=2)).isoformat())).status_code == 202


@pytest.mark.parametrize(("actor", "desk"), [(LIAISON, None), (CALLER, STATION_DESK)])
async def test_only_a_publishing_desk_of_the_person_states_an_event(police: Running, actor: Any, desk: str | None) -> None:
    answer = await post(police, actor=actor, path="/api/alarms" + (f"?desk={desk}" if desk else ""))
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:xietong:problem:not-the-publisher")
    assert await police.told.answers() == []


async def test_revisions_run_on_across_the_units_of_the_service(police: Running) -> None:
    assert (await post(police)).json()["revision"] == 1
    added = await post(police, {"added": {"injury_note": "擦伤"}}, key="k-2", actor=STATION, path="/api/alarms/J370100000412/supplemented")
    assert (added.status_code, added.json()["revision"]) == (202, 2), added.text
    moved = {"field": "severity", "from": "life-risk", "to": "urgent", "by": "值班长", "why": "嫌疑人已控制"}
    assert (await post(police, moved, key="k-3", path="/api/alarms/J370100000412/level-changed")).json()["revision"] == 3


async def test_a_follow_up_goes_on_from_its_head(police: Running) -> None:
    head = (await post(police, status="exercise")).json()
    gone = {"code": "false-alarm", "reason": "误报", "officer": "王警官"}
    answer = await post(police, gone, key="k-2", path="/api/alarms/J370100000412/withdrawn")
    assert answer.status_code == 202, answer.text
    _, (name, headers, data) = await police.told.answers()
    assert name == "police.alarm.raised.withdrawn"
    assert (headers["ce_withdraws"], headers["ce_status"], headers["ce_revision"]) == (head["id"], "exercise", "2")
    assert data["alarm_no"] == "J370100000412"


async def test_a_key_that_differs_from_the_address_is_refused(police: Running) -> None:
    data = {"alarm_no": "J370100000999", "code": "invalid", "reason": "误录", "officer": "王警官"}
    answer = await post(police, data, path="/api/alarms/J370100000412/withdrawn")
    assert (answer.status_code, faults(answer)) == (422, [("data.alarm_no", "key-differs")])


async def test_pupils_leave_sealed_and_rest_sealed(police: Running) -> None:
    answer = await post(police, an_alarm(pupils=[PUPIL]))
    assert answer.status_code == 202, answer.text
    ((_, _, data),) = await police.told.answers()
    (row,) = [SealedRow.model_validate(one) for one in data["pupils"]]
    assert set(row.keys) == {"police", "schools"}
    assert open_row(row, service="schools", private_key=police.seal_keys["schools"]) == PUPIL
    for table in ("events", "outbox", "answered_requests", "desk_changes"):
        text = " ".join(str(dict(one)) for one in await police.told.pool.fetch(f"select * from {table}"))
        assert "测试甲" not in text
        assert "13800000000" not in text
    vault = await police.told.pool.fetchval("select sealed from vault where owner = $1", answer.json()["id"])
    assert vault["row"] == row.row


async def test_a_pupil_of_several_schools_names_its_own(police: Running) -> None:
    answer = await post(police, an_alarm(schools=[SCHOOL, OTHER_SCHOOL], pupils=[PUPIL]))
    assert answer.status_code == 422
    assert faults(answer)[0][1] == "sealed-row-without-school"


async def test_pupils_wait_until_every_receiver_has_a_key(police: Running) -> None:
    await police.told.pool.execute(
        "update directory set document = jsonb_set(document, '{seal_keys}', '{\"police\": \"x\"}') where id = 'bus-990100'"
    )
    answer = await post(police, an_alarm(pupils=[PUPIL]))
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:xietong:problem:no-sealing-key")


async def test_a_decision_shows_who_is_told_and_what_they_did(police: Running) -> None:
    event = (await post(police)).json()
    decision = DecisionMade(
        event_source="/police/pb-990102", event_id=event["id"], event_type="police.alarm.raised", incident=INCIDENT, number=NUMBER, outcome="routed",
        decided_at=START, mandates=("POL-01",), recipients=(RecipientLine(desk=SCHOOL_DESK, kind="acknowledge", view="S", mandates=("POL-01",)),),
    )  # fmt: skip
    await police.told.say("bus.decision.made", decision, to=POLICE_DESK)
    signed = NotificationAcknowledged(
        notification="n-1", incident=INCIDENT, desk=SCHOOL_DESK, version=1, acknowledged_at=START + timedelta(minutes=3),
        person=Person(ref="p-1", role="school.duty-desk", shown="李*"),
    )  # fmt: skip
    await police.told.say("bus.notification.acknowledged", signed, to=POLICE_DESK)
    async with police.client(CALLER) as program:
        shown = (await program.get(f"/api/events/{event['id']}")).json()
    assert (shown["number"], shown["outcome"]) == (NUMBER, "routed")
    assert [(line["desk"], line["state"], line["person"]["shown"]) for line in shown["told"]] == [(SCHOOL_DESK, "acknowledged", "李*")]


async def test_a_foreign_event_does_not_exist(police: Running) -> None:
    event = (await post(police)).json()
    async with police.client(STATION) as program:
        assert (await program.get(f"/api/events/{event['id']}")).status_code == 404
        assert (await program.get("/api/events")).json()["items"] == []


async def silent(police: Running) -> None:
    await police.told.pool.execute(
        "update events set next_send_at = clock_timestamp() - interval '1 second' where next_send_at is not null"
    )


async def test_an_event_that_routing_never_answered_is_sent_again_unchanged(police: Running) -> None:
    await post(police, an_alarm(pupils=[PUPIL]))
    (first,) = await police.told.answers()
    assert await send_again(police.bureau) == 0
    await silent(police)
    assert await send_again(police.bureau) == 1
    assert await send_again(police.bureau) == 0
    (again,) = await police.told.answers()
    assert json.dumps(first, sort_keys=True) == json.dumps(again, sort_keys=True)


@pytest.mark.parametrize("answered", ["decided", "parked"])
async def test_an_answered_event_is_not_sent_again(police: Running, answered: str) -> None:
    event = (await post(police)).json()
    said = {"event_source": "/police/pb-990102", "event_id": event["id"]}
    if answered == "decided":
        made = DecisionMade(**said, event_type="police.alarm.raised", incident=None, number=None, outcome="unmatched", decided_at=START)
        await police.told.say("bus.decision.made", made, to=POLICE_DESK)
    else:
        lies = MessageParked(**said, consumer="routing", topic="t", partition=0, offset=1, reason="bad-data")
        await police.told.say("bus.message.parked", lies, to=POLICE_DESK)
    await silent(police)
    assert await send_again(police.bureau) == 0


async def test_what_a_unit_says_of_a_matter_it_was_told_of_goes_on_from_that_incident(schools: Running) -> None:
    """INVARIANT: a hospital's slip and a school's rectification find the incident they are about — broken by tying them to the speaker's county."""
    found = a_notification(
        f"school.principal@{SCHOOL}",
        event=FACTS.model_copy(update={"type": "fire.hazard.found", "publisher": "fire.supervision-desk@fire-990102"}),
        payload={"hazard_no": "F-26-11", "school_id": SCHOOL, "level": "grave"},
    )
    await schools.told.issue(found)
    await schools.told.answers()
    done = {"hazard_no": "F-26-11", "done_at": "2026-09-21T10:00:00+08:00", "measure": "疏通安全出口"}
    officer = an_actor(f"school.safety-officer@{SCHOOL}", service="schools")
    said = []
    for number in ("F-26-11", "F-26-12"):
        answer = await post(schools, {**done, "hazard_no": number}, key=number, actor=officer, path="/api/rectifications")
        assert answer.status_code == 202, answer.text
        ((_, headers, _),) = await schools.told.answers()
        said.append(headers.get("ce_incident"))
    assert said == [INCIDENT, None]


async def test_of_two_matters_with_one_number_a_unit_goes_on_from_neither_unasked(schools: Running) -> None:
    """INVARIANT: what may be about two matters is given back — broken by going on from the one that the unit was told of last."""
    for name, incident in (("fire.hazard.found", INCIDENT), ("housing.building-hazard.found", OTHER_INCIDENT)):
        found, payload = FACTS.model_copy(update={"type": name}), {"hazard_no": "F-26-11", "school_id": SCHOOL}
        await schools.told.issue(a_notification(f"school.principal@{SCHOOL}", incident=incident, event=found, payload=payload))
    await schools.told.answers()
    done = {"hazard_no": "F-26-11", "done_at": "2026-09-21T10:00:00+08:00", "measure": "疏通安全出口"}
    await post(schools, done, actor=an_actor(f"school.safety-officer@{SCHOOL}", service="schools"), path="/api/rectifications")
    ((_, headers, _),) = await schools.told.answers()
    assert (headers.get("ce_incident"), headers["ce_county"]) == (None, "990102")


async def test_an_item_of_the_bus_is_no_matter_to_go_on_from(schools: Running) -> None:
    """INVARIANT: nobody joins an arbitration — broken by taking what a leader was told (view L) for the matter itself."""
    item = a_notification(
        f"school.principal@{SCHOOL}",
        view="L",
        event=FACTS.model_copy(update={"type": "fire.hazard.found"}),
        payload={"hazard_no": "F-26-11", "level": "grave"},
    )
    await schools.told.issue(item)
    await schools.told.answers()
    done = {"hazard_no": "F-26-11", "done_at": "2026-09-21T10:00:00+08:00", "measure": "疏通安全出口"}
    await post(schools, done, actor=an_actor(f"school.safety-officer@{SCHOOL}", service="schools"), path="/api/rectifications")
    ((_, headers, _),) = await schools.told.answers()
    assert "ce_incident" not in headers


async def test_pages_of_the_list_together_are_the_whole_list(police: Running) -> None:
    for number in range(7):
        await post(police, an_alarm(alarm_no=f"J37010000{number:04d}"), key=f"k-{number}")
    seen: list[str] = []
    async with police.client(CALLER) as program:
        address: str | None = "/api/events?limit=3"
        while address:
            answer = await program.get(address)
            seen += [item["subject"] for item in answer.json()["items"]]
            address = answer.links.get("next", {}).get("url")
    assert sorted(seen) == [f"J37010000{number:04d}" for number in range(7)]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "cursor=%21", "cursor=WzFd", "cursor=" + "A" * 401])
async def test_a_faulty_page_is_a_problem(police: Running, query: str) -> None:
    async with police.client(CALLER) as program:
        answer = await program.get(f"/api/events?{query}")
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
