"""What is expected of one unit for one period, and what was heard that may meet it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

State = Literal["open", "pending", "met", "late", "missing", "ended"]
"""open until the due; pending: no calendar yet; met in time; missing: the due passed; late: came after the due; ended: nothing is owed."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One report that one unit owes for one period, by the version of the duty it was made by.

    ``area``: the division whose reports a summary sums. ``subject``: the incident it is about. ``missing``: the desks of a county that did
    not sign, ``in_a_row`` for so many periods. ``step``: how many of those to be told are told. ``by_bus``: its due was
    known too late to be met, for want of a calendar."""

    id: str
    rule: str
    part: str
    stamp: str
    unit: str
    desk: str
    county: str
    area: str
    period: str
    begins: date
    ends: date
    state: State
    due: datetime | None
    derivation: str
    calendar_version: str
    pending: str | None = None
    next_at: datetime | None = None
    subject: str | None = None
    step: int = 0
    in_a_row: int = 1
    missing: tuple[str, ...] = ()
    met_at: datetime | None = None
    by_bus: bool = False
    incident: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A statement as it counts for a duty or a cross-check of one unit: for the period it names, or by its date."""

    rule: str
    part: str
    unit: str
    source: str
    id: str
    incident: str
    at: datetime
    period: str
    dated: date
    named: bool
    """It names its period: it makes up for no other one."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What an incident counts for as it stands. ``period`` None: for whichever it was heard, since it says no date of its own."""

    rule: str
    part: str
    unit: str
    incident: str
    period: str | None


CheckState = Literal["planned", "met", "suspected", "answered", "ended"]
"""planned until the window closes; met inside it; suspected: nothing came; answered: it came, or was answered, later; ended: no evidence."""


@dataclass(frozen=True, slots=True)
class Check:
    """One cross-check that runs: the evidence, the window in which the unit's own word is awaited, and when it is looked at again.

    ``acted_at``: when the unit's own word came, where that is its first action; ``item``: the incident of the suspicion."""

    id: str
    rule: str
    stamp: str
    unit: str
    county: str
    evidence_source: str
    evidence_id: str
    evidence_type: str
    incident: str
    since: datetime
    looks_from: datetime
    looks_until: datetime
    next_at: datetime | None
    state: CheckState = "planned"
    item: str | None = None
    answered_at: datetime | None = None
    acted_at: datetime | None = None
