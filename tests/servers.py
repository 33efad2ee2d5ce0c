"""A database and topics of its own for whoever tests on the real servers."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.postgres.migrate import SchemaPlan, migrate
from infra.postgres.pool import Pool, connect, open_pool
from infra.postgres.roles import dsn_of

INFRA_PLAN = (SchemaPlan("police", ()), SchemaPlan("schools", ()), SchemaPlan("routing", (), logins=("clock", "console")))


async def until(condition: Callable[[], bool | Awaitable[bool]], *, within: float = 60.0) -> None:
    """Wait for a condition; TimeoutError if it never holds."""
    async with asyncio.timeout(within):
        while True:
            answer = condition()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.02)


@dataclass
class Database:
    """A database of its own. ``owner_dsn`` for the owner, ``dsn(role)`` as a role sees it, ``pool`` for a process."""

    owner_dsn: str
    pools: list[Pool] = field(default_factory=list)

    def dsn(self, role: str) -> str:
        return dsn_of(self.owner_dsn, role, role)

    async def pool(self, schema: str = "police", *, role: str | None = None, size: tuple[int, int] = (1, 6)) -> Pool:
        pool = await open_pool(self.dsn(role or f"xt_{schema}"), schema=schema, application="test", size=size)
        self.pools.append(pool)
        return pool

    async def close(self) -> None:
        for pool in self.pools:
            pool.terminate()


class Databases:
    """Makes databases as copies of one migrated template per plan."""

    def __init__(self, owner_dsn: str) -> None:
        self._owner_dsn = owner_dsn
        self._templates: dict[tuple[SchemaPlan, ...], str] = {}
        self._numbers = count(1)

    def _dsn(self, name: str) -> str:
        return urlunsplit(urlsplit(self._owner_dsn)._replace(path=f"/{name}"))

    async def empty(self) -> Database:
        return Database(self._dsn(await self._create("template0")))

    async def fresh(self, plan: Sequence[SchemaPlan] = INFRA_PLAN) -> Database:
        key = tuple(SchemaPlan(one.schema, tuple(one.folders), tuple(one.logins)) for one in plan)
        if key not in self._templates:
            name = await self._create("template0")
            await migrate(self._dsn(name), plan)
            self._templates[key] = name
        return Database(self._dsn(await self._create(self._templates[key])))

    async def _create(self, template: str) -> str:
        name = f"t{next(self._numbers)}"
        async with connect(self._owner_dsn, application="test") as owner:
            await owner.execute(f"create database {name} template {template} strategy file_copy")
        return name


class Topics:
    """Makes topics that no other test has."""

    def __init__(self, bootstrap: Sequence[str]) -> None:
        self._bootstrap = list(bootstrap)
        self._numbers = count(1)

    async def make(self, name: str = "topic", *, partitions: int = 1, exact: bool = False) -> str:
        """An empty topic; ``exact``: of just that name, whatever was there before."""
        topic = name if exact else f"{name}.{next(self._numbers)}"
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bootstrap)
        await admin.start()
        try:
            await admin.delete_topics([topic])
            await until(lambda: self._made(admin, topic, partitions))
        finally:
            await admin.close()
        return topic

    async def _made(self, admin: AIOKafkaAdminClient, topic: str, partitions: int) -> bool:
        """False while the deletion of an older one is under way."""
        answer: Any = await admin.create_topics([NewTopic(topic, partitions, 1)])
        return bool(answer.topic_errors[0][1] == 0)
