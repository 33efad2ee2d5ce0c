"""护学岗 on a phone without network: what it kept is stated once, with its own time; what a wrong clock sent is shown with both times."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.coordination import GuardWrongClock
from tests.integration.agency_desk import EDUCATION_DESK, SCHOOL, SCHOOL_DESK, START, Running, an_actor
from tests.integration.gates import a_post, tells
from tests.integration.test_agency_guard import CREW, LEADER, PAGE, POST, TEACHER
from tests.integration.test_agency_pages import csrf_of, signed_in

TAP = {"request": "tap-1", "slot": "police", "person_ref": "p-88", "act": "in"}
KEPT = {"checked_at": "2026-09-21T08:31:12.250Z", "sent_at": "2026-09-21T08:38:00Z"}
"""16:31:12 and 16:38:00 in Beijing, as a browser writes them."""
WRONG = GuardWrongClock(
    slot="police",
    ref="p-88",
    act="in",
    checked_at=datetime.fromisoformat("2026-09-21T07:01:00+08:00"),
    uploaded_at=datetime.fromisoformat("2026-09-21T07:08:00+08:00"),
    received_at=START,
)


async def stated(running: Running) -> list[tuple[dict[str, str], dict[str, Any]]]:
    """Headers and data of the check-ins that went out."""
    return [(dict(headers), data) for name, headers, data in await running.told.answers() if name == "police.guard-checkins.recorded"]


async def test_what_a_phone_kept_is_stated_with_its_own_time_as_held_back(police: Running) -> None:
    await tells(police, a_post())
    await police.told.answers()
    async with signed_in(police, CREW) as client:
        form = {"csrf": csrf_of((await client.get(PAGE)).text), **TAP, **KEPT}
        done = await client.post(PAGE, data=form)
        assert done.status_code == 303, done.text
        assert "16:31:12 已记录" in (await client.get(done.headers["location"])).text
    ((headers, data),) = await stated(police)
    assert (data["offline"], data["uploaded_at"]) == (True, "2026-09-21T16:38:00+08:00")
    assert data["items"][0]["checked_at"] == "2026-09-21T16:31:12.250000+08:00"
    assert datetime.fromisoformat(headers["ce_knownat"]) == datetime.fromisoformat(KEPT["checked_at"])


async def test_a_tap_whose_answer_was_lost_is_not_stated_again_when_it_is_sent_late(police: Running) -> None:
    """INVARIANT: one tap, one statement — broken by a key that depends on whether the phone held it back."""
    await tells(police, a_post())
    await police.told.answers()
    async with signed_in(police, CREW) as client:
        form = {"csrf": csrf_of((await client.get(PAGE)).text), **TAP}
        first = await client.post(PAGE, data=form)
        late = await client.post(PAGE, data=form | KEPT)
        again = await client.post(PAGE, data=form | KEPT)
    assert {one.headers["location"] for one in (first, late, again)} == {f"{PAGE}?at=16:38:00"}
    assert len(await stated(police)) == 1


async def test_what_was_kept_over_night_is_taken_in_and_what_was_not_kept_is_for_today_alone(police: Running) -> None:
    await tells(police, a_post())
    await police.told.clock(START + timedelta(days=1))
    await police.told.answers()
    async with signed_in(police, CREW) as client:
        form = {"csrf": csrf_of((await client.get(PAGE)).text), **TAP}
        assert (await client.post(PAGE, data=form)).status_code == 422
        done = await client.post(PAGE, data=form | KEPT | {"sent_at": "2026-09-22T08:38:00Z"})
        assert done.status_code == 303, done.text
    ((_, data),) = await stated(police)
    assert (data["items"][0]["checked_at"][:10], data["uploaded_at"][:10]) == ("2026-09-21", "2026-09-22")


async def test_a_phone_ahead_of_its_time_is_taken_in_as_it_says(police: Running) -> None:
    """Whether its clock can be right is judged where all devices are; it is not known before it was sent."""
    await tells(police, a_post())
    await police.told.answers()
    async with signed_in(police, CREW) as client:
        form = {
            "csrf": csrf_of((await client.get(PAGE)).text),
            **TAP,
            "checked_at": "2026-09-21T09:31:12Z",
            "sent_at": "2026-09-21T09:38:00Z",
        }
        assert (await client.post(PAGE, data=form)).status_code == 303
    ((headers, data),) = await stated(police)
    assert data["items"][0]["checked_at"] == "2026-09-21T17:31:12+08:00"
    assert datetime.fromisoformat(headers["ce_knownat"]) == START


@pytest.mark.parametrize(
    ("change", "field"),
    [({"checked_at": "yesterday"}, "checked_at"), ({"sent_at": ""}, "sent_at"), ({"checked_at": "2026-09-21T08:31:12"}, "checked_at"),
     ({"slot": "cook"}, "slot")],
)  # fmt: skip
async def test_a_kept_check_in_that_is_not_right_names_its_field(police: Running, change: dict[str, str], field: str) -> None:
    await tells(police, a_post())
    async with signed_in(police, CREW) as client:
        form = {"csrf": csrf_of((await client.get(PAGE)).text), **TAP, **KEPT, **change}
        answer = await client.post(PAGE, data=form)
    assert (answer.status_code, field in answer.text) == (422, True)
    assert await police.told.pool.fetchval("select count(*) from events") == 0


async def test_the_pages_of_crews_carry_what_the_phone_needs_and_the_script_has_an_address_of_its_own(police: Running) -> None:
    """No script stands in a page: a policy that forbids those forbids nothing here."""
    await tells(police, a_post())
    async with signed_in(police, CREW) as client:
        for path in (PAGE, "/guard/checkin"):
            page = (await client.get(path)).text
            for words in ('data-held data-unit="ps-990102-01"', "本机有 {} 条签到待上传", 'src="/static/guard.js?v='):
                assert words in page, (path, words)
            assert "<script>" not in page
            assert "onclick" not in page
        assert (await client.get(PAGE)).text.count("data-check") == 4, "every form of a check-in can be kept"
        script = await client.get("/static/guard.js")
    assert (script.status_code, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")


async def test_a_check_in_by_a_wrong_clock_is_shown_with_both_times_to_those_who_see_persons(police: Running, schools: Running) -> None:
    await tells(police, a_post(wrong_clocks=(WRONG,)))
    for number, actor in enumerate((CREW, LEADER)):
        async with signed_in(police, actor, f"ticket-{number}") as client:
            page = (await client.get("/guard")).text
        for words in ("时钟有误", "p-88", "9月21日（周一）07:01", "9月21日（周一）07:08", "9月21日（周一）16:38"):
            assert words in page, words
    async with police.client(LEADER) as client:
        assert (await client.get(POST)).json()["wrong_clocks"][0]["ref"] == "p-88"
    await tells(schools, a_post(SCHOOL_DESK, wrong_clocks=(WRONG,)), a_post(EDUCATION_DESK, persons=(), batches=()))
    for number, (actor, seen) in enumerate(
        ((an_actor(SCHOOL_DESK, service="schools"), True), (TEACHER, False), (an_actor(EDUCATION_DESK, service="schools"), False)), 2
    ):
        async with signed_in(schools, actor, f"ticket-{number}") as client:
            assert ("时钟有误" in (await client.get("/guard")).text) is seen, actor.desks
    assert SCHOOL in POST


async def test_a_wrong_clock_is_shown_for_a_week(police: Running) -> None:
    await tells(police, a_post(wrong_clocks=(WRONG,)))
    async with signed_in(police, LEADER) as client:
        for days, seen in ((7, True), (8, False)):
            await police.told.clock(START + timedelta(days=days))
            assert ("时钟有误" in (await client.get("/guard")).text) is seen
