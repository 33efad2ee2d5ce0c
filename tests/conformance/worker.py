"""A routing worker as the process that production runs, under the supervisor that production has."""

import json
import os
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from infra.embedded import Child, ChildStatus, Supervisor
from tests.conformance.patience import until
from tests.servers import Database

PREFIX = "XIETONG_"


@dataclass
class Worker:
    """``settings``: by field name, on top of what every worker needs."""

    name: str
    transport: str
    supervisor: Supervisor
    folder: Path
    settings: dict[str, str]
    died: list[int] = field(default_factory=list)

    async def start(self) -> None:
        """Have it kept running from now on."""
        inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
        chosen = {**self.settings, "transport": self.transport, "data_folder": str(self.folder / self.name)}
        await self.supervisor.start(
            Child(
                name=self.name,
                argv=(sys.executable, "-m", "services", "serve", "routing"),
                log=self.log,
                env={**inherited, **{f"{PREFIX}{name.upper()}": value for name, value in chosen.items()}},
            )
        )

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def status(self) -> ChildStatus:
        return next(status for status in self.supervisor.status() if status.name == self.name)

    def signal(self, number: signal.Signals) -> None:
        """To the process itself, behind the supervisor's back."""
        pid = self.status.pid
        assert pid is not None, f"{self.name} does not run"
        os.kill(pid, number)

    def freeze(self) -> None:
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.signal(signal.SIGCONT)

    async def kill(self) -> None:
        """kill -9; returns when the supervisor has seen it and will start the next one."""
        before = self.status.restarts
        self.signal(signal.SIGKILL)
        await until(lambda: self.status.restarts > before)

    async def terminate(self) -> int:
        """SIGTERM, and its exit code; the supervisor starts the next one."""
        before = self.status.restarts
        self.signal(signal.SIGTERM)
        await until(lambda: self.status.restarts > before)
        code = self.status.last_exit
        assert code is not None
        return code

    async def stop(self) -> int:
        """As a deployment stops it for good; its exit code."""
        await self.supervisor.stop(self.name)
        code = self.status.last_exit
        assert code is not None
        return code

    def said(self) -> Counter[str]:
        """The words of its log, over all its lives, and how often each was said."""
        if not self.log.exists():
            return Counter()
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return Counter(line.get("event", "") for line in lines)


def settings_for(database: Database, bootstrap: tuple[str, ...]) -> dict[str, str]:
    """What every worker of a test needs."""
    return {"database_dsn": database.dsn("xt_routing"), "kafka": ",".join(bootstrap), "http_port": "0", "log_level": "info"}
