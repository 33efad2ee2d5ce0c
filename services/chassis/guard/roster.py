"""The roster of a school for a day, as its station enters it: from a grid or from lines, checked, and stated anew or as a correction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError

from contracts.codes import LABELS
from contracts.refusals import refusals
from infra.http.auth import Actor
from infra.http.errors import FieldFault, Invalid, NotFound
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.bureau import Bureau
from services.chassis.directory import row_at
from services.chassis.guard.board import queries
from services.chassis.guard.rights import ROSTER, inlet_of
from services.chassis.intake.accept import Posting, accept
from services.chassis.intake.body import Stated

SLOTS = ("police", "auxiliary", "school", "parent")
OF_POLICE = ("police", "auxiliary")
REASON = "班表调整"
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """A slot of a gate in a peak, with how many the Directory wants there."""

    gate: str
    gate_name: str
    peak: str
    slot: str
    required: int

    @property
    def key(self) -> tuple[str, str, str]:
        return self.gate, self.peak, self.slot

    @property
    def field(self) -> str:
        return ":".join(self.key)


@dataclass(frozen=True, slots=True)
class SchoolGates:
    """A school of the station, with its places on a day."""

    id: str
    name: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster as it was stated, with every correction laid over it."""

    rows: Rows
    required: Rows


async def own_schools(uow: UnitOfWork, unit: str, day: date) -> list[SchoolGates]:
    """The schools that the station is paired with on a day and that have gates."""
    found = []
    for row in await uow.fetch(queries["paired_schools"], unit):
        document, school = row["document"], row_at(row["document"], day)
        ends = school.get("to")
        circle = row_at({"rows": document.get("circle")}, day)
        if circle.get("station") == unit and document.get("gates") and (ends is None or day.isoformat() < str(ends)):
            found.append(SchoolGates(row["id"], str(school.get("name", row["id"])), tuple(_places(document, day))))
    return found


def _places(document: Mapping[str, Any], day: date) -> Iterable[Place]:
    for gate in document["gates"]:
        windows = [one for one in document.get("windows", ()) if one["gate"] == gate["id"] and _holds(one, day)]
        for peak in (one for one in LABELS["guard_peak"] if any(window["peak"] == one for window in windows)):
            for slot in SLOTS:
                yield Place(gate["id"], gate["name"], peak, slot, int(gate["required"].get(slot, 0)))


def _holds(row: Mapping[str, Any], day: date) -> bool:
    return str(row["from"]) <= day.isoformat() and (row.get("to") is None or day.isoformat() < str(row["to"]))


async def stated_roster(uow: UnitOfWork, school: str, day: date) -> Roster | None:
    """What the unit has stated for a school and day; None when nothing."""
    found: dict[str, Rows] = {}
    for event in await uow.fetch(queries["roster_of"], f"{school}/{day.isoformat()}"):
        changes = event["data"].get("changes")
        found |= {name: change.get("new") or () for name, change in changes.items()} if changes is not None else event["data"]
    return Roster(found["rows"], found["required"]) if "rows" in found else None


async def roster_before(uow: UnitOfWork, school: str, day: date) -> date | None:
    """The day of the newest roster of the school before ``day``."""
    text = await uow.fetchval(queries["roster_before"], school, day.isoformat())
    return date.fromisoformat(text) if text else None


def row_of(school: SchoolGates, station: str, place: tuple[str, str, str], names: tuple[str, str]) -> dict[str, Any]:
    """One person at a place: the police send theirs, the school its own and the parents."""
    gate, peak, slot = place
    person, substitute = names
    row = {"gate_id": gate, "peak": peak, "slot": slot, "unit": station if slot in OF_POLICE else school.id, "person_ref": person}
    return row | ({"substitute_ref": substitute} if substitute else {})


def twice(rows: Iterable[Mapping[str, Any]]) -> list[tuple[int, str]]:
    """(number of the row, person) of everybody who would stand at two places in the same peak."""
    seen: set[tuple[str, str]] = set()
    found = []
    for number, row in enumerate(rows):
        who = (str(row["peak"]), str(row["person_ref"]))
        if who in seen:
            found.append((number, who[1]))
        seen.add(who)
    return found


async def publish(bureau: Bureau, uow: UnitOfWork, actor: Actor, key: tuple[SchoolGates, date], roster: Roster) -> str | None:
    """State a roster; the id of the event, None when it says nothing new. Invalid, NotThePublisher."""
    school, day = key
    faults = [
        FieldFault(f"rows.{number}", f"同一人同时两岗：{person}", f"The same person at two posts: {person}", "twice")
        for number, person in twice(roster.rows)
    ]
    if faults:
        raise Invalid(fields=tuple(faults))
    before = await stated_roster(uow, school.id, day)
    inlet = inlet_of(bureau.agency, ROSTER if before is None else f"{ROSTER}.corrected")
    if inlet is None:
        raise NotFound()
    said = {"school_id": school.id, "date": day.isoformat()}
    changes = {name: {"old": old, "new": new} for name, old, new in _parts(before, roster) if _plain(old) != _plain(new)}
    if before is not None and not changes:
        return None
    data = said | ({"changes": changes, "reason": REASON} if before is not None else {"rows": roster.rows, "required": roster.required})
    try:
        posted = inlet.posted.model_validate(data)
    except ValidationError as error:
        raise Invalid(fields=tuple(FieldFault(one.field, one.zh, one.en, one.code) for one in refusals(error))) from error
    accepted = await accept(bureau, uow, actor, Posting(inlet, Stated(), posted))
    return accepted.id


def _parts(before: Roster | None, roster: Roster) -> list[tuple[str, Rows, Rows]]:
    return [("rows", before.rows, roster.rows), ("required", before.required, roster.required)] if before is not None else []


def _plain(rows: Rows) -> list[dict[str, Any]]:
    return [dict(row) for row in rows]
