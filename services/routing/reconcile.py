"""Reconciling: what the road may have lost is said again: notifications without their delivered, the Directory for a wiped log."""

import asyncio

import structlog

from contracts.coordination import NotificationIssued, UnitRecord
from contracts.envelope import Envelope, Event, wire_type
from contracts.ids import derived_id
from infra.clock import machine_now
from infra.messaging.outbox import OutboxWriter
from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import UnitOfWork, unit_of_work
from infra.waiting import first_of
from services.routing.core.model import Incident, Notification, Outgoing
from services.routing.speak import ROUTING_DESK, ROUTING_SOURCE, Speaker
from services.routing.store import ADAPTERS, QUERIES

log = structlog.get_logger()
PERIOD_SECONDS = 5.0
DIRECTORY_EVENT = "bus.directory.changed"


async def reissue_undelivered(pool: Pool, outbox: OutboxWriter, speaker: Speaker) -> int:
    """Issue again (same id, same version) what no desk has answered for a minute; returns how many."""
    async with unit_of_work(pool, outbox=outbox) as uow:
        rows = await uow.fetch(QUERIES["undelivered"])
        for row in rows:
            notification: Notification = ADAPTERS["notification"].validate_python(row["body"])
            if not notification.issued:
                continue
            incident: Incident = ADAPTERS["incident"].validate_python(await uow.fetchval(QUERIES["incident_body"], notification.incident))
            message = NotificationIssued.model_validate(notification.issued)
            again = Outgoing("bus.notification.issued", message, notification.desk, incident, f"{notification.id}/again/{machine_now()}", 1)
            speaker.publish(uow, again, cause="reconcile")
        if rows:
            log.warning("notifications_issued_again", count=len(rows))
    return len(rows)


async def reconcile_loop(pool: Pool, outbox: OutboxWriter, speaker: Speaker, stop: asyncio.Event) -> None:
    """Look every few seconds until told to stop; a database that is away is waited for."""
    while not stop.is_set():
        try:
            await reissue_undelivered(pool, outbox, speaker)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("reconciler_waits_for_database", error=describe(error))
        await first_of(stop, seconds=PERIOD_SECONDS)


async def tell_directory(pool: Pool, outbox: OutboxWriter) -> int:
    """Publish the whole Directory again, for a log that was wiped; returns the number of units."""
    async with unit_of_work(pool, outbox=outbox) as uow:
        rows = await uow.fetch(QUERIES["load_directory"])
        for row in rows:
            publish_unit(uow, UnitRecord(unit=row["unit"], version=row["version"], document=row["document"]), marker=str(machine_now()))
    return len(rows)


def publish_unit(uow: UnitOfWork, record: UnitRecord, *, marker: str = "") -> None:
    """One unit with all its dated rows onto the compacted topic; ``marker`` makes a repetition an event of its own."""
    envelope = Envelope(
        id=derived_id(uow.now, DIRECTORY_EVENT, record.unit, str(record.version), marker),
        source=ROUTING_SOURCE,
        type=wire_type(DIRECTORY_EVENT),
        subject=record.unit,
        time=uow.now,
        dataschema=f"urn:xietong:schema:{DIRECTORY_EVENT}:v1",
        known_at=uow.now,
        county="990100",
        publisher=ROUTING_DESK,
    )
    uow.publish(Event(envelope, record))
