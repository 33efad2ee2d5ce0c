"""Connections to PostgreSQL, set up alike everywhere. The types are re-exported: nobody else imports the driver."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from pydantic import SecretStr
from pydantic_core import from_json, to_json

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Row: TypeAlias = asyncpg.Record
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

SETTINGS = {
    "timezone": "UTC",
    "jit": "off",
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "15s",
    "tcp_keepalives_idle": "15",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""A process that was stopped in the middle of a transaction loses its locks after 15 s; nobody waits for ever."""


def _plain(dsn: str | SecretStr) -> str:
    return dsn.get_secret_value() if isinstance(dsn, SecretStr) else dsn


def _dumps(value: Any) -> str:
    return to_json(value).decode()


async def _init(connection: Connection) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=_dumps, decoder=from_json, schema="pg_catalog", format="text")


async def _no_reset(connection: Connection) -> None:
    """Everything that is set is set for one transaction alone, so giving a connection back costs no round trip."""


async def open_pool(dsn: str | SecretStr, *, schema: str, application: str, size: tuple[int, int] = (2, 8)) -> Pool:
    """A pool whose connections see ``<schema>, bus``, speak UTC and take and give python objects for json and jsonb."""
    return await asyncpg.create_pool(
        _plain(dsn),
        min_size=size[0],
        max_size=size[1],
        init=_init,
        reset=_no_reset,
        command_timeout=40,
        timeout=10,
        max_inactive_connection_lifetime=300,
        server_settings={**SETTINGS, "search_path": f"{schema}, bus", "application_name": application},
    )


@asynccontextmanager
async def connect(dsn: str | SecretStr, *, application: str, search_path: str = "pg_catalog") -> AsyncIterator[Connection]:
    """One connection outside any pool, closed at the end: for migrations, watchdogs, administration."""
    settings = {"timezone": "UTC", "search_path": search_path, "application_name": application}
    connection = await asyncpg.connect(_plain(dsn), timeout=10, server_settings=settings)
    try:
        await _init(connection)
        yield connection
    finally:
        await connection.close(timeout=5)
