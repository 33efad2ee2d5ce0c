"""Logging: one JSON object per line on stderr, one snake_case word and fields that are on the list; never a person's data."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from infra.clock import monotonic

FIELDS = frozenset(
    """
    event level timestamp logger library_text error where sqlstate constraint
    service process pid schema role consumer group instance topic partition offset generation since until
    event_id event_type incident notification escalation task desk unit mandate version dead_letter
    trace_id method path route status code reason outcome field
    count size attempt after seconds lag token holder due step ladder duty calendar year missing
    phase migration change speed port host suppressed
    """.split()  # noqa: SIM905  a column of words is easier to read
)
"""The only fields that leave; what else is bound or passed is dropped and counted in ``dropped_fields``."""

QUIET = re.compile(r"^(aiokafka|kafka|faust|mode)(\.|$)")
WINDOW, PER_WINDOW = 10.0, 5


def set_up(*, service: str, level: str = "info") -> None:
    """Once per process, in its composition root."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RateLimit())
    stdlib, stamp = structlog.stdlib, structlog.processors.TimeStamper(fmt="iso")
    handler.setFormatter(
        stdlib.ProcessorFormatter(
            foreign_pre_chain=[stdlib.add_log_level, stdlib.add_logger_name, stamp, foreign],
            processors=[
                stdlib.ProcessorFormatter.remove_processors_meta,
                allow_listed,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=threshold, force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            stdlib.filter_by_level,
            stdlib.add_log_level,
            stamp,
            error_class,
            stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=stdlib.LoggerFactory(),
        wrapper_class=stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)


def allow_listed(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the fields of the list; say how many were dropped, not which values they had."""
    kept = {name: value for name, value in event.items() if name in FIELDS}
    dropped = sorted(name for name in event if name not in FIELDS and name != "dropped_fields")
    if dropped:
        kept["dropped_fields"] = dropped
    return kept


def error_class(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception becomes the name of its class and the place it was raised at: its text may hold a person's data."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["where"] = _place(error)
    return event


def foreign(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A line of a library: its text is not ours to trust, so only its logger, its level and the unformatted text stay."""
    record: logging.LogRecord | None = event.get("_record")
    if record is not None:
        event["event"] = "library"
        event["library_text"] = str(record.msg)[:200]
        if record.exc_info and record.exc_info[1] is not None:
            event["error"], event["where"] = type(record.exc_info[1]).__name__, _place(record.exc_info[1])
            record.exc_info, record.exc_text = None, None
            event.pop("exc_info", None)
    return event


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}" if trace is not None else ""


class RateLimit(logging.Filter):
    """A broker that is away makes each client write some 70 lines a second: five in ten seconds of each text are enough."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not QUIET.match(record.name):
            return True
        key, now = (record.name, str(record.msg)), monotonic()
        began, count = self._seen.get(key, (now, 0))
        if now - began >= WINDOW:
            began, count = now, 0
        if len(self._seen) > 1000:
            self._seen.clear()
        self._seen[key] = (began, count + 1)
        return count < PER_WINDOW
