"""From matched mandates to desks: resolve the roles, leave out the publisher, merge what several mandates ask of one desk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.coordination import DutyKind, Kind, Ladder
from contracts.ids import DeskId
from services.routing.core.deadlines import compute_due
from services.routing.core.directory import Resolved, Where
from services.routing.core.mandates import Mandate, NotifyRow
from services.routing.core.model import Fold, Incident

KIND_ORDER: Mapping[Kind, int] = {"acknowledge": 0, "bulletin": 1, "inform": 2}
LADDER_TIE = "APGBC"
GONE = frozenset({"redirected", "superseded", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the mandates ask of one desk, merged: earliest due of each kind wins, views are united, A beats B beats I."""

    desk: str
    school: str | None
    kind: Kind
    view: str
    mandates: tuple[Mandate, ...]
    forms: Mapping[DutyKind, tuple[str, ...]]
    ladder: Ladder | None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Gathering:
    """Rows found for one desk before they are merged."""

    school: str | None
    rows: list[tuple[Mandate, NotifyRow]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """The desks wanted by desk id, and the roles that no directory unit fills."""

    wanted: Mapping[str, Wanted]
    unresolved: tuple[str, ...]


def schools_of(picture: Mapping[str, Any]) -> tuple[str, ...]:
    """The schools an event names; the word ``unknown`` is none."""
    named = picture.get("schools") or ([picture["school_id"]] if picture.get("school_id") else [])
    return tuple(school for school in named if school != "unknown")


def where_of(incident: Incident) -> Where:
    """The places the roles of an incident are resolved by."""
    return Where(schools=schools_of(incident.picture), county=incident.county, place_code=incident.place_code, publisher=incident.publisher)


def resolve_role(fold: Fold, incident: Incident, role: str, at: datetime) -> Sequence[Resolved]:
    """Desks of a role; ``@original`` stands for everybody this incident told before, ``@publisher`` for its publisher."""
    if role == "@publisher":
        return (Resolved(desk=DeskId(incident.publisher), note="", school=None),)
    if role == "@original":
        told = [n for n in fold.notifications_of(incident.id) if n.state not in GONE]
        return [Resolved(desk=DeskId(n.desk), note="", school=n.school) for n in told]
    return fold.world.directory.resolve(role, where_of(incident), at)


def find_recipients(fold: Fold, incident: Incident, mandates: Iterable[Mandate], *, speaker: str, at: datetime) -> Found:
    """Every desk that the mandates want told, except ``speaker``, the desk that published this event."""
    gathered: dict[str, Gathering] = {}
    unresolved: list[str] = []
    for mandate, row in [(one, row) for one in mandates for row in one.notify]:
        found = resolve_role(fold, incident, row.to, at)
        if not found and row.to != "@original":
            unresolved.append(f"{mandate.id}: {row.to}")
        for resolved in (one for one in found if one.desk != speaker):
            entry = gathered.setdefault(resolved.desk, Gathering(resolved.school))
            entry.rows.append((mandate, row))
            entry.notes += [resolved.note] if resolved.note else []
    merged = {desk: merge(fold, desk, entry, at) for desk, entry in gathered.items()}
    return Found(merged, tuple(unresolved))


def merge(fold: Fold, desk: str, entry: Gathering, at: datetime) -> Wanted:
    """Unite the rows of one desk."""
    kind = min((row.kind for _, row in entry.rows), key=KIND_ORDER.__getitem__)
    letters = {letter for _, row in entry.rows for letter in row.view}
    return Wanted(
        desk=desk,
        school=entry.school,
        kind=kind,
        view="".join(sorted(letters)),
        mandates=tuple({m.id: m for m, _ in entry.rows}.values()),
        forms=merge_forms(row for _, row in entry.rows),
        ladder=merge_ladder(fold, desk, entry.rows, at),
        notes=tuple(dict.fromkeys(entry.notes)),
    )


def merge_forms(rows: Iterable[NotifyRow]) -> dict[DutyKind, tuple[str, ...]]:
    """All forms of each duty kind; the earliest due is chosen at delivery, when the start is known."""
    forms: dict[DutyKind, list[str]] = {}
    for row in rows:
        for kind, form in (("ack", row.ack), ("first-action", row.first_action)):
            if form and form not in forms.setdefault(kind, []):  # type: ignore[arg-type]
                forms[kind].append(form)  # type: ignore[index]
    return {kind: tuple(found) for kind, found in forms.items()}


def merge_ladder(fold: Fold, desk: str, rows: Sequence[tuple[Mandate, NotifyRow]], at: datetime) -> Ladder | None:
    """The ladder of the mandate with the earliest ack due; a tie goes A, P, G, B, C."""
    clocked = [(m, row.ack) for m, row in rows if row.ack and m.ladder]
    if not clocked:
        return None
    place = fold.world.directory.desk_time(desk, at)

    def order(pair: tuple[Mandate, str]) -> tuple[float, int]:
        due = compute_due(pair[1], at, place).at
        return (due.timestamp() if due else float("inf"), LADDER_TIE.index(pair[0].ladder or "C"))

    return min(clocked, key=order)[0].ladder
