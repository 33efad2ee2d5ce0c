"""Hearing: which duties and cross-checks a decided statement counts for, of which units, for which period; and which checks it begins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from contracts.envelope import Event
from contracts.ids import derived_id, unit_of
from contracts.places import schools_of
from contracts.registry import event_type
from services.routing.core.calendar import local_day
from services.routing.core.directory.kinds import bureau_kind
from services.routing.core.expected.periods import period_of
from services.routing.core.expected.records import Check, Claim, Report
from services.routing.core.mandates import CrossCheck, Expected, MetBy, Statement
from services.routing.core.matching.agency import agency_word
from services.routing.core.matching.match import spoken_of
from services.routing.core.model import Incident, World

SAYING = frozenset({None, "S", "C", "L", "X"})
"""Marks under which a type states something; a withdrawal unsays it. A conclusion counts where a rule names it by its own type."""
COUNTED = frozenset({"routed", "unmatched"})
"""Outcomes of a statement that stands: a repeated or a stale one was counted before."""


@dataclass(frozen=True, slots=True)
class Said:
    """A decided statement with the incident it belongs to now. ``about``: the type it is looked at for, where that is not its own."""

    event: Event
    incident: Incident
    world: World
    about: str = ""

    @property
    def name(self) -> str:
        """The type it speaks of: its head's, for a follow-up."""
        return self.about or spoken_of(self.event)

    @property
    def at(self) -> datetime:
        return self.event.envelope.time

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the incident says now, with the words of this type before those of its head."""
        return {**self.incident.picture, **self.incident.said(self.name)}

    @property
    def schools(self) -> tuple[str, ...]:
        """Whose own packs speak too: no school, then each of its schools."""
        return ("", *schools_of(self.facts))

    def counts_for(self, met_by: MetBy) -> bool:
        name = self.event.name if not self.about and event_type(self.event.name).mark == "X" else self.name
        return isinstance(met_by, Statement) and name in met_by.types and met_by.holds(self.facts)


@dataclass(frozen=True, slots=True)
class Place:
    """A unit that a statement counts for, with what its periods depend on."""

    unit: str
    county: str
    school_kind: str

    @property
    def city(self) -> str:
        return f"{self.county[:4]}00"


def stands(event: Event, outcome: str) -> bool:
    """Whether a decided statement states something that counts: no exercise, no test, no repetition."""
    return event.envelope.status == "actual" and outcome in COUNTED and event_type(event.name).mark in SAYING


def reports_of(said: Said) -> tuple[Report, ...]:
    """What a statement counts for; nothing when no duty and no check waits for its type.

    A correction counts also for what was stated beside it, where that says its own date: a drill that was done is one of its plan's kind."""
    found = [report for rule, part in _parts(said) for report in _for_duty(said, rule, part)]
    for beside in _types(said)[1:] if event_type(said.event.name).mark == "C" else ():
        found += [report for rule, part in _parts(beside) if _is_dated(part) for report in _for_duty(beside, rule, part)]
    return tuple(dict.fromkeys((*found, *_words(said))))


def claims_of(said: Said) -> tuple[Claim, ...]:
    """What an incident counts for as it is now, by all that was stated in it; a withdrawn one for nothing."""
    found: list[Claim] = []
    for one in _types(said) if said.incident.withdrawn_at is None else ():
        for rule, part in _parts(one):
            found += [_claim(report, dated=_is_dated(part)) for report in _for_duty(one, rule, part)]
        found += [_claim(report) for report in _words(one)]
    return tuple(dict.fromkeys(found))


def _types(said: Said) -> list[Said]:
    """The same for its own type, and for every other one that was stated in its incident."""
    others = dict.fromkeys((said.incident.head_type, *said.incident.statements))
    return [said, *(replace(said, about=name) for name in others if name != said.name)]


def _is_dated(part: Expected) -> bool:
    """Whether the statement itself says what period it counts for."""
    return isinstance(part.met_by, Statement) and (part.met_by.period is not None or part.met_by.dated is not None)


def _claim(report: Report, *, dated: bool = True) -> Claim:
    return Claim(report.rule, report.part, report.unit, report.incident, report.period if dated else None)


def _words(said: Said) -> Iterator[Report]:
    """What cross-checks of its units await."""
    return (_report(said, check.id, place) for check in _checks(said, "answer") for place in places_of(said, check.answer.of))


def _parts(said: Said) -> Sequence[tuple[str, Expected]]:
    """The parts that a statement meets. One that a smaller place tightens is met by the same words, and is found once."""
    book, county = said.world.book, said.incident.county
    duties = (duty for school in said.schools for duty in book.periodic_at(said.at, county, school))
    found: list[tuple[str, Expected]] = []
    for rule, part in ((duty.id, part) for duty in duties for part in duty.parts):
        known = any(other == rule and _is_met_alike(part, one) for other, one in found)
        if part.every != "7nd" and said.counts_for(part.met_by) and not known:
            found.append((rule, part))
    return found


