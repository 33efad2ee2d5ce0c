"""Real PostgreSQL 18 as a child of this process."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from infra.embedded import ports
from infra.embedded.backoff import SERVER_BACKOFF
from infra.embedded.keeper import Keeper
from infra.embedded.ports import LOOPBACK
from infra.embedded.postgres.account import unprivileged
from infra.embedded.postgres.data import DATABASE, OWNER, DataFolder
from infra.embedded.postgres.programs import Programs
from infra.embedded.process import Child
from infra.embedded.ready import wait_ready
from infra.embedded.records import Records


class PostgresServer:
    """PostgreSQL under `<root>/postgres`, on loopback TCP only; restarted when it dies by itself."""

    def __init__(self, root: Path, *, records: Records, progress: Callable[[str], None], max_connections: int = 200) -> None:
        self._files = DataFolder(root / "postgres")
        self._programs = Programs.find(account=unprivileged(self._files.data), log=root / "logs" / "postgres.log")
        self._progress = progress
        self._max_connections = max_connections
        self._port = 0
        self._keeper = Keeper("postgres", self._prepare, records=records, backoff=SERVER_BACKOFF)

    @property
    def dsn(self) -> str:
        """Of the owner, who is superuser, on the database `xietong`; the same after every restart."""
        return f"postgresql://{OWNER}:{quote(self._files.password())}@{LOOPBACK}:{self._port}/{DATABASE}"

    @property
    def pid(self) -> int | None:
        return self._keeper.pid

    async def start(self, *, within: float = 60.0) -> None:
        """Returns when connections are accepted.

        :raises EmbeddedError: not within the seconds; the text carries the end of the log.
        """
        await self._keeper.start()
        await wait_ready(self._keeper, self._ready, within=within, logs=(self._programs.log,))

    async def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back."""
        await self._keeper.stop()

    async def kill(self) -> None:
        """SIGKILL for the server and its backends; `start` recovers from the log."""
        await self._keeper.kill()

    async def wipe(self) -> None:
        """Stops it and deletes all data; port and password stay."""
        await self.kill()
        self._files.delete()

    async def _ready(self) -> bool:
        return self._files.is_served_by(self.pid)

    async def _prepare(self) -> Child:
        self._files.folder.mkdir(parents=True, exist_ok=True)
        self._programs.open_to_account(self._files.data, self._progress)
        if not self._files.data.exists():
            self._progress("初始化 PostgreSQL 数据目录")
            await self._files.make(self._programs)
        await self._files.clear_old_run()
        self._port = ports.claim(["postgres"], kept_in=self._files.ports)["postgres"]
        return self._programs.child("postgres", "-D", str(self._files.data), *self._settings())

    def _settings(self) -> tuple[str, ...]:
        settings = {
            "listen_addresses": LOOPBACK,
            "port": self._port,
            "unix_socket_directories": "",
            "max_connections": self._max_connections,
            "timezone": "UTC",
            "log_timezone": "UTC",
            "huge_pages": "off",
        }
        return tuple(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
