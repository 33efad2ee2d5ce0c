"""Two incidents at a real desk: suggested, decided by a named person, undone, refused; and who sees nothing of it."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.coordination import IncidentLinked, IncidentUnlinked, LinkedSide, LinkLapsed, LinkSuggested, NotificationWithdrawn, Person
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
)

DUTY = an_actor(SCHOOL_DESK, service="schools")
COLLEAGUE = an_actor(SCHOOL_DESK, service="schools", ref="p-002", shown="李*")
PRINCIPAL = an_actor(f"school.principal@{SCHOOL}", service="schools", ref="p-003", shown="王*")
OFFICER = an_actor(f"school.safety-officer@{SCHOOL}", service="schools", ref="p-004")
FOREIGNER = an_actor(f"school.duty-desk@{OTHER_SCHOOL}", service="schools", ref="p-005")
BUREAU = an_actor(EDUCATION_DESK, service="schools", ref="p-006")
OTHER, OTHER_NUMBER = uuid7(START + timedelta(minutes=5), b"incident-2"), "XT-990102-20260921-B2C3D4"
LINK = uuid7(START, b"link-00001")
SIDES = (
    LinkedSide(
        incident=INCIDENT, number=NUMBER, type="police.alarm.raised", known_at=START - timedelta(seconds=90), time=START, desk=POLICE_DESK
    ),
    LinkedSide(
        incident=OTHER, number=OTHER_NUMBER, type="school.campus-incident.reported", known_at=START, time=START + timedelta(minutes=5),
        desk=SCHOOL_DESK,
    ),
)  # fmt: skip


def suggestion(*, decidable: bool = True) -> LinkSuggested:
    return LinkSuggested(
        link=LINK, incident=INCIDENT, number=NUMBER, linked=OTHER, revision=1, sides=SIDES, matter="人身伤害与闯入", fits=("same-school",),
        suggested_at=START, decidable=decidable,
    )  # fmt: skip


def lapsed(**changes: Any) -> LinkLapsed:
    said = suggestion(decidable=False).model_dump(exclude={"matter", "fits", "suggested_at"})
    return LinkLapsed(**{**said, "revision": 2, "lapsed_at": START + timedelta(minutes=20), **changes})


def linked(revision: int = 2, **changes: Any) -> IncidentLinked:
    fields: dict[str, Any] = {
        "incident": INCIDENT, "number": NUMBER, "linked": OTHER, "relation": "same", "desk": POLICE_DESK, "text": "警情与学校上报为同一事件",
        "linked_at": START + timedelta(minutes=6), "person": Person(ref="p-9", role="police.110-desk", shown="郑*"), "link": LINK,
        "revision": revision, "sides": SIDES, "decidable": True,
    }  # fmt: skip
    return IncidentLinked(**{**fields, **changes})


def unlinked(revision: int = 3, **changes: Any) -> IncidentUnlinked:
    said = linked(revision).model_dump(exclude={"relation", "linked_at", "text"})
    return IncidentUnlinked(**{**said, "text": "核实为两起", "unlinked_at": START + timedelta(minutes=9), **changes})


async def told(schools: Running, message: Any, *, to: str = SCHOOL_DESK) -> None:
    name = {
        LinkSuggested: "bus.link.suggested",
        LinkLapsed: "bus.link.lapsed",
        IncidentLinked: "bus.incident.linked",
        IncidentUnlinked: "bus.incident.unlinked",
    }
    await schools.told.say(name[type(message)], message, to=to)


async def get(schools: Running, actor: Actor | None, path: str = f"/api/links/{LINK}") -> tuple[int, Any]:
    async with schools.client(actor) as desk:
        answer = await desk.get(path)
    return answer.status_code, answer.json()


async def post(schools: Running, actor: Actor | None, act: str, **body: Any) -> tuple[int, Any]:
    async with schools.client(actor) as desk:
        answer = await desk.post(f"/api/links/{LINK}/{act}", json=body)
    return answer.status_code, answer.json()


def code_of(problem: Any) -> str:
    return str(problem["type"]).rpartition(":")[2]


MERGE: dict[str, Any] = {"relation": "same", "text": "同一起冲突", "revision": 1}
APART: dict[str, Any] = {"text": "不是同一件事", "revision": 1}


async def test_a_suggestion_waits_in_the_list_and_stands_beside_both_incidents(schools: Running) -> None:
    first = await schools.told.issue(a_notification())
    second = await schools.told.issue(a_notification(incident=OTHER, number=OTHER_NUMBER))
    await told(schools, suggestion())
    _, waiting = await get(schools, DUTY, "/api/links")
    assert [(one["id"], one["state"], one["fits"]) for one in waiting["items"]] == [(LINK, "suggested", ["same-school"])]
    for issued, other in ((first, second), (second, first)):
        _, shape = await get(schools, DUTY, f"/api/notifications/{issued.notification}")
        (one,) = shape["links"]
        assert (one["own"]["number"], one["other"]["notification"]) == (issued.number, other.notification)


async def test_of_an_incident_that_the_desk_does_not_hold_it_sees_number_kind_times_and_desk(schools: Running) -> None:
    """INVARIANT: a link opens no view — broken by showing more of the other side than routing told."""
    await schools.told.issue(a_notification())
    await told(schools, suggestion())
    _, shape = await get(schools, DUTY)
    assert {name for name, value in shape["other"].items() if value is not None} == {
        "incident",
        "number",
        "type",
        "known_at",
        "time",
        "desk",
    }


async def test_a_person_merges_and_the_answer_travels_with_name_reason_and_what_was_seen(schools: Running) -> None:
    await told(schools, suggestion())
    await schools.told.answers()
    status, answer = await post(schools, DUTY, "link", **MERGE)
    assert (status, answer["state"]) == (200, "link-asked")
    ((name, headers, data),) = await schools.told.answers()
    assert (name, headers["ce_incident"], headers["ce_publisher"]) == ("bus.incident.linked", INCIDENT, SCHOOL_DESK)
    assert (data["relation"], data["revision"], data["text"], data["linked"], data["link"]) == ("same", 1, "同一起冲突", OTHER, LINK)
    assert data["person"] == {"ref": "p-001", "role": "school.duty-desk", "shown": "张*"}


async def test_whoever_decides_second_at_a_desk_reads_who_was_first(schools: Running) -> None:
    await told(schools, suggestion())
    assert (await post(schools, DUTY, "link", **MERGE))[0] == 200
    status, problem = await post(schools, COLLEAGUE, "unlink", **APART)
    assert (status, code_of(problem)) == (409, "link-asked")
    assert "张*" in problem["detail"]


async def test_what_routing_says_replaces_the_question_and_an_older_word_changes_nothing(schools: Running) -> None:
    await told(schools, suggestion())
    await post(schools, DUTY, "link", **MERGE)
    await told(schools, linked())
    await told(schools, suggestion())
    _, shape = await get(schools, DUTY)
    assert (shape["state"], shape["revision"], shape["asked_at"], shape["fits"]) == ("merged", 2, None, ["same-school"])
    assert (shape["said_by"], shape["person"]["shown"], shape["text"]) == (POLICE_DESK, "郑*", "警情与学校上报为同一事件")
    _, waiting = await get(schools, DUTY, "/api/links")
    assert waiting["items"] == []


async def test_a_link_is_undone_and_said_to_be_so(schools: Running) -> None:
    await told(schools, linked())
    status, _ = await post(schools, DUTY, "unlink", text="核实为两起", revision=2)
    assert status == 200
    await told(schools, unlinked())
    assert (await get(schools, DUTY))[1]["state"] == "unlinked"
    await told(schools, unlinked(4, dismissed=True))
    assert (await get(schools, DUTY))[1]["state"] == "dismissed"


async def test_a_word_that_did_not_stand_may_be_said_anew(schools: Running) -> None:
    await told(schools, suggestion())
    await post(schools, DUTY, "link", **MERGE)
    await told(schools, linked(0, refused="not-entitled", link="", sides=(), desk=SCHOOL_DESK))
    _, shape = await get(schools, DUTY)
    assert (shape["state"], shape["asked_at"], shape["refused"]) == ("suggested", None, "not-entitled")
    assert (await post(schools, DUTY, "link", **MERGE))[0] == 200


async def test_who_saw_an_older_revision_is_asked_to_look_again(schools: Running) -> None:
    await told(schools, linked())
    status, problem = await post(schools, DUTY, "unlink", **APART)
    assert (status, code_of(problem)) == (409, "link-moved")


@pytest.mark.parametrize(
    ("act", "body", "field"),
    [
        ("link", MERGE | {"relation": "twin"}, "relation"),
        ("link", MERGE | {"text": " "}, "text"),
        ("link", MERGE | {"text": "家长13800138000"}, "text"),
        ("link", MERGE | {"revision": 0}, "revision"),
        ("link", {"relation": "same", "text": "同一起"}, "revision"),
        ("unlink", APART | {"relation": "same"}, "relation"),
        ("unlink", {"revision": 1}, "text"),
    ],
)
async def test_a_bad_word_is_refused_by_field_and_nothing_is_stored(schools: Running, act: str, body: Any, field: str) -> None:
    await told(schools, suggestion())
    await schools.told.answers()
    status, problem = await post(schools, DUTY, act, **body)
    assert (status, [one["field"] for one in problem["errors"]]) == (422, [field])
    assert await schools.told.answers() == []
    assert (await get(schools, DUTY))[1]["asked_at"] is None


ACTS = {"read": ("GET", "", None), "link": ("POST", "/link", MERGE), "unlink": ("POST", "/unlink", APART)}
WHO: dict[str, tuple[Actor | None, int, int]] = {
    "own desk": (DUTY, 200, 200),
    "unit leader": (PRINCIPAL, 200, 200),
    "other desk of the unit": (OFFICER, 404, 404),
    "other unit": (FOREIGNER, 404, 404),
    "education": (BUREAU, 404, 404),
    "anonymous": (None, 401, 401),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", WHO)
async def test_who_may_see_and_decide(schools: Running, who: str, act: str) -> None:
    """INVARIANT: a foreign link is not there — broken by a route without a row here."""
    await told(schools, suggestion())
    actor, reads, decides = WHO[who]
    method, path, body = ACTS[act]
    async with schools.client(actor) as desk:
        answer = await desk.request(method, f"/api/links/{LINK}{path}", json=body)
    assert answer.status_code == (reads if act == "read" else decides)


@pytest.mark.parametrize(("who", "status", "seen"), [("own desk", 200, 1), ("other unit", 200, 0), ("anonymous", 401, None)])
async def test_the_list_holds_what_ones_own_desks_may_decide(schools: Running, who: str, status: int, seen: int | None) -> None:
    await told(schools, suggestion())
    found, answer = await get(schools, WHO[who][0], "/api/links")
    assert (found, len(answer["items"]) if found == 200 else None) == (status, seen)


async def test_a_desk_that_only_stands_in_both_sees_and_does_not_decide(schools: Running) -> None:
    await told(schools, suggestion(decidable=False))
    assert (await get(schools, DUTY))[0] == 200
    assert (await get(schools, DUTY, "/api/links"))[1]["items"] == []
    status, problem = await post(schools, DUTY, "link", **MERGE)
    assert (status, code_of(problem)) == (403, "may-not-decide")


async def test_what_was_taken_from_a_desk_takes_its_links_along(schools: Running) -> None:
    """INVARIANT: a correction hides the links too — broken by reading them beside the notification alone."""
    issued = await schools.told.issue(a_notification())
    await told(schools, suggestion())
    gone = NotificationWithdrawn(
        notification=issued.notification, incident=INCIDENT, desk=SCHOOL_DESK, version=2, why="corrected", hide=True
    )
    await schools.told.say("bus.notification.withdrawn", gone, to=SCHOOL_DESK)
    assert (await get(schools, DUTY))[0] == 404
    assert (await get(schools, DUTY, "/api/links"))[1]["items"] == []
    assert (await get(schools, DUTY, f"/api/notifications/{issued.notification}"))[1]["links"] == []


async def test_a_desk_that_is_told_anew_sees_its_links_again(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await told(schools, suggestion())
    gone = NotificationWithdrawn(
        notification=issued.notification, incident=INCIDENT, desk=SCHOOL_DESK, version=2, why="redirected", hide=True
    )
    await schools.told.say("bus.notification.withdrawn", gone, to=SCHOOL_DESK)
    again = await schools.told.issue(a_notification())
    assert len((await get(schools, DUTY, f"/api/notifications/{again.notification}"))[1]["links"]) == 1
    assert len((await get(schools, DUTY, "/api/links"))[1]["items"]) == 1


async def test_a_matter_that_is_withdrawn_still_shows_what_it_is_linked_with(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await told(schools, linked())
    gone = NotificationWithdrawn(
        notification=issued.notification, incident=INCIDENT, desk=SCHOOL_DESK, version=2, why="withdrawn", text="重复"
    )
    await schools.told.say("bus.notification.withdrawn", gone, to=SCHOOL_DESK)
    _, shape = await get(schools, DUTY, f"/api/notifications/{issued.notification}")
    assert [(one["state"], one["other"]["number"]) for one in shape["links"]] == [("merged", OTHER_NUMBER)]


async def join(schools: Running, notification: str, number: str, actor: Actor = DUTY) -> tuple[int, Any]:
    async with schools.client(actor) as desk:
        answer = await desk.post(f"/api/notifications/{notification}/link", json={"number": number, "relation": "related", "text": "相关"})
    return answer.status_code, answer.json()


async def test_a_desk_links_what_nobody_suggested_by_a_number_that_it_knows(schools: Running) -> None:
    first = await schools.told.issue(a_notification())
    await schools.told.issue(a_notification(incident=OTHER, number=OTHER_NUMBER))
    await schools.told.answers()
    assert (await join(schools, first.notification, OTHER_NUMBER))[0] == 200
    ((name, _, data),) = await schools.told.answers()
    assert (name, data["linked"], data["revision"], data["relation"]) == ("bus.incident.linked", OTHER, 0, "related")


@pytest.mark.parametrize(("number", "code"), [("XT-990102-20260921-ZZZZZZ", "unknown-number"), (NUMBER, "same-number")])
async def test_a_number_that_the_desk_does_not_know_is_refused_by_field(schools: Running, number: str, code: str) -> None:
    first = await schools.told.issue(a_notification())
    await schools.told.issue(a_notification(EDUCATION_DESK, incident=OTHER, number="XT-990102-20260921-ZZZZZZ"))
    status, problem = await join(schools, first.notification, number)
    assert (status, [(one["field"], one["code"]) for one in problem["errors"]]) == (422, [("number", code)])


async def test_another_units_notification_is_not_there_to_be_linked(schools: Running) -> None:
    first = await schools.told.issue(a_notification())
    assert (await join(schools, first.notification, NUMBER, FOREIGNER))[0] == 404


async def test_a_suggestion_that_lapsed_waits_for_nobody_and_says_so(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await told(schools, suggestion())
    await post(schools, DUTY, "link", **MERGE)
    await told(schools, lapsed())
    await told(schools, suggestion())
    _, shape = await get(schools, DUTY, f"/api/notifications/{issued.notification}")
    ((state, at, asked, said_by),) = [(one["state"], one["at"], one["asked_at"], one["said_by"]) for one in shape["links"]]
    assert (state, at[:16], asked, said_by) == ("lapsed", "2026-09-21T16:58", None, None)
    assert (await get(schools, DUTY, "/api/links"))[1]["items"] == []
    status, problem = await post(schools, DUTY, "link", **MERGE | {"revision": 2})
    assert (status, code_of(problem)) == (403, "may-not-decide")


async def test_a_suggestion_that_lapsed_before_it_was_heard_of_stays_lapsed(schools: Running) -> None:
    await told(schools, lapsed())
    await told(schools, suggestion())
    assert (await get(schools, DUTY))[1]["state"] == "lapsed"


async def test_what_was_taken_from_a_desk_stays_taken_when_its_suggestion_lapses(schools: Running) -> None:
    """INVARIANT: a lapse opens no view — broken by a message that names the other of the two incidents first."""
    issued = await schools.told.issue(a_notification())
    await told(schools, suggestion())
    gone = NotificationWithdrawn(
        notification=issued.notification, incident=INCIDENT, desk=SCHOOL_DESK, version=2, why="corrected", hide=True
    )
    await schools.told.say("bus.notification.withdrawn", gone, to=SCHOOL_DESK)
    await told(schools, lapsed(incident=OTHER, number=OTHER_NUMBER, linked=INCIDENT))
    assert (await get(schools, DUTY))[0] == 404


async def test_who_stands_in_both_may_link_what_lapsed(schools: Running) -> None:
    await told(schools, suggestion())
    await told(schools, lapsed(decidable=True))
    assert (await post(schools, DUTY, "link", **MERGE | {"revision": 2}))[0] == 200
