"""The client's own log: what was accepted, written down when the answer arrived, before anything is looked up."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

Act = Literal["acknowledge", "return", "report", "close", "ruling", "rate", "follow-up", "pause", "resume", "refuse-handover", "triage"]
ACTS: frozenset[Act] = frozenset(get_args(Act))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """An event that a service answered with 202. ``data``: as it was posted; ``time``: published_at of the answer."""

    service: str
    publisher: str
    source: str
    id: str
    name: str
    subject: str
    revision: int
    time: datetime
    known_at: datetime
    county: str
    data: Mapping[str, Any]
    status: str = "actual"
    place_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a desk did about a notification or a task, and was answered with success. ``at``: business time of the answer."""

    service: str
    desk: str
    act: Act
    object: str
    at: datetime
    version: int | None = None
    ruling: str | None = None
    new_desk: str | None = None
    of_desk: str | None = None
    score: int | None = None
    schools: Sequence[str] | None = None
    mandate: str | None = None


@dataclass(slots=True)
class ClientLog:
    """In memory, and as JSON lines in a file when there is one."""

    path: Path | None = None
    stated: list[Stated] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)

    def write(self, entry: Stated | Answered) -> None:
        kind = "stated" if isinstance(entry, Stated) else "answered"
        (self.stated if isinstance(entry, Stated) else self.answered).append(entry)  # type: ignore[arg-type]
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"kind": kind, **asdict(entry)}, ensure_ascii=False, default=datetime.isoformat) + "\n")

    @classmethod
    def read(cls, path: Path) -> "ClientLog":
        """A log that a client wrote earlier."""
        log = cls()
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            kind = entry.pop("kind")
            for name in ("time", "known_at", "at"):
                if name in entry:
                    entry[name] = datetime.fromisoformat(entry[name])
            log.write(Stated(**entry) if kind == "stated" else Answered(**entry))
        return log
