"""Taking an event in: checked, sealed, numbered within its key, and durable together with its outbox row."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from contracts.envelope import Envelope, Event, Status
from contracts.event_type import EventType
from contracts.ids import role_of, uuid7
from contracts.refusals import refusals
from contracts.registry import all_types
from contracts.sealing import sealed_places
from infra.http.auth import Actor
from infra.http.border import trace_id
from infra.http.errors import FieldFault, Invalid
from infra.http.traces import traceparent
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.agency import EventIn
from services.chassis.bureau import Bureau
from services.chassis.directory import county_of, seal_keys
from services.chassis.intake.body import Accepted, EventLinks, Stated
from services.chassis.intake.errors import NotThePublisher, fault
from services.chassis.intake.sealing import Sealer, stripped
from services.chassis.marks import Marks

AHEAD = timedelta(minutes=2)
FIRST_SILENCE = timedelta(seconds=60)
queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Posting:
    """A posted event. ``desk``: which of the person's desks speaks (None: the one that may); ``key``: the business key in the address."""

    inlet: EventIn
    stated: Stated
    data: BaseModel
    desk: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an event goes on from: the unit's own head event, or what the unit was told of under the same number (``county``: of that)."""

    id: str
    status: Status
    incident: str | None
    county: str | None = None


async def accept(bureau: Bureau, uow: UnitOfWork, actor: Actor, posting: Posting) -> Accepted:
    """Take an event in. Invalid names the field; NotThePublisher when none of the person's desks may state the type."""
    kind = posting.inlet.stated
    desk = publishing_desk(actor, kind, posting.desk)
    stated = posting.stated
    check_times(stated, uow)
    data = whole_data(posting)
    sealer = Sealer(await seal_keys(uow) if _has_rows(kind, data) else {}, uow.now)
    wire = kind.model.model_validate(sealer.seal_places(data, sealed_places(kind.name)))
    earlier = await _earlier(uow, actor, kind, kind.key(wire), stated)
    status: Status = stated.status or (earlier.status if earlier else "actual")
    county = stated.county or (earlier.county if earlier else None) or await county_of(uow, actor.unit)
    revision = await uow.fetchval(
        queries["next_revision"], kind.family, actor.unit if kind.key_scope == "unit" else county, status, kind.key(wire), stated.revision
    )
    envelope = _envelope(kind, wire, stated, earlier, bureau=bureau, desk=desk, now=uow, status=status, county=county, revision=revision)
    await _store(uow, actor, Event(envelope, wire), kind, sealer.rows)
    return Accepted(
        id=envelope.id,
        source=envelope.source,
        type=envelope.type,
        subject=envelope.subject,
        time=envelope.time,
        revision=envelope.revision,
        links=EventLinks(self=f"/api/events/{envelope.id}", page=f"/events/{envelope.id}"),
    )


def publishing_desk(actor: Actor, kind: EventType, wanted: str | None) -> str:
    """The person's desk that states the event."""
    for desk in [wanted] if wanted else actor.desks:
        if desk in actor.desks and role_of(desk) in kind.publishers:
            return desk
    raise NotThePublisher()


def check_times(stated: Stated, uow: UnitOfWork) -> None:
    """known_at ≤ published_at + 2 min."""
    if stated.known_at is not None and stated.known_at > uow.now + AHEAD:
        raise fault("known_at", "in-the-future", "获悉时间不得晚于现在", "Must not be in the future")


def whole_data(posting: Posting) -> dict[str, Any]:
    """The data of the type as JSON values: translated where it came in another form, with the key of the address."""
    inlet, kind = posting.inlet, posting.inlet.stated
    raw = inlet.via(posting.data) if inlet.via else posting.data.model_dump(mode="json", by_alias=True, exclude_none=True)
    if posting.key is not None:
        for field, part in _parts_of(kind, posting.key).items():
            if raw.setdefault(field, part) != part:
                raise fault(f"data.{field}", "key-differs", "与网址中的编号不一致", "Differs from the number in the address")
    model = kind.intake_model or kind.model
    try:
        checked = model.model_validate(raw)
    except ValidationError as error:
        raise Invalid(fields=tuple(FieldFault(r.field, r.zh, r.en, r.code) for r in refusals(error, prefix="data"))) from error
    return checked.model_dump(mode="json", by_alias=True, exclude_none=True)


def _parts_of(kind: EventType, key: str) -> dict[str, str]:
    try:
        return kind.key_parts(key)
    except ValueError as error:
        raise fault(f"data.{kind.key_fields[0]}", "key-differs", "网址中的编号不完整", "The number in the address is not whole") from error


def _has_rows(kind: EventType, data: Mapping[str, Any]) -> bool:
    return any(place.path[0] in data for place in sealed_places(kind.name))


async def _earlier(uow: UnitOfWork, actor: Actor, kind: EventType, key: str, stated: Stated) -> Earlier | None:
    if kind.head is None:
        return await _told_before(uow, actor, kind, key, stated) if kind.joins else None
    row = await uow.fetchrow(queries["last_of_key"], actor.unit, kind.family, key, kind.head, stated.status)
    return Earlier(row["id"], row["status"], row["incident"]) if row else None


async def _told_before(uow: UnitOfWork, actor: Actor, kind: EventType, key: str, stated: Stated) -> Earlier | None:
    """The one incident that the unit was told of under this number: it may lie in another county than the unit."""
    family = [one.name for one in all_types() if one.family == kind.family]
    row = await uow.fetchrow(queries["told_of_key"], actor.unit, family, kind.key_parts(key), stated.status)
    return Earlier(row["id"], row["status"], row["incident"], row["county"]) if row else None


def _envelope(
    kind: EventType,
    data: BaseModel,
    stated: Stated,
    earlier: Earlier | None,
    *,
    bureau: Bureau,
    desk: str,
    now: UnitOfWork,
    status: Status,
    county: str,
    revision: int,
) -> Envelope:
    head = earlier.id if earlier else None
    trace = trace_id.get()
    return Envelope(
        id=uuid7(now.now, secrets.token_bytes(10)),
        source=bureau.speaker(desk).source,
        type=kind.wire,
        subject=kind.key(data),
        time=now.now,
        dataschema=kind.dataschema,
        known_at=stated.known_at or now.now,
        occurred_at=stated.occurred_at,
        occurred_precision=stated.occurred_precision,
        status=status,
        county=county,
        place_code=stated.place_code,
        incident=stated.incident or (earlier.incident if earlier else None),
        revision=revision,
        corrects=stated.corrects or (head if kind.mark == "C" else None),
        withdraws=stated.withdraws or (head if kind.mark == "W" else None),
        publisher=desk,
        entered_late=stated.entered_late,
        traceparent=traceparent(trace) if trace else None,
    )


async def _store(uow: UnitOfWork, actor: Actor, event: Event, kind: EventType, rows: list[dict[str, Any]]) -> None:
    envelope = event.envelope
    data = stripped(kind.name, event.data.model_dump(mode="json", by_alias=True, exclude_none=True))
    await uow.execute(
        queries["put_event"],
        envelope.id, actor.unit, envelope.publisher, kind.name, kind.family, envelope.subject, envelope.status, envelope.revision,
        envelope.time, envelope.model_dump(mode="json", exclude_none=True), data, actor.person_at(envelope.publisher).model_dump(),
        envelope.incident, FIRST_SILENCE,
    )  # fmt: skip
    if rows:
        await uow.execute(queries["fill_vault"], envelope.id, actor.unit, rows)
    uow.publish(event)
    marks = Marks()
    marks.add(envelope.publisher, "event", envelope.id, "quiet")
    await marks.flush(uow)
