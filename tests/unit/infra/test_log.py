import json
import logging
import subprocess
import sys
from typing import Any

import pytest

from infra.log import FIELDS, RateLimit, allow_listed, error_class, foreign

SCRIPT = """
import logging, structlog
from infra.log import set_up
set_up(service="police")
log = structlog.get_logger()
structlog.contextvars.bind_contextvars(event_id="e1", pupil_name="张小明")
log.info("event_taken", topic="t", phone="13900000000", count=3)
log.debug("not_shown")
try:
    raise ValueError("张小明 13900000000")
except ValueError:
    log.exception("handler_failed")
    logging.getLogger("asyncpg").exception("value %s", "13900000000")
    logging.getLogger("some.package").warning("told %s", "张小明")
"""


def lines_of(script: str) -> list[dict[str, Any]]:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert "张小明" not in done.stderr
    assert "13900000000" not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_line_is_one_json_object_with_listed_fields_and_never_a_persons_data() -> None:
    taken, failed, driver, library = lines_of(SCRIPT)
    assert (taken["event"], taken["service"], taken["event_id"], taken["count"]) == ("event_taken", "police", "e1", 3)
    assert taken["dropped_fields"] == ["phone", "pupil_name"]
    assert (failed["event"], failed["error"]) == ("handler_failed", "ValueError")
    assert failed["where"].startswith("__main__:")
    assert (driver["event"], driver["logger"], driver["error"], driver["library_text"]) == ("library", "asyncpg", "ValueError", "value %s")
    assert library["library_text"] == "told %s"


def test_unknown_fields_are_dropped_and_counted_by_name_only() -> None:
    kept = allow_listed(None, "info", {"event": "x", "guardian": "李四", "topic": "t"})
    assert kept == {"event": "x", "topic": "t", "dropped_fields": ["guardian"]}


@pytest.mark.parametrize("word", ["name", "phone", "detail", "text", "message", "pupil_no", "person", "body", "value"])
def test_words_that_invite_a_persons_data_are_not_on_the_list(word: str) -> None:
    assert word not in FIELDS


def test_an_error_is_named_by_its_class_and_place_alone() -> None:
    line = error_class(None, "error", {"event": "x", "exc_info": KeyError("张三")})
    assert line == {"event": "x", "error": "KeyError", "where": ""}


def record(name: str, text: str) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "p", 1, text, (), None)


def test_a_broker_that_is_away_may_say_so_five_times_in_ten_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("infra.log.monotonic", lambda: now[0])
    limit = RateLimit()
    assert sum(limit.filter(record("aiokafka.conn", "cannot connect")) for _ in range(70)) == 5
    assert limit.filter(record("aiokafka.conn", "another text"))
    now[0] += 10.0
    assert limit.filter(record("aiokafka.conn", "cannot connect"))


def test_our_own_lines_are_never_dropped() -> None:
    limit = RateLimit()
    assert all(limit.filter(record("infra.messaging.relay", "relay_retry")) for _ in range(1000))


def test_a_line_of_a_library_keeps_no_formatted_text() -> None:
    one = logging.LogRecord("x", logging.ERROR, "p", 1, "row %s", ("张三",), None)
    assert foreign(None, "error", {"_record": one, "event": "row 张三"})["library_text"] == "row %s"
