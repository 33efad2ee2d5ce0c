"""The words of the message machine: what comes in, who handles it, and the closed set of what can become of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from contracts.envelope import Event
from infra.postgres.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a Kafka log, as any client brings it. ``timestamp_ms``: machine time of the sender."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Received:
    """A record that was read, with the event in it."""

    record: Record
    event: Event


class Handlers(Protocol):
    """What a consumer does with the events it accepts (house names)."""

    @property
    def accepts(self) -> frozenset[str]:
        """The event names it handles; any other known name is a dead letter, ``unexpected-type``."""

    async def handle(self, uow: UnitOfWork, events: Sequence[Received]) -> None:
        """Handle events that were never handled before, in their order, all inside ``uow``. Poison names one that can never succeed."""


class Poison(Exception):
    """An event that can never be handled: a reason code, a detail without personal data, and the event (absent: found by halving)."""

    def __init__(self, code: str, detail: str = "", *, event: Event | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.event = event


@dataclass(frozen=True, slots=True)
class Done:
    """Effects, outbox, inbox and ledger are committed (or were, an earlier time)."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Time heals it: deliver the whole batch again after so many seconds. What this call committed will then be seen as known."""

    after: float


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Stored with the dead letters, without an inbox row: its replay is a first arrival."""

    reason: str


Outcome: TypeAlias = Done | Retry | DeadLetter
