"""The note of what runs on a data root, for commands in other terminals."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from infra.embedded.files import write_whole
from infra.embedded.process import identity

Mode = Literal["demo", "up"]


@dataclass(frozen=True, kw_only=True)
class RunState:
    """What a running ``demo`` or ``up`` says of itself. ``identity`` tells its process from a later one with the same pid."""

    mode: Mode
    pid: int
    identity: str
    database_dsn: str
    kafka: tuple[str, ...]
    ports: dict[str, int]
    embedded: bool

    def is_alive(self) -> bool:
        return identity(self.pid) == self.identity


def _path(home: Path) -> Path:
    return home / "run" / "system.json"


def write_state(home: Path, state: RunState) -> None:
    """The file holds the owner's connection string: nobody else may read it."""
    write_whole(_path(home), json.dumps(asdict(state), indent=1), mode=0o600)


def forget_state(home: Path) -> None:
    _path(home).unlink(missing_ok=True)


def read_state(home: Path) -> RunState | None:
    """What runs now; a note that a killed process left is none."""
    try:
        document = json.loads(_path(home).read_text())
    except FileNotFoundError:
        return None
    state = RunState(**{**document, "kafka": tuple(document["kafka"])})
    return state if state.is_alive() else None
