"""Signing, returning, reporting, closing and ruling at a real desk."""

import asyncio
from datetime import timedelta

import pytest

from contracts.coordination import ArbitrationRuled, DutyMissed, NotificationIssued, NotificationWithdrawn, Person, TaskClosed
from tests.integration.agency_desk import (
    CONFERENCE_DESK,
    EDUCATION_DESK,
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
    timed,
)

DUTY = an_actor(SCHOOL_DESK, service="schools")
COLLEAGUE = an_actor(SCHOOL_DESK, service="schools", ref="p-002", shown="李*")
PRINCIPAL = an_actor(f"school.principal@{SCHOOL}", service="schools", ref="p-003", shown="王*")
OFFICER = an_actor(f"school.safety-officer@{SCHOOL}", service="schools", ref="p-004")
FOREIGNER = an_actor(f"school.duty-desk@{OTHER_SCHOOL}", service="schools", ref="p-005")
ARBITER = an_actor(CONFERENCE_DESK, service="schools", ref="p-006", shown="赵*")


async def sign(schools: Running, issued: NotificationIssued, actor: object = DUTY, **body: object) -> "tuple[int, dict]":
    async with schools.client(actor) as desk:
        answer = await desk.post(f"/api/notifications/{issued.notification}/acknowledge", json={"version": 1, **body})
    return answer.status_code, answer.json()


async def give_back(schools: Running, issued: NotificationIssued, actor: object = DUTY, **body: object) -> "tuple[int, dict]":
    async with schools.client(actor) as desk:
        stated = {"version": 1, "reason": "not-my-duty", "text": "不属本校职责", **body}
        answer = await desk.post(f"/api/notifications/{issued.notification}/return", json=stated)
    return answer.status_code, answer.json()


async def state_of(schools: Running, issued: NotificationIssued, actor: object = DUTY) -> dict:
    async with schools.client(actor) as desk:
        return (await desk.get(f"/api/notifications/{issued.notification}")).json()


async def names_said(schools: Running) -> list[str]:
    return [name for name, _, _ in await schools.told.answers()]


