"""本校留存: what a unit keeps to itself, through the API and the pages; nothing of it enters the outbox, and nobody else reads it."""

import json
from typing import Any

import httpx
import pytest

from contracts.coordination import MessageParked
from tests.integration.agency_desk import OTHER_SCHOOL, SCHOOL, Running, an_actor
from tests.integration.test_agency_pages import csrf_of, signed_in, submit

PATH = "/api/yellow-cases"
TEACHER = an_actor(f"school.psych-teacher@{SCHOOL}", service="schools")
CLASS_TEACHER = an_actor(f"school.class-teacher@{SCHOOL}", service="schools", ref="p-002")
DUTY_DESK = an_actor(f"school.duty-desk@{SCHOOL}", service="schools", ref="p-003")
OTHER_TEACHER = an_actor(f"school.psych-teacher@{OTHER_SCHOOL}", service="schools", ref="p-004")
BUREAU = an_actor("education.student-desk@edu-990102", service="schools", ref="p-005")
NAME = "测试丙"
CASE: dict[str, Any] = {
    "case_no": "HJ-1", "assessed_at": "2026-09-21T09:00:00+08:00", "trigger": "acute-distress", "guardian_told": "yes",
    "contact_on": "2026-09-28", "pupil": [{"name": NAME, "class": "三(2)班", "age_band": "6-13"}],
}  # fmt: skip


async def enter(schools: Running, *, actor: Any = TEACHER, key: str = "k-1", **changes: Any) -> httpx.Response:
    async with schools.client(actor, **{"Idempotency-Key": key}) as program:
        return await program.post(PATH, json={"data": {**CASE, **changes}})


async def ask(schools: Running, path: str, *, actor: Any = TEACHER) -> httpx.Response:
    async with schools.client(actor) as program:
        return await program.get(path)


async def test_a_case_is_durable_once_per_request_and_says_nothing_to_the_bus(schools: Running) -> None:
    """INVARIANT: what is kept is never an event — broken by an outbox row or a row of events."""
    first, again = await enter(schools), await enter(schools)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert await schools.told.answers() == []
    counts = await schools.bureau.pool.fetchrow(
        "select (select count(*) from kept) as kept, (select count(*) from events) as events, (select count(*) from outbox) as outbox"
    )
    assert dict(counts) == {"kept": 1, "events": 0, "outbox": 0}


async def test_the_pupil_rests_sealed_and_its_opening_is_written_down(schools: Running) -> None:
    kept = (await enter(schools)).json()
    stored = json.dumps(
        [dict(row) for row in await schools.bureau.pool.fetch("select * from kept, vault")], default=str, ensure_ascii=False
    )
    assert NAME not in stored
    (one,) = (await ask(schools, PATH)).json()["items"]
    (row,) = one["data"]["pupil"]
    async with schools.client(TEACHER) as program:
        opened = await program.post(f"{PATH}/{kept['id']}/open", json={"row": row["row"], "purpose": "家校沟通"})
    assert opened.json()["content"]["name"] == NAME
    noted = await schools.bureau.pool.fetchrow("select notification, purpose, desk from openings")
    assert tuple(noted) == (kept["id"], "家校沟通", f"school.psych-teacher@{SCHOOL}")


async def test_a_second_case_of_a_number_is_refused(schools: Running) -> None:
    await enter(schools)
    again = await enter(schools, key="k-2", contact_on="2026-10-10")
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "already-kept")
    assert (await enter(schools, key="k-3", actor=OTHER_TEACHER)).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"trigger": "other"}, "data.trigger_note", "other-needs-words"),
        ({"pupil": []}, "data.pupil", "too-short"),
        ({"contact_on": "soon"}, "data.contact_on", None),
        ({"score": 71}, "data.score", "extra-forbidden"),
    ],
)
async def test_a_faulty_case_names_its_field(schools: Running, changes: dict[str, Any], field: str, code: str | None) -> None:
    refused = await enter(schools, **changes)
    assert refused.status_code == 422
    (fault,) = refused.json()["errors"]
    assert fault["field"] == field
    assert code in (None, fault["code"])


async def test_who_may_enter_read_open_and_count(schools: Running) -> None:
    kept = (await enter(schools)).json()
    assert (await enter(schools, key="k-2", actor=CLASS_TEACHER)).status_code == 403
    (one,) = (await ask(schools, PATH, actor=CLASS_TEACHER)).json()["items"]
    row = {"row": one["data"]["pupil"][0]["row"], "purpose": "了解"}
    for actor, status in ((CLASS_TEACHER, 403), (OTHER_TEACHER, 404), (BUREAU, 404)):
        async with schools.client(actor) as program:
            assert (await program.post(f"{PATH}/{kept['id']}/open", json=row)).status_code == status
    assert (await ask(schools, PATH, actor=OTHER_TEACHER)).json()["items"] == []
    assert [(await ask(schools, PATH, actor=actor)).status_code for actor in (DUTY_DESK, BUREAU)] == [403, 403]
    assert (await ask(schools, f"{PATH}/count?month=2026-09", actor=TEACHER)).status_code == 403


