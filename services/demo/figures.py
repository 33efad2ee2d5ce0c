"""Figures from the databases: the state of each case, and how long events took to reach their desks (machine time)."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Self

from infra.postgres.pool import Connection, connect
from infra.postgres.queries import load

QUERIES = load(Path(__file__).with_name("figures.sql"))


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """One happening. ``to_sign``: notifications that must be signed."""

    incident: str
    number: str
    key: str
    opened_at: datetime
    is_closed: bool
    task_closed: bool
    told: int
    delivered: int
    to_sign: int
    signed: int
    returned: int
    escalated: int
    events: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from the event's commit at its agency to the row on the desk, over ``count`` notifications."""

    count: int
    p50: float | None
    p99: float | None

    @classmethod
    def of(cls, milliseconds: Iterable[float]) -> Self:
        values = sorted(milliseconds)
        return cls(len(values), percentile(values, 50), percentile(values, 99))


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that at least ``share`` percent do not exceed; None of nothing."""
    if not ordered:
        return None
    return round(ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)], 1)


async def read_cases(connection: Connection, since: datetime) -> list[CaseFigures]:
    """Every case opened since that business time, in the order of opening."""
    names = [one.name for one in fields(CaseFigures)]
    return [CaseFigures(*(row[name] for name in names)) for row in await connection.fetch(QUERIES["cases"], since)]


async def read_latency(dsn: str, services: Sequence[str], since: datetime) -> Latency:
    """Over everything that was issued since that machine time because of an event."""
    stated: dict[str, datetime] = {}
    delivered: dict[tuple[str, int], datetime] = {}
    for service in services:
        async with connect(dsn, application="xietong-figures", search_path=f"{service}, bus") as connection:
            stated |= {row["id"]: row["created_at"] for row in await connection.fetch(QUERIES["stated_at"], since)}
            rows = await connection.fetch(QUERIES["delivered_at"], since)
            delivered |= {(row["notification"], row["version"]): row["created_at"] for row in rows}
    async with connect(dsn, application="xietong-figures") as connection:
        issued = {(row["notification"], row["version"]): row["cause"] for row in await connection.fetch(QUERIES["issued"], since)}
    return Latency.of(durations(stated, issued, delivered))


def durations(
    stated: Mapping[str, datetime], issued: Mapping[tuple[str, int], str], delivered: Mapping[tuple[str, int], datetime]
) -> list[float]:
    """Milliseconds of every version that an event caused and a desk has."""
    return [
        (delivered[version] - stated[cause]).total_seconds() * 1000
        for version, cause in issued.items()
        if cause in stated and version in delivered
    ]
