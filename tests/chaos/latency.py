"""How long an event took until the last of its desks had it, by the machine's clock."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from infra.postgres.pool import connect
from infra.postgres.queries import load

QUERIES = load(Path(__file__).with_name("latency.sql"))


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from the scheduled sending to the last desk, over ``count`` events."""

    count: int
    p50: float
    p99: float
    worst: float

    @classmethod
    def of(cls, milliseconds: Iterable[float]) -> Self:
        """ValueError without a single event."""
        ordered = sorted(milliseconds)
        if not ordered:
            raise ValueError("no event reached its desks")
        return cls(len(ordered), _percentile(ordered, 50), _percentile(ordered, 99), ordered[-1])

    def __str__(self) -> str:
        return f"{self.count} events: p50 {self.p50:.0f} ms, p99 {self.p99:.0f} ms, worst {self.worst:.0f} ms"


def _percentile(ordered: Sequence[float], share: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


async def latency_of(dsn: str, services: Sequence[str], scheduled: Mapping[str, datetime], *, since: datetime) -> Latency:
    """Of every event that was scheduled and has told somebody."""
    async with connect(dsn, application="latency") as connection:
        issued = await connection.fetch(QUERIES["issued"], since)
        delivered: dict[tuple[str, int], datetime] = {}
        for service in services:
            rows = await connection.fetch(QUERIES["delivered"].replace("{schema}", service), since)
            delivered |= {(row["notification"], row["version"]): row["at"] for row in rows}
    last: dict[str, datetime] = defaultdict(lambda: since)
    for row in issued:
        at = delivered.get((row["notification"], row["version"]))
        if at is not None and row["cause"] in scheduled:
            last[row["cause"]] = max(last[row["cause"]], at)
    return Latency.of((at - scheduled[event]).total_seconds() * 1000 for event, at in last.items())
