"""What the API tells of a matter that a unit keeps to itself."""

from typing import Any

from pydantic import BaseModel

from contracts.texts import Instant
from contracts.values import Day


class Kept(BaseModel):
    """One matter: of its sealed rows the numbers alone. ``next_on``: when those concerned are spoken with; ``linked``: the event that was
    stated in its place."""

    id: str
    number: str
    desk: str
    at: Instant
    data: dict[str, Any]
    next_on: Day | None = None
    contacted_at: Instant | None = None
    closed_at: Instant | None = None
    outcome: str | None = None
    linked: str | None = None


class KeptPage(BaseModel):
    """Newest first."""

    items: list[Kept]
    next_cursor: str | None


class KeptCount(BaseModel):
    """How many were entered in a month in the county; ``<10`` where that is fewer than may be told."""

    month: str
    county: str
    count: str