def _is_met_alike(one: Expected, other: Expected) -> bool:
    return (one.part, one.every, one.met_by) == (other.part, other.every, other.met_by)


def _checks(said: Said, side: Literal["evidence", "answer"]) -> Sequence[CrossCheck]:
    """The cross-checks that await a statement on one side, of the incident's place and of its schools."""
    found = (check for school in said.schools for check in said.world.book.crosschecks_at(said.at, said.incident.county, school))
    return tuple({check.stamp: check for check in found if said.counts_for(getattr(check, side))}.values())


def _for_duty(said: Said, rule: str, part: Expected) -> Iterator[Report]:
    """For each unit that owes: the period that the statement names, else that of its date; what changes it later is no second one."""
    statement, facts = part.met_by, said.facts
    if not isinstance(statement, Statement):
        return
    named = str(facts.get(statement.period, "")) if statement.period else ""
    stated = said.incident.first_time if said.name == said.incident.head_type else said.at
    dated = (_date_in(facts.get(statement.dated)) if statement.dated else None) or local_day(stated)
    for place in places_of(said, statement.of):
        own = period_of(part.every, dated, place.city, place.school_kind, said.world.directory.calendars)
        yield _report(said, rule, place, part=part.part, period=named or (own.label if own else ""), dated=dated, named=bool(named))


def _report(
    said: Said, rule: str, place: Place, *, part: str = "", period: str = "", dated: date | None = None, named: bool = True
) -> Report:
    source, identity = said.event.identity
    return Report(rule, part, place.unit, source, identity, said.incident.id, said.at, period, dated or local_day(said.at), named)


def checks_of(said: Said) -> tuple[Check, ...]:
    """The cross-checks that a statement begins: one for each unit whose own word is awaited, as the packs of that unit have it."""
    begun: dict[tuple[str, str], tuple[CrossCheck, Place]] = {}
    for check in _checks(said, "evidence"):
        for place in _reporting(said, check.evidence.of):
            here = said.world.book.crosschecks_at(said.at, place.county, place.unit)
            own = next((one for one in here if one.id == check.id), check)
            begun[check.id, place.unit] = (own, place)
    return tuple(_check(said, check, place) for check, place in begun.values())


def _reporting(said: Said, of: str) -> Iterator[Place]:
    """The units whose own word could come over the bus."""
    return (place for place in places_of(said, of) if said.world.directory.can_report(place.county, said.at))


def _check(said: Said, check: CrossCheck, place: Place) -> Check:
    """A delivery that is counted from is not known yet: the statement's own time stands in for it."""
    incident = said.incident
    since = said.event.envelope.known_at if check.since == "known_at" else said.at
    source, identity = said.event.identity
    return Check(
        id=derived_id(incident.first_time, "cross-check", check.id, incident.id, place.unit),
        rule=check.id,
        stamp=check.stamp,
        unit=place.unit,
        county=place.county,
        evidence_source=source,
        evidence_id=identity,
        evidence_type=said.name,
        incident=incident.id,
        since=since,
        looks_from=since - check.before,
        looks_until=since + check.after,
        next_at=since + check.after,
    )


def still_holds(said: Incident, check: CrossCheck, unit: str, world: World) -> bool:
    """Whether an incident still says what a cross-check of a unit rests on."""
    if said.withdrawn_at is not None or not check.evidence.holds(said.picture):
        return False
    at = said.first_time
    if check.evidence.of == "publisher":
        return True
    schools = (world.directory.school(name, at) for name in schools_of(said.picture))
    return unit in {school.id for school in schools if school is not None}


def places_of(said: Said, of: str) -> Sequence[Place]:
    """The units that a statement counts for, through mergers; one that the Directory does not hold counts for nobody."""
    directory, at = said.world.directory, said.at
    if of in ("publisher", "bureau"):
        named = unit_of(said.event.envelope.publisher) if of == "publisher" else _bureau(said)
        unit = directory.unit(named, at) if named else None
        units = [unit.id] if unit is not None else []
    else:
        units = [school.id for name in schools_of(said.facts) if (school := directory.school(name, at)) is not None]
    return [_place(unit, said.world, at) for unit in dict.fromkeys(units)]


def _bureau(said: Said) -> str:
    """The unit that leads the agency of the publisher in its county; none where that agency has none."""
    kind = bureau_kind(agency_word(said.event.envelope.publisher))
    return f"{kind}-{said.incident.county}" if kind else ""


def _place(unit: str, world: World, at: datetime) -> Place:
    school = world.directory.school(unit, at)
    living = world.directory.unit(unit, at)
    return Place(unit, living.county if living is not None else "", school.kind if school is not None else "primary")


def _date_in(value: Any) -> date | None:
    """The Beijing date in a field: a date, an instant, or the last day of a stretch."""
    if isinstance(value, Mapping):
        value = value.get("last")
    if not isinstance(value, str):
        return None
    return date.fromisoformat(value) if len(value) == 10 else local_day(datetime.fromisoformat(value))
