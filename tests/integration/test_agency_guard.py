"""护学岗 at the units that look at gates: the board, who sees what, a leader's word, check-ins by a form, the roster."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.ids import unit_of
from infra.http.health import Probes
from services import market
from services.chassis.app import agency_app
from services.chassis.sweep import POSTS_KEPT, sweep
from tests.integration.agency_desk import (
    EDUCATION_DESK,
    OTHER_SCHOOL,
    POLICE_DESK,
    SCHOOL,
    SCHOOL_DESK,
    START,
    STATION_DESK,
    Running,
    an_actor,
)
from tests.integration.gates import LATE, STATION, a_post, covered, pairs, tells
from tests.integration.test_agency_pages import csrf_of, signed_in

CREW = an_actor(STATION_DESK, service="police", ref="p-7", shown="余*")
LEADER = an_actor(f"police.unit-leader@{STATION}", service="police", ref="p-9", shown="杜*")
OTHER_STATION = an_actor("police.unit-leader@ps-990102-02", service="police", ref="p-8", shown="陈*")
BUREAU = an_actor(EDUCATION_DESK, service="schools", ref="e-1", shown="张*")
TEACHER = an_actor(f"school.class-teacher@{SCHOOL}", service="schools", ref="t-1", shown="周*")
DUTY = an_actor(SCHOOL_DESK, service="schools")
POST = f"/api/guard/{SCHOOL}/2026-09-21/A-G1/pm"
PAGE = f"/guard/checkin/{SCHOOL}/2026-09-21/A-G1/pm"
BATCH = {"device_id": "D-OFF", "batch_no": "D-OFF-1"}
ROSTER = f"/guard/roster?school={SCHOOL}&date=2026-09-22"


async def board(running: Running, actor: Any, query: str = "") -> dict[str, Any]:
    async with running.client(actor) as client:
        answer = await client.get(f"/api/guard{query}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


async def test_each_unit_sees_its_own_gates_by_the_newest_word(schools: Running) -> None:
    """INVARIANT: an older word never stands in for a newer one — broken by a row that is overwritten in the order of arrival."""
    await tells(schools, covered(SCHOOL_DESK, revision=3), a_post(SCHOOL_DESK, revision=2), a_post(EDUCATION_DESK, persons=(), batches=()))
    mine, county = await board(schools, DUTY), await board(schools, BUREAU)
    assert (mine["posts"], mine["short"], mine["items"][0]["revision"]) == (1, 0, 3)
    assert (county["posts"], county["short"]) == (1, 1)
    assert county["items"][0]["slots"][0]["signed"][0]["shown"] == "余*"
    other = await board(schools, an_actor(f"school.principal@{OTHER_SCHOOL}", service="schools"))
    assert (other["posts"], other["items"]) == (0, [])


async def test_a_board_is_narrowed_and_turned_page_by_page(police: Running) -> None:
    await tells(police, *(covered(gate=f"A-G{n}") for n in (2, 3)), a_post(), covered(gate="A-G4", dropped=True))
    first = await board(police, CREW, "?limit=2")
    second = await board(police, CREW, f"?limit=2&cursor={first['next_cursor']}")
    assert [one["gate_id"] for one in [*first["items"], *second["items"]]] == ["A-G1", "A-G2", "A-G3"]
    assert second["next_cursor"] is None
    assert [one["gate_id"] for one in (await board(police, CREW, "?show=short"))["items"]] == ["A-G1"]
    assert (await board(police, CREW, "?peak=am"))["items"] == []
    assert (await board(police, CREW, "?date=2026-09-22"))["posts"] == 0


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [("date=yesterday", 422, "query.date"), ("show=red", 422, "query.show"), ("peak=noon", 422, "query.peak"), ("limit=0", 422, "query.limit"),
     ("cursor=!!", 400, None), ("cursor=WyJ4IiwiYSIsImIiLCJjIl0", 400, None), ("cursor=WyIyMDI2LTA5LTIxIiwiYSIsImIiLCJjIl0", 400, None)],
)  # fmt: skip
async def test_a_board_that_cannot_be_asked_for_is_a_problem(police: Running, query: str, status: int, field: str | None) -> None:
    async with police.client(CREW) as client:
        answer = await client.get(f"/api/guard?{query}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert field is None or [one["field"] for one in answer.json()["errors"]] == [field]


async def test_persons_are_shown_to_those_who_stand_for_the_gate_alone(schools: Running) -> None:
    await tells(schools, a_post(SCHOOL_DESK), a_post(EDUCATION_DESK, persons=(), batches=()))
    async with schools.client(DUTY) as client:
        found = (await client.get(POST)).json()
        assert [(one["ref"], one["present"]) for one in found["persons"]] == [("p-88", False), ("s-1", True)]
    for actor, status in (
        (TEACHER, 403),
        (BUREAU, 403),
        (an_actor(f"school.principal@{OTHER_SCHOOL}", service="schools"), 404),
        (None, 401),
    ):
        async with schools.client(actor) as client:
            answer = await client.get(POST)
            assert (answer.status_code, "p-88" in answer.text) == (status, False)
    assert "persons" not in (await board(schools, TEACHER))["items"][0]


async def test_the_leader_of_the_unit_vouches_for_a_late_batch_once(police: Running) -> None:
    await tells(police, a_post(batches=(LATE,)))
    await police.told.answers()
    async with police.client(LEADER) as client:
        first = await client.post("/api/guard/confirmations", json=BATCH)
        assert first.status_code == 200, first.text
        await police.told.clock(START + timedelta(minutes=5))
        again = await client.post("/api/guard/confirmations", json=BATCH)
    assert again.json() == first.json(), "who was first stands"
    ((_, headers, data),) = [one for one in await police.told.answers() if one[0] == "bus.guard-batch.confirmed"]
    assert (data["desk"], data["person"]["ref"], data["batch_no"]) == (f"police.unit-leader@{STATION}", "p-9", "D-OFF-1")
    assert headers["ce_publisher"] == f"police.unit-leader@{STATION}"


@pytest.mark.parametrize(
    ("actor", "body", "status", "code"),
    [(CREW, BATCH, 403, "not-the-leader"), (OTHER_STATION, BATCH, 404, "not-found"), (LEADER, BATCH | {"batch_no": "x"}, 404, "not-found"),
     (LEADER, {"batch_no": "D-OFF-1"}, 422, "invalid"), (None, BATCH, 401, "unauthenticated")],
)  # fmt: skip
async def test_nobody_else_vouches_for_it(police: Running, actor: Any, body: dict[str, str], status: int, code: str) -> None:
    await tells(police, a_post(batches=(LATE,)))
    async with police.client(actor) as client:
        answer = await client.post("/api/guard/confirmations", json=body)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:xietong:problem:{code}")
    assert await police.told.pool.fetchval("select count(*) from guard_confirmations") == 0
    assert [name for name, _, _ in await police.told.answers() if name.startswith("bus.guard")] == []


async def test_the_page_shows_who_is_missing_since_when_and_who_has_signed(schools: Running) -> None:
    await tells(schools, a_post(EDUCATION_DESK, persons=(), batches=()))
    async with signed_in(schools, BUREAU) as client:
        page = (await client.get("/guard")).text
        for words in ("泉西小学 · 南门", "16:30–17:20", "缺岗 0/1", "16:35 起", "余* 16:36 签收", "到岗 1/1"):
            assert words in page, words
        assert "到岗签到" not in page, "a bureau records nothing"
        assert "没有缺岗" not in page
        assert "没有校门设岗" in (await client.get("/guard?date=2026-09-22")).text
        client.cookies.set("xietong_language", "en")
        assert "Short: 0 of 1 there" in (await client.get("/guard")).text


async def test_the_leader_confirms_on_the_page_and_the_crew_is_told_who_does(police: Running) -> None:
    await tells(police, a_post(batches=(LATE,)))
    async with signed_in(police, CREW) as client:
        page = (await client.get("/guard")).text
        assert "由带班领导确认" in page
        refused = await client.post("/guard/confirm", data={"csrf": csrf_of(page), **BATCH})
        assert refused.status_code == 403
        assert "须由本单位带班领导确认" in refused.text
    async with signed_in(police, LEADER, "ticket-2") as client:
        done = await client.post("/guard/confirm", data={"csrf": csrf_of((await client.get("/guard")).text), **BATCH})
        assert done.status_code == 303
        page = (await client.get(done.headers["location"])).text
        assert "已确认补传" in page
        assert "D-OFF-1" not in page


async def test_a_crew_checks_in_by_a_form_without_script(police: Running) -> None:
    await tells(police, a_post())
    await police.told.answers()
    async with signed_in(police, CREW) as client:
        assert PAGE in (await client.get("/guard/checkin")).text
        page = (await client.get(PAGE)).text
        for words in ("我到岗了", "替岗 p-90 到岗", "我要离岗"):
            assert words in page
        form = {"csrf": csrf_of(page), "request": "tap-1", "slot": "police", "person_ref": "p-90", "act": "in"}
        done = await client.post(PAGE, data=form)
        assert done.status_code == 303
        assert "16:38:00 已记录" in (await client.get(done.headers["location"])).text
        assert (await client.post(PAGE, data=form)).headers["location"] == done.headers["location"]
    ((name, _, data),) = [one for one in await police.told.answers() if one[0].startswith("police.")]
    assert (name, data["school_id"], data["offline"]) == ("police.guard-checkins.recorded", SCHOOL, False)
    (item,) = data["items"]
    assert (item["gate_id"], item["peak"], item["slot"], item["person_ref"], item["act"]) == ("A-G1", "pm", "police", "p-90", "in")
    assert item["checked_at"] == "2026-09-21T16:38:00+08:00"


@pytest.mark.parametrize(
    ("change", "page", "status", "words"),
    [({"slot": "cook"}, PAGE, 422, "slot"), ({"person_ref": ""}, PAGE, 422, "person_ref"), ({"act": "stay"}, PAGE, 422, "act"),
     ({}, PAGE.replace("A-G1", "Z-G9"), 404, "找不到"), ({"csrf": "stolen"}, PAGE, 403, "页面已过期")],
)  # fmt: skip
async def test_a_check_in_that_is_not_right_records_nothing(
    police: Running, change: dict[str, str], page: str, status: int, words: str
) -> None:
    await tells(police, a_post())
    async with signed_in(police, CREW) as client:
        form = {"csrf": csrf_of((await client.get(PAGE)).text), "request": "t", "slot": "police", "person_ref": "p-1", "act": "in"}
        answer = await client.post(page, data=form | change)
    assert answer.status_code == status
    assert words in answer.text
    assert await police.told.pool.fetchval("select count(*) from events") == 0


async def test_nobody_checks_in_for_another_day_or_without_a_right(police: Running, schools: Running) -> None:
    await tells(police, a_post())
    await police.told.clock(START + timedelta(days=1))
    async with signed_in(police, CREW) as client:
        form = {"csrf": csrf_of((await client.get(PAGE)).text), "request": "t", "slot": "police", "person_ref": "p-1", "act": "in"}
        late = await client.post(PAGE, data=form)
        assert (late.status_code, "只能为当天的岗位签到" in late.text) == (422, True)
    await tells(schools, a_post(EDUCATION_DESK, persons=(), batches=()))
    async with signed_in(schools, BUREAU, "ticket-3") as client:
        assert (await client.get("/guard/checkin")).status_code == 403
        assert (await client.get(PAGE)).status_code == 403


async def test_a_phone_sends_what_it_held_back_with_its_session(schools: Running) -> None:
    """The page's session and its secret are enough; what was held twice is stated once."""
    item = {"item_no": 1, "gate_id": "A-G1", "peak": "pm", "slot": "school", "person_ref": "s-1", "act": "in", "checked_at": "2026-09-21T16:28:00+08:00",
            "method": "qr"}  # fmt: skip
    batch = {
        "gate_id": "A-G1",
        "batch_no": "B-1",
        "device_id": "phone-1",
        "offline": True,
        "items": [item],
        "uploaded_at": "2026-09-21T16:38:00+08:00",
    }
    await tells(schools, a_post(SCHOOL_DESK))
    async with signed_in(schools, DUTY) as client:
        secret = {"x-csrf-token": csrf_of((await client.get(PAGE)).text), "Idempotency-Key": "B-1"}
        assert (await client.post("/api/guard-checkins", json={"data": batch}, headers={"Idempotency-Key": "B-1"})).status_code == 403
        first = await client.post("/api/guard-checkins", json={"data": batch}, headers=secret)
        assert first.status_code == 202, first.text
        assert (await client.post("/api/guard-checkins", json={"data": batch}, headers=secret)).json() == first.json()
    assert await schools.told.pool.fetchval("select count(*) from events") == 1


