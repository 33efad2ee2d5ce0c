"""Nothing notifies inside its transaction: NOTIFY takes a lock of the whole database until the log is on disk, and commits queue behind it."""

import pytest

from tests.architecture.sources import sql_files

TELLERS = frozenset({"infra/postgres/herald.sql"})
# The owner alone moves business time, in a demo or a test.
TELLERS_OF_TIME = ("infra/postgres/bus/",)


def notifies(text: str) -> list[int]:
    """The lines that notify, comments left out."""
    lines = (line.split("--")[0].lower() for line in text.splitlines())
    return [number for number, line in enumerate(lines, 1) if "pg_notify" in line or line.strip().startswith("notify ")]


@pytest.mark.parametrize("text", ["select pg_notify('duties', 'x');", "a\n  NOTIFY duties;"])
def test_the_law_sees_a_breach(text: str) -> None:
    assert notifies(text)


def test_only_the_herald_notifies() -> None:
    found = {
        path: lines for path, text in sql_files()
        if path not in TELLERS and not path.startswith(TELLERS_OF_TIME) and (lines := notifies(text))
    }  # fmt: skip
    assert not found
