"""A record of a batch as it was read: an event, or what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from contracts.envelope import Envelope
from infra.messaging.delivery.outcome import Poison, Received, Record
from infra.postgres.errors import describe, is_data_error
from topics.codec import Undecodable, decode


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a record can never be handled. ``detail`` and ``error`` hold no value of the record."""

    reason: str
    detail: str
    error: str


@dataclass(frozen=True, slots=True)
class Item:
    """``envelope`` is there for a fault too, if it could be read."""

    record: Record
    received: Received | None = None
    fault: Fault | None = None
    envelope: Envelope | None = None

    @property
    def good(self) -> bool:
        return self.fault is None

    @property
    def identity(self) -> tuple[str, str] | None:
        return (self.envelope.source, self.envelope.id) if self.envelope else None

    def spoiled(self, error: Exception) -> "Item":
        """The same record, with the error that its handling raised as its fault."""
        return replace(self, fault=fault_of(error))


def read(record: Record, accepts: frozenset[str]) -> Item:
    """Decode; whatever the bytes are, an item comes out."""
    try:
        event = decode(record.headers, record.value)
    except Undecodable as error:
        return Item(record, fault=Fault(error.code, f"{error.field}: {error.detail}", "Undecodable"), envelope=_storable(error.envelope))
    envelope = _storable(event.envelope)
    if envelope is None:
        return Item(record, fault=Fault("bad-envelope", "id or source: the character U+0000", "Undecodable"))
    if event.name not in accepts:
        return Item(record, fault=Fault("unexpected-type", event.name, "UnexpectedType"), envelope=envelope)
    return Item(record, received=Received(record, event), envelope=envelope)


def _storable(envelope: Envelope | None) -> Envelope | None:
    """PostgreSQL keeps no text with U+0000: an envelope with it counts as unreadable."""
    if envelope is None or any("\0" in value for _, value in envelope if isinstance(value, str)):
        return None
    return envelope


def fault_of(error: Exception) -> Fault:
    """``data-error`` when the database refused it, Poison's own code, ``handler-error`` for everything else."""
    if isinstance(error, Poison):
        return Fault(error.code, error.detail.replace("\0", "")[:500], "Poison")
    reason = "data-error" if is_data_error(error) else "handler-error"
    return Fault(reason, describe(error), type(error).__name__)


def firsts(items: Iterable[Item]) -> dict[tuple[str, str], Received]:
    """The good events by identity, each once, in order of arrival."""
    found: dict[tuple[str, str], Received] = {}
    for item in items:
        if item.good and item.received is not None:
            found.setdefault(item.received.event.identity, item.received)
    return found


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of one log that a batch holds: its first offset, the one after its last, the timestamp of its first record."""

    first: int
    after: int
    first_ms: int


def stretches(items: Iterable[Item]) -> dict[tuple[str, int], Stretch]:
    """Per topic and partition."""
    found: dict[tuple[str, int], Stretch] = {}
    for item in items:
        record = item.record
        place = (record.topic, record.partition)
        known = found.get(place)
        if known is None or record.offset < known.first:
            after = max(known.after, record.offset + 1) if known else record.offset + 1
            found[place] = Stretch(record.offset, after, record.timestamp_ms)
        elif record.offset >= known.after:
            found[place] = replace(known, after=record.offset + 1)
    return found
