"""While a person files: what the unit's own desks hold or filed that may be the same happening, by the API and on the form."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.coordination import EventFacts, NotificationWithdrawn, UnitRecord
from contracts.ids import uuid7
from infra.http.auth import Actor
from tests.integration.agency_desk import (
    EDUCATION_DESK,
    INCIDENT,
    NUMBER,
    OTHER_SCHOOL,
    POLICE_DESK,
    SCHOOL,
    SCHOOL_DESK,
    START,
    Running,
    a_notification,
    an_actor,
    an_alarm,
)
from tests.integration.test_agency_pages import signed_in, submit

REPORTED = "school.campus-incident.reported"
DUTY = an_actor(SCHOOL_DESK, service="schools")
OFFICER = an_actor(f"school.safety-officer@{SCHOOL}", service="schools", ref="p-004")
FOREIGNER = an_actor(f"school.duty-desk@{OTHER_SCHOOL}", service="schools", ref="p-005")
BUREAU = an_actor(EDUCATION_DESK, service="schools", ref="p-006")
CALLER = an_actor(POLICE_DESK, service="police")
FIGHT: dict[str, Any] = {"kind": "violence", "school_id": SCHOOL}


async def ask(running: Running, actor: Actor | None, name: str = REPORTED, **body: Any) -> tuple[int, Any]:
    async with running.client(actor) as desk:
        answer = await desk.post("/api/events/alike", json={"type": name, "data": FIGHT, **body})
    return answer.status_code, answer.json()


async def found(running: Running, actor: Actor = DUTY, **body: Any) -> list[Any]:
    status, answer = await ask(running, actor, **body)
    assert status == 200, answer
    items: list[Any] = answer["items"]
    return items


async def test_what_a_desk_was_told_of_is_found_before_the_school_reports_it(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    ((number, page, desk, matter, fits),) = [
        (one["number"], one["notification"], one["desk"], one["matter"], one["fits"]) for one in await found(schools)
    ]
    assert (number, page, desk, matter, fits) == (NUMBER, issued.notification, SCHOOL_DESK, "人身伤害与闯入", ["same-school"])


async def test_another_unit_never_sees_what_this_one_holds(schools: Running) -> None:
    """INVARIANT: of its own unit alone — broken by a query that reads as the service."""
    await schools.told.issue(a_notification())
    assert await found(schools, FOREIGNER, data=FIGHT) == []
    await schools.told.issue(a_notification(EDUCATION_DESK, incident=uuid7(START, b"incident-9"), number="XT-990102-20260921-ZZZZZZ"))
    assert [one["number"] for one in await found(schools)] == [NUMBER]


async def test_of_what_another_desk_of_the_unit_holds_number_kind_times_and_desk_are_shown_alone(schools: Running) -> None:
    """INVARIANT: a hint opens no page that was shut — broken by an id of a row that the person does not see."""
    await schools.told.issue(a_notification(f"school.principal@{SCHOOL}"))
    (one,) = await found(schools)
    assert {name for name, value in one.items() if value is not None} == {
        "incident", "number", "type", "known_at", "time", "desk", "matter", "fits",
    }  # fmt: skip
    assert one["desk"] == f"school.principal@{SCHOOL}"


async def test_a_row_that_the_person_may_open_stands_for_the_incident(schools: Running) -> None:
    await schools.told.issue(a_notification(f"school.principal@{SCHOOL}"))
    own = await schools.told.issue(a_notification())
    assert [one["notification"] for one in await found(schools)] == [own.notification]


@pytest.mark.parametrize(
    "body",
    [
        {"data": FIGHT | {"kind": "fire"}},
        {"data": FIGHT | {"school_id": OTHER_SCHOOL}},
        {"data": {"school_id": SCHOOL}},
        {"data": {"kind": "no-such-kind", "school_id": SCHOOL}},
        {"data": {"kind": ["violence"], "school_id": {"id": SCHOOL}}},
        {"status": "exercise"},
        {"known_at": (START - timedelta(hours=9)).isoformat(), "data": FIGHT | {"kind": "accident"}},
    ],
    ids=["another matter", "another school", "no kind yet", "no such kind", "of other shapes", "an exercise", "of another kind, earlier"],
)
async def test_what_does_not_fit_or_says_nothing_yet_finds_nothing(schools: Running, body: dict[str, Any]) -> None:
    await schools.told.issue(a_notification())
    assert await found(schools, **body) == []


@pytest.mark.parametrize(("hours", "count"), [(1, 1), (3, 0)])
async def test_times_may_lie_as_far_apart_as_the_matter_allows(schools: Running, hours: int, count: int) -> None:
    await schools.told.issue(a_notification())
    await schools.told.clock(START + timedelta(hours=hours))
    assert len(await found(schools)) == count


async def test_what_was_known_early_is_held_against_what_came_before(schools: Running) -> None:
    await schools.told.issue(a_notification())
    await schools.told.clock(START + timedelta(hours=5))
    assert len(await found(schools, known_at=(START + timedelta(hours=1)).isoformat())) == 1


async def test_what_was_withdrawn_is_no_duplicate(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    gone = NotificationWithdrawn(
        notification=issued.notification, incident=INCIDENT, desk=SCHOOL_DESK, version=2, why="withdrawn", text="误报"
    )
    await schools.told.say("bus.notification.withdrawn", gone, to=SCHOOL_DESK)
    assert await found(schools) == []


async def test_an_item_of_the_bus_is_no_duplicate(schools: Running) -> None:
    await schools.told.issue(a_notification(view="L"))
    assert await found(schools) == []


async def test_a_later_word_about_an_incident_is_compared_as_the_incident(schools: Running) -> None:
    event = EventFacts(
        type="police.alarm.raised.corrected",
        time=START,
        known_at=START,
        status="actual",
        county="990102",
        revision=2,
        publisher=POLICE_DESK,
    )
    await schools.told.issue(a_notification(event=event, about=("police.alarm.raised",), version=2))
    assert [one["type"] for one in await found(schools)] == ["police.alarm.raised"]


MERGED, MERGED_BEFORE = "2199000108", "2199000109"


async def merge(running: Running, school: str, heir: str, *, to: str = "2026-09-01") -> None:
    row = {"from": "2025-09-01", "to": to, "name": "并入的学校", "place_code": f"9901020010{school[-2:]}", "successor": heir}
    record = UnitRecord(unit=school, version=2, document={"unit": school, "rows": [row]})
    await running.told.say("bus.directory.changed", record, to=None)


@pytest.mark.parametrize("named", [MERGED, MERGED_BEFORE, SCHOOL])
async def test_a_school_that_was_merged_is_its_heir_by_whatever_id_it_is_named(police: Running, named: str) -> None:
    """INVARIANT: two names of one school are one school — broken by comparing the ids that were typed."""
    await merge(police, MERGED, SCHOOL)
    await merge(police, MERGED_BEFORE, MERGED)
    await state(police, schools=[MERGED])
    (one,) = await found(police, CALLER, name="police.alarm.raised", data=ALARM | {"schools": [named]})
    assert one["fits"] == ["same-school"]
    assert await found(police, CALLER, name="police.alarm.raised", data=ALARM | {"schools": [OTHER_SCHOOL]}) == []


async def test_a_school_that_will_be_merged_is_still_itself(police: Running) -> None:
    await merge(police, MERGED, SCHOOL, to="2026-09-22")
    await state(police, schools=[MERGED])
    assert await found(police, CALLER, name="police.alarm.raised", data=ALARM) == []


async def test_schools_that_are_said_to_have_been_merged_into_each_other_stay_apart(police: Running) -> None:
    await merge(police, MERGED, MERGED_BEFORE)
    await merge(police, MERGED_BEFORE, MERGED)
    await state(police, schools=[MERGED])
    assert await found(police, CALLER, name="police.alarm.raised", data=ALARM | {"schools": [MERGED_BEFORE]}) == []


@pytest.mark.parametrize(
    ("actor", "name", "body", "status", "code"),
    [
        (None, REPORTED, {}, 401, "unauthenticated"),
        (an_actor(f"school.homeroom@{SCHOOL}", service="schools"), REPORTED, {}, 403, "not-the-publisher"),
        (DUTY, "police.alarm.raised", {}, 422, "unknown-type"),
        (DUTY, REPORTED, {"known_at": "2026-09-21T16:38:00"}, 422, None),
        (DUTY, REPORTED, {"place_code": "99"}, 422, None),
    ],
)
async def test_who_may_not_state_it_may_not_ask_and_a_bad_question_names_its_field(
    schools: Running, actor: Actor | None, name: str, body: dict[str, Any], status: int, code: str | None
) -> None:
    answered, problem = await ask(schools, actor, name, **body)
    assert answered == status
    if code == "unknown-type":
        assert [(one["field"], one["code"]) for one in problem["errors"]] == [("type", code)]
    elif code:
        assert str(problem["type"]).rpartition(":")[2] == code
    else:
        assert [one["field"] for one in problem["errors"]] == list(body)


async def state(police: Running, path: str = "/alarms", **changes: Any) -> str:
    async with police.client(CALLER, **{"Idempotency-Key": f"k{path}"}) as desk:
        answer = await desk.post(f"/api{path}", json={"data": an_alarm(**changes) if path == "/alarms" else changes})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


ALARM: dict[str, Any] = {"kind": "weapon", "schools": [SCHOOL]}


async def test_what_the_unit_filed_itself_is_found_with_its_page(police: Running) -> None:
    event = await state(police)
    ((number, page, desk),) = [
        (one["number"], one["event"], one["desk"]) for one in await found(police, CALLER, name="police.alarm.raised", data=ALARM)
    ]
    assert (number, page, desk) == (None, event, POLICE_DESK)


async def test_what_the_unit_filed_is_compared_as_it_was_corrected(police: Running) -> None:
    await state(police)
    number = an_alarm()["alarm_no"]
    await state(police, f"/alarms/{number}/corrected", reason="核实", changes={"schools": {"old": [SCHOOL], "new": [OTHER_SCHOOL]}})
    assert await found(police, CALLER, name="police.alarm.raised", data=ALARM) == []
    assert len(await found(police, CALLER, name="police.alarm.raised", data=ALARM | {"schools": [OTHER_SCHOOL]})) == 1
    await state(police, f"/alarms/{number}/withdrawn", code="false-alarm", reason="误报", officer="p-1")
    assert await found(police, CALLER, name="police.alarm.raised", data=ALARM | {"schools": [OTHER_SCHOOL]}) == []


FORM = {"kind": "violence", "school_id": f"{SCHOOL} 泉西小学"}
FILING = "/events/new/campus-incident"


async def test_the_form_shows_what_is_held_already_and_keeps_what_was_filled_in(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.answers()
    async with signed_in(schools, DUTY) as client:
        shown = await submit(client, f"{FILING}/alike", FORM, at=FILING)
        assert shown.status_code == 200
        assert f'href="/notifications/{issued.notification}"' in shown.text
        for words in ("本单位值守台已有可能是同一件事的事由", NUMBER, "同一学校", "仅供参考，不影响上报", f"{SCHOOL} 泉西小学"):
            assert words in shown.text, words
        assert "没有保存" not in shown.text
    assert await schools.told.answers() == []


async def test_the_form_says_when_nothing_is_held(schools: Running) -> None:
    async with signed_in(schools, DUTY) as client:
        shown = await submit(client, f"{FILING}/alike", {"known_at": "never", "status": "no"}, at=FILING)
    assert (shown.status_code, "没有可能是同一件事的事由" in shown.text) == (200, True)


async def test_the_first_button_of_the_form_still_files(schools: Running) -> None:
    """INVARIANT: Enter files — broken by a button that stands before it."""
    async with signed_in(schools, DUTY) as client:
        page = (await client.get(FILING)).text
    assert page.index('<button class="main">') < page.index("data-alike")


async def test_who_may_not_state_it_may_not_compare_by_the_form(schools: Running) -> None:
    await schools.told.issue(a_notification())
    async with signed_in(schools, an_actor(f"school.homeroom@{SCHOOL}", service="schools")) as client:
        refused = await submit(client, f"{FILING}/alike", FORM, at="/desk")
    assert refused.status_code == 403
    assert NUMBER not in refused.text
