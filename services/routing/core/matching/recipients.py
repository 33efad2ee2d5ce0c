"""From matched mandates to desks: resolve the roles, leave out the publisher, merge what several mandates ask of one desk."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from contracts.coordination import DutyKind, Kind, Ladder
from services.routing.core.deadlines import compute_due
from services.routing.core.mandates import Mandate, NotifyRow
from services.routing.core.matching.agency import view_of
from services.routing.core.matching.cast import REASSIGNED, Scene, newest_of, resolve_role
from services.routing.core.matching.places import desk_time
from services.routing.core.model import Fold, Incident, Notification

KIND_ORDER: Mapping[Kind, int] = {"acknowledge": 0, "bulletin": 1, "inform": 2}
LADDER_TIE = "APGBC"


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
    act: str | None = None

    @property
    def mandate_ids(self) -> tuple[str, ...]:
        """Of several rules of one id, one."""
        return tuple(dict.fromkeys(mandate.id for mandate in self.mandates))


@dataclass(slots=True)
class Gathering:
    """Rows found for one desk before they are merged."""

    school: str | None
    rows: list[tuple[Mandate, NotifyRow]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """The desks wanted by desk id, what is asked of the speaker itself (which is not told), and the roles that no directory unit fills."""

    wanted: Mapping[str, Wanted]
    unresolved: tuple[str, ...]
    speaker: Wanted | None = None

    def concerns(self, desk: str) -> bool:
        """Whether the mandates want this desk, be it told or speaking itself."""
        return desk in self.wanted or (self.speaker is not None and self.speaker.desk == desk)


def find_recipients(fold: Fold, incident: Incident, mandates: Iterable[Mandate], scene: Scene) -> Found:
    """Every desk that the mandates want told; the scene's speaker, the desk that published this event, stands apart."""
    gathered: dict[str, Gathering] = {}
    unresolved: list[str] = []
    facts = {**incident.picture, **incident.said(scene.about)}
    for mandate, row in [(one, row) for one in mandates for row in one.notify if _stands(row, scene.about, facts)]:
        looked = resolve_role(fold, incident, row.to, scene, within=row.within, places=mandate.places)
        unresolved += [f"{mandate.id}: {words}" for words in looked.unresolved]
        for resolved in looked.found:
            entry = gathered.setdefault(resolved.desk, Gathering(resolved.school))
            entry.rows.append((mandate, _for_desk(fold, incident, resolved.desk, row, own=resolved.note == REASSIGNED)))
            entry.notes += [resolved.note] if resolved.note else []
    merged = {desk: merge(fold, incident, desk, entry, scene.at) for desk, entry in gathered.items()}
    told = {desk: wanted for desk, wanted in merged.items() if desk != scene.speaker}
    return Found(told, tuple(dict.fromkeys(unresolved)), merged.get(scene.speaker))


def _stands(row: NotifyRow, about: str, facts: Mapping[str, Any]) -> bool:
    """Whether a row is told of this type in this case, and not later by a digest."""
    return row.digest is None and (not row.types or about in row.types) and all(clause.holds(facts) for clause in row.when)


def _for_desk(fold: Fold, incident: Incident, desk: str, row: NotifyRow, *, own: bool) -> NotifyRow:
    """``own`` is the view that a desk had before, else that of its agency; a desk that a ruling named has its agency's."""
    if own:
        return replace(row, view=view_of(desk))
    if row.view != "own":
        return row
    before = newest_of(fold, incident, desk)
    return replace(row, view=before.view if before is not None else view_of(desk))


def merge(fold: Fold, incident: Incident, desk: str, entry: Gathering, at: datetime) -> Wanted:
    """Unite the rows of one desk."""
    kind = min((row.kind for _, row in entry.rows), key=KIND_ORDER.__getitem__)
    letters = {letter for _, row in entry.rows for letter in row.view}
    return Wanted(
        desk=desk,
        school=entry.school,
        kind=kind,
        view="".join(sorted(letters)),
        mandates=tuple({(m.id, m.pack): m for m, _ in entry.rows}.values()),
        forms=merge_forms(row for _, row in entry.rows),
        ladder=merge_ladder(fold, incident, desk, entry.rows, at),
        notes=tuple(dict.fromkeys(entry.notes)),
        act=next((row.act for _, row in entry.rows if row.act), None),
    )