async def test_the_count_of_the_county_is_hidden_below_ten(schools: Running) -> None:
    for number in range(9):
        await enter(schools, key=f"k-{number}", case_no=f"HJ-{number}")
    count = f"{PATH}/count?month=2026-09"
    assert (await ask(schools, count, actor=BUREAU)).json() == {"month": "2026-09", "county": "990102", "count": "<10"}
    await enter(schools, actor=OTHER_TEACHER)
    assert (await ask(schools, count, actor=BUREAU)).json()["count"] == "10"
    for month, status in (("2026-10", 200), ("2026-12", 200), ("2026-13", 422), ("x", 422)):
        assert (await ask(schools, f"{PATH}/count?month={month}", actor=BUREAU)).status_code == status


async def test_pages_of_the_list_together_are_the_whole_list(schools: Running) -> None:
    for number in range(5):
        await enter(schools, key=f"k-{number}", case_no=f"HJ-{number}")
    seen, address = [], f"{PATH}?limit=2"
    while address:
        answer = await ask(schools, address)
        seen += [one["number"] for one in answer.json()["items"]]
        address = answer.links.get("next", {}).get("url")
    assert sorted(seen) == [f"HJ-{number}" for number in range(5)]


FORM = {
    "request": "r-1", "case_no": "HJ-1", "assessed_at": "2026-09-21T09:00", "trigger": "acute-distress", "guardian_told": "yes",
    "contact_on": "2026-09-28", "pupil.0.name": NAME, "pupil.0.age_band": "6-13",
}  # fmt: skip


async def test_the_form_keeps_a_case_and_the_list_shows_it_without_the_pupil(schools: Running) -> None:
    async with signed_in(schools, TEACHER) as client:
        assert "黄色预警" in (await client.get("/desk")).text
        for _ in range(2):
            entered = await submit(client, "/kept/yellow-cases/new", FORM, at="/kept/yellow-cases/new")
            assert (entered.status_code, entered.headers["location"]) == (303, "/kept/yellow-cases")
        page = (await client.get("/kept/yellow-cases")).text
        assert "HJ-1" in page
        assert "急性情绪" in page
        assert NAME not in page
        row = page.partition('name="row" value="')[2].partition('"')[0]
        action = page.partition('<form method="post" action="/kept/yellow-cases/')[2].partition("/")[0]
        shown = await client.post(f"/kept/yellow-cases/{action}/open", data={"csrf": csrf_of(page), "row": row, "purpose": "家校沟通"})
        assert NAME in shown.text
        without = await client.post(f"/kept/yellow-cases/{action}/open", data={"csrf": csrf_of(page), "row": row})
        assert without.status_code == 422
        assert NAME not in without.text
    assert await schools.bureau.pool.fetchval("select count(*) from kept") == 1


async def test_a_faulty_form_comes_back_with_what_was_filled_in(schools: Running) -> None:
    async with signed_in(schools, TEACHER) as client:
        back = await submit(client, "/kept/yellow-cases/new", {**FORM, "trigger": "other"}, at="/kept/yellow-cases/new")
        assert back.status_code == 422
        assert "HJ-1" in back.text
        assert "情形说明" in back.text


async def test_the_pages_are_for_those_who_may(schools: Running) -> None:
    async with signed_in(schools, BUREAU) as client:
        page = await client.get("/kept/yellow-cases?month=2026-09")
        assert "&lt;10" in page.text
        assert (await client.get("/kept/yellow-cases/new")).status_code == 403
    async with signed_in(schools, DUTY_DESK, "ticket-2") as client:
        assert "黄色预警" not in (await client.get("/desk")).text
        assert (await client.get("/kept/yellow-cases")).status_code == 403
        assert (await client.get("/kept/other")).status_code == 404


async def test_a_word_of_the_bus_stands_on_the_desk_of_whoever_it_was_told(schools: Running) -> None:
    told = MessageParked(
        consumer="routing", topic="t", partition=0, offset=1, reason="local-only", event_source="/schools/x", event_id="e-1"
    )
    await schools.told.say("bus.message.parked", told, to=f"school.duty-desk@{SCHOOL}")
    async with signed_in(schools, DUTY_DESK) as client:
        page = (await client.get("/desk")).text
    assert "平台消息" in page
    assert "local-only" in page
    ring = await schools.bureau.pool.fetchval("select ring from desk_changes where kind = 'update'")
    assert ring == "loud"
