"""Notes beside the data about what runs, so that what a killed supervisor left is found again."""

import asyncio
import json
import signal
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.embedded.files import write_whole
from infra.embedded.process import end, identity


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a supervisor notes beside the data about one running child; `started` is on the monotonic clock."""

    name: str
    pid: int
    identity: str
    started: float
    restarts: int
    stop_signal: int

    def is_alive(self) -> bool:
        return identity(self.pid) == self.identity


@dataclass(frozen=True)
class Records:
    """The folder of these notes: the next start finds in it what a killed supervisor left running."""

    folder: Path

    def write(self, record: Record) -> None:
        write_whole(self.folder / f"{record.name}.json", json.dumps(asdict(record)))

    def forget(self, name: str) -> None:
        (self.folder / f"{name}.json").unlink(missing_ok=True)

    def read(self) -> list[Record]:
        return [Record(**json.loads(file.read_text())) for file in sorted(self.folder.glob("*.json"))]

    async def end_leftovers(self, *, patience: float = 10.0) -> tuple[str, ...]:
        """End what is still running from an earlier supervisor; the names that were found alive."""
        left = [record for record in self.read() if record.is_alive()]
        await asyncio.gather(*(_end_record(record, patience) for record in left))
        for record in self.read():
            self.forget(record.name)
        return tuple(record.name for record in left)


async def _end_record(record: Record, patience: float) -> None:
    await end(record.pid, number=signal.Signals(record.stop_signal), patience=patience)
