"""What the API tells of a matter that a unit keeps to itself."""

from typing import Any

from pydantic import BaseModel

from contracts.texts import Instant


class Kept(BaseModel):
    """One matter: of its sealed rows the numbers alone."""

    id: str
    number: str
    desk: str
    at: Instant
    data: dict[str, Any]


class KeptPage(BaseModel):
    """Newest first."""

    items: list[Kept]
    next_cursor: str | None


class KeptCount(BaseModel):
    """How many were entered in a month in the county; ``<10`` where that is fewer than may be told."""

    month: str
    county: str
    count: str
