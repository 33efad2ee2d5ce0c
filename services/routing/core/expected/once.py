"""What one statement leaves another one owing, once: a check with problems its finding (MKT-10). Its number names the period."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from contracts.ids import derived_id
from services.routing.core.calendar import local_day, moment
from services.routing.core.deadlines import Due, compute_due
from services.routing.core.expected.hearing import Said, places_of, stands
from services.routing.core.expected.records import Expectation
from services.routing.core.mandates import Expected, PeriodicDuty, Statement
from services.routing.core.model import World

BEGIN = "begin"


@dataclass(frozen=True, slots=True)
class Owed:
    """The id of what a statement's incident may owe by one part of a duty, and what it does owe (None: nothing any more)."""

    id: str
    expectation: Expectation | None


def owed_by(said: Said, outcome: str) -> Iterator[Owed]:
    """What follows from a statement for each part that such a one opens, by the versions in force now."""
    for duty in said.world.book.periodic_at(said.at, said.incident.county):
        for part in duty.parts:
            if part.every == "once" and part.opened_by is not None and said.name in part.opened_by.types:
                yield _owed(said, outcome, duty, part, part.opened_by)


def _owed(said: Said, outcome: str, duty: PeriodicDuty, part: Expected, opened_by: Statement) -> Owed:
    incident = said.incident
    identity = derived_id(moment(local_day(incident.first_time), time.min), "expectation", duty.id, part.part, incident.id)
    over = incident.withdrawn_at is not None or not opened_by.holds(said.facts) or not stands(said.event, outcome)
    met_by = part.met_by
    places = places_of(said, met_by.of) if isinstance(met_by, Statement) and not over else ()
    number = str(said.facts.get(opened_by.period or "", ""))
    if not places or not number:
        return Owed(identity, None)
    due = due_of(said.world, part, incident.publisher, said.at)
    day = local_day(said.at)
    return Owed(
        identity,
        Expectation(
            id=identity,
            rule=duty.id,
            part=part.part,
            stamp=duty.stamp,
            unit=places[0].unit,
            desk=incident.publisher,
            county=incident.county,
            area=incident.county,
            period=number,
            begins=day,
            ends=local_day(due.at) if due.at is not None else day,
            state="open" if due.at is not None else "pending",
            due=due.at,
            derivation=due.derivation,
            calendar_version=due.calendar_version,
            pending=due.pending,
            next_at=due.at,
        ),
    )


def due_of(world: World, part: Expected, desk: str, since: datetime) -> Due:
    """When it is owed, in the hours of the desk that made the opening statement."""
    return compute_due(part.due, since, world.directory.desk_time(desk, since), fields={BEGIN: since.isoformat()}, duty="periodic")
