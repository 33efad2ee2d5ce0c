"""Items of digests as rows, and back; with each the time at which the clock looks at it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra.postgres.pool import Row
from infra.postgres.queries import load
from services.routing.core.bulletins.digests import Item, next_digest
from services.routing.core.calendar import DayUnknown
from services.routing.core.directory import Directory

QUERIES = load(Path(__file__).with_name("queries.sql"))
LOOK_AGAIN = timedelta(days=1)
"""Where no calendar tells a school's next week yet."""
FIELDS = ("rule", "incident", "unit", "desk", "county", "stated_at", "entry", "waits", "told")


def item_of(row: Row) -> Item:
    return Item(**{name: row[name] for name in FIELDS})


def item_row(item: Item, next_at: datetime | None) -> Mapping[str, Any]:
    return {
        "rule": item.rule, "incident": item.incident, "unit": item.unit, "desk": item.desk, "county": item.county,
        "stated_at": item.stated_at.isoformat(), "entry": item.entry, "waits": item.waits, "told": item.told,
        "next_at": next_at.isoformat() if next_at is not None and item.waits else None,
    }  # fmt: skip


def look_at(directory: Directory, item: Item, after: datetime, now: datetime) -> datetime:
    """When an item is told or, where that cannot be said yet, looked at again."""
    try:
        at = next_digest(directory, item.unit, max(item.stated_at, after), now)
    except DayUnknown:
        at = None
    return at if at is not None else now + LOOK_AGAIN


def waiting_rows(directory: Directory, items: Sequence[Item], after: datetime, now: datetime) -> list[Mapping[str, Any]]:
    """Rows of items, each with its own time."""
    return [item_row(item, look_at(directory, item, after, now) if item.waits else None) for item in items]
