"""The data root: one folder that holds the embedded servers' data, the secrets, the logs, and the note of what runs."""

import os
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "XIETONG_HOME"


def home_of(environ: Mapping[str, str] | None = None) -> Path:
    """``XIETONG_HOME``, else ``.xietong`` of the project."""
    from infra.embedded import default_root

    environ = os.environ if environ is None else environ
    return Path(environ[VARIABLE]).absolute() if environ.get(VARIABLE) else default_root()


def cache_of(home: Path) -> Path:
    """The downloaded broker: the project's own when it is there, so that another data root need not fetch it again."""
    from infra.embedded import default_root

    shared = default_root() / "cache"
    return shared if shared.exists() else home / "cache"


def logs_of(home: Path) -> Path:
    """Where each process writes its log."""
    return home / "log"
