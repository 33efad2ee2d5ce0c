"""The coverage of a day (GRD-04): counted by window, and told to the desks of a county for their information."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contracts.ids import derived_id
from services.routing.core.calendar import BEIJING
from services.routing.core.gaps.opening import BUS, SOURCE, facts_of_bus
from services.routing.core.issue import issue_new
from services.routing.core.mandates import Place
from services.routing.core.matching.cast import Scene
from services.routing.core.matching.content import Content
from services.routing.core.matching.linked import number_of
from services.routing.core.matching.recipients import find_recipients
from services.routing.core.model import Fold, Incident, IncidentState, World

REPORTED = "bus.guard-coverage.reported"
MANDATE = "GRD-04"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Gate windows of a county on a day. ``scheduled`` = ``covered`` + ``uncovered`` + ``pending`` (not over yet).

    ``filled``: covered, but only after a gap was opened; ``late``: covered, but proved by late data alone."""

    day: date
    county: str
    scheduled: int = 0
    covered: int = 0
    uncovered: int = 0
    pending: int = 0
    filled: int = 0
    late: int = 0

    @property
    def rate(self) -> float | None:
        """Covered ÷ scheduled windows that are over; None before the first one."""
        over = self.covered + self.uncovered
        return self.covered / over if over else None


def report_coverage(world: World, now: datetime, coverage: Coverage) -> Fold | None:
    """An incident of its own that informs the desks of the county; it is closed at once. None when no mandate wants it."""
    mandate = world.book.by_id(MANDATE, now, Place(coverage.county))
    if mandate is None:
        return None
    identity = derived_id(now, "guard-coverage", coverage.county, coverage.day.isoformat())
    fold = Fold(IncidentState(), world, now, f"clock/{identity}")
    incident = Incident(
        id=identity,
        root=identity,
        number=number_of(coverage.county, identity, fold),
        family="guard-coverage",
        scope=coverage.county,
        key=f"{coverage.county}/{coverage.day.isoformat()}",
        status="actual",
        county=coverage.county,
        head_type=REPORTED,
        head_source=SOURCE,
        head_id=identity,
        publisher=BUS,
        first_time=now,
        first_known_at=now,
        revision=1,
        picture=_picture(coverage, now),
        closed_at=now,
    )
    fold.put(incident)
    found = find_recipients(fold, incident, (mandate,), Scene(REPORTED, BUS, now))
    for wanted in found.wanted.values():
        issue_new(fold, incident, wanted, Content(facts_of_bus(incident), REPORTED))
    return fold


def _picture(coverage: Coverage, now: datetime) -> Mapping[str, Any]:
    return {
        "county": coverage.county, "date": coverage.day.isoformat(), "scheduled": coverage.scheduled, "covered": coverage.covered,
        "uncovered": coverage.uncovered, "pending": coverage.pending, "filled": coverage.filled, "late": coverage.late,
        "reported_at": now.astimezone(BEIJING).isoformat(),
    }  # fmt: skip
