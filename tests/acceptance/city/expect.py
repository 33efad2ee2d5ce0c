"""What a story expects of a desk. Each expectation finds what it means on the board, checks it to the end, and takes it off the list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from tests.acceptance.city.board import Arrival, Board, Row, moment
from tests.acceptance.city.times import instant, spoken

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Sight:
    """What an expectation looks at: the board, what was expected before, and the business time."""

    board: Board
    taken: frozenset[Key]
    now: datetime

    def new(self, kind: str, desk: str) -> list[Arrival]:
        return [one for one in self.board.arrivals() if one.kind == kind and one.desk == desk and one.key not in self.taken]

    def has(self, desk: str) -> str:
        """All that is new at a desk, for messages."""
        found = [str(one) for one in self.board.arrivals() if one.desk == desk and one.key not in self.taken]
        return "; ".join(found) or "nothing new"


class Expectation(Protocol):
    """Finds, checks, and returns the keys of what it explains."""

    def meet(self, sight: Sight, desk: str) -> Iterable[Key]: ...


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notification, or one version of it. ``by``/``first_action``: the exact dues; absent means there is none."""

    kind: str | None
    view: str | None = None
    by: str | None = None
    first_action: str | None = None
    ruling: str | None = None
    version: int = 1
    material: bool = True
    change: str | None = None
    mandates: Sequence[str] | None = None
    shows: Mapping[str, Any] | None = None
    only: Iterable[str] | None = None
    hidden: Iterable[str] = ()
    hidden_labels: Iterable[str] = ()
    event: str | None = None
    about: str | None = None
    keeps_clocks: bool = False

    def meet(self, sight: Sight, desk: str) -> Iterable[Key]:
        rows = [(one, sight.board.notification(one.key[1])) for one in sight.new("notification", desk)]
        fits = [one for one, row in rows if one.key[2] == self.version and self._is_meant(row)]
        assert fits, f"{desk} has no such {self.kind}; it has {sight.has(desk)}"
        row = sight.board.notification(fits[0].key[1])
        self._check(sight, desk, row)
        return [fits[0].key]

    def _is_meant(self, row: Row) -> bool:
        right_event = self.event is None or row["event_name"] == self.event
        return right_event and self.about in (None, row["incident"]) and (self.kind in (None, row["kind"]) or self.version > 1)

    def _check(self, sight: Sight, desk: str, row: Row) -> None:
        version = next(
            one for one in sight.board.rows["notification_versions"] if (one["notification"], one["version"]) == (row["id"], self.version)
        )
        assert version["material"] == self.material, f"{desk}: version {self.version} is{' not' * (not version['material'])} material"
        assert self.kind in (None, row["kind"]), f"{desk}: {row['kind']} instead of {self.kind}"
        if row["version"] == self.version:
            self._check_content(desk, row["message"])
            self._check_clocks(sight, desk, row)

    def _check_content(self, desk: str, message: Row) -> None:
        payload = message["payload"]
        assert self.view is None or message["view"] == "".join(sorted(self.view)), f"{desk}: view {message['view']}"
        assert not (seen := set(self.hidden) & payload.keys()), f"{desk} sees {seen}"
        assert self.only is None or set(self.only) == payload.keys(), f"{desk} sees {sorted(payload)}"
        assert set(self.hidden_labels) <= set(message["hidden"]), f"{desk} is not told that these are hidden: {message['hidden']}"
        for name, value in (self.shows or {}).items():
            assert payload.get(name) == value, f"{desk}: {name} is {payload.get(name)!r}"
        named = tuple(sorted({basis["mandate"] for basis in message["bases"]}))
        assert self.mandates is None or tuple(sorted(self.mandates)) == named, f"{desk}: by {named}"
        assert self.change is None or message["change"] == self.change, f"{desk}: change {message['change']!r}"

    def _check_clocks(self, sight: Sight, desk: str, row: Row) -> None:
        if self.keeps_clocks:
            return
        wanted = {"ack": self.by, "first-action": self.first_action, "ruling": self.ruling}
        for duty, said in wanted.items():
            due = sight.board.due(row["id"], desk, duty)
            expected = instant(said, sight.now) if said else None
            assert due == expected, f"{desk}: {duty} is due {spoken(due)}, expected {said}"


def signature(**more: Any) -> Notice:
    """A notification that the desk must sign."""
    return Notice(kind="acknowledge", **more)


def inform(**more: Any) -> Notice:
    """A notification for information: no clock."""
    return Notice(kind="inform", **more)