def grid(page: str, **places: str) -> dict[str, str]:
    return {"csrf": csrf_of(page), **{name.replace("__", ":").replace("_", "-"): value for name, value in places.items()}}


async def test_the_station_publishes_tomorrows_roster_and_changes_it(police: Running) -> None:
    await pairs(police)
    async with signed_in(police, CREW) as client:
        page = (await client.get("/guard/roster")).text
        assert "9月22日（周二）" in page, "tomorrow is offered first"
        form = grid(page) | {"p:A-G1:am:police": "p-1/p-2", "p:A-G1:am:school": "s-1、s-2", "n:A-G1:am:school": "2"}
        done = await client.post(ROSTER, data=form)
        assert done.status_code == 303, done.text
        page = (await client.get(done.headers["location"])).text
        assert "班表已发布" in page
        assert 'value="p-1/p-2"' in page
        assert "unchanged" in (await client.post(ROSTER, data=form)).headers["location"]
        changed = await client.post(ROSTER, data=form | {"p:A-G1:pm:police": "p-1"})
        assert "published" in changed.headers["location"]
        copied = (await client.get(f"/guard/roster?school={SCHOOL}&date=2026-09-23&copy=2026-09-22")).text
        assert 'value="p-1/p-2"' in copied
    first, second = [one for one in await police.told.answers() if one[0].startswith("police.guard-roster")]
    assert first[2]["rows"][0] == {
        "gate_id": "A-G1",
        "peak": "am",
        "slot": "police",
        "unit": STATION,
        "person_ref": "p-1",
        "substitute_ref": "p-2",
    }
    assert {"gate_id": "A-G1", "peak": "am", "slot": "school", "count": 2} in first[2]["required"]
    assert [one["unit"] for one in first[2]["rows"]] == [STATION, SCHOOL, SCHOOL]
    assert (second[0], second[2]["changes"].keys(), second[1]["ce_revision"]) == ("police.guard-roster.published.corrected", {"rows"}, "2")


