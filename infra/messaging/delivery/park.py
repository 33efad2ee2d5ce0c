"""Where a message goes that can never succeed: a row, a word to its publisher, a copy for people; all in the batch's transaction."""

from dataclasses import replace

import structlog

from contracts.coordination import MessageParked
from contracts.envelope import Envelope, Event, wire_type
from contracts.ids import OPS_DESK, derived_id
from contracts.registry import event_type
from infra.messaging.delivery.item import Fault, Item
from infra.messaging.delivery.outcome import Record
from infra.messaging.outbox import MAX_VALUE, OutboxWriter
from infra.postgres.queries import Queries
from infra.postgres.unit_of_work import OutboxRow, UnitOfWork
from topics.catalogue import NotOwned

PARKED, LOCAL_ONLY = "bus.message.parked", "local-only"
log = structlog.get_logger()


async def park(uow: UnitOfWork, item: Item, fault: Fault, *, consumer: str, outbox: OutboxWriter, queries: Queries) -> bool:
    """Store one dead letter; True if it is new. Only then it is announced and copied.

    A publisher that nobody hosts cannot be told: the letter is kept all the same, or it would end the process again and again.
    What should never have left its school is kept without its content, and operations are told beside the publisher.
    """
    record, envelope = item.record, item.envelope
    local = fault.reason == LOCAL_ONLY
    record = replace(record, value=None) if local else record
    names, values = [name.replace("\0", "\ufffd") for name, _ in record.headers], [value or b"" for _, value in record.headers]
    stored = await uow.fetchval(
        queries.park, consumer, *(item.identity or (None, None)), envelope.name if envelope else None,
        record.topic, record.partition, record.offset, record.timestamp_ms, record.key, names, values, record.value,
        fault.reason, fault.detail,
    )  # fmt: skip
    if stored is None:
        return False
    if envelope is not None and envelope.name != PARKED:
        for recipient in dict.fromkeys((envelope.publisher, *((OPS_DESK,) if local else ()))):
            try:
                uow.publish(announcement(uow, record, envelope, fault, recipient, consumer=consumer, outbox=outbox))
            except (NotOwned, ValueError) as error:
                log.warning("parked_untold", consumer=consumer, event_id=envelope.id, error=type(error).__name__)
    uow.enqueue(_copy(record, envelope, fault, consumer=consumer, topic=outbox.catalogue.dead_letters(consumer, record.topic)))
    return True


def announcement(
    uow: UnitOfWork, record: Record, envelope: Envelope, fault: Fault, recipient: str, *, consumer: str, outbox: OutboxWriter
) -> Event:
    """``bus.message.parked`` for whoever published it, or for operations; said again it is the same event."""
    data = MessageParked(
        consumer=consumer, topic=record.topic, partition=record.partition, offset=record.offset, reason=fault.reason,
        event_source=envelope.source, event_id=envelope.id,
    )  # fmt: skip
    kind = event_type(PARKED)
    said = Envelope(
        id=derived_id(
            envelope.time, PARKED, consumer, envelope.source, envelope.id, *([] if recipient == envelope.publisher else [recipient])
        ),
        source=f"/{outbox.service}",
        type=wire_type(PARKED),
        subject=kind.key(data),
        time=uow.now,
        dataschema=kind.dataschema,
        known_at=uow.now,
        status=envelope.status,
        county=envelope.county,
        incident=envelope.incident,
        publisher=envelope.recipient or outbox.desk,
        recipient=recipient,
        causationid=envelope.id,
        correlationid=envelope.correlationid,
    )
    return Event(said, data)


def _copy(record: Record, envelope: Envelope | None, fault: Fault, *, consumer: str, topic: str) -> OutboxRow:
    headers = {
        "xt_topic": record.topic, "xt_partition": str(record.partition), "xt_offset": str(record.offset),
        "xt_timestamp_ms": str(record.timestamp_ms), "xt_group": consumer, "xt_reason": fault.reason,
        "xt_error": fault.error, "xt_attempts": "1",
    }  # fmt: skip
    if envelope is not None:
        headers |= {"xt_event_id": envelope.id, "xt_event_source": envelope.source, "xt_event_type": envelope.type}
    value = record.value or b""
    if len(value) > MAX_VALUE:
        value, headers = b"", {**headers, "xt_left_out": str(len(value))}
    return OutboxRow(topic, record.key or b"", headers, value)