def merge_forms(rows: Iterable[NotifyRow]) -> dict[DutyKind, tuple[str, ...]]:
    """All forms of each duty kind; the earliest due is chosen at delivery, when the start is known."""
    forms: dict[DutyKind, list[str]] = {}
    for row in rows:
        for kind, form in (("ack", row.ack), ("first-action", row.first_action)):
            if form and form not in forms.setdefault(kind, []):  # type: ignore[arg-type]
                forms[kind].append(form)  # type: ignore[index]
    return {kind: tuple(found) for kind, found in forms.items() if found}


def merge_ladder(fold: Fold, incident: Incident, desk: str, rows: Sequence[tuple[Mandate, NotifyRow]], at: datetime) -> Ladder | None:
    """The ladder of the mandate with the earliest ack due; a tie goes A, P, G, B, C."""
    return soonest(fold, incident, desk, [(m.ladder, row.ack) for m, row in rows if row.ack and m.ladder], at)


def soonest(fold: Fold, incident: Incident, desk: str, clocked: Collection[tuple[Ladder, str]], at: datetime) -> Ladder | None:
    """Of ladders with their ack forms, the one that is due first."""
    ladders = {ladder for ladder, _ in clocked}
    if len(ladders) < 2:
        return next(iter(ladders), None)
    place = desk_time(fold, incident, desk, at)

    def order(pair: tuple[Ladder, str]) -> tuple[float, int]:
        due = compute_due(pair[1], at, place, known_at=incident.first_known_at, fields=incident.picture).at
        return (due.timestamp() if due else float("inf"), LADDER_TIE.index(pair[0]))

    return min(clocked, key=order)[0]


def stronger(one: Kind, other: Kind) -> Kind:
    """A beats B beats I."""
    return min(one, other, key=KIND_ORDER.__getitem__)


def ladder_of(fold: Fold, incident: Incident, desk: str, asked: Iterable[Wanted | Notification], at: datetime) -> Ladder | None:
    """Of what a desk is asked for by several, the ladder of the signature that is due first."""
    return soonest(fold, incident, desk, [(one.ladder, form) for one in asked for form in one.forms.get("ack", ()) if one.ladder], at)


def united(fold: Fold, incident: Incident, old: Notification, wanted: Wanted) -> Wanted:
    """What a desk is asked for when nothing is taken from it: the stronger kind, both views, the forms of both.

    What it has signed has no ladder any more where it is asked for another signature."""
    kinds = dict.fromkeys((*old.forms, *wanted.forms))
    forms = {kind: tuple(dict.fromkeys((*old.forms.get(kind, ()), *wanted.forms.get(kind, ())))) for kind in kinds}
    return replace(
        wanted,
        kind=stronger(old.kind, wanted.kind),
        view="".join(sorted({*old.view, *wanted.view})),
        forms=forms,
        ladder=ladder_of(fold, incident, old.desk, (wanted,) if old.settled and wanted.ladder else (old, wanted), fold.now) or old.ladder,
    )


def both(fold: Fold, incident: Incident, one: Wanted, other: Wanted | None, *, at: datetime) -> Wanted:
    """What two statements of one incident ask of a desk, or what two desks ask of the one that acts for them, merged as two mandates are."""
    if other is None:
        return one
    kinds = dict.fromkeys((*one.forms, *other.forms))
    return replace(
        one,
        kind=stronger(one.kind, other.kind),
        view="".join(sorted({*one.view, *other.view})),
        mandates=tuple({(m.id, m.pack): m for m in (*one.mandates, *other.mandates)}.values()),
        forms={kind: tuple(dict.fromkeys((*one.forms.get(kind, ()), *other.forms.get(kind, ())))) for kind in kinds},
        ladder=ladder_of(fold, incident, one.desk, (one, other), at),
        notes=tuple(dict.fromkeys((*one.notes, *other.notes))),
        act=one.act or other.act,
    )


def asks_more(old: Notification, wanted: Wanted) -> bool:
    """Whether the mandates ask a desk for something it was not asked before: a signature at all, or by another clock."""
    more = any(set(forms) - set(old.forms.get(kind, ())) for kind, forms in wanted.forms.items())
    return more or stronger(old.kind, wanted.kind) != old.kind
