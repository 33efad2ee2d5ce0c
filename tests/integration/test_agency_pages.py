"""The pages a person works with: signing in, reading, answering and filing without any script."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from contracts.coordination import DecisionMade, NotificationAcknowledged, NotificationIssued, Person, RecipientLine
from infra.http.auth import Actor
from tests.integration.agency_desk import (
    CONFERENCE_DESK,
    EDUCATION_DESK,
    INCIDENT,
    NUMBER,
    POLICE_DESK,
    SCHOOL,
    SCHOOL_DESK,
    START,
    Running,
    a_notification,
    a_task,
    a_token,
    an_actor,
    timed,
)

DUTY = an_actor(SCHOOL_DESK, service="schools")
CALLER = an_actor(POLICE_DESK, service="police")


def browser(running: Running, **headers: str) -> httpx.AsyncClient:
    """A browser without script."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=running.app), base_url="http://desk.localhost", headers={"Accept": "text/html", **headers}
    )


@asynccontextmanager
async def signed_in(running: Running, actor: Actor, number: str = "ticket-1") -> AsyncIterator[httpx.AsyncClient]:
    async with browser(running) as client:
        answer = await client.post("/login", data={"ticket": a_token(actor, use="ticket", number=number)})
        assert answer.status_code == 303, answer.text
        yield client


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


async def submit(client: httpx.AsyncClient, path: str, data: dict, *, at: str) -> httpx.Response:
    return await client.post(path, data={"csrf": csrf_of((await client.get(at)).text), **data})


async def test_a_link_shows_who_signs_in_and_opens_the_desk_once(schools: Running) -> None:
    link = "/login?ticket=" + a_token(DUTY, use="ticket", number="ticket-1")
    async with browser(schools) as client:
        shown = await client.get(link)
        assert shown.status_code == 200
        assert "泉西小学 · 学校值守台" in shown.text
        entered = await client.post("/login", data={"ticket": link.partition("=")[2]})
        assert (entered.status_code, entered.headers["location"]) == (303, "/desk")
        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Domain" not in cookie
        assert (await client.get("/desk")).status_code == 200
        assert (await client.get(link)).headers["location"] == "/desk"
    async with browser(schools) as another:
        assert (await another.post("/login", data={"ticket": link.partition("=")[2]})).status_code == 401


@pytest.mark.parametrize("path", ["/desk", "/events", "/events/new", "/events/new/alarm", "/notifications/x", "/tasks/x", "/escalations/x"])
async def test_nobody_reads_a_page_without_signing_in(police: Running, path: str) -> None:
    async with browser(police) as client:
        answer = await client.get(path)
    assert answer.status_code == 401
    assert "请重新登录" in answer.text


async def test_a_desk_without_work_says_so(schools: Running) -> None:
    async with signed_in(schools, DUTY) as client:
        page = (await client.get("/desk")).text
    assert "没有待办。" in page