async def test_a_roster_from_lines_names_each_line_that_is_wrong(police: Running) -> None:
    await pairs(police)
    lines = "gate_id,peak,slot,person\nA-G1,am,police,p-1,p-2\nA-G9,am,police,p-3\nA-G1,am\nA-G1,am,school,\n"
    async with signed_in(police, CREW) as client:
        page = (await client.get("/guard/roster")).text
        refused = await client.post(ROSTER, data=grid(page) | {"csv": lines, "n:A-G1:am:police": "many"})
        assert refused.status_code == 422
        for words in ("第 3 行", "第 4 行", "第 5 行", "应到人数须为"):
            assert words in refused.text, words
        assert "A-G9,am,police,p-3" in refused.text, "the input is kept"
        twice = await client.post(ROSTER, data=grid(page) | {"csv": "A-G1,am,police,p-1\nA-G1,am,school,p-1"})
        assert (twice.status_code, "同一人同时两岗" in twice.text) == (422, True)
        empty = await client.post(ROSTER, data=grid(page))
        assert empty.status_code == 422
        assert (await client.get(f"/guard/roster?school={OTHER_SCHOOL}")).status_code == 404
        assert (await client.post("/guard/roster", data=grid(page))).status_code == 404
        good = await client.post(ROSTER, data=grid(page) | {"csv": "A-G1,am,police,p-1,p-2\nA-G1,am,school,s-1"})
        assert good.status_code == 303
    async with signed_in(police, an_actor(POLICE_DESK, service="police"), "ticket-2") as client:
        assert (await client.get("/guard/roster")).status_code == 403
    assert await police.told.pool.fetchval("select count(*) from events") == 1


