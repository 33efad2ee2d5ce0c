"""How a test looks at routing's tables: with a connection that is made anew after PostgreSQL was away."""

from typing import Any

import asyncpg

from infra.postgres.errors import is_transient
from infra.postgres.pool import Row
from tests.conformance.patience import until
from tests.servers import Database


class Eyes:
    """Reads as the owner, whom no row level security hides anything from."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: asyncpg.Connection | None = None

    async def rows(self, sql: str, *args: Any) -> list[Row]:
        """What there is; raises while PostgreSQL is away."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._database.owner_dsn, timeout=10, server_settings={"search_path": "routing, bus"})
        return await self._connection.fetch(sql, *args)

    async def value(self, sql: str, *args: Any) -> Any:
        return (await self.rows(sql, *args))[0][0]

    async def decided(self) -> int:
        """How many events are decided."""
        return int(await self.value("select count(*) from incident_events"))

    async def until_decided(self, count: int) -> None:
        """Wait for so many decisions, over any outage."""

        async def there() -> bool:
            try:
                return await self.decided() >= count
            except Exception as error:
                if not is_transient(error):
                    raise
                return False

        await until(there)

    async def until_sent(self) -> None:
        """Wait until routing's relay has sent all that was said."""

        async def all_sent() -> bool:
            return bool(await self.value("select count(*) = 0 from outbox where sent_at is null"))

        await until(all_sent)

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
