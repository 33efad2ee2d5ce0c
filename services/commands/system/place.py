"""Where the servers are: named by the environment, else by the note of a running ``demo`` or ``up``."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from services.commands.errors import NothingRuns, WrongUse
from services.commands.system.home import home_of
from services.commands.system.state import RunState, read_state

DSN, DSN_FILE, KAFKA = "XIETONG_DATABASE_DSN", "XIETONG_DATABASE_DSN_FILE", "XIETONG_KAFKA"


@dataclass(frozen=True)
class Place:
    """The owner's connection to PostgreSQL, the brokers, and the HTTP ports that are known."""

    home: Path
    dsn: str = field(repr=False)
    kafka: tuple[str, ...]
    ports: Mapping[str, int] = field(default_factory=dict)


def place_of_environment(home: Path, environ: Mapping[str, str]) -> Place | None:
    """The servers that the environment names; only one of the two is wrong use."""
    file = environ.get(DSN_FILE)
    dsn = environ.get(DSN) or (Path(file).read_text().strip() if file else "")
    kafka = tuple(part.strip() for part in environ.get(KAFKA, "").split(",") if part.strip())
    if bool(dsn) != bool(kafka):
        raise WrongUse(f"{DSN} 与 {KAFKA} 须同时设置", en=f"{DSN} and {KAFKA} must be set together")
    return Place(home, dsn, kafka) if dsn else None


def place_of_state(home: Path, state: RunState) -> Place:
    return Place(home, state.database_dsn, state.kafka, state.ports)


def find_place(environ: Mapping[str, str] | None = None) -> Place:
    """NothingRuns when neither the environment nor a running system says where."""
    environ = os.environ if environ is None else environ
    home = home_of(environ)
    named, state = place_of_environment(home, environ), read_state(home)
    if named is not None:
        return replace(named, ports=state.ports) if state is not None and state.database_dsn == named.dsn else named
    if state is None:
        raise NothingRuns()
    return place_of_state(home, state)
