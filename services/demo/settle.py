"""Waiting until everything that was said has arrived everywhere."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from infra.clock import monotonic
from infra.postgres.pool import connect
from infra.postgres.queries import load
from services.demo.audit import Law, Rows, read_rows
from services.demo.audit.read import ROUTING
from services.demo.audit.rows import Sent

QUERIES = load(Path(__file__).with_name("figures.sql"))
_LOOK_SECONDS = 0.3


def on_the_road(rows: Rows, law: Law) -> int:
    """Messages that are unsent, or sent and not taken in; events without a decision; notifications nobody heard of."""
    unsent = sum(row.offset is None for row in rows.sent)
    travelling = sum(
        not _is_taken(row, reader, rows) for row in rows.sent if row.offset is not None for reader in law.readers.get(row.topic, ())
    )
    undecided = sum(not row.is_decided and not row.is_parked for row in rows.intake)
    return unsent + travelling + undecided


def _is_taken(row: Sent, reader: str, rows: Rows) -> bool:
    known = (row.source, row.id)
    return known in rows.taken.get(reader, frozenset()) or known in rows.parked.get(reader, frozenset())


async def settle(dsn: str, services: Sequence[str], law: Law, *, since: datetime, machine_since: datetime, within: float) -> Rows:
    """The rows once nothing is on the road any more and no duty waits for the clock; after ``within`` seconds as they are then.

    The tables are read one after another: only a look that follows a calm one sees them all as they were at one moment. They are not
    read while a glance shows that it is too early: reading all of them takes processors from what is awaited.
    """
    ends, calm = monotonic() + within, False
    while True:
        over = monotonic() > ends
        if over or not await _moves(dsn, services):
            rows = await read_rows(dsn, services, since=since, machine_since=machine_since)
            before, calm = calm, on_the_road(rows, law) == 0
            if over or (before and calm):
                return rows
        else:
            calm = False
        await asyncio.sleep(_LOOK_SECONDS)


async def _moves(dsn: str, services: Sequence[str]) -> bool:
    """Whether the clock is late or something is unsent."""
    async with connect(dsn, application="xietong-settle") as connection:
        if await connection.fetchval(QUERIES["clock_is_late"]):
            return True
        unsent = (QUERIES["is_unsent"].replace("{schema}", schema) for schema in (*services, ROUTING))
        return any([await connection.fetchval(one) for one in unsent])
