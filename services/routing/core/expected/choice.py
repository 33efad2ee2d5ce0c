"""Which duty a unit owes a period by: the one of the smallest place around it whose packs have it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time

from services.routing.core.calendar import moment
from services.routing.core.deadlines import Period
from services.routing.core.directory import unit_name
from services.routing.core.expected.periods import periods_from
from services.routing.core.expected.plan import NOON, Planning
from services.routing.core.mandates import Expected, Place
from services.routing.core.model import World


@dataclass(frozen=True, slots=True)
class Choice:
    """One part of the duties of one id, planned for one period of all units. Closures published by ``as_of`` count."""

    rule: str
    part: str
    period: Period
    world: World
    as_of: datetime
    known: dict[tuple[str, ...], Planning | None] = field(default_factory=dict)

    def planning(self, unit: str) -> Planning | None:
        """What a unit's place asks of it in this period; None when no pack there does."""
        place = self._place(unit)
        speaking = self.world.book.duties.speaking(place)
        if speaking not in self.known:
            self.known[speaking] = next(self._plannings(place), None)
        return self.known[speaking]

    def _plannings(self, place: Place) -> Iterator[Planning]:
        """By the version in force when the period began, else by the one of now."""
        moments = (moment(self.period.first, time.min), self.as_of)
        for duty in (duty for at in moments for duty in self.world.book.duties.at(at, place)):
            part = duty.part(self.part)
            if duty.id == self.rule and part is not None and self._has_period(part):
                yield Planning(duty, part, self.period, self.world, self.as_of)

    def _has_period(self, part: Expected) -> bool:
        day, calendars = self.period.first, self.world.directory.calendars
        return any(one.label == self.period.label for one in periods_from(part.every, day, day, calendars))

    def _place(self, unit: str) -> Place:
        """Where it lies at the end of the period, or (one that ends within it) at its begin."""
        name = unit_name(unit)
        days = (self.period.last, self.period.first)
        found = (self.world.directory.unit(unit, moment(day, NOON)) for day in days)
        living = next((one for one in found if one is not None), None)
        return Place(living.county if living else "", unit if name is not None and name.kind == "sch" else "")
