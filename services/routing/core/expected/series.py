"""What is owed step by step while an incident is open: each statement about it meets the open step and begins the next."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

from contracts.envelope import Event
from contracts.ids import derived_id, desk_of
from contracts.places import schools_of
from contracts.registry import event_type
from services.routing.core.calendar import local_day, moment
from services.routing.core.deadlines import compute_due
from services.routing.core.expected.hearing import Said
from services.routing.core.expected.records import Expectation
from services.routing.core.mandates import Expected, MandateBook, PeriodicDuty, Statement
from services.routing.core.model import Incident, World


def series_of(book: MandateBook, event: Event, incident: Incident) -> Iterator[tuple[PeriodicDuty, Expected]]:
    """The duties that an incident of this kind may owe step by step."""
    for duty in book.periodic_at(event.envelope.time, incident.county):
        for part in duty.parts:
            if part.every == "7nd" and part.opened_by is not None and incident.head_type in part.opened_by.types:
                yield duty, part


def is_open(said: Said, part: Expected) -> bool:
    """Whether the incident, as it stands now, owes steps."""
    incident = said.incident
    over = incident.closed_at is not None or incident.withdrawn_at is not None
    return not over and part.opened_by is not None and part.opened_by.holds(incident.picture)


def following(said: Said, duty: PeriodicDuty, part: Expected) -> Expectation | None:
    """The step that is owed from this statement on; None when it is no step, or the incident owes none any more."""
    if not is_open(said, part) or not _is_step(said, part):
        return None
    return _step(said.world, said.incident, said.at, duty, part)


def taken_over(world: World, incident: Incident) -> Iterator[Expectation]:
    """What a matter owes that another unit handed over: its first steps, from the hour at which it was taken over."""
    if incident.closed_at is not None or incident.withdrawn_at is not None:
        return
    at = incident.first_time
    for duty in world.book.periodic_at(at, incident.county):
        for part in duty.parts:
            if part.every == "7nd" and part.opened_by is not None and _opens(part.opened_by, incident):
                step = _step(world, incident, at, duty, part)
                yield from [step] if step is not None else []


def _opens(opened_by: Statement, incident: Incident) -> bool:
    return incident.head_type in opened_by.types and opened_by.holds(incident.picture)


def _step(world: World, incident: Incident, at: datetime, duty: PeriodicDuty, part: Expected) -> Expectation | None:
    """The step of the incident's school that begins at an instant."""
    school = next(iter(schools_of(incident.picture)), None)
    found = world.directory.school(school, at) if school is not None else None
    if found is None:
        return None
    desk = desk_of(part.desk, found.id)
    due = compute_due(part.due, at, world.directory.desk_time(desk, at), fields={"last": at.isoformat()}, duty="periodic")
    label = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return Expectation(
        id=derived_id(moment(local_day(at), time.min), "expectation", duty.id, part.part, incident.id, label),
        rule=duty.id,
        part=part.part,
        stamp=duty.stamp,
        unit=found.id,
        desk=desk,
        county=found.county,
        area=found.county,
        period=label,
        begins=local_day(at),
        ends=local_day(due.at or at),
        state="open",
        due=due.at,
        derivation=due.derivation,
        calendar_version=due.calendar_version,
        next_at=due.at,
        subject=incident.id,
    )


def _is_step(said: Said, part: Expected) -> bool:
    """A statement of the kind that is owed, no addition to an earlier one; or what opened the matter: its head, or a level that rose to it."""
    mark = event_type(said.event.name).mark
    if isinstance(part.met_by, Statement) and said.name in part.met_by.types:
        return mark is None
    opens = part.opened_by is not None and said.name in part.opened_by.types
    return opens and mark in (None, "L")
