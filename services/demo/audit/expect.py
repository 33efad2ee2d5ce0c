"""What must exist: for each case (the events of one key) the desks that must have been told, derived from log, rules and district alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.registry import event_type
from services.demo.audit.district import District
from services.demo.audit.log import Stated
from services.demo.audit.rules import Kind, Row, Rule, rows_of
from services.demo.audit.speaking import Around, Spoken, around, matching

CONCLUSIONS = ("police.alarm.concluded",)
ORDER: tuple[Kind, ...] = ("acknowledge", "bulletin", "inform")


@dataclass(slots=True)
class Must:
    """One desk that must have been told. ``acks``: the ack forms of the rules that name it, by rule and pack; ``events``: the ids that told it."""

    desk: str
    kind: Kind
    acks: dict[str, str | None] = field(default_factory=dict)
    first_actions: dict[str, str | None] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)

    def ask(self, rule: Rule, row: Row) -> None:
        """What one rule asks of it beside the others: the strongest kind, and every form."""
        self.kind = min(self.kind, row.kind, key=ORDER.index)
        name = f"{rule.id} {rule.pack}"
        self.acks[name], self.first_actions[name] = row.ack, row.first_action


@dataclass(slots=True)
class Case:
    """All accepted events of one key, in the order of their revisions."""

    events: list[Stated]
    musts: dict[str, Must] = field(default_factory=dict)
    """Desk → what it must have been told, over the whole life of the case."""

    @property
    def head(self) -> Stated:
        return self.events[0]

    @property
    def name(self) -> str:
        return f"{self.head.name} {self.head.subject}"


def cases_of(stated: Iterable[Stated]) -> list[Case]:
    """Group by status, family, place and key; the same event logged twice (a retry) counts once."""
    grouped: dict[tuple[str, ...], dict[str, Stated]] = {}
    for one in stated:
        kind = event_type(one.name)
        scope = one.county if kind.key_scope == "county" else one.publisher.partition("@")[2]
        subject = f"{one.subject}/{one.data.get(kind.apart)}" if kind.apart else one.subject
        grouped.setdefault((one.status, kind.family, scope, subject), {})[one.id] = one
    return [Case(sorted(group.values(), key=lambda one: (one.revision, one.time))) for group in grouped.values()]


def expect(case: Case, rules: Sequence[Rule], district: District) -> Case:
    """Fill in who must have been told. CannotJudge for what the auditor does not know."""
    picture: dict[str, Any] = {}
    head = case.head
    for event in case.events:
        mark = event_type(event.name).mark
        if event.name in CONCLUSIONS or mark in ("W", "X"):
            continue
        picture = merged(picture, mark, event.data)
        where = around(picture, head.county, district, event.time, head.place_code)
        for spoken in matching(rules, head.name, picture, where, known_at=head.known_at, at=head.time):
            _require(case, spoken, picture, event, where)
    return case


def _require(case: Case, spoken: Spoken, picture: Mapping[str, Any], event: Stated, where: Around) -> None:
    for row in rows_of(spoken.rule, case.head.name, picture):
        desks = {case.head.publisher} if row.to == "@publisher" else spoken.desks(row.to, where)
        for desk in desks - {event.publisher}:
            must = case.musts.setdefault(desk, Must(desk, row.kind))
            must.ask(spoken.rule, row)
            must.events.append(event.id)


def merged(picture: Mapping[str, Any], mark: str | None, data: Mapping[str, Any]) -> dict[str, Any]:
    """The picture after one more event: a head replaces it, follow-ups change fields of it."""
    match mark:
        case "S":
            return {**picture, **data["added"]}
        case "C":
            return {**picture, **{name: change.get("new") for name, change in data["changes"].items()}}
        case "L":
            return {**picture, data["field"]: data["to"]}
        case _:
            return dict(data)
