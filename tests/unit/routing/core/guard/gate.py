"""One gate on a bench: rosters and check-ins are put there by hand, looks open and end incidents as the clock does."""

from dataclasses import dataclass, field, replace
from typing import Any

from services.routing.core.gaps import follow, open_gap
from services.routing.core.guard import CheckIn, Gap, Opened, Roster, Sight, inspect
from services.routing.core.model import Fold, Notification
from tests.unit.routing.core.bench import Bench
from tests.unit.routing.core.guard.places import post


@dataclass
class GateBench(Bench):
    """``look`` is the clock's round at this gate; ``to`` moves time and fires dues, as ever."""

    sight: Sight = field(default_factory=lambda: Sight(post()))

    def look(self) -> None:
        finding = inspect(self.sight, self.now)
        gaps = {gap.id: gap for gap in self.sight.gaps}
        for step in finding.steps:
            if isinstance(step, Opened):
                opened = open_gap(self.world, self.now, finding.post, step.gap)
                assert opened is not None, "no mandate wants this gap told"
                self.loaded.states[step.gap.id] = opened.fold.state
                self._absorb(opened.fold)
            elif step.gap.told:
                state = self.loaded.by_incident(step.gap.id)
                assert state is not None
                fold = Fold(state, self.world, self.now, "clock")
                follow(fold, finding.post, step)
                self._absorb(fold)
            gaps[step.gap.id] = step.gap
        self.sight = replace(self.sight, post=finding.post, gaps=tuple(gaps.values()))

    def checks_in(self, *checkins: CheckIn) -> None:
        """Check-ins arrive now, and the clock looks."""
        self.sight = replace(self.sight, checkins=(*self.sight.checkins, *checkins))
        self.look()

    def publishes(self, version: Roster) -> None:
        """A roster arrives now, and the clock looks."""
        self.sight = replace(self.sight, rosters=(*self.sight.rosters, version))
        self.look()

    def gap(self, kind: str = "live") -> Gap:
        (found,) = [gap for gap in self.sight.gaps if gap.kind == kind]
        return found

    def of(self, desk: str) -> Notification:
        return self.notification(desk, family="guard-gap")

    def told(self, name: str) -> dict[str, Any]:
        """desk → the last message of that name."""
        return dict(self.heard(name))
