"""Who stands at a desk: rosters read at an instant, and changed as documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.routing.core.calendar import BEIJING
from services.routing.core.directory.faults import read_instant
from services.routing.core.directory.records import RosterRow


@dataclass(frozen=True, slots=True)
class Cover:
    """Whether somebody stands there. ``until``: end of the cover, or (uncovered) when the next person comes; None = open.

    ``substitute``: the desk named to take over when nobody is there. ``person`` is opaque, ``shown`` masked (张*).
    """

    ok: bool
    person: str | None = None
    shown: str | None = None
    substitute: str | None = None
    until: datetime | None = None


def cover_at(rows: tuple[RosterRow, ...], at: datetime) -> Cover:
    """The cover at one instant; ``rows`` are sorted by their start."""
    here = [row for row in rows if row.first <= at and (row.end is None or at < row.end)]
    if here:
        row = here[-1]
        return Cover(True, row.person, row.shown, row.substitute, _covered_until(rows, at))
    before = [row for row in rows if row.end is not None and row.end <= at]
    after = next((row for row in rows if row.first > at), None)
    last = max(before, key=lambda row: (row.end or at, row.first), default=None)
    return Cover(False, substitute=last.substitute if last else None, until=after.first if after else None)


def _covered_until(rows: tuple[RosterRow, ...], at: datetime) -> datetime | None:
    end = at
    for row in rows:
        if row.first <= end:
            if row.end is None:
                return None
            end = max(end, row.end)
    return end


def with_hole(document: Mapping[str, Any], role: str, start: datetime, end: datetime, *, substitute: str | None = None) -> dict[str, Any]:
    """The document with nobody at ``role`` from ``start`` to ``end``; rows that reach across are cut, ``substitute`` takes over."""
    rows: list[dict[str, Any]] = []
    for row in document.get("rosters", []):
        rows += _cut(row, start, end, substitute) if row["role"] == role else [dict(row)]
    return {**document, "rosters": rows}


def _cut(row: Mapping[str, Any], start: datetime, end: datetime, substitute: str | None) -> list[dict[str, Any]]:
    first = read_instant(row["from"])
    last = read_instant(row["to"]) if row.get("to") else None
    if first >= end or (last is not None and last <= start):
        return [dict(row)]
    kept: list[dict[str, Any]] = []
    if first < start:
        head = {**row, "to": start.astimezone(BEIJING).isoformat()}
        kept.append({**head, "substitute": substitute} if substitute else {k: v for k, v in head.items() if k != "substitute"})
    if last is None or last > end:
        kept.append({**row, "from": end.astimezone(BEIJING).isoformat()})
    return kept