async def test_a_notification_is_listed_read_and_signed(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.say("bus.duty.timed", timed(issued, START + timedelta(minutes=5)), to=SCHOOL_DESK)
    address = f"/notifications/{issued.notification}"
    async with signed_in(schools, DUTY) as client:
        desk = (await client.get("/desk")).text
        assert "(1) 值守台" in desk
        assert address in desk
        assert "剩 5 分" in desk
        page = (await client.get(address)).text
        for words in ("为什么告知我", "POL-01 v1", "校园或周边危及生命的警情", "公安机关和教育部门及学校要及时相互通报、协同处置",
                      "关于加强中小学幼儿园安全风险防控体系建设的意见", "紧急程度：危及生命", "送达后 5 分钟，全天计时", "已隐去：坐标、伤情说明",
                      "封闭管理、清点人数、引导警力", "持械", "泉西小学", "16:43"):  # fmt: skip
            assert words in page, words
        signed = await submit(client, f"{address}/acknowledge", {"version": "1"}, at=address)
        assert (signed.status_code, signed.headers["location"]) == (303, address)
        assert "已签收" in (await client.get(address)).text
        again = await submit(client, f"{address}/acknowledge", {"version": "1"}, at=address)
    assert again.status_code == 409
    assert "此件已由 张* 于 09-21 16:38 签收，无需重复。" in again.text


async def test_a_form_of_another_page_is_refused(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.answers()
    async with signed_in(schools, DUTY) as client:
        for csrf in ({}, {"csrf": "guess"}):
            answer = await client.post(f"/notifications/{issued.notification}/acknowledge", data={"version": "1", **csrf})
            assert answer.status_code == 403
        program = await client.post(f"/api/notifications/{issued.notification}/acknowledge", json={"version": 1})
        assert program.json()["type"].endswith("bad-csrf")
        token = csrf_of((await client.get("/desk")).text)
        stated = await client.post(
            f"/api/notifications/{issued.notification}/acknowledge", json={"version": 1}, headers={"X-CSRF-Token": token}
        )
        assert stated.status_code == 200
    assert [name for name, _, _ in await schools.told.answers()] == ["bus.notification.acknowledged"]


async def test_a_return_without_words_keeps_what_was_filled_in(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    address = f"/notifications/{issued.notification}"
    async with signed_in(schools, DUTY) as client:
        faulty = await submit(client, f"{address}/return", {"version": "1", "reason": "not-my-duty", "suggested_desk": "没有"}, at=address)
        assert faulty.status_code == 422
        assert 'value="没有"' in faulty.text
        assert 'value="not-my-duty" required checked' in faulty.text
        done = await submit(client, f"{address}/return", {"version": "1", "reason": "not-my-duty", "text": "不属本校职责"}, at=address)
        assert done.status_code == 303
        page = (await client.get(address)).text
    assert "正等待裁定" in page
    assert "不属本单位职责" in page


async def test_the_arbitration_desk_rules_by_a_form(schools: Running) -> None:
    payload = {
        "returned_desk": SCHOOL_DESK,
        "return_reason": "not-my-duty",
        "return_text": "不属本校职责",
        "suggested_desk": EDUCATION_DESK,
        "final": False,
    }
    item: NotificationIssued = await schools.told.issue(
        a_notification(CONFERENCE_DESK, arbitration_of="returned-1", view="L", returnable=False, payload=payload)
    )
    address = f"/notifications/{item.notification}"
    async with signed_in(schools, an_actor(CONFERENCE_DESK, service="schools", shown="赵*")) as client:
        page = (await client.get(address)).text
        assert "不属本校职责" in page
        assert f'value="{EDUCATION_DESK}"' in page
        missing = await submit(client, f"{address}/ruling", {"ruling": "uphold", "reason": "属实"}, at=address)
        assert missing.status_code == 422
        ruled = await submit(client, f"{address}/ruling", {"ruling": "uphold", "new_desk": EDUCATION_DESK, "reason": "属实"}, at=address)
        assert ruled.status_code == 303, ruled.text
        assert "赵* 已裁定：退单成立（改派）。属实" in (await client.get(address)).text


async def test_a_part_is_reported_and_closed_by_forms(schools: Running) -> None:
    task = a_task(lead=SCHOOL_DESK)
    await schools.told.say("bus.task.opened", task, to=SCHOOL_DESK)
    address = f"/tasks/{task.task}"
    async with signed_in(schools, DUTY) as client:
        assert "封闭管理、清点人数" in (await client.get("/desk")).text
        done = await submit(client, f"{address}/report", {"progress": "done", "text": "已清点"}, at=address)
        asked = await submit(client, f"{address}/close", {"outcome": "处置完毕", "desk": SCHOOL_DESK}, at=address)
        assert (done.status_code, asked.status_code) == (303, 303)
        again = await submit(client, f"{address}/close", {"outcome": "处置完毕"}, at=address)
        assert again.status_code == 409
        assert "申请办结，正等待确认" in again.text


def alarm_form(**changes: str) -> dict[str, str]:
    filled = {
        "request": "form-1", "alarm_no": "J370100000412", "kind": "weapon", "severity": "life-risk", "relation": "perimeter", "schools": "泉西小学",
        "place_text": "学校南门外", "casualties": "1", "online": "no", "suspect_at_large": "yes", "advice": "lockdown", "first_disposal": "dispatched",
        "status": "actual",
    }  # fmt: skip
    return {**filled, **changes}


async def test_an_alarm_is_filed_by_a_form_and_its_page_shows_who_is_told(police: Running) -> None:
    async with signed_in(police, CALLER) as client:
        filed = await submit(client, "/events/new/alarm", alarm_form(), at="/events/new/alarm")
        assert filed.status_code == 303, filed.text
        address = filed.headers["location"]
        event = address.rpartition("/")[2]
        assert "正在研判" in (await client.get(address)).text
        decision = DecisionMade(
            event_source="/police/pb-990102", event_id=event, event_type="police.alarm.raised", incident=INCIDENT, number=NUMBER, outcome="routed",
            decided_at=START, recipients=(RecipientLine(desk=SCHOOL_DESK, kind="acknowledge", view="S", mandates=("POL-01",)),),
        )  # fmt: skip
        await police.told.say("bus.decision.made", decision, to=POLICE_DESK)
        page = (await client.get(address)).text
        assert "已告知 1 个单位" in page
        assert "泉西小学 · 学校值守台" in page
        person = Person(ref="p-1", role="school.duty-desk", shown="李*")
        signed = NotificationAcknowledged(
            notification="n-1", incident=INCIDENT, desk=SCHOOL_DESK, version=1, acknowledged_at=START + timedelta(minutes=3), person=person
        )
        await police.told.say("bus.notification.acknowledged", signed, to=POLICE_DESK)
        page = (await client.get(address)).text
        assert "已签收" in page
        assert "李*" in page
        assert NUMBER in (await client.get("/events")).text
    ((name, _, data),) = await police.told.answers()
    assert (name, data["schools"], data["casualties"]) == ("police.alarm.raised", [SCHOOL], 1)


async def test_the_same_form_sent_twice_is_one_event(police: Running) -> None:
    async with signed_in(police, CALLER) as client:
        first = await submit(client, "/events/new/alarm", alarm_form(), at="/events/new/alarm")
        second = await submit(client, "/events/new/alarm", alarm_form(), at="/events/new/alarm")
    assert first.headers["location"] == second.headers["location"]
    assert len(await police.told.answers()) == 1


@pytest.mark.parametrize(
    ("change", "anchor", "words"),
    [
        ({"schools": "没有的学校"}, "#f-schools", "名录中没有这所学校"),
        ({"casualties": "两人"}, "#f-casualties", "应为整数"),
        ({"severity": ""}, "#f-severity", "必填项缺失"),
        ({"place_text": "打13800000000"}, "#f-place_text", "不得出现身份证号或手机号"),
        ({"alarm_no": "J1"}, "#f-alarm_no", "12"),
        ({"known_at": "2026-09-22T10:00:00"}, "#f-known_at", "获悉时间不得晚于现在"),
    ],
)
async def test_a_faulty_form_says_where_and_keeps_the_rest(police: Running, change: dict, anchor: str, words: str) -> None:
    async with signed_in(police, CALLER) as client:
        answer = await submit(client, "/events/new/alarm", alarm_form(**change), at="/events/new/alarm")
    assert answer.status_code == 422
    assert f'href="{anchor}"' in answer.text
    assert words in answer.text
    if "place_text" not in change:
        assert "学校南门外" in answer.text
    assert await police.told.answers() == []


async def test_follow_ups_are_filed_from_the_event(police: Running) -> None:
    async with signed_in(police, CALLER) as client:
        filed = await submit(client, "/events/new/alarm", alarm_form(), at="/events/new/alarm")
        address = filed.headers["location"]
        assert f"{address}/follow/alarm-L" in (await client.get(address)).text
        moved = {"field": "severity", "from": "life-risk", "to": "urgent", "by": "值班长", "why": "嫌疑人已控制", "request": "form-2"}
        followed = await submit(client, f"{address}/follow/alarm-L", moved, at=f"{address}/follow/alarm-L")
        assert followed.status_code == 303, followed.text
        added = {"added.injury_note": "擦伤", "request": "form-3"}
        assert (await submit(client, f"{address}/follow/alarm-S", added, at=f"{address}/follow/alarm-S")).status_code == 303
    names = [name for name, _, _ in await police.told.answers()]
    assert names == ["police.alarm.raised", "police.alarm.raised.level-changed", "police.alarm.raised.supplemented"]


async def test_a_pupil_in_the_form_is_sealed(police: Running) -> None:
    pupil = {"pupils.0.name": "测试甲", "pupils.0.age_band": "6-13"}
    async with signed_in(police, CALLER) as client:
        filed = await submit(client, "/events/new/alarm", alarm_form(**pupil), at="/events/new/alarm")
        assert filed.status_code == 303, filed.text
        assert "测试甲" not in (await client.get(filed.headers["location"])).text
    ((_, _, data),) = await police.told.answers()
    assert set(data["pupils"][0]["keys"]) == {"police", "schools"}


async def test_only_who_may_file_sees_the_form(police: Running) -> None:
    async with signed_in(police, an_actor("police.leader-in-charge@pb-990102", service="police")) as client:
        assert (await client.get("/events/new/alarm")).status_code == 403
        assert "没有可上报的事件" in (await client.get("/events/new")).text
        assert (await client.get("/events/new/nothing")).status_code == 404


async def test_a_foreign_notification_is_a_page_that_says_not_found(schools: Running) -> None:
    issued = await schools.told.issue(a_notification(EDUCATION_DESK))
    async with signed_in(schools, DUTY) as client:
        answer = await client.get(f"/notifications/{issued.notification}")
    assert answer.status_code == 404
    assert "找不到，或您无权查看。请联系本单位管理员。" in answer.text
    assert re.search(r"编号 [0-9a-f]{32}", answer.text)


async def test_the_english_switch_leaves_no_chinese_label(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    async with signed_in(schools, DUTY) as client:
        switched = await client.post("/language", data={"language": "en", "back": f"/notifications/{issued.notification}"})
        assert switched.headers["location"] == f"/notifications/{issued.notification}"
        for path in (
            "/desk",
            f"/notifications/{issued.notification}",
            "/events",
            "/events/new",
            "/events/new/campus-incident",
            "/notifications/none",
        ):
            page = (await client.get(path)).text
            text = re.sub(r"<blockquote.*?</blockquote>|<datalist.*?</datalist>|<[^>]+>", " ", page, flags=re.S)
            data = (
                "中文|泉西小学|湖西[^ ]*|学校南门外|校园或周边危及生命的警情|关于加强[^ ]*|张\\*|封闭管理、清点人数、引导警力"
                "|坐标|伤情说明|紧急程度：危及生命|涉校关系：校园周边"
            )
            left = re.findall(r"[一-鿿]+", re.sub(data, "", text))
            assert left == [], (path, left)


async def test_back_leads_nowhere_else(schools: Running) -> None:
    async with browser(schools) as client:
        for back in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
            answer = await client.post("/language", data={"language": "en", "back": back})
            assert answer.headers["location"] == "/desk"


async def test_signing_out_ends_the_session(schools: Running) -> None:
    async with signed_in(schools, DUTY) as client:
        left = await submit(client, "/logout", {}, at="/desk")
        assert "已退出登录" in left.text
    async with browser(schools, Cookie=f"xietong_session={client.cookies.get('xietong_session') or 'x'}") as again:
        assert (await again.get("/desk")).status_code == 401


async def test_pages_are_guarded_by_their_headers(schools: Running) -> None:
    async with signed_in(schools, DUTY) as client:
        page = await client.get("/desk")
        script = await client.get(re.search(r'src="(/static/desk.js[^"]+)"', page.text)[1])
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "style=" not in page.text
    assert "onclick" not in page.text
    assert script.headers["cache-control"].endswith("immutable")
