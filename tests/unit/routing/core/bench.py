"""A routing core driven by hand: the fold without database and broker; desks answer at once, time moves when told."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from contracts.coordination import (
    ArbitrationRuled,
    NotificationAcknowledged,
    NotificationDelivered,
    NotificationIssued,
    NotificationReturned,
    PartReported,
    Person,
    TaskClosed,
)
from contracts.envelope import Envelope, Event, wire_type
from contracts.registry import event_type
from services.routing.core.climbing.ladder import fire_due
from services.routing.core.model import Duty, Fold, Incident, Notification, Outgoing, Task, World
from services.routing.handle import Step, fold_one
from services.routing.loaded import Loaded
from services.routing.statement import fold_waiting

BEIJING = ZoneInfo("Asia/Shanghai")
ALARM: dict[str, Any] = {
    "alarm_no": "J990102202609210001", "kind": "weapon", "severity": "life-risk", "relation": "perimeter", "schools": ["2199000101"],
    "online": False, "place_text": "南门外路口", "casualties": 0, "suspect_at_large": True,
    "advice": ["lockdown"], "first_disposal": "dispatched",
}  # fmt: skip
INCIDENT: dict[str, Any] = {
    "incident_no": "X-0922-1", "kind": "theft", "severity": "routine", "school_id": "3199000102", "place_in_school": "classroom",
    "casualties": 0, "dead": 0, "outsider_involved": False, "actions_taken": ["none"],
}  # fmt: skip


def at(text: str) -> datetime:
    """``09-21 16:38[:00]`` of 2026 in Beijing time."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=BEIJING)


def clock_text(moment: datetime | None) -> str:
    """``09-21 16:43`` in Beijing time; ``-`` for none."""
    return moment.astimezone(BEIJING).strftime("%m-%d %H:%M") if moment else "-"


