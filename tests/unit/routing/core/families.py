"""One event of a family and everything that follows from it: who is told with kind, view and dues, and who leads until when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from contracts.coordination import NotificationIssued
from services.routing.core.model import Notification, Task, World
from tests.unit.routing.core.bench import Bench, at, clock_text

LETTERS = {"acknowledge": "A", "bulletin": "B", "inform": "I"}
MONDAY = "09-21 10:00:00"


@dataclass(frozen=True, kw_only=True)
class Led:
    """The joint task. ``report``, ``close``: dues, ``-`` where none runs."""

    lead: str
    assist: frozenset[str]
    report: str
    close: str


def led(lead: str, *assist: str, report: str, close: str) -> Led:
    return Led(lead=lead, assist=frozenset(assist), report=report, close=close)


@dataclass(frozen=True, kw_only=True)
class Case:
    """``mandates``: ids with spaces between. ``told``: desk → ``A S 09-21 10:30 / 09-22 00:00`` (kind, view, ack / first action),
    or ``v2 S`` where a desk learns more and owes nothing new. ``after``: statements (name, desk, data) made before this one."""

    name: str
    by: str
    data: Mapping[str, Any]
    mandates: str
    told: Mapping[str, str]
    task: Led | None = None
    at: str = MONDAY
    about: Mapping[str, Any] = field(default_factory=dict)
    after: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()


def cases(*found: Case) -> Any:
    """Parametrizes a test over the cases, named by their mandates."""
    return pytest.mark.parametrize("case", found, ids=[case.mandates.replace(" ", "+") for case in found])


def play(world: World, case: Case) -> tuple[Bench, Any]:
    """The bench after the case's event, and the row of its decision."""
    bench = Bench(world, at(case.at))
    for name, desk, data in case.after:
        bench.state_event(name, desk, dict(data))
    bench.said.clear()
    return bench, bench.state_event(case.name, case.by, dict(case.data), **case.about)


def check(world: World, case: Case) -> Bench:
    """Nobody but those named is told, each as said; the task is as said; every assisting part has its words."""
    bench, row = play(world, case)
    assert sorted(row["decision"]["mandates"]) == sorted(f"{one}@1" for one in case.mandates.split())
    assert told(bench) == dict(case.told)
    task = next((t for state in bench.loaded.states.values() for t in state.tasks.values() if t.incident == row["incident"]), None)
    assert (as_led(bench, task) if task else None) == case.task
    assert task is None or all(part.text for part in task.parts if not part.lead), "a part without words"
    return bench


def told(bench: Bench) -> dict[str, str]:
    """Desk → what it was told by the last statement."""
    return {to: _words(bench, data) for to, data in bench.heard("bus.notification.issued")}


def payload(bench: Bench, desk: str) -> Mapping[str, Any]:
    """The fields that a desk got last."""
    found: NotificationIssued = [data for to, data in bench.heard("bus.notification.issued") if to == desk][-1]
    return found.payload


def _words(bench: Bench, message: NotificationIssued) -> str:
    if message.version > 1 and not message.material:
        return f"v{message.version} {message.view}"
    dues = [_due(bench, notification_of(bench, message), kind) for kind in ("ack", "first-action")]
    return f"{LETTERS[message.kind]} {message.view} {' / '.join(due for due in dues if due != '-')}".strip()


def notification_of(bench: Bench, message: NotificationIssued) -> Notification:
    return next(
        state.notifications[message.notification] for state in bench.loaded.states.values() if message.notification in state.notifications
    )


def _due(bench: Bench, owner: Notification | Task, kind: str) -> str:
    duties = [d for d in bench.duties() if (d.owner, d.kind) == (owner.id, kind)]
    return clock_text(max(duties, key=lambda d: d.version).due) if duties else "-"


def as_led(bench: Bench, task: Task) -> Led:
    assist = (part.desk for part in task.parts if not part.lead)
    return led(task.lead, *assist, report=_due(bench, task, "report"), close=_due(bench, task, "close"))
