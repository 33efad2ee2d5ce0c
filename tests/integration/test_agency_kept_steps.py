"""本校留存, the later steps: reminded, spoken about, closed, forgotten, or raised to a level that the bus must know."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from infra.postgres.pool import connect
from services.chassis.kept.reminding import forget, remind
from services.schools.yellow import YELLOW
from tests.integration.agency_desk import SCHOOL, START, Running
from tests.integration.test_agency_kept import BUREAU, CASE, CLASS_TEACHER, NAME, OTHER_TEACHER, PATH, TEACHER, ask, enter
from tests.integration.test_agency_pages import signed_in, submit
from tests.servers import Database

ORANGE: dict[str, Any] = {"referral_no": "PR-7", "assessed_at": "2026-09-21T10:00:00+08:00", "need_ambulance": False, "companion": "teacher"}


def day(ahead: int) -> str:
    return (START.date() + timedelta(days=ahead)).isoformat()


async def post(schools: Running, path: str, body: Any, *, actor: Any = TEACHER, key: str = "s-1") -> httpx.Response:
    async with schools.client(actor, **{"Idempotency-Key": key}) as program:
        return await program.post(f"{PATH}/{path}", json=body)


async def rung(schools: Running) -> list[tuple[str, str]]:
    rows = await schools.bureau.pool.fetch("select desk, ring from desk_changes where kind = 'kept' and ring = 'soft' order by desk")
    return [(row["desk"], row["ring"]) for row in rows]


async def let_pass(database: Database, column: str, days: int) -> None:
    """As the owner, who alone may move the times that were set."""
    async with connect(database.owner_dsn, application="test") as owner:
        await owner.execute(f"update schools.kept set {column} = {column} - {days} * interval '1 day'")


async def listed(schools: Running) -> Any:
    (one,) = (await ask(schools, PATH)).json()["items"]
    return one


async def test_the_class_teacher_and_the_psychology_teacher_are_rung_once_on_the_agreed_day(
    schools: Running, agency_database: Database
) -> None:
    """Nobody outside the school, and nobody before the day."""
    await enter(schools, contact_on=day(1))
    pool = schools.bureau.pool
    await pool.execute("delete from desk_changes")
    assert await remind(pool, (YELLOW,)) == 0
    await let_pass(agency_database, "next_on", 1)
    assert [await remind(pool, (YELLOW,)) for _ in range(2)] == [1, 0]
    assert {desk for desk, _ in await rung(schools)} == {f"school.class-teacher@{SCHOOL}", f"school.psych-teacher@{SCHOOL}"}
    assert await pool.fetchval("select count(*) from outbox") == 0


async def test_a_talk_is_written_down_and_the_next_one_is_reminded_of(schools: Running, agency_database: Database) -> None:
    kept = (await enter(schools, contact_on=day(0))).json()
    pool = schools.bureau.pool
    assert await remind(pool, (YELLOW,)) == 1
    answer = await post(schools, f"{kept['id']}/contact", {"next_on": day(7)}, actor=CLASS_TEACHER)
    assert (answer.status_code, answer.json()["next_on"]) == (200, day(7))
    one = await listed(schools)
    assert (one["next_on"], one["contacted_at"] is not None) == (day(7), True)
    assert await remind(pool, (YELLOW,)) == 0
    await let_pass(agency_database, "next_on", 7)
    assert await remind(pool, (YELLOW,)) == 1


@pytest.mark.parametrize(
    ("step", "body", "actor", "status", "field"),
    [
        ("contact", {"next_on": "2026-01-01"}, TEACHER, 422, "next_on"),
        ("contact", {"next_on": "soon"}, TEACHER, 422, "next_on"),
        ("contact", {}, OTHER_TEACHER, 404, None),
        ("contact", {}, BUREAU, 403, None),
        ("close", {"outcome": "forgotten"}, TEACHER, 422, "outcome"),
        ("close", {"outcome": "improved"}, CLASS_TEACHER, 403, None),
        ("close", {"outcome": "improved"}, OTHER_TEACHER, 404, None),
        ("raise", {"data": ORANGE}, CLASS_TEACHER, 403, None),
        ("raise", {"data": ORANGE}, OTHER_TEACHER, 404, None),
        ("raise", {"data": {**ORANGE, "companion": "nobody-at-all"}}, TEACHER, 422, "data.companion"),
        ("raise", {"data": {}}, TEACHER, 422, "data.referral_no"),
    ],
)
async def test_a_step_that_may_not_be_taken_leaves_the_matter_as_it_is(
    schools: Running, step: str, body: Any, actor: Any, status: int, field: str | None
) -> None:
    kept = (await enter(schools)).json()
    before = await listed(schools)
    answer = await post(schools, f"{kept['id']}/{step}", body, actor=actor)
    assert answer.status_code == status
    if field is not None:
        assert any(one["field"].endswith(field) for one in answer.json()["errors"])
    assert await listed(schools) == before
    counts = await schools.bureau.pool.fetchrow("select (select count(*) from events) as events, (select count(*) from openings) as openings")
    assert tuple(counts) == (0, 0)


async def test_a_closed_matter_takes_no_step_and_is_forgotten_with_its_sealed_rows(schools: Running, agency_database: Database) -> None:
    kept = (await enter(schools)).json()
    closed = await post(schools, f"{kept['id']}/close", {"outcome": "improved"})
    assert (closed.status_code, closed.json()["outcome"], closed.json()["next_on"]) == (200, "improved", None)
    for step, body in (("contact", {}), ("close", {"outcome": "improved"}), ("raise", {"data": ORANGE})):
        answer = await post(schools, f"{kept['id']}/{step}", body, key=f"s-{step}")
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "kept-over"), step
    pool = schools.bureau.pool
    assert await remind(pool, (YELLOW,)) == 0
    assert await forget(pool) == 0, "a year has not passed"
    assert await pool.fetchval("select forget_after > clock_timestamp() + interval '364 days' from kept")
    await let_pass(agency_database, "forget_after", 366)
    assert await forget(pool) == 1
    assert [await pool.fetchval(f"select count(*) from {table}") for table in ("kept", "vault")] == [0, 0]


async def test_a_raised_matter_is_stated_as_orange_and_ends_here_with_the_link(schools: Running) -> None:
    """INVARIANT: a level change leaves one open matter, here or on the bus — broken by an event and a row that are not one transaction."""
    kept = (await enter(schools)).json()
    first, again = [await post(schools, f"{kept['id']}/raise", {"data": ORANGE}) for _ in range(2)]
    assert (first.status_code, first.json()["id"]) == (202, again.json()["id"])
    row = await schools.bureau.pool.fetchrow("select id, name, envelope, data from events")
    assert (row["name"], row["data"]["level"], row["data"]["trigger"]) == ("school.psych-risk.assessed", "orange", CASE["trigger"])
    one = await listed(schools)
    assert (one["outcome"], one["linked"]) == ("raised", row["id"])
    purposes = [opening["purpose"] for opening in await schools.bureau.pool.fetch("select purpose from openings")]
    assert purposes == ["转报更高级别"]
    sent = await schools.bureau.pool.fetch("select headers::text as headers, convert_from(value, 'UTF8') as value from outbox")
    said = json.dumps([row["envelope"], row["data"], [dict(one) for one in sent]], default=str, ensure_ascii=False)
    assert len(sent) == 1
    for secret in (CASE["case_no"], kept["id"], NAME, "yellow"):
        assert secret not in said


async def test_the_page_takes_every_step_as_a_form(schools: Running) -> None:
    await enter(schools, contact_on=day(0))
    async with signed_in(schools, TEACHER) as client:
        page = (await client.get("/kept/yellow-cases")).text
        assert "请今天沟通" in page
        identity = page.partition('action="/kept/yellow-cases/')[2].partition("/contact")[0]
        at = f"/kept/yellow-cases/{identity}"
        assert (await submit(client, f"{at}/contact", {"next_on": day(7)}, at="/kept/yellow-cases")).status_code == 303
        assert f"下次沟通 {day(7)}" in (await client.get("/kept/yellow-cases")).text
        refused = await submit(client, f"{at}/close", {"outcome": "x"}, at="/kept/yellow-cases")
        assert (refused.status_code, "应为" in refused.text or "alert" in refused.text) == (422, True)
        form = (await client.get(f"{at}/raise")).text
        assert "转介编号" in form
        assert "学生" not in form.partition("<form")[2], "what the matter holds is not asked for again"
        back = await submit(client, f"{at}/raise", {"request": "r-9", "referral_no": "PR-7"}, at=f"{at}/raise")
        assert (back.status_code, "PR-7" in back.text) == (422, True)
        filled = {"request": "r-9", "referral_no": "PR-7", "assessed_at": "2026-09-21T10:00", "need_ambulance": "no", "companion": "teacher"}
        for _ in range(2):
            sent = await submit(client, f"{at}/raise", filled, at=f"{at}/raise")
            assert (sent.status_code, sent.headers["location"].partition("/events/")[1]) == (303, "/events/")
        assert "已转报" in (await client.get("/kept/yellow-cases")).text
    assert await schools.bureau.pool.fetchval("select count(*) from events") == 1
