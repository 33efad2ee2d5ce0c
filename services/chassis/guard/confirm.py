"""A leader vouches for check-ins of the own unit that were uploaded too late: once, by name."""

from contracts.coordination import GuardBatchConfirmed, Person
from contracts.envelope import Envelope, Event
from contracts.ids import derived_id, unit_of
from contracts.registry import event_type
from infra.http.auth import Actor
from infra.http.border import trace_id
from infra.http.errors import Forbidden, NotFound
from infra.http.traces import traceparent
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.bureau import Bureau
from services.chassis.directory import county_of
from services.chassis.guard.board import queries, waiting_batches
from services.chassis.guard.rights import leader_of
from services.chassis.guard.shapes import ConfirmBody, Confirmed
from services.chassis.marks import Marks

NAME = "bus.guard-batch.confirmed"


class NotTheLeader(Forbidden):
    """补传超时的签到须由本单位带班领导确认。"""

    code = "not-the-leader"
    title_en = "Check-ins that were uploaded too late are confirmed by the leader of the unit"


async def confirm(bureau: Bureau, uow: UnitOfWork, actor: Actor, body: ConfirmBody) -> Confirmed:
    """Vouch for a batch. NotTheLeader; NotFound for one that does not wait. Who was first stands, and saying it again says nothing."""
    desk = leader_of(bureau.agency, actor)
    if desk is None:
        raise NotTheLeader()
    before = await _confirmed(uow, body)
    if before is not None:
        return before
    waiting = next(
        (post for batch, post in await waiting_batches(uow, actor) if (batch.device_id, batch.batch_no) == (body.device_id, body.batch_no)),
        None,
    )
    if waiting is None:
        raise NotFound()
    person = actor.person_at(desk)
    if not await uow.fetchval(queries["confirm"], actor.unit, body.device_id, body.batch_no, desk, person.model_dump(), uow.now):
        return await _first(uow, body)
    uow.publish(await _statement(bureau, uow, body, desk, person))
    marks = Marks()
    marks.add(desk, "guard", waiting.post, "quiet")
    await marks.flush(uow)
    return Confirmed(device_id=body.device_id, batch_no=body.batch_no, desk=desk, person=person, at=uow.now)


async def _confirmed(uow: UnitOfWork, body: ConfirmBody) -> Confirmed | None:
    row = await uow.fetchrow(queries["confirmed"], body.device_id, body.batch_no)
    return Confirmed(device_id=body.device_id, batch_no=body.batch_no, **dict(row)) if row else None


async def _first(uow: UnitOfWork, body: ConfirmBody) -> Confirmed:
    """Another leader was quicker, by this moment."""
    found = await _confirmed(uow, body)
    if found is None:
        raise NotFound()
    return found


async def _statement(bureau: Bureau, uow: UnitOfWork, body: ConfirmBody, desk: str, person: Person) -> Event:
    data = GuardBatchConfirmed(desk=desk, person=person, device_id=body.device_id, batch_no=body.batch_no, confirmed_at=uow.now)
    kind, trace = event_type(NAME), trace_id.get()
    unit = unit_of(desk)
    envelope = Envelope(
        id=derived_id(uow.now, NAME, unit, body.device_id, body.batch_no),
        source=bureau.speaker(desk).source,
        type=kind.wire,
        subject=kind.key(data),
        time=uow.now,
        dataschema=kind.dataschema,
        known_at=uow.now,
        county=await county_of(uow, unit),
        publisher=desk,
        traceparent=traceparent(trace) if trace else None,
    )
    return Event(envelope, data)