def told_again(version: int, **more: Any) -> Notice:
    """The next version of a notification that asks for nothing new: no signature, the clocks stay as they are."""
    return Notice(kind=None, version=version, material=False, keeps_clocks=True, **more)


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """A notification is taken back; with ``hides`` its data is gone from the desk."""

    why: str
    hides: bool = False

    def meet(self, sight: Sight, desk: str) -> Iterable[Key]:
        found = [one for one in sight.new("withdrawal", desk) if one.words == self.why]
        assert found, f"{desk} has no withdrawal ({self.why}); it has {sight.has(desk)}"
        row = sight.board.notification(found[0].key[1])
        assert row["withdrawn"]["hide"] == self.hides, f"{desk}: hide is {row['withdrawn']['hide']}"
        assert not (self.hides and row["message"]["payload"]), f"{desk} still sees {sorted(row['message']['payload'])}"
        return [found[0].key]


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """督办: a step of the ladder reached this desk at its logical time."""

    step: int
    of: str
    at: str
    duty: str = "ack"
    to_publisher: bool = False

    def meet(self, sight: Sight, desk: str) -> Iterable[Key]:
        rows = {row["id"]: row for row in sight.board.rows["escalations"]}
        found = [one for one in sight.new("escalation", desk) if one.key[2] == self.step and rows[one.key[1]]["late_desk"] == self.of]
        assert found, f"{desk} has no escalation (step {self.step} of {self.of}); it has {sight.has(desk)}"
        message = rows[found[0].key[1]]["message"]
        said = (rows[found[0].key[1]]["duty"], moment(message["logical_at"]), message["to_publisher"])
        wanted = (self.duty, instant(self.at, sight.now), self.to_publisher)
        assert said == wanted, f"{desk}: escalation {said}, expected {wanted}"
        return [found[0].key]


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """应报未报: a report of another desk did not come, and this desk is told as the ``step``-th, at ``at`` of what was due ``due``."""

    step: int
    of: str
    due: str
    at: str

    def meet(self, sight: Sight, desk: str) -> Iterable[Key]:
        rows = {row["id"]: row for row in sight.board.rows["escalations"]}
        told = [(one, rows[one.key[1]]) for one in sight.new("escalation", desk)]
        found = [one for one, row in told if (row["duty"], row["late_desk"], one.key[2]) == ("periodic", self.of, self.step)]
        assert found, f"{desk} was not told that a report of {self.of} is missing; it has {sight.has(desk)}"
        row = rows[found[0].key[1]]
        said = (moment(row["message"]["due"]), moment(row["raised_at"]))
        wanted = (instant(self.due, sight.now), instant(self.at, sight.now))
        assert said == wanted, f"{desk}: missing since and told at {[spoken(one) for one in said]}, expected {self.due}, {self.at}"
        return [found[0].key]


@dataclass(frozen=True, kw_only=True)
class Update:
    """Something that was handed on: a miss, a clearing, a ruling, an uncovered desk. ``says``: what its message must hold."""

    name: str
    says: Mapping[str, Any]
    check: Callable[[Sight, Row], None] | None = None

    def meet(self, sight: Sight, desk: str) -> Iterable[Key]:
        new = {one.key for one in sight.new(self.name, desk)}
        rows = [row for row in sight.board.rows["updates"] if ("update", row["id"], row["desk"]) in new]
        fits = [row for row in rows if self.says.items() <= row["message"].items()]
        assert fits, f"{desk} did not hear {self.name} {dict(self.says)}; it has {sight.has(desk)}"
        if self.check is not None:
            self.check(sight, fits[0])
        return [("update", fits[0]["id"], desk)]


def missed(*, of: str, due: str, duty: str = "ack") -> Update:
    """逾期, with the logical time of the due."""

    def at_due(sight: Sight, row: Row) -> None:
        found = moment(row["message"]["due"])
        assert found == instant(due, sight.now), f"{of}: missed with due {spoken(found)}, expected {due}"

    return Update(name="bus.duty.missed", says={"desk": of, "duty": duty}, check=at_due)


def cleared(*, of: str, why: str, duty: str = "ack") -> Update:
    """督办解除, told to whoever was told of the miss."""

    def lifted(sight: Sight, row: Row) -> None:
        held = [e for e in sight.board.rows["escalations"] if e["id"] == row["message"]["escalation"]]
        assert all(e["cleared_why"] for e in held), f"{row['desk']} was told that it is over, yet its escalation stands"

    return Update(name="bus.escalation.cleared", says={"late_desk": of, "duty": duty, "why": why}, check=lifted)


def suspected(*, of: str, mandate: str) -> Update:
    """疑似漏报, a line beside the notification that has to be signed."""
    return Update(name="bus.report.missing", says={"kind": "cross-check", "publisher": of, "mandate": mandate})


def ruled(ruling: str, **says: Any) -> Update:
    """裁定, handed on."""
    return Update(name="bus.arbitration.ruled", says={"ruling": ruling, **says})


def uncovered(*, desk: str, **says: Any) -> Update:
    """无人值守, told to operations."""
    return Update(name="bus.desk.uncovered", says={"desk": desk, **says})


def linked(**says: Any) -> Update:
    """事由关联, told to whom it concerns."""
    return Update(name="bus.incident.linked", says=says)


def unlinked(**says: Any) -> Update:
    """关联解除, told to the same."""
    return Update(name="bus.incident.unlinked", says=says)


def triaged(**says: Any) -> Update:
    """分办, told to whom GOV-01 was told, and to whoever follows the incident."""
    return Update(name="bus.incident.triaged", says=says)


def parked(**says: Any) -> Update:
    """挂起, told to whoever has to look at it."""
    return Update(name="bus.message.parked", says=says)
