"""Which rules speak of an event, and where: at each of its schools those of the school and of what lies around it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.demo.audit.district import District
from services.demo.audit.forms import asks_no_later
from services.demo.audit.rules import Row, Rule, schools_of


@dataclass(frozen=True, slots=True)
class Place:
    """A school in its county, or a county alone."""

    county: str
    school: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """Where an event is ``at`` a moment: its own county, and the schools as it names them, each with the place where that stands."""

    district: District
    at: datetime
    home: str
    schools: Mapping[str, Place | None]
    place_code: str | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        """Each school that stands; the home county by itself when none of them lies in it."""
        found = [place for place in self.schools.values() if place is not None]
        alone = [] if any(place.county == self.home for place in found) else [Place(self.home)]
        return tuple(dict.fromkeys([*alone, *found]))

    @property
    def is_unknown(self) -> bool:
        """Whether it names a school that nobody knows."""
        return None in self.schools.values()


@dataclass(frozen=True, slots=True)
class Spoken:
    """A rule that wants an event, and the places it speaks for."""

    rule: Rule
    places: frozenset[Place]

    def desks(self, role: str, where: Around) -> set[str]:
        """The desks of a role at its places; those of the event's own county where the rule speaks in that."""
        schools = [named for named, place in where.schools.items() if place in self.places]
        county = where.home if any(place.county == where.home for place in self.places) else ""
        return where.district.desks(role, schools=schools, county=county, at=where.at, place_code=where.place_code)


def around(picture: Mapping[str, Any], county: str, district: District, at: datetime, place_code: str | None = None) -> Around:
    """Where a picture is; a school that was merged stands where its successor does."""
    standing = {named: district.school(named, at) for named in schools_of(picture)}
    places = {named: Place(district.county(school, at), school) if school else None for named, school in standing.items()}
    unknown: dict[str, Place | None] = {"unknown": None} if "unknown" in (picture.get("schools") or ()) else {}
    return Around(district, at, county, {**places, **unknown}, place_code)


def matching(
    rules: Sequence[Rule], name: str, picture: Mapping[str, Any], where: Around, *, known_at: datetime, at: datetime
) -> list[Spoken]:
    """The rules that a picture matches, each with the places it matches at; nobody's event is the triage rule's, and so is an unknown school.

    ``known_at`` and ``at``: when the first event of the case was known and published."""
    standing = in_force(rules, known_at, at)
    found: dict[tuple[str, str], tuple[Rule, set[Place]]] = {}
    for place in where.places:
        for rule in speaking(rule for rule in standing if not rule.triage and rule.wants(name) and _speaks(rule, place)):
            if rule.matches(picture):
                found.setdefault((rule.id, rule.pack), (rule, set()))[1].add(place)
    spoken = [Spoken(rule, frozenset(places)) for rule, places in found.values()]
    return [*spoken, *(_triage(standing, where) if where.is_unknown or not spoken else [])]


def named(rules: Sequence[Rule], mandate: str, name: str, where: Around, *, known_at: datetime, at: datetime) -> list[Spoken]:
    """The rules of an id that a person named, where they speak of such an event, whatever their conditions say."""
    standing = [rule for rule in in_force(rules, known_at, at) if rule.id == mandate and not rule.triage and rule.wants(name)]
    found: dict[str, tuple[Rule, set[Place]]] = {}
    for place in where.places:
        for rule in speaking(rule for rule in standing if _speaks(rule, place)):
            found.setdefault(rule.pack, (rule, set()))[1].add(place)
    return [Spoken(rule, frozenset(places)) for rule, places in found.values()]


def _triage(standing: Sequence[Rule], where: Around) -> list[Spoken]:
    """One rule for the whole event, by the smallest place of all that it is at."""
    mine = [rule for rule in standing if rule.triage and any(_speaks(rule, place) for place in where.places)]
    return [Spoken(rule, frozenset(where.places)) for rule in speaking(mine)]


def _speaks(rule: Rule, place: Place) -> bool:
    return rule.place == place.school if rule.is_of_school else place.county.startswith(rule.place)


def in_force(rules: Sequence[Rule], known_at: datetime, at: datetime) -> list[Rule]:
    """Of each id those in force when the agency knew, else when it published; of a pack the highest version alone, whole."""
    late, early = (_standing(rules, moment) for moment in (at, known_at))
    known = {rule.id for rule in early}
    return [*early, *(rule for rule in late if rule.id not in known)]


def _standing(rules: Sequence[Rule], at: datetime) -> list[Rule]:
    held = [rule for rule in rules if rule.in_force(at)]
    newest: dict[str, int] = {}
    for rule in held:
        newest[rule.pack] = max(rule.version, newest.get(rule.pack, 0))
    return [rule for rule in held if rule.version == newest[rule.pack]]


def speaking(rules: Iterable[Rule]) -> list[Rule]:
    """Of each id the rule of the smallest place, which may only tighten those above it, and beside it each above of which that is not seen.

    A pack is refused for a loosening, but one above may become tighter later: then both speak, for nobody is ever asked for less. Where a
    rule tightens in a way that cannot be seen here, the one above speaks in vain: it wants no desk that is not told, and nothing sooner."""
    chosen: dict[str, list[Rule]] = {}
    for rule in sorted(rules, key=lambda one: (len(one.place), one.first)):
        above = [one for one in chosen.get(rule.id, ()) if one.place != rule.place and not _asks_no_less(rule, one)]
        chosen[rule.id] = [*above, rule]
    return [rule for several in chosen.values() for rule in several]


def _asks_no_less(rule: Rule, above: Rule) -> bool:
    same = (rule.types, rule.when) == (above.types, above.when)
    return same and all(any(_row_asks_no_less(one, row) for one in rule.rows) for row in above.rows)


def _row_asks_no_less(one: Row, row: Row) -> bool:
    alike = (one.to, one.kind, one.only, one.digest, one.types) == (row.to, row.kind, row.only, row.digest, row.types)
    return alike and asks_no_later(one.ack, row.ack) and asks_no_later(one.first_action, row.first_action)
