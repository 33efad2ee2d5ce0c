"""Whose rows are whose: units apart by the database itself, identities sealed and every opening written down, bad messages parked."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.coordination import DutyTimed, EscalationCleared, EscalationRaised, GuardLateBatch, NotificationWithdrawn, UnitRecord
from contracts.ids import uuid7
from infra.clock import machine_now
from infra.http.auth import verify
from infra.http.sessions import find_session, open_session
from infra.messaging.delivery import DeadLetter, Done
from infra.postgres.pool import connect
from infra.postgres.unit_of_work import unit_of_work
from infra.seal import public_key_of, seal
from services.chassis.directory import names_of
from services.chassis.sweep import sweep
from tests.integration.agency_desk import (
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
    a_token,
    an_actor,
    timed,
)
from tests.integration.gates import a_post, tells
from tests.integration.test_agency_kept import enter
from tests.integration.test_agency_links import suggestion

DUTY = an_actor(SCHOOL_DESK, service="schools")
PRINCIPAL = an_actor(f"school.principal@{SCHOOL}", service="schools", ref="p-3", shown="王*")
MORAL = an_actor(f"school.moral-director@{SCHOOL}", service="schools", ref="p-7", shown="周*")
OTHER_PRINCIPAL = an_actor(f"school.principal@{OTHER_SCHOOL}", service="schools", ref="p-8")
PUPIL = {"name": "测试甲", "class": "三(2)班", "age_band": "6-13"}


async def everything(schools: Running) -> None:
    """A row in every table with a unit."""
    issued = await schools.told.issue(a_notification())
    await schools.told.say("bus.duty.timed", timed(issued, START + timedelta(minutes=5)), to=SCHOOL_DESK)
    await schools.told.say("bus.task.opened", a_task(), to=SCHOOL_DESK)
    await schools.told.say("bus.escalation.raised", an_escalation(), to=f"school.principal@{SCHOOL}")
    await schools.told.say("bus.escalation.cleared", cleared(), to=f"school.principal@{SCHOOL}")
    await schools.told.say("bus.link.suggested", suggestion(), to=SCHOOL_DESK)
    sealed = await a_sealed(schools)
    async with schools.client(PRINCIPAL) as desk:
        row = sealed.payload["pupils"][0]["row"]
        assert (
            await desk.post(f"/api/notifications/{sealed.notification}/open", json={"row": row, "purpose": "联系监护人"})
        ).status_code == 200
        assert (await desk.post(f"/api/notifications/{issued.notification}/acknowledge", json={"version": 1})).status_code == 200
    incident = {"incident_no": "X-1", "kind": "theft", "severity": "routine", "school_id": SCHOOL, "place_in_school": "gate", "casualties": 0, "dead": 0,
                "outsider_involved": False, "actions_taken": ["none"]}  # fmt: skip
    async with schools.client(DUTY, **{"Idempotency-Key": "k"}) as desk:
        assert (await desk.post("/api/campus-incidents", json={"data": incident})).status_code == 202
    kept = await enter(schools)
    assert kept.status_code < 300, kept.text
    late = GuardLateBatch(device_id="D", batch_no="D-1", unit=SCHOOL, count=1, uploaded_at=START)
    await tells(schools, a_post(SCHOOL_DESK, batches=(late,)))
    async with schools.client(PRINCIPAL) as desk:
        assert (await desk.post("/api/guard/confirmations", json={"device_id": "D", "batch_no": "D-1"})).status_code == 200


def an_escalation(step: int = 1) -> EscalationRaised:
    return EscalationRaised(
        escalation=uuid7(START, b"escalation"), incident=INCIDENT, number=NUMBER, desk=f"school.principal@{SCHOOL}", late_desk=SCHOOL_DESK, duty="ack",
        due=START, ladder="A", step=step, logical_at=START, reason="逾期未办", event_type="police.alarm.raised", payload={"severity": "life-risk"},
    )  # fmt: skip


def cleared() -> EscalationCleared:
    return EscalationCleared(
        escalation=uuid7(START, b"escalation"),
        incident=INCIDENT,
        number=NUMBER,
        desk=f"school.principal@{SCHOOL}",
        late_desk=SCHOOL_DESK,
        duty="ack",
        why="acknowledged",
        at=START,
    )


async def a_sealed(schools: Running) -> Any:
    """A notification with a pupil sealed for the schools."""
    key = public_key_of(schools.seal_keys["schools"])
    row = seal(PUPIL, views=("S",), recipients={"schools": key}, row_id=uuid7(START, b"pupil-row1"), school_id=SCHOOL)
    payload = {"kind": "weapon", "schools": [SCHOOL], "pupils": [row.model_dump(mode="json")]}
    return await schools.told.issue(a_notification(payload=payload))


async def test_a_unit_sees_its_own_rows_and_no_other(schools: Running) -> None:
    """INVARIANT: units are apart by the database itself — broken by a table with a unit that is not forced, or a policy that lets more through."""
    await everything(schools)
    pool = schools.told.pool
    tables = [
        row["table_name"]
        for row in await pool.fetch(
            "select table_name from information_schema.columns where table_schema = 'schools' and column_name = 'unit'"
        )
    ]
    assert {"events", "notifications", "vault", "answers", "openings", "updates", "tasks", "escalations"} <= set(tables)
    rights = ([SCHOOL], True), ([OTHER_SCHOOL], False), ([], False)
    for table, units, seen in [(table, units, seen) for table in tables for units, seen in rights]:
        assert await pool.fetchval(f"select count(*) from {table}") > 0, table
        async with unit_of_work(pool, role="xt_schools_desk", units=units) as uow:
            readable = await uow.fetchval("select has_table_privilege(current_user, $1, 'select')", f"schools.{table}")
            count = await uow.fetchval(f"select count(*) from {table}") if readable else int(seen)
        assert bool(count) is seen, (table, units)


async def test_a_request_cannot_write_for_another_unit(schools: Running) -> None:
    await everything(schools)
    async with unit_of_work(schools.told.pool, role="xt_schools_desk", units=[OTHER_SCHOOL]) as uow:
        assert await uow.execute("update notifications set state = 'acknowledged'") == "UPDATE 0"
    refused = "new row violates row-level security policy"
    with pytest.raises(Exception, match=refused):
        async with unit_of_work(schools.told.pool, role="xt_schools_desk", units=[OTHER_SCHOOL]) as uow:
            await uow.execute("insert into desk_counters (desk, unit, seq) values ('school.x@1', $1, 1)", SCHOOL)


async def test_a_sealed_row_is_opened_by_a_named_role_and_written_down_first(schools: Running) -> None:
    issued = await a_sealed(schools)
    row = issued.payload["pupils"][0]["row"]
    async with schools.client(MORAL) as desk:
        shown = (await desk.get(f"/api/notifications/{issued.notification}")).json()
        assert shown["payload"]["pupils"] == [{"row": row}]
        opened = await desk.post(f"/api/notifications/{issued.notification}/open", json={"row": row, "purpose": "联系监护人"})
    assert opened.json() == {"row": row, "school_id": SCHOOL, "content": PUPIL}
    (written,) = await schools.told.pool.fetch("select * from openings")
    assert (written["row"], written["purpose"], written["person"]["shown"], written["desk"]) == (row, "联系监护人", "周*", MORAL.desks[0])


@pytest.mark.parametrize(("actor", "status"), [(DUTY, 403), (OTHER_PRINCIPAL, 404)], ids=["duty desk", "another school"])
async def test_others_cannot_open_and_nothing_leaves(schools: Running, actor: Any, status: int) -> None:
    issued = await a_sealed(schools)
    row = issued.payload["pupils"][0]["row"]
    async with schools.client(actor) as desk:
        answer = await desk.post(f"/api/notifications/{issued.notification}/open", json={"row": row, "purpose": "看看"})
    assert answer.status_code == status
    assert "测试甲" not in answer.text
    assert await schools.told.pool.fetch("select * from openings") == []


async def test_a_row_that_is_not_there_is_not_opened_and_a_purpose_is_needed(schools: Running) -> None:
    issued = await a_sealed(schools)
    async with schools.client(PRINCIPAL) as desk:
        address = f"/api/notifications/{issued.notification}/open"
        assert (await desk.post(address, json={"row": "no-row", "purpose": "x"})).status_code == 404
        assert (await desk.post(address, json={"row": issued.payload["pupils"][0]["row"], "purpose": " "})).status_code == 422
    assert await schools.told.pool.fetch("select * from openings") == []


async def test_hidden_data_leaves_the_machine(schools: Running) -> None:
    issued = await a_sealed(schools)
    gone = NotificationWithdrawn(
        notification=issued.notification, incident=INCIDENT, desk=SCHOOL_DESK, version=2, why="corrected", hide=True
    )
    await schools.told.say("bus.notification.withdrawn", gone, to=SCHOOL_DESK)
    assert await schools.told.pool.fetchval("select count(*) from vault") == 0
    async with schools.client(PRINCIPAL) as desk:
        row = issued.payload["pupils"][0]["row"]
        assert (await desk.post(f"/api/notifications/{issued.notification}/open", json={"row": row, "purpose": "x"})).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "to", "reason"),
    [
        ("bus.notification.issued", a_notification(), None, "no-recipient"),
        ("bus.notification.issued", a_notification(), EDUCATION_DESK, "wrong-desk"),
        ("bus.duty.timed", DutyTimed(incident=INCIDENT, desk=SCHOOL_DESK, version=1, duties=()), SCHOOL_DESK, "no-owner"),
        ("bus.notification.issued", a_notification(id="not-a-number"), SCHOOL_DESK, "unreadable-identity"),
    ],
)
async def test_a_message_that_can_never_be_handled_is_parked(schools: Running, name: str, data: Any, to: str | None, reason: str) -> None:
    assert await schools.told.say(name, data, to=to) == DeadLetter(reason)
    assert await schools.told.issue(a_notification()) is not None
    assert await schools.told.pool.fetchval("select reason from dead_letters") == reason


async def test_an_escalation_goes_up_and_is_cleared(schools: Running) -> None:
    desk = f"school.principal@{SCHOOL}"
    for step in (1, 3, 2):
        assert await schools.told.say("bus.escalation.raised", an_escalation(step), to=desk) == Done()
    async with schools.client(PRINCIPAL) as principal:
        (one,) = (await principal.get("/api/escalations")).json()["items"]
        assert (one["step"], one["late_desk"]) == (3, SCHOOL_DESK)
        assert await schools.told.say("bus.escalation.cleared", cleared(), to=desk) == Done()
        assert (await principal.get("/api/escalations")).json()["items"] == []
        assert (await principal.get(f"/api/escalations/{one['id']}")).json()["cleared_why"] == "acknowledged"
    async with schools.client(OTHER_PRINCIPAL) as other:
        assert (await other.get(f"/api/escalations/{one['id']}")).status_code == 404


async def test_an_older_record_of_the_directory_changes_nothing(schools: Running) -> None:
    def record(version: int, name: str) -> UnitRecord:
        return UnitRecord(unit=SCHOOL, version=version, document={"unit": SCHOOL, "rows": [{"from": "2025-09-01", "name": name}]})

    await schools.told.say("bus.directory.changed", record(5, "泉西第一小学"), to=None)
    await schools.told.say("bus.directory.changed", record(4, "旧名"), to=None)
    async with unit_of_work(schools.told.pool) as uow:
        assert await names_of(uow, [SCHOOL, "edu-000000"]) == {SCHOOL: "泉西第一小学"}


async def test_an_older_task_and_an_older_due_change_nothing(schools: Running) -> None:
    await schools.told.say("bus.task.opened", a_task(version=2, lead=SCHOOL_DESK), to=SCHOOL_DESK)
    await schools.told.say("bus.task.opened", a_task(version=1, lead=STATION_DESK), to=SCHOOL_DESK)
    issued = await schools.told.issue(a_notification(version=2))
    await schools.told.say("bus.duty.timed", timed(issued, START + timedelta(minutes=5)), to=SCHOOL_DESK)
    old = timed(issued, START + timedelta(minutes=9)).model_copy(update={"version": 1})
    await schools.told.say("bus.duty.timed", old, to=SCHOOL_DESK)
    async with schools.client(DUTY) as desk:
        (task,) = (await desk.get("/api/tasks")).json()["items"]
        shown = (await desk.get(f"/api/notifications/{issued.notification}")).json()
    assert task["leads"] is True
    assert shown["dues"][0]["due"].startswith("2026-09-21T08:43:00")


async def test_what_is_over_its_time_is_swept(schools: Running) -> None:
    ticket = verify(a_token(DUTY, use="ticket", number="t-9"), schools.bureau.keys, service="schools", use="ticket", now=machine_now())
    cookie = await open_session(schools.bureau.pool, ticket)
    assert await find_session(schools.bureau.pool, cookie) is not None
    await sweep(schools.bureau.pool)
    assert await find_session(schools.bureau.pool, cookie) is not None
    async with connect(schools.told.owner_dsn, application="test", search_path="schools") as owner:
        await owner.execute("update sessions set expires_at = clock_timestamp()")
        assert await find_session(schools.bureau.pool, cookie) is None
        await sweep(schools.bureau.pool)
        assert await owner.fetchval("select count(*) from sessions") == 0
