"""What must exist: for each case (the events of one key) the desks that must have been told, derived from log, rules and district alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.registry import event_type
from services.demo.audit.district import District
from services.demo.audit.log import Answered, ClientLog, Stated
from services.demo.audit.rows import Rows
from services.demo.audit.rules import Kind, Row, Rule, rows_of
from services.demo.audit.speaking import Around, Spoken, around, matching, named

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
    triaged_at: datetime | None = None
    """When a person last named a school or a mandate."""

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
        agency = one.name.partition(".")[0]
        scope = {"county": one.county, "agency": f"{one.county}/{agency}", "unit": one.publisher.partition("@")[2]}[kind.key_scope]
        subject = f"{one.subject}/{one.data.get(kind.apart)}" if kind.apart else one.subject
        grouped.setdefault((one.status, kind.family, scope, subject), {})[one.id] = one
    return [Case(sorted(group.values(), key=lambda one: (one.revision, one.time))) for group in grouped.values()]


def triages_of(log: ClientLog, rows: Rows) -> dict[str, list[Answered]]:
    """Incident → what desks said of it from their notifications of the triage rule, in order."""
    incidents = {notice.id: notice.incident for notice in rows.notices}
    said: dict[str, list[Answered]] = {}
    for act in sorted((one for one in log.answered if one.act == "triage" and one.object in incidents), key=lambda one: one.at):
        said.setdefault(incidents[act.object], []).append(act)
    return said


def expect(case: Case, rules: Sequence[Rule], district: District, triages: Sequence[Answered] = ()) -> Case:
    """Fill in who must have been told. CannotJudge for what the auditor does not know."""
    standing = Standing(case, rules, district)
    waiting = list(triages)
    for event in case.events:
        while waiting and waiting[0].at < event.time:
            standing.triage(waiting.pop(0))
        mark = event_type(event.name).mark
        standing.is_over = standing.is_over or mark == "W"
        if event.name in CONCLUSIONS or mark in ("W", "X"):
            continue
        standing.picture = merged(standing.picture, mark, event.data)
        standing.require(event.publisher, event.id, event.time)
    for act in waiting:
        standing.triage(act)
    return case


@dataclass(slots=True)
class Standing:
    """A case on its way: what was stated so far, and what a person named where no rule or no school was known."""

    case: Case
    rules: Sequence[Rule]
    district: District
    picture: dict[str, Any] = field(default_factory=dict)
    schools: Sequence[str] = ()
    mandate: str | None = None
    is_over: bool = False

    def require(self, speaker: str, identity: str, at: datetime) -> None:
        """Everybody whom the picture concerns now must have been told, but for who speaks."""
        where = self._where(at)
        for spoken in self._spoken(where):
            for row in rows_of(spoken.rule, self.case.head.name, self._seen(at)):
                desks = {self.case.head.publisher} if row.to == "@publisher" else spoken.desks(row.to, where)
                for desk in desks - {speaker}:
                    must = self.case.musts.setdefault(desk, Must(desk, row.kind))
                    must.ask(spoken.rule, row)
                    must.events.append(identity)

    def triage(self, act: Answered) -> None:
        """A person's word counts while nothing else is known, if it names what is known."""
        before = (self.schools, self.mandate)
        if self.is_over or not any(one.rule.triage for one in self._spoken(self._where(act.at))):
            return
        if act.mandate is not None:
            self.mandate = act.mandate
        elif all(self.district.school(school, act.at) for school in act.schools or ()):
            self.schools = tuple(act.schools or ())
        where = self._where(act.at)
        if act.mandate is not None and not any(one.desks(row.to, where) for one in self._named(where) for row in one.rule.rows):
            self.schools, self.mandate = before
        if before != (self.schools, self.mandate):
            self.case.triaged_at = act.at
            self.require(self.case.head.publisher, act.object, act.at)

    def _seen(self, at: datetime) -> dict[str, Any]:
        """The picture with the schools that were named in the place of those that nobody knows."""
        stated = self.picture.get("schools")
        if not stated or not self.schools:
            return self.picture
        kept = [one for one in stated if isinstance(one, Mapping) or (one != "unknown" and self.district.school(one, at))]
        return {**self.picture, "schools": list(dict.fromkeys((*kept, *self.schools)))} if len(kept) < len(stated) else self.picture

    def _where(self, at: datetime) -> Around:
        return around(self._seen(at), self.case.head.county, self.district, at, self.case.head.place_code)

    def _spoken(self, where: Around) -> list[Spoken]:
        head = self.case.head
        found = matching(self.rules, head.name, self._seen(where.at), where, known_at=head.known_at, at=head.time)
        named = self._named(where) if any(one.rule.triage for one in found) else []
        return [*(one for one in found if not one.rule.triage), *named] if named else found

    def _named(self, where: Around) -> list[Spoken]:
        head = self.case.head
        return named(self.rules, self.mandate, head.name, where, known_at=head.known_at, at=head.time) if self.mandate else []


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
