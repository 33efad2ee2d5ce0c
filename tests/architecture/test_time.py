"""Two kinds of time, each read in one place: the machine's clock in infra/clock.py, business time in one SQL function."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Finding, Source, dotted, imported, python_files, report, snippet, sql_files

CLOCK = "infra/clock.py"
BUSINESS_TIME = "infra/postgres/bus/"

# Where the machine's time may be asked in SQL: how messages travel and rest, sessions and idempotency; and the named blocks below.
MACHINE_TIME_ROOMS = ("infra/", "services/chassis/")
MACHINE_TIME_BLOCKS = {
    ("services/routing/queries.sql", "store"),  # when a notification without its delivered is issued again
    ("services/routing/queries.sql", "undelivered"),  # the same, read
}
# Columns that are about machines, not about duties: they may be stamped by the machine's clock.
MACHINE_COLUMNS = frozenset({
    "created_at", "sent_at", "seen_at", "parked_at", "requested_at", "replayed_at", "applied_at", "until", "expires_at", "stored_at",
    "started_at", "answered_at",  # of a request and its stored answer
})  # fmt: skip

CLOCKS_OF_PYTHON = frozenset({
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns",
    "time.perf_counter", "time.localtime", "time.gmtime", "time.strftime", "time.ctime",
})  # fmt: skip
BARE_NOW = re.compile(
    r"(?<![\w.])(now\s*\(\s*\)|current_timestamp|localtimestamp|current_date|current_time|localtime"
    r"|transaction_timestamp\s*\(\s*\)|statement_timestamp\s*\(\s*\)|timeofday\s*\(\s*\)|'(now|today|tomorrow|yesterday)')",
    re.IGNORECASE,
)
MACHINE_NOW = re.compile(r"clock_timestamp\s*\(\s*\)", re.IGNORECASE)
DEFAULT = re.compile(r"^\s*(\w+)\s+(?:timestamptz?|timestamp\b|date\b|time\b)[^,\n]*\bdefault\b", re.IGNORECASE | re.MULTILINE)
IS_SQL = re.compile(r"\b(select|insert into|update|delete from|create|alter)\b", re.IGNORECASE)


def reads_the_clock(source: Source) -> list[Finding]:
    """Calls and imports in one Python file that read the machine's clock."""
    found = [
        Finding(f"{source.path}:{node.lineno}", f"reads {dotted(node)}")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and ".".join(dotted(node).split(".")[-2:]) in CLOCKS_OF_PYTHON
    ]
    return found + [Finding(f"{source.path}:{line}", f"imports {name}") for line, name in imported(source) if name in CLOCKS_OF_PYTHON]


def blocks(path: str, text: str) -> Iterator[tuple[str, str]]:
    """(name of the query, SQL without comments); a migration is one block named ``migration``."""
    name, lines = "migration", []
    for line in text.splitlines():
        if match := re.fullmatch(r"-- (\w+) --\s*", line):
            yield name, "\n".join(lines)
            name, lines = match[1], []
        else:
            lines.append(line.split("--")[0])
    yield name, "\n".join(lines)


def sql_in_python(source: Source) -> Iterator[tuple[str, str]]:
    """String literals that look like SQL, docstrings left out."""
    documented = [node.body[0] for node in ast.walk(source.tree) if hasattr(node, "body") and isinstance(node.body, list) and node.body]
    docstrings = {id(first.value) for first in documented if isinstance(first, ast.Expr)}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings and IS_SQL.search(node.value):
            yield f"line {node.lineno}", node.value


def wrong_sql_time(path: str, text: str, named: Iterator[tuple[str, str]]) -> list[Finding]:
    """Bare ``now()`` anywhere, the machine's time outside its places, and defaults that stamp a business column."""
    found = []
    for name, sql in named:
        where = f"{path} [{name}]"
        if not path.startswith(BUSINESS_TIME):
            found += [Finding(where, f"asks {match[0]}") for match in BARE_NOW.finditer(sql)]
            machine = path.startswith(MACHINE_TIME_ROOMS) or (path, name) in MACHINE_TIME_BLOCKS
            found += [Finding(where, "asks the machine's time") for _ in MACHINE_NOW.finditer(sql) if not machine]
        found += [Finding(where, f"stamps {match[1]}") for match in DEFAULT.finditer(sql) if match[1] not in MACHINE_COLUMNS]
    return found


def test_only_one_place_reads_the_clock_of_the_machine() -> None:
    """INVARIANT: time is an argument — broken by datetime.now, time.time and their kin outside infra/clock.py."""
    found = [finding for source in python_files() if source.path != CLOCK for finding in reads_the_clock(source)]
    assert not found, report(found)


def test_sql_asks_business_time_of_its_one_function() -> None:
    """INVARIANT: business time comes from bus.business_now() — broken by now(), current_date, or the machine's time on a duty."""
    found = [finding for path, text in sql_files() for finding in wrong_sql_time(path, text, blocks(path, text))]
    found += [f for source in python_files() for f in wrong_sql_time(source.path, source.text, sql_in_python(source))]
    assert not found, report(found)


def test_the_named_places_of_machine_time_exist() -> None:
    asked = {(path, name) for path, text in sql_files() for name, sql in blocks(path, text) if MACHINE_NOW.search(sql)}
    assert asked >= MACHINE_TIME_BLOCKS


@pytest.mark.parametrize(
    "text",
    [
        "import datetime\nx = datetime.datetime.now()",
        "from datetime import datetime\nx = datetime.utcnow()",
        "from datetime import date\nx = date.today()",
        "import time\nf = time.time",
        "from time import monotonic\n",
    ],
)
def test_a_stray_clock_is_found(text: str) -> None:
    text = text.replace("from time import monotonic", "from time import time, monotonic")
    assert reads_the_clock(snippet(text))


@pytest.mark.parametrize(
    ("path", "sql", "what"),
    [
        ("services/routing/queries.sql", "-- late --\n-- One.\nselect 1 where due < now()", "asks now()"),
        ("services/routing/queries.sql", "-- late --\nselect current_date", "asks current_date"),
        ("services/routing/queries.sql", "-- late --\nselect 'today'::date", "asks 'today'"),
        ("services/routing/queries.sql", "-- late --\nselect clock_timestamp()", "asks the machine's time"),
        ("infra/x.sql", "create table t (\n  delivered_at timestamptz not null default clock_timestamp()\n)", "stamps delivered_at"),
        ("infra/x.sql", "create table t (\n  due timestamptz default bus.business_now()\n)", "stamps due"),
    ],
)  # fmt: skip
def test_sql_with_the_wrong_time_is_found(path: str, sql: str, what: str) -> None:
    assert [finding.what for finding in wrong_sql_time(path, sql, blocks(path, sql))] == [what]


@pytest.mark.parametrize(
    "sql",
    [
        "-- now --\n-- What now() is.\nselect bus.business_now() as now, 'nowhere'",
        "-- t --\nselect known_now(), x.now from t",
    ],
)
def test_sql_with_the_right_time_is_not_found(sql: str) -> None:
    assert wrong_sql_time("services/routing/queries.sql", sql, blocks("q", sql)) == []


def test_sql_inside_python_is_looked_at_and_docstrings_are_not() -> None:
    source = snippet('"""select now()"""\nQ = "select now()"')
    assert len(wrong_sql_time(source.path, source.text, sql_in_python(source))) == 1
