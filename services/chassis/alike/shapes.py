"""What is asked about, and what is found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from contracts.coordination import LinkFit
from contracts.envelope import Closed, Status
from contracts.texts import PRINTABLE, Instant


class AlikeBody(Closed):
    """What somebody is about to state, as far as it is filled in: fields that are missing or not right yet say nothing."""

    type: Annotated[str, Field(min_length=1, max_length=80), PRINTABLE]
    data: dict[str, Any]
    known_at: Instant | None = None
    status: Status = "actual"
    place_code: Annotated[str, Field(pattern=r"^([0-9]{9}|[0-9]{12})$")] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is compared. ``time``: when it was or would be stated; ``apart_from``: the incidents that it belongs to or is linked with."""

    type: str
    data: Mapping[str, Any]
    known_at: datetime
    time: datetime
    status: Status = "actual"
    place_code: str | None = None
    apart_from: frozenset[str] = frozenset()


class AlikeShape(BaseModel):
    """What a desk of the unit holds or filed. ``notification``, ``event``: its page, where the person may see it; else number, kind, times
    and desk alone. ``number``, ``incident``: none while routing has not decided it."""

    incident: str | None
    number: str | None
    type: str
    known_at: datetime
    time: datetime
    desk: str
    matter: str
    fits: list[LinkFit]
    notification: str | None = None
    event: str | None = None


class AlikeList(BaseModel):
    """The nearest in time first."""

    items: list[AlikeShape]