async def nothing() -> list[str]:
    return []


async def test_an_agency_without_gates_has_no_such_address(police: Running) -> None:
    other = replace(
        police,
        app=agency_app(
            replace(police.bureau, agency=market.agency), Probes(alive=lambda: True, missing=nothing, degraded=nothing), police.stop
        ),
    )
    for running, status in ((police, 401), (other, 404)):
        async with running.client() as client:
            assert {(await client.get(path)).status_code for path in ("/api/guard", "/guard", "/guard/checkin", "/guard/roster")} == {
                status
            }


async def test_gates_of_past_days_are_forgotten(police: Running) -> None:
    await tells(police, a_post(batches=(LATE,)))
    async with police.client(LEADER) as client:
        assert (await client.post("/api/guard/confirmations", json=BATCH)).status_code == 200
    await police.told.clock(START + POSTS_KEPT - timedelta(hours=1))
    await sweep(police.told.pool)
    assert await police.told.pool.fetchval("select count(*) from guard_posts") == 1
    await police.told.clock(START + POSTS_KEPT + timedelta(days=1))
    await sweep(police.told.pool)
    assert await police.told.pool.fetchval("select (select count(*) from guard_posts) + (select count(*) from guard_confirmations)") == 0
    assert unit_of(STATION_DESK) == STATION