async def test_an_issued_notification_is_listed_and_answered_as_delivered(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    (answer,) = await schools.told.answers()
    assert answer[0] == "bus.notification.delivered"
    assert answer[2]["notification"] == issued.notification
    async with schools.client(DUTY) as desk:
        page = (await desk.get("/api/notifications")).json()
    one = await state_of(schools, issued)
    assert [item["id"] for item in page["items"]] == [issued.notification]
    assert one["bases"][0]["quote"] == "公安机关和教育部门及学校要及时相互通报、协同处置"
    assert one["hidden"] == ["坐标", "伤情说明"]


async def test_a_notification_issued_again_is_answered_with_the_first_delivery(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.clock(START + timedelta(minutes=3))
    await schools.told.issue(issued)
    first, again = await schools.told.answers()
    assert first[2]["delivered_at"] == again[2]["delivered_at"]
    assert first[1]["ce_id"] == again[1]["ce_id"]


async def test_a_signature_is_said_once_and_the_second_reads_who_was_first(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.answers()
    assert (await sign(schools, issued))[0] == 200
    status, problem = await sign(schools, issued, COLLEAGUE)
    assert status == 409
    assert problem["detail"] == "此件已由 张* 于 09-21 16:38 签收，无需重复。"
    (said,) = await schools.told.answers()
    assert said[0] == "bus.notification.acknowledged"
    assert said[2]["person"] == {"ref": "p-001", "role": "school.duty-desk", "shown": "张*"}
    assert said[1]["ce_publisher"] == SCHOOL_DESK
    assert said[1]["ce_incident"] == INCIDENT


async def test_two_people_at_once_have_one_winner(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.answers()
    outcomes = await asyncio.gather(*(sign(schools, issued, who) for who in (DUTY, COLLEAGUE)), give_back(schools, issued, COLLEAGUE))
    assert sorted(status for status, _ in outcomes) == [200, 409, 409]
    assert len(await schools.told.answers()) == 1


async def test_the_unit_leader_signs_for_the_desk_and_it_is_marked(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.answers()
    assert (await sign(schools, issued, PRINCIPAL))[0] == 200
    (said,) = await schools.told.answers()
    assert said[2]["by_leader"] is True
    assert said[2]["desk"] == SCHOOL_DESK
    assert said[2]["person"]["role"] == "school.principal"


@pytest.mark.parametrize("actor", [FOREIGNER, OFFICER], ids=["another school", "another desk of the school"])
async def test_a_foreign_notification_does_not_exist(schools: Running, actor: object) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.answers()
    assert (await sign(schools, issued, actor))[0] == 404
    assert (await give_back(schools, issued, actor))[0] == 404
    assert (await state_of(schools, issued, actor))["status"] == 404
    async with schools.client(actor) as desk:
        assert (await desk.get("/api/notifications")).json()["items"] == []
    assert await schools.told.answers() == []


async def test_an_older_version_is_signed_and_the_newer_one_stays_open(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.issue(a_notification(id=issued.notification, version=2, change="学校有变"))
    status, answer = await sign(schools, issued, version=1)
    assert (status, answer["state"], answer["open_version"]) == (200, "open", 2)
    assert (await sign(schools, issued, version=1))[0] == 409
    assert (await sign(schools, issued, version=2))[1]["state"] == "acknowledged"


async def test_a_version_that_was_never_delivered_cannot_be_signed(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    status, problem = await sign(schools, issued, version=7)
    assert (status, problem["errors"][0]["field"], problem["errors"][0]["code"]) == (422, "version", "unknown-version")


async def test_a_material_version_after_the_signature_asks_for_another_one(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.say("bus.duty.timed", timed(issued, START + timedelta(minutes=5)), to=SCHOOL_DESK)
    await sign(schools, issued)
    await schools.told.issue(a_notification(id=issued.notification, version=2))
    shown = await state_of(schools, issued)
    assert (shown["state"], shown["ack_due"]) == ("open", None)
    assert (await sign(schools, issued, version=2))[1]["state"] == "acknowledged"


async def test_an_immaterial_version_asks_for_nothing(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await sign(schools, issued)
    await schools.told.issue(a_notification(id=issued.notification, version=2, material=False))
    assert (await state_of(schools, issued))["state"] == "acknowledged"


async def test_before_the_signature_the_earlier_due_stays(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    due = START + timedelta(minutes=5)
    await schools.told.say("bus.duty.timed", timed(issued, due), to=SCHOOL_DESK)
    await schools.told.issue(a_notification(id=issued.notification, version=2))
    assert (await state_of(schools, issued))["ack_due"] is not None


async def test_what_is_for_information_needs_no_signature(schools: Running) -> None:
    issued = await schools.told.issue(a_notification(kind="inform", colour="blue", ladder=None, returnable=False))
    assert (await sign(schools, issued))[1]["type"].endswith("nothing-to-sign")
    assert (await give_back(schools, issued))[1]["type"].endswith("nothing-to-sign")


async def test_what_was_withdrawn_cannot_be_answered_and_hides_its_data(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    gone = NotificationWithdrawn(
        notification=issued.notification, incident=INCIDENT, desk=SCHOOL_DESK, version=2, why="corrected", hide=True
    )
    await schools.told.say("bus.notification.withdrawn", gone, to=SCHOOL_DESK)
    assert (await sign(schools, issued))[1]["type"].endswith(":withdrawn")
    assert (await give_back(schools, issued))[1]["type"].endswith(":withdrawn")
    shown = await state_of(schools, issued)
    assert (shown["state"], shown["payload"], shown["bases"], shown["part"]) == ("withdrawn", {}, [], "")


async def test_a_desk_that_is_told_no_more_has_no_share_in_the_task(schools: Running) -> None:
    """INVARIANT: the wrong school loses sight of the data — broken by the joint task that stayed on its list with everybody's parts."""
    issued = await schools.told.issue(a_notification())
    await schools.told.say("bus.task.opened", a_task(), to=SCHOOL_DESK)
    gone = NotificationWithdrawn(
        notification=issued.notification, incident=INCIDENT, desk=SCHOOL_DESK, version=2, why="corrected", hide=True
    )
    await schools.told.say("bus.notification.withdrawn", gone, to=SCHOOL_DESK)
    (share,) = await schools.told.pool.fetch("select leads, takes_part, message ->> 'parts' as parts from tasks")
    assert (share["leads"], share["takes_part"], share["parts"]) == (False, False, "[]")
    await schools.told.say("bus.task.opened", a_task(version=2), to=SCHOOL_DESK)
    assert await schools.told.pool.fetchval("select takes_part from tasks")


async def test_a_withdrawal_that_overtakes_its_notification_is_not_undone_by_it(schools: Running) -> None:
    late = a_notification()
    gone = NotificationWithdrawn(notification=late.notification, incident=INCIDENT, desk=SCHOOL_DESK, version=2, why="withdrawn")
    await schools.told.say("bus.notification.withdrawn", gone, to=SCHOOL_DESK)
    await schools.told.issue(late)
    async with schools.client(DUTY) as desk:
        assert (await desk.get("/api/notifications", params={"state": "all"})).json()["items"] == []


async def test_a_paper_signature_is_entered_within_a_day_with_evidence(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.answers()
    await schools.told.clock(START + timedelta(hours=2))
    stated = (START + timedelta(minutes=4)).isoformat()
    assert (await sign(schools, issued, channel="paper", acknowledged_at=stated, evidence="签收单 17 号"))[0] == 200
    (said,) = await schools.told.answers()
    assert said[2]["back_entered"] is True
    assert said[2]["channel"] == "paper"
    assert said[2]["acknowledged_at"].startswith("2026-09-21T16:42:00")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"channel": "paper", "acknowledged_at": "2026-09-21T16:40:00+08:00"}, "evidence", "missing"),
        ({"channel": "paper", "evidence": "17 号"}, "acknowledged_at", "missing"),
        ({"acknowledged_at": "2026-09-21T16:40:00+08:00", "evidence": "17 号"}, "channel", "not-screen"),
        ({"channel": "paper", "acknowledged_at": "2026-09-21T16:37:59+08:00", "evidence": "17 号"}, "acknowledged_at", "before-delivery"),
        ({"channel": "paper", "acknowledged_at": "2026-09-23T16:40:00+08:00", "evidence": "17 号"}, "acknowledged_at", "in-the-future"),
        ({"channel": "paper", "acknowledged_at": "2026-09-21T16:40:00+08:00", "evidence": "17 号"}, "acknowledged_at", "too-old"),
        ({"channel": "paper", "acknowledged_at": "2026-09-21T16:40:00", "evidence": "17 号"}, "acknowledged_at", "time-without-offset"),
        ({"colour": "red"}, "colour", "extra-forbidden"),
    ],
)
async def test_a_faulty_signature_names_its_field(schools: Running, body: dict, field: str, code: str) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.clock(START + timedelta(hours=25))
    status, problem = await sign(schools, issued, **body)
    assert (status, [(one["field"], one["code"]) for one in problem["errors"]]) == (422, [(field, code)])
    assert problem["errors"][0]["zh"] != problem["errors"][0]["en"]


async def test_a_return_is_said_and_waits_for_its_ruling(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await schools.told.answers()
    status, answer = await give_back(schools, issued, suggested_desk=EDUCATION_DESK)
    assert (status, answer["state"]) == (200, "returned")
    (said,) = await schools.told.answers()
    assert (said[0], said[2]["reason"], said[2]["suggested_desk"]) == ("bus.notification.returned", "not-my-duty", EDUCATION_DESK)
    assert (await sign(schools, issued))[1]["type"].endswith("already-returned")
    assert (await give_back(schools, issued))[1]["type"].endswith("already-returned")


async def test_the_first_receiver_may_take_its_return_back_by_signing(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await give_back(schools, issued)
    assert (await sign(schools, issued, despite_return=True))[1]["state"] == "acknowledged"


async def test_a_return_comes_before_the_signature_and_not_after_the_due(schools: Running) -> None:
    signed = await schools.told.issue(a_notification())
    await sign(schools, signed)
    assert (await give_back(schools, signed))[1]["type"].endswith("already-signed")
    late = await schools.told.issue(a_notification())
    due = START + timedelta(minutes=5)
    await schools.told.say("bus.duty.timed", timed(late, due), to=SCHOOL_DESK)
    await schools.told.clock(due + timedelta(microseconds=1))
    assert (await give_back(schools, late))[1]["type"].endswith("return-too-late")


async def test_at_the_due_itself_a_return_is_in_time(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    due = START + timedelta(minutes=5)
    await schools.told.say("bus.duty.timed", timed(issued, due), to=SCHOOL_DESK)
    await schools.told.clock(due)
    assert (await give_back(schools, issued))[0] == 200


@pytest.mark.parametrize(
    ("desk", "code"), [("market.station@mkt-999999-01", "unknown-unit"), (SCHOOL_DESK, "same-desk"), ("nobody", "string-pattern-mismatch")]
)
async def test_a_return_suggests_a_desk_that_exists(schools: Running, desk: str, code: str) -> None:
    issued = await schools.told.issue(a_notification())
    status, problem = await give_back(schools, issued, suggested_desk=desk)
    assert (status, problem["errors"][0]["field"], problem["errors"][0]["code"]) == (422, "suggested_desk", code)


async def test_a_rejected_return_stands_again_and_is_final(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    await give_back(schools, issued)
    ruled = ArbitrationRuled(
        notification=issued.notification, arbitration="a-1", incident=INCIDENT, desk=CONFERENCE_DESK, ruling="reject", reason="属于本校职责",
        ruled_at=START, person=Person(ref="p", role="education.conference-office", shown="赵*"),
    )  # fmt: skip
    await schools.told.say("bus.arbitration.ruled", ruled, to=SCHOOL_DESK)
    assert (await state_of(schools, issued))["state"] == "open"
    assert (await give_back(schools, issued))[1]["type"].endswith("ruling-is-final")
    assert (await sign(schools, issued))[0] == 200


async def arbitration(schools: Running) -> NotificationIssued:
    return await schools.told.issue(
        a_notification(
            CONFERENCE_DESK, arbitration_of="returned-1", view="L", returnable=False,
            payload={"returned_desk": SCHOOL_DESK, "return_reason": "not-my-duty", "return_text": "不属本校职责", "suggested_desk": EDUCATION_DESK},
        )
    )  # fmt: skip


async def rule(schools: Running, item: NotificationIssued, **body: object) -> "tuple[int, dict]":
    async with schools.client(ARBITER) as desk:
        answer = await desk.post(f"/api/arbitrations/{item.notification}/ruling", json={"reason": "属实", **body})
    return answer.status_code, answer.json()


async def test_the_arbitration_desk_rules_once(schools: Running) -> None:
    item = await arbitration(schools)
    await schools.told.answers()
    assert (await rule(schools, item, ruling="uphold", new_desk=EDUCATION_DESK))[0] == 200
    (said,) = await schools.told.answers()
    assert said[0] == "bus.arbitration.ruled"
    assert (said[2]["notification"], said[2]["arbitration"], said[2]["new_desk"]) == ("returned-1", item.notification, EDUCATION_DESK)
    assert (await rule(schools, item, ruling="reject"))[1]["type"].endswith("already-ruled")
    assert (await state_of(schools, item, ARBITER))["state"] == "acknowledged"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"ruling": "uphold"}, "missing"),
        ({"ruling": "reject", "new_desk": EDUCATION_DESK}, "must-be-absent"),
        ({"ruling": "split", "new_desk": SCHOOL_DESK}, "same-desk"),
        ({"ruling": "split", "new_desk": "market.station@mkt-000000-01"}, "unknown-unit"),
    ],
)
async def test_a_ruling_names_the_right_desk(schools: Running, body: dict, code: str) -> None:
    status, problem = await rule(schools, await arbitration(schools), **body)
    assert (status, problem["errors"][0]["field"], problem["errors"][0]["code"]) == (422, "new_desk", code)


async def test_only_an_arbitration_can_be_ruled_on(schools: Running) -> None:
    issued = await schools.told.issue(a_notification(CONFERENCE_DESK))
    assert (await rule(schools, issued, ruling="reject"))[1]["type"].endswith("not-an-arbitration")


async def test_a_report_on_a_notification_moves_the_part_too(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    task = a_task()
    await schools.told.say("bus.task.opened", task, to=SCHOOL_DESK)
    await schools.told.answers()
    async with schools.client(DUTY) as desk:
        answer = await desk.post(f"/api/notifications/{issued.notification}/report", json={"progress": "started", "text": "已封校门"})
        shown = (await desk.get(f"/api/tasks/{task.task}")).json()
    assert answer.status_code == 200
    (said,) = await schools.told.answers()
    assert (said[2]["task"], said[2]["notification"], said[2]["progress"]) == (task.task, issued.notification, "started")
    assert shown["progress"] == "started"


async def test_only_the_lead_closes_and_reads_why_not(schools: Running) -> None:
    assisted = a_task()
    await schools.told.say("bus.task.opened", assisted, to=SCHOOL_DESK)
    async with schools.client(DUTY) as desk:
        answer = await desk.post(f"/api/tasks/{assisted.task}/close", json={"outcome": "处置完毕"})
    assert answer.json()["type"].endswith("not-the-lead")
    led = a_task(lead=SCHOOL_DESK, version=2)
    await schools.told.say("bus.task.opened", led, to=SCHOOL_DESK)
    async with schools.client(DUTY) as desk:
        asked = await desk.post(f"/api/tasks/{led.task}/close", json={"outcome": "处置完毕"})
        again = await desk.post(f"/api/tasks/{led.task}/close", json={"outcome": "处置完毕"})
        assert (asked.status_code, again.json()["type"].rpartition(":")[2]) == (200, "close-asked")
        refused = TaskClosed(
            task=led.task, incident=INCIDENT, desk=SCHOOL_DESK, outcome="", closed_at=START, refused=f"open-parts: {STATION_DESK}"
        )
        await schools.told.say("bus.task.closed", refused, to=SCHOOL_DESK)
        assert (await desk.get(f"/api/tasks/{led.task}")).json()["refused"] == f"open-parts: {STATION_DESK}"
        assert (await desk.post(f"/api/tasks/{led.task}/close", json={"outcome": "处置完毕"})).status_code == 200
        done = TaskClosed(
            task=led.task, incident=INCIDENT, number=NUMBER, desk=SCHOOL_DESK, outcome="处置完毕", closed_at=START, legal_complete=True
        )
        await schools.told.say("bus.task.closed", done, to=SCHOOL_DESK)
        assert (await desk.post(f"/api/tasks/{led.task}/close", json={"outcome": "x"})).json()["type"].endswith("already-closed")
        assert (await desk.post(f"/api/tasks/{led.task}/report", json={"progress": "done"})).json()["type"].endswith("already-closed")


async def test_a_foreign_task_does_not_exist(schools: Running) -> None:
    task = a_task()
    await schools.told.say("bus.task.opened", task, to=SCHOOL_DESK)
    async with schools.client(FOREIGNER) as desk:
        for path, body in (("report", {"progress": "done"}), ("close", {"outcome": "x"})):
            assert (await desk.post(f"/api/tasks/{task.task}/{path}", json=body)).status_code == 404
        assert (await desk.get(f"/api/tasks/{task.task}")).status_code == 404


async def test_a_missed_duty_is_on_the_timeline_of_the_late_desk(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    missed = DutyMissed(notification=issued.notification, incident=INCIDENT, number=NUMBER, desk=SCHOOL_DESK, duty="ack", due=START)
    await schools.told.say("bus.duty.missed", missed, to=SCHOOL_DESK)
    assert [one["name"] for one in (await state_of(schools, issued))["updates"]] == ["bus.duty.missed"]
