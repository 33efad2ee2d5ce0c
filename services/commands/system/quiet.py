"""Logs of a command: its own words go to the terminal, the libraries' and supervisors' lines into a file beside the processes' logs."""

import logging
from pathlib import Path

import structlog

from services.commands.system.home import logs_of

_FILE = "xietong.log"


def hush() -> None:
    """Nothing but the command's own words on the terminal."""
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


def log_to_file(home: Path) -> None:
    """From now on what libraries and supervisors say is kept in the data root, one JSON object per line."""
    folder = logs_of(home)
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(folder / _FILE, encoding="utf-8")
    logging.basicConfig(handlers=[handler], level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s", force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=(folder / _FILE).open("a", encoding="utf-8")),
        cache_logger_on_first_use=False,
    )