MATRIX: dict[tuple[str, str], dict[str, int]] = {
    ("get", "/api/guard"): {"crew": 200, "leader": 200, "other-station": 200, "nobody": 401},
    ("get", "/api/guard/{school}/{day}/{gate}/{peak}"): {"crew": 200, "leader": 200, "other-station": 404, "nobody": 401},
    ("post", "/api/guard/confirmations"): {"crew": 403, "leader": 200, "other-station": 404, "nobody": 401},
}
"""Operation → who asks → status, over a gate of the crew's own station with a batch that came too late."""


async def test_every_operation_has_a_row_that_says_who_may(police: Running) -> None:
    """INVARIANT: no address is open by oversight — broken by an operation without a row here, or a row that does not hold."""
    await tells(police, a_post(batches=(LATE,)))
    people = {"nobody": None, "other-station": OTHER_STATION, "crew": CREW, "leader": LEADER}
    async with police.client() as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    assert {
        (method, path) for path, methods in paths.items() if path.startswith("/api/guard") and "-" not in path for method in methods
    } == set(MATRIX)
    for (method, path), row in MATRIX.items():
        address = path.format(school=SCHOOL, day="2026-09-21", gate="A-G1", peak="pm")
        for who, actor in people.items():
            async with police.client(actor) as client:
                answer = await client.request(method, address, **({"json": BATCH} if method == "post" else {}))
            assert answer.status_code == row[who], (method, path, who)
            assert path != "/api/guard" or who != "other-station" or answer.json()["items"] == []
