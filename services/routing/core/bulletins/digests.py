"""每周摘要 (MKT-01): what a school is told of once a week, on the first school day at 09:00, and no longer one by one. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from contracts.coordination import EventFacts
from contracts.envelope import Event
from contracts.ids import derived_id, desk_of, role_of
from contracts.places import named_schools
from services.routing.core.calendar import ONE_DAY, local_day, moment
from services.routing.core.directory import Directory
from services.routing.core.issue import issue_new
from services.routing.core.mandates import Mandate, Place
from services.routing.core.matching.cast import Scene, resolve_role
from services.routing.core.matching.content import Content
from services.routing.core.matching.linked import number_of
from services.routing.core.matching.match import match, spoken_of
from services.routing.core.matching.proxy import by_proxy
from services.routing.core.matching.recipients import Wanted
from services.routing.core.model import Fold, Incident, IncidentState, World

HEAD, FAMILY = "bus.digest.published", "digest"
AT = time(9, 0)
MOST_WEEKS = 60
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a school's next digest. ``told``: what the last digest that held it said of it; ``waits``: the next one has it to tell."""

    rule: str
    incident: str
    unit: str
    desk: str
    county: str
    stated_at: datetime
    entry: Entry
    waits: bool = True
    told: Entry | None = None


def _passed(facts: Mapping[str, Any], school: str, at: datetime) -> Entry:
    near = next(one for one in facts["schools"] if one["school_id"] == school)
    return {"stated_at": at.isoformat(), "shop_name": facts["shop_name"], "metres": near["metres"]}


DIGESTED: Mapping[str, Callable[[Mapping[str, Any], str, datetime], Entry]] = {"market.inspection.recorded": _passed}
"""What a digest can list, and what of it: fields of view S alone."""


def items_of(event: Event, incident: Incident, world: World) -> list[Item]:
    """What a statement, as its incident stands now, leaves to the digests of schools."""
    listed = DIGESTED.get(spoken_of(event))
    if listed is None:
        return []
    fold, at = Fold(IncidentState(incidents={incident.id: incident}), world, event.envelope.time, "digest"), event.envelope.time
    scene, facts = Scene(spoken_of(event), event.envelope.publisher, at), {**incident.picture, **incident.said(spoken_of(event))}
    found: dict[tuple[str, str], Item] = {}
    for mandate, row in [(one, row) for one in match(fold, incident, event).mandates for row in one.notify if row.digest]:
        looked = resolve_role(fold, incident, row.to, scene, within=row.within, places=mandate.places)
        for desk, unit in [(str(one.desk), one.school) for one in looked.found if one.school is not None]:
            named = next((school for school in named_schools(facts) if _same(world.directory, school, unit, at)), None)
            school = world.directory.school(unit, at)
            if named is not None and school is not None:
                entry = listed(facts, named, at)
                found[mandate.id, unit] = Item(mandate.id, incident.id, unit, desk, school.county, at, entry)
    return list(found.values())


def _same(directory: Directory, named: str, unit: str, at: datetime) -> bool:
    found = directory.school(named, at)
    return found is not None and found.id == unit


def settled(held: Sequence[Item], now: Sequence[Item], at: datetime) -> list[Item]:
    """The items of one incident after another statement about it: new ones, changed ones, and those that no longer stand.

    What was told and changed is told again; what stands no more was told or falls silent."""
    before = {(one.rule, one.unit): one for one in held}
    after = [_renewed(before.get((one.rule, one.unit)), one) for one in now]
    gone = [one for key, one in before.items() if key not in {(item.rule, item.unit) for item in now}]
    return [*after, *(_removed(one, at) for one in gone)]


def _removed(item: Item, at: datetime) -> Item:
    if item.told is not None and item.told.get("change") == "removed":
        return replace(item, waits=False, entry=item.told)
    return replace(item, stated_at=at, waits=item.told is not None, entry={**item.entry, "change": "removed"})


def _renewed(before: Item | None, item: Item) -> Item:
    if before is None or before.told is None:
        return item
    same = _said(before.told) == _said(item.entry)
    return replace(item, told=before.told, waits=not same, entry=item.entry if same else {**item.entry, "change": "corrected"})


def _said(entry: Entry) -> dict[str, Any]:
    """What an entry says beside its time; one that was removed says nothing like any other."""
    return {name: value for name, value in entry.items() if name != "stated_at" and (name, value) != ("change", "corrected")}


def next_digest(directory: Directory, unit: str, after: datetime, as_of: datetime) -> datetime | None:
    """09:00 of the first school day of a week, the first such after an instant. DayUnknown: no calendar says which; None: no week in sight."""
    monday = local_day(after) - timedelta(days=local_day(after).weekday())
    for week in range(MOST_WEEKS):
        first = _first_school_day(directory, unit, monday + timedelta(weeks=week), as_of)
        if first is not None and moment(first, AT) > after:
            return moment(first, AT)
    return None


def _first_school_day(directory: Directory, unit: str, monday: date, as_of: datetime) -> date | None:
    hours = directory.desk_time(desk_of("school.duty-desk", unit), as_of)
    return next((day for day in (monday + ONE_DAY * number for number in range(7)) if hours.school_day(day, as_of)), None)


def tell_digest(fold: Fold, at: datetime, items: Sequence[Item], *, publisher: str) -> Incident:
    """Open and close the matter of one school's digest at its logical time and inform its desk; nobody owes anything."""
    first = items[0]
    incident = _open(fold, at, first, publisher)
    incident = replace(incident, picture=_picture(incident, items, at))
    fold.put(incident)
    facts = EventFacts(type=HEAD, time=at, known_at=at, status="actual", county=incident.county, revision=1, publisher=publisher)
    rules = tuple(_rules(fold, first, items, at))
    wanted = {desk: Wanted(desk, first.unit, "inform", "S", rules, {}, None) for desk in dict.fromkeys(one.desk for one in items)}
    for one in by_proxy(fold, incident, wanted, at).values():
        issue_new(fold, incident, one, Content(facts, HEAD))
    return incident


def _rules(fold: Fold, first: Item, items: Iterable[Item], at: datetime) -> Iterator[Mandate]:
    for identity in dict.fromkeys(one.rule for one in items):
        rule = fold.world.book.by_id(identity, at, Place(first.county, first.unit)) or fold.world.book.by_id(identity)
        if rule is not None:
            yield rule


def _open(fold: Fold, at: datetime, first: Item, publisher: str) -> Incident:
    identity = derived_id(at, FAMILY, first.unit, at.isoformat())
    return Incident(
        id=identity, root=identity, number=number_of(first.county, identity, fold), family=FAMILY, scope=first.unit,
        key=f"{first.unit}/{local_day(at).isoformat()}", status="actual", county=first.county, head_type=HEAD, head_source="/routing",
        head_id=identity, publisher=publisher, first_time=at, first_known_at=at, revision=1, picture={}, closed_at=at,
    )  # fmt: skip


def _picture(incident: Incident, items: Sequence[Item], at: datetime) -> Mapping[str, Any]:
    day = local_day(at)
    return {
        "school_id": incident.scope, "week": (day - timedelta(days=day.weekday())).isoformat(), "checks": [dict(one.entry) for one in items], "published_at": at.isoformat(),
    }  # fmt: skip


def moved(item: Item, unit: str) -> Item:
    """The item of a school that was merged into another one, as the other one's."""
    return replace(item, unit=unit, desk=desk_of(role_of(item.desk), unit))
