"""`<root>/postgres/`: the data, the password of its owner, the noted port."""

import secrets
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import psutil

from infra.embedded.files import write_whole
from infra.embedded.postgres.programs import Programs
from infra.embedded.process import end

OWNER = DATABASE = "xietong"

_LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
_STATUS_LINE = 7


@dataclass(frozen=True)
class DataFolder:
    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def ports(self) -> Path:
        return self.folder / "ports.json"

    @property
    def _pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def password(self) -> str:
        """Drawn once, kept for the owner of the files alone."""
        file = self.folder / "password"
        if not file.exists():
            write_whole(file, secrets.token_urlsafe(24), mode=0o600)
        return file.read_text()

    async def make(self, programs: Programs) -> None:
        """Made aside and then renamed, so that data that exists is whole.

        :raises EmbeddedError: with the end of the log.
        """
        half = self.folder / "data.half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        password_file = self.folder / "initdb.password"
        write_whole(password_file, self.password(), mode=0o600)
        programs.give(half, password_file)
        auth = (f"--username={OWNER}", "--auth=scram-sha-256", f"--pwfile={password_file}")
        try:
            await programs.run("initdb", "-D", str(half), "--no-instructions", *_LOCALE, *auth)
        finally:
            password_file.unlink()
        await programs.run("postgres", "--single", "-D", str(half), "postgres", say=f"create database {DATABASE};\n")
        half.rename(self.data)

    async def clear_old_run(self) -> None:
        """Ends a server that a killed supervisor left on this data; else its pid file is stale, whoever has that pid now."""
        if not self._pid_file.exists():
            return
        pid = int(self._pid_file.read_text().split(maxsplit=1)[0])
        if _serves(pid, self.data):
            await end(pid, number=signal.SIGINT, patience=10.0)
        self._pid_file.unlink(missing_ok=True)

    def is_served_by(self, pid: int | None) -> bool:
        """The server's own mark in its pid file, which it sets once it accepts connections."""
        try:
            lines = self._pid_file.read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > _STATUS_LINE and lines[0].strip() == str(pid) and lines[_STATUS_LINE].strip() == "ready"

    def delete(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)


def _serves(pid: int, data: Path) -> bool:
    try:
        return Path(psutil.Process(pid).cwd()) == data.resolve()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
