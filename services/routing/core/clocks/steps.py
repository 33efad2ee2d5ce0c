"""The steps of a ladder for one missed duty, and when the next of them is due."""

from dataclasses import replace
from datetime import datetime

from contracts.coordination import Ladder
from contracts.ids import unit_of
from services.routing.core.deadlines import compute_due
from services.routing.core.mandates import LadderStep, Place
from services.routing.core.model import Duty, Fold, Incident, World

LAST_STEP_OF_EXERCISE = 3


def steps_of(fold: Fold, duty: Duty) -> tuple[LadderStep, ...]:
    """The ladder a duty climbs: its own, or as it holds at its desk since its incident was first known; a drill stops at the third step."""
    incident = fold.state.incidents[duty.incident]
    steps = duty.steps or _ladder(fold.world, incident, duty)
    return steps[:LAST_STEP_OF_EXERCISE] if incident.status == "exercise" else steps


def _ladder(world: World, incident: Incident, duty: Duty) -> tuple[LadderStep, ...]:
    at = incident.first_known_at
    return world.book.ladder(duty.ladder, place_of(world, duty.desk, incident.county, at), at) if duty.ladder else ()


def place_of(world: World, desk: str, county: str, at: datetime) -> Place:
    """Where a desk stands: at its school, else in the county of its unit, or in ``county`` where that unit serves several."""
    unit = world.directory.unit(unit_of(desk), at)
    if unit is None or unit.county.endswith("00"):
        return Place(county)
    return Place(unit.county, unit.id if unit.kind == "sch" else "")


def await_step(fold: Fold, duty: Duty) -> Duty:
    """The duty with the time of its next step: the step's offset from the missed due, or from what let the ladder start later.

    Without a further step the clock need not look again; a step that waits for a calendar leaves the duty waiting for it.
    """
    steps = steps_of(fold, duty)
    start = duty.ladder_from or duty.due
    if not 1 <= duty.next_step <= len(steps) or start is None:
        return replace(duty, next_at=None, pending=None)
    place = fold.world.directory.desk_time(duty.desk, start)
    due = compute_due(steps[duty.next_step - 1].offset, start, place)
    return replace(duty, next_at=due.at, pending=due.pending)


def hasten(fold: Fold, duty: Duty, ladder: Ladder | None, start: datetime) -> None:
    """A missed duty whose matter became graver: it climbs the other ladder from ``start`` on, where that is sooner."""
    if ladder is None or ladder == duty.ladder or duty.next_at is None:
        return
    faster = await_step(fold, replace(duty, ladder=ladder, ladder_from=start))
    if faster.next_at is not None and faster.next_at < duty.next_at:
        fold.put(faster)