@dataclass
class Bench:
    """Holds what routing would store and everything it said."""

    world: World
    now: datetime
    loaded: Loaded = field(default_factory=Loaded)
    said: list[Outgoing] = field(default_factory=list)
    ids: Any = field(default_factory=lambda: itertools.count(1))
    deaf: set[str] = field(default_factory=set)
    revisions: Counter[str] = field(default_factory=Counter)
    undelivered: list[NotificationIssued] = field(default_factory=list)

    def state_event(self, name: str, publisher: str, data: dict[str, Any], **envelope: Any) -> Any:
        """An agency states something now; desks that are not deaf take delivery at once."""
        return self.fold(self.event(name, publisher, data, **envelope))

    def event(self, name: str, publisher: str, data: dict[str, Any], **envelope: Any) -> Event:
        """A statement of an agency, numbered within its key unless ``revision`` says otherwise."""
        spec = event_type(name)
        body = spec.model.model_validate(data)
        key = f"{envelope.get('status', 'actual')} {spec.family} {spec.key(body)}"
        self.revisions[key] = envelope.setdefault("revision", self.revisions[key] + 1)
        return Event(self._envelope(name, publisher, spec.key(body), **envelope), body)

    def answer(self, data: BaseModel, name: str, desk: str, incident: str) -> None:
        """A desk answers now."""
        self.fold(self.answer_event(data, name, desk, incident))

    def answer_event(self, data: BaseModel, name: str, desk: str, incident: str) -> Event:
        """What a desk answers now."""
        return Event(self._envelope(name, desk, incident, incident=incident), data)

    def _envelope(self, name: str, publisher: str, subject: str, **more: Any) -> Envelope:
        fields = {"known_at": self.now, "county": "990102"} | more
        return Envelope(
            id=f"e{next(self.ids)}", source="/test", type=wire_type(name), subject=subject, time=self.now, dataschema="urn:test",
            publisher=publisher, **fields,
        )  # fmt: skip

    def fold(self, event: Event) -> Any:
        """Fold one event; the decision of a statement, None for an answer or one that waits for its head."""
        return self._take(fold_one(self.loaded, event, self.world, self.now))

    def _take(self, steps: Sequence[Step]) -> Any:
        for _, fold, _ in steps:
            self._absorb(fold)
        return steps[0][2] if steps else None

    def _absorb(self, fold: Fold) -> None:
        self.said += fold.out
        for out in fold.out:
            if out.name == "bus.notification.issued":
                assert isinstance(out.data, NotificationIssued)
                if out.recipient in self.deaf:
                    self.undelivered.append(out.data)
                else:
                    self.deliver(out.data)

    def deliver(self, issued: NotificationIssued) -> None:
        data = NotificationDelivered(
            notification=issued.notification, incident=issued.incident, desk=issued.desk, version=issued.version, delivered_at=self.now
        )
        self.answer(data, "bus.notification.delivered", issued.desk, issued.incident)

    def notification(self, desk: str, *, family: str = "") -> Notification:
        """The newest notification of a desk (in an incident of a family)."""
        found = [
            n for state in self.loaded.states.values() for n in state.notifications.values()
            if n.desk == desk and (not family or state.incidents[n.incident].family == family)
        ]  # fmt: skip
        assert found, f"{desk} was never told"
        return max(found, key=lambda n: (n.issued_at, n.round))

    def sign(self, desk: str, *, version: int | None = None) -> None:
        n = self.notification(desk)
        data = NotificationAcknowledged(
            notification=n.id, incident=n.incident, desk=desk, version=version or n.version, acknowledged_at=self.now, person=person(desk)
        )
        self.answer(data, "bus.notification.acknowledged", desk, n.incident)

    def send_back(self, desk: str, *, suggested: str | None = None) -> None:
        n = self.notification(desk)
        data = NotificationReturned(
            notification=n.id, incident=n.incident, desk=desk, version=n.version, returned_at=self.now, reason="not-my-duty",
            suggested_desk=suggested, text="不属本单位职责", person=person(desk),
        )  # fmt: skip
        self.answer(data, "bus.notification.returned", desk, n.incident)

    def rule(self, arbiter: str, ruling: Any, *, new_desk: str | None = None) -> None:
        item = self.notification(arbiter, family="arbitration")
        assert item.arbitration_of
        data = ArbitrationRuled(
            notification=item.arbitration_of, arbitration=item.id, incident=item.incident, desk=arbiter, ruling=ruling, new_desk=new_desk,
            reason="按职责清单", ruled_at=self.now, person=person(arbiter),
        )  # fmt: skip
        self.answer(data, "bus.arbitration.ruled", arbiter, item.incident)

    def report(self, desk: str, progress: Any, text: str = "", *, incident: str) -> None:
        data = PartReported(
            task=None, incident=incident, desk=desk, progress=progress, text=text, reported_at=self.now, person=person(desk)
        )
        self.answer(data, "bus.part.reported", desk, incident)

    def close(self, desk: str, task: Task) -> None:
        data = TaskClosed(task=task.id, incident=task.incident, desk=desk, outcome="已处置", closed_at=self.now, person=person(desk))
        self.answer(data, "bus.task.closed", desk, task.incident)

    def to(self, moment: datetime) -> None:
        """Move time on, stopping at every due on the way as the clock does."""
        while True:
            nexts = [d.next_at for d in self.duties() if d.next_at is not None and d.next_at <= moment]
            nexts += [one.until for one in self.loaded.waiting if one.until <= moment]
            self.now = max(self.now, min(nexts)) if nexts else moment
            if not nexts:
                return
            self.tick()

    def tick(self) -> None:
        """The clock looks once, now: everything due fires, and what waited long enough for its head is decided."""
        for state in dict.fromkeys(map(id, self.loaded.states.values())):
            fold = Fold(next(s for s in self.loaded.states.values() if id(s) == state), self.world, self.now, "clock")
            fire_due(fold)
            self._absorb(fold)
        for key in dict.fromkeys(one.key for one in self.loaded.waiting if one.until <= self.now):
            folded = fold_waiting(self.loaded, key, self.world, self.now)
            self._take([(one.event, one.fold, one.row) for one in folded])

    def wait(self, **span: float) -> None:
        self.to(self.now + timedelta(**span))

    def duties(self) -> list[Duty]:
        return list({d.id: d for state in self.loaded.states.values() for d in state.duties.values()}.values())

    def incident(self, family: str) -> Incident:
        return next(i for state in self.loaded.states.values() for i in state.incidents.values() if i.family == family)

    def task(self) -> Task:
        return next(t for state in self.loaded.states.values() for t in state.tasks.values())

    def dues(self, *kinds: str) -> dict[str, str]:
        """desk → dues of its open or ended duties, in the order of ``kinds``."""
        found: dict[str, dict[str, str]] = {}
        for duty in self.duties():
            if duty.kind in kinds:
                found.setdefault(duty.desk, {})[duty.kind] = clock_text(duty.due)
        return {desk: " / ".join(by_kind.get(kind, "–") for kind in kinds) for desk, by_kind in found.items()}

    def heard(self, name: str) -> list[tuple[str, Any]]:
        """(recipient, data) of everything said of one type."""
        return [(out.recipient, out.data) for out in self.said if out.name == name]

    def escalated(self) -> list[tuple[str, int, str]]:
        """(logical time, step, target) of every escalation, in order."""
        return [(clock_text(d.logical_at), d.step, desk) for desk, d in self.heard("bus.escalation.raised")]


def person(desk: str) -> Person:
    return Person(ref=f"p-{desk}", role=desk.partition("@")[0], shown="张*")
