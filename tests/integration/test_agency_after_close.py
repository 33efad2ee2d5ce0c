"""Pausing a close, rating each other, looking again, and refusing a handover, at a real desk: by the API and by the forms of the pages."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from contracts.coordination import (
    ClosedPart,
    HandoverOffered,
    HandoverRefused,
    Person,
    TaskClosed,
    TaskFollowedUp,
    TaskOpened,
    TaskPaused,
    TaskRated,
    TaskResumed,
)
from infra.http.auth import Actor
from tests.integration.agency_desk import (
    INCIDENT,
    NUMBER,
    OTHER_SCHOOL,
    SCHOOL,
    SCHOOL_DESK,
    START,
    STATION_DESK,
    Running,
    a_notification,
    a_task,
    an_actor,
)
from tests.integration.test_agency_pages import signed_in, submit

DUTY = an_actor(SCHOOL_DESK, service="schools")
FOREIGNER = an_actor(f"school.duty-desk@{OTHER_SCHOOL}", service="schools", ref="p-005")
LAB = "市食品药品检验院"
PERSON = Person(ref="p-9", role="police.station-duty", shown="赵*")
WEEK = timedelta(days=7)


def led(**more: Any) -> TaskOpened:
    return a_task(lead=SCHOOL_DESK).model_copy(update={"pauses": ("lab-result",), **more})


def ended(task: TaskOpened, *, rating: bool = True, states: tuple[str, str] = ("done", "done")) -> TaskClosed:
    parts = tuple(ClosedPart(desk=one.desk, lead=one.lead, state=state) for one, state in zip(task.parts, states, strict=True))  # type: ignore[arg-type]
    return TaskClosed(
        task=task.task, incident=INCIDENT, number=NUMBER, desk=task.lead, outcome="处置完毕", closed_at=START, legal_complete=True,
        person=PERSON, parts=parts, rating=rating,
    )  # fmt: skip


async def closed(schools: Running, task: TaskOpened, **how: Any) -> TaskOpened:
    await schools.told.say("bus.task.opened", task, to=SCHOOL_DESK)
    await schools.told.say("bus.task.closed", ended(task, **how), to=SCHOOL_DESK)
    await schools.told.answers()
    return task


async def act(schools: Running, task: TaskOpened, what: str, actor: Actor = DUTY, **body: Any) -> httpx.Response:
    async with schools.client(actor) as desk:
        return await desk.post(f"/api/tasks/{task.task}/{what}", json=body)


def code(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2].rpartition("/")[2]


def faults(answer: httpx.Response) -> dict[str, str]:
    return {one["field"]: one["code"] for one in answer.json()["errors"]}


async def test_a_side_rates_the_other_once_and_is_told_who_did_before(schools: Running) -> None:
    task = await closed(schools, a_task())
    answer = await act(schools, task, "rate", of_desk=STATION_DESK, score=5)
    assert answer.status_code == 200, answer.text
    (said,) = await schools.told.answers()
    assert (said[0], said[2]["desk"], said[2]["of_desk"], said[2]["score"]) == ("bus.task.rated", SCHOOL_DESK, STATION_DESK, 5)
    again = await act(schools, task, "rate", of_desk=STATION_DESK, score=1)
    assert (again.status_code, code(again)) == (409, "already-rated")
    assert "张* 已于 09-21 16:38 评价" in again.json()["title"] + again.json().get("detail", "")
    assert await schools.told.answers() == []


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({"of_desk": STATION_DESK, "score": 6}, {"score": "less-than-equal"}),
        ({"of_desk": STATION_DESK, "score": 0}, {"score": "greater-than-equal"}),
        ({"of_desk": STATION_DESK}, {"score": "missing"}),
        ({"of_desk": SCHOOL_DESK, "score": 3}, {"of_desk": "not-the-other-side"}),
        ({"of_desk": "outside.guardian@x-1", "score": 3}, {"of_desk": "not-the-other-side"}),
    ],
)
async def test_only_the_other_side_is_rated_from_one_to_five(schools: Running, body: dict[str, Any], wanted: dict[str, str]) -> None:
    task = await closed(schools, a_task())
    answer = await act(schools, task, "rate", **body)
    assert (answer.status_code, faults(answer)) == (422, wanted)
    assert await schools.told.answers() == [], "nothing is half-stored"


async def test_nothing_is_said_of_a_task_before_its_end_nor_after_a_drill(schools: Running) -> None:
    task = a_task()
    await schools.told.say("bus.task.opened", task, to=SCHOOL_DESK)
    assert code(await act(schools, task, "rate", of_desk=STATION_DESK, score=3)) == "not-closed"
    await schools.told.say("bus.task.closed", ended(task, rating=False), to=SCHOOL_DESK)
    assert code(await act(schools, task, "rate", of_desk=STATION_DESK, score=3)) == "not-rated"
    assert code(await act(schools, task, "follow-up", followed_on="2026-09-21", text="正常")) == "not-rated"


async def test_a_foreign_task_is_neither_rated_nor_looked_at_again_nor_paused(schools: Running) -> None:
    task = await closed(schools, led())
    bodies: dict[str, dict[str, Any]] = {
        "rate": {"of_desk": STATION_DESK, "score": 3}, "follow-up": {"followed_on": "2026-09-21", "text": "正常"}, "pause": {"lab": LAB},
        "resume": {},
    }  # fmt: skip
    assert {(await act(schools, task, what, FOREIGNER, **body)).status_code for what, body in bodies.items()} == {404}


async def test_the_lead_records_what_it_found_as_often_as_it_looks(schools: Running) -> None:
    task = await closed(schools, led())
    await schools.told.clock(START + WEEK)
    for text in ("秩序正常", "再访正常"):
        assert (await act(schools, task, "follow-up", followed_on="2026-09-28", text=text)).status_code == 200
    said = await schools.told.answers()
    assert [(name, data["followed_on"], data["text"]) for name, _, data in said] == [
        ("bus.task.followed-up", "2026-09-28", "秩序正常"), ("bus.task.followed-up", "2026-09-28", "再访正常"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ({"followed_on": "2026-09-20", "text": "正常"}, {"followed_on": "before-the-close"}),
        ({"followed_on": "2026-09-22", "text": "正常"}, {"followed_on": "in-the-future"}),
        ({"followed_on": "9月21日", "text": "正常"}, {"followed_on": "day-not-iso"}),
        ({"followed_on": "2026-09-21", "text": "家长13800138000"}, {"text": "personal-number-in-text"}),
    ],
)
async def test_a_follow_up_is_of_a_day_since_the_close(schools: Running, body: dict[str, Any], wanted: dict[str, str]) -> None:
    task = await closed(schools, led())
    answer = await act(schools, task, "follow-up", **body)
    assert (answer.status_code, faults(answer)) == (422, wanted)
    assert await schools.told.answers() == []


async def test_an_assisting_desk_does_not_look_again(schools: Running) -> None:
    task = await closed(schools, a_task())
    assert code(await act(schools, task, "follow-up", followed_on="2026-09-21", text="正常")) == "not-the-lead"


async def test_the_lead_pauses_and_resumes_and_each_only_when_it_can(schools: Running) -> None:
    task = led()
    await schools.told.say("bus.task.opened", task, to=SCHOOL_DESK)
    assert code(await act(schools, task, "resume")) == "not-paused"
    assert (await act(schools, task, "pause", lab=LAB)).status_code == 200
    again = await act(schools, task, "pause", lab=LAB)
    assert (code(again), "张*" in again.text) == ("already-paused", True)
    async with schools.client(DUTY) as desk:
        assert (await desk.get(f"/api/tasks/{task.task}")).json()["paused"]["lab"] == LAB
    assert (await act(schools, task, "resume")).status_code == 200
    said = [(name, data.get("reason"), data.get("lab")) for name, _, data in await schools.told.answers()]
    assert said == [("bus.task.paused", "lab-result", LAB), ("bus.task.resumed", None, None)]
    assert (await act(schools, task, "pause", lab=LAB)).status_code == 200, "a second pause"


async def test_what_the_mandate_does_not_let_pause_is_refused_and_so_is_a_desk_that_assists(schools: Running) -> None:
    task = led(pauses=())
    await schools.told.say("bus.task.opened", task, to=SCHOOL_DESK)
    assert code(await act(schools, task, "pause", lab=LAB)) == "not-pausable"
    assisting = a_task(version=2).model_copy(update={"pauses": ("lab-result",)})
    await schools.told.say("bus.task.opened", assisting, to=SCHOOL_DESK)
    assert code(await act(schools, assisting, "pause", lab=LAB)) == "not-the-lead"
    assert faults(await act(schools, task, "pause", lab="")) == {"lab": "blank-text"}
    assert faults(await act(schools, task, "pause", lab=LAB, reason="holiday")) == {"reason": "literal-error"}


async def test_a_pause_that_routing_refuses_stands_no_more(schools: Running) -> None:
    task = led()
    await schools.told.say("bus.task.opened", task, to=SCHOOL_DESK)
    await act(schools, task, "pause", lab=LAB)
    refused = TaskPaused(
        task=task.task, incident=INCIDENT, desk=SCHOOL_DESK, reason="lab-result", lab=LAB, paused_at=START, person=PERSON,
        refused="close-missed",
    )  # fmt: skip
    await schools.told.say("bus.task.paused", refused, to=SCHOOL_DESK)
    async with schools.client(DUTY) as desk:
        assert (await desk.get(f"/api/tasks/{task.task}")).json()["paused"] is None
    async with signed_in(schools, DUTY) as client:
        assert "办结期限已过" in (await client.get(f"/tasks/{task.task}")).text


async def test_an_assisting_desk_reads_that_the_close_stands_still_and_that_it_runs_again(schools: Running) -> None:
    task = a_task()
    await schools.told.say("bus.task.opened", task, to=SCHOOL_DESK)
    shared: dict[str, Any] = {"task": task.task, "incident": INCIDENT, "desk": STATION_DESK, "person": PERSON}
    await schools.told.say("bus.task.paused", TaskPaused(reason="lab-result", lab=LAB, paused_at=START, **shared), to=SCHOOL_DESK)
    async with signed_in(schools, DUTY) as client:
        assert f"等待{LAB}的检验结果" in (await client.get(f"/tasks/{task.task}")).text
        await schools.told.say("bus.task.resumed", TaskResumed(resumed_at=START, **shared), to=SCHOOL_DESK)
        page = (await client.get(f"/tasks/{task.task}")).text
    assert f"等待{LAB}的检验结果" not in page
    assert "恢复办结期限" in page


async def test_both_sides_words_are_given_and_read_by_forms(schools: Running) -> None:
    task = await closed(schools, led())
    address = f"/tasks/{task.task}"
    async with signed_in(schools, DUTY) as client:
        page = (await client.get(address)).text
        assert "互评" in page
        assert "登记回访" in page
        assert "已完成" in page
        rated = await submit(client, f"{address}/rate", {"of_desk": STATION_DESK, "score": "4", "desk": SCHOOL_DESK}, at=address)
        again = await submit(client, f"{address}/rate", {"of_desk": STATION_DESK, "score": "4"}, at=address)
        looked = await submit(client, f"{address}/follow-up", {"followed_on": "2026-09-21", "text": "秩序正常"}, at=address)
        early = await submit(client, f"{address}/follow-up", {"followed_on": "2026-09-01", "text": "早于办结"}, at=address)
        assert (rated.status_code, again.status_code, looked.status_code, early.status_code) == (303, 409, 303, 422)
        assert "评价一次有效" in again.text
        assert "早于办结" in early.text, "the input is kept"
        own = TaskRated(
            task=task.task, incident=INCIDENT, desk=STATION_DESK, of_desk=SCHOOL_DESK, score=5, rated_at=START, person=PERSON
        )
        await schools.told.say("bus.task.rated", own, to=SCHOOL_DESK)
        page = (await client.get(address)).text
    assert 'name="of_desk"' not in page, "nobody is left to rate"
    assert "<strong>评价</strong> <span class=\"said\">5</span>" in page


async def test_a_follow_up_of_the_lead_stands_on_the_timeline_of_the_others(schools: Running) -> None:
    task = await closed(schools, a_task())
    word = TaskFollowedUp(
        task=task.task, incident=INCIDENT, desk=STATION_DESK, followed_on=START.date(), text="校门口已设隔离桩", recorded_at=START, person=PERSON
    )
    await schools.told.say("bus.task.followed-up", word, to=SCHOOL_DESK)
    async with signed_in(schools, DUTY) as client:
        assert "校门口已设隔离桩" in (await client.get(f"/tasks/{task.task}")).text


def offered(*awaited: str) -> HandoverOffered:
    return HandoverOffered(
        handover="ZX-3", incident=INCIDENT, number=NUMBER, desk=f"school.psych-teacher@{OTHER_SCHOOL}", from_unit=OTHER_SCHOOL, to_unit=SCHOOL,
        from_county="990102", to_county="990202", awaited=awaited, offered_at=START,
    )  # fmt: skip


async def refuse(schools: Running, notification: str, **body: Any) -> httpx.Response:
    async with schools.client(DUTY) as desk:
        return await desk.post(f"/api/notifications/{notification}/refuse-handover", json={"reason": "no-capacity", "text": "暂无条件", **body})


async def test_a_desk_that_is_awaited_refuses_once_and_may_sign_after_all(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.say("bus.handover.offered", offered(SCHOOL_DESK), to=SCHOOL_DESK)
    await schools.told.answers()
    assert (await refuse(schools, issued.notification)).status_code == 200
    assert code(await refuse(schools, issued.notification)) == "already-refused"
    async with schools.client(DUTY) as desk:
        assert (await desk.post(f"/api/notifications/{issued.notification}/acknowledge", json={"version": 1})).status_code == 200
    assert [name for name, _, _ in await schools.told.answers()] == [
        "bus.handover.refused", "bus.notification.acknowledged", "bus.handover.accepted",
    ]  # fmt: skip
    assert code(await refuse(schools, issued.notification)) == "already-signed"


async def test_what_is_no_handover_of_this_desk_is_not_refused_and_its_signature_accepts_nothing(schools: Running) -> None:
    plain = await schools.told.issue(a_notification())
    await schools.told.say("bus.handover.offered", offered("school.psych-teacher@3199000401"), to=SCHOOL_DESK)
    await schools.told.answers()
    assert code(await refuse(schools, plain.notification)) == "not-a-handover"
    async with schools.client(DUTY) as desk:
        await desk.post(f"/api/notifications/{plain.notification}/acknowledge", json={"version": 1})
    assert [name for name, _, _ in await schools.told.answers()] == ["bus.notification.acknowledged"]
    assert faults(await refuse(schools, plain.notification, reason="busy")) == {"reason": "literal-error"}


async def test_a_handover_is_refused_by_a_form_that_says_what_a_signature_means(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.say("bus.handover.offered", offered(SCHOOL_DESK), to=SCHOOL_DESK)
    address = f"/notifications/{issued.notification}"
    async with signed_in(schools, DUTY) as client:
        assert "签收即为接收" in (await client.get(address)).text
        missing = await submit(client, f"{address}/refuse-handover", {"text": "暂无条件"}, at=address)
        done = await submit(client, f"{address}/refuse-handover", {"reason": "no-capacity", "text": "暂无条件"}, at=address)
        page = (await client.get(address)).text
    assert (missing.status_code, done.status_code) == (422, 303)
    assert "拒收交接</strong>" in page
    assert f'action="{address}/refuse-handover"' not in page
    other = HandoverRefused(
        handover="ZX-3", notification="other", incident=INCIDENT, desk="health.hospital-green-channel@hos-990202-psy", reason="no-capacity",
        text="床位已满", refused_at=START, person=PERSON,
    )  # fmt: skip
    await schools.told.say("bus.handover.refused", other, to=SCHOOL_DESK)
    async with signed_in(schools, DUTY, "ticket-2") as client:
        assert "暂无接收条件 · 床位已满" in (await client.get(address)).text


async def to_rate(schools: Running, actor: Actor | None = DUTY) -> tuple[int, Any]:
    async with schools.client(actor) as desk:
        answer = await desk.get("/api/tasks/to-rate")
    return answer.status_code, answer.json()


async def test_a_closed_task_waits_for_its_rating_until_it_is_given(schools: Running) -> None:
    task = await closed(schools, a_task())
    (one,) = (await to_rate(schools))[1]["items"]
    assert (one["id"], one["desk"], one["of_desks"], one["leads"]) == (task.task, SCHOOL_DESK, [STATION_DESK], False)
    async with signed_in(schools, DUTY) as client:
        page = (await client.get("/desk")).text
        assert "待评价" in page
        assert f'href="/tasks/{task.task}?desk={SCHOOL_DESK}"' in page
        await act(schools, task, "rate", of_desk=STATION_DESK, score=5)
        assert (await to_rate(schools))[1]["items"] == []
        assert "待评价" not in (await client.get("/desk")).text


@pytest.mark.parametrize(
    "how",
    [{"rating": False}, {"states": ("excused", "done")}],
    ids=["an end that asks for no rating", "the other side was excused"],
)
async def test_what_asks_for_no_rating_waits_for_none(schools: Running, how: dict[str, Any]) -> None:
    await closed(schools, a_task(), **how)
    assert (await to_rate(schools))[1]["items"] == []


async def test_an_open_task_waits_for_no_rating(schools: Running) -> None:
    await schools.told.say("bus.task.opened", a_task(), to=SCHOOL_DESK)
    assert (await to_rate(schools))[1]["items"] == []


@pytest.mark.parametrize(("actor", "status", "count"), [(DUTY, 200, 1), (FOREIGNER, 200, 0), (None, 401, None)], ids=["own", "another unit", "nobody"])
async def test_each_sees_what_its_own_desks_have_to_rate(schools: Running, actor: Actor | None, status: int, count: int | None) -> None:
    await closed(schools, a_task())
    found, answer = await to_rate(schools, actor)
    assert (found, len(answer["items"]) if found == 200 else None) == (status, count)


async def test_the_list_names_whom_the_form_offers(schools: Running) -> None:
    """INVARIANT: the list and the form ask for the same — broken by a rule that one of them alone knows."""
    task = await closed(schools, led())
    (one,) = (await to_rate(schools))[1]["items"]
    async with signed_in(schools, DUTY) as client:
        page = (await client.get(f"/tasks/{task.task}")).text
    offered = re.findall(r'<option value="([^"]+)"', page[page.index('id="of-desk"') : page.index('name="score"')])
    assert offered == one["of_desks"] == [STATION_DESK]
