"""The real servers without Docker: Apache Kafka and PostgreSQL as children of this process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.embedded.backoff import Backoff
from infra.embedded.errors import EmbeddedError
from infra.embedded.kafka import KafkaCluster, obtain_jars
from infra.embedded.keeper import ChildStatus
from infra.embedded.lock import hold
from infra.embedded.postgres import PostgresServer
from infra.embedded.process import Child
from infra.embedded.records import Records
from infra.embedded.supervisor import Supervisor, read_status, supervise

__all__ = [
    "Backoff",
    "Child",
    "ChildStatus",
    "EmbeddedError",
    "KafkaCluster",
    "PostgresServer",
    "Servers",
    "Supervisor",
    "default_root",
    "embedded_servers",
    "read_status",
    "supervise",
]


@dataclass(frozen=True)
class Servers:
    """Both servers, running; the handles stop, start, kill and wipe them."""

    kafka: KafkaCluster
    postgres: PostgresServer

    @property
    def bootstrap(self) -> tuple[str, ...]:
        return self.kafka.bootstrap

    @property
    def postgres_dsn(self) -> str:
        return self.postgres.dsn


def default_root() -> Path:
    """`.xietong` in the project's folder, or in the working folder when the package is installed elsewhere."""
    project = Path(__file__).parents[2]
    return (project if (project / "pyproject.toml").exists() else Path.cwd()) / ".xietong"


def _silent(_: str) -> None:
    return None


@asynccontextmanager
async def embedded_servers(
    root: Path, brokers: int = 1, progress: Callable[[str], None] = _silent, *, cache: Path | None = None
) -> AsyncIterator[Servers]:
    """Both servers on the data under `root`, running for the length of the block; what they hold stays for the next time.

    `cache` (default `<root>/cache`) keeps the downloaded broker. `progress` gets short Chinese lines.
    :raises EmbeddedError: another process holds the root, the download failed, or a server did not become ready.
    """
    root = root.absolute()  # noqa: ASYNC240  no disk access
    with hold(root / "servers.lock"):
        records = Records(root / "run" / "servers")
        if await records.end_leftovers():
            progress("已结束上次遗留的服务器进程")
        postgres = PostgresServer(root, records=records, progress=progress)
        kafka: KafkaCluster | None = None
        try:
            jars = await obtain_jars(cache or root / "cache", progress)
            kafka = KafkaCluster(root, jars, brokers=brokers, records=records)
            progress("启动 PostgreSQL 与 Kafka")
            await asyncio.gather(postgres.start(), kafka.start())
            yield Servers(kafka=kafka, postgres=postgres)
        finally:
            await asyncio.gather(postgres.stop(), *([kafka.stop()] if kafka else []))
