"""The joint task: one lead, one part for each desk that handles; the mandate of the highest rank leads, the others join."""

from dataclasses import dataclass, replace

from contracts.coordination import ClearedWhy
from contracts.ids import derived_id
from services.routing.core.clocks.pause import end_pause
from services.routing.core.issue import end_duty
from services.routing.core.mandates import Mandate
from services.routing.core.matching.cast import Scene
from services.routing.core.model import Fold, Incident, Part, Task
from services.routing.core.tasks.announce import announce
from services.routing.core.tasks.asked import Asked, ask, unite

LEADERLESS = -1
"""The rank of a task that nobody leads: any mandate leads on."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of a joint task.

    ``leaving``: desks that are no longer concerned; they owe no part any more, and none of them leads. ``whole``: the mandates are all that
    hold now, so that one that holds no more does not lead on, and asks nothing more of whoever has not begun; ``apart``: the desks that
    have their parts for what is stated beside the event, by rules of which those ``held`` may lead on."""

    mandates: tuple[Mandate, ...]
    leaving: frozenset[str] = frozenset()
    whole: bool = False
    apart: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()

    def is_over(self, mandate: str) -> bool:
        """Whether a mandate that led holds no more."""
        return self.whole and mandate not in {*self.held, *(one.id for one in self.mandates)}


def open_or_extend(fold: Fold, incident: Incident, scene: Scene, demand: Demand) -> Task | None:
    """Open the task of an incident, or move its lead and add parts when later mandates ask for more. None when no mandate has a lead."""
    asked = ask(fold, incident, demand.mandates, scene)
    old = fold.task_of(incident.id)
    if old is None:
        return _open(fold, incident, asked, scene.speaker) if asked.leader else None
    if old.closed_at is not None:
        return old
    kept = tuple(replace(p, state="excused") if p.desk in demand.leaving and p.state != "done" else p for p in old.parts)
    if demand.whole and asked.parts:
        kept = tuple(part if part.desk in demand.apart else _asked_now(part, asked) for part in kept)
    gone = demand.leaving | {old.lead} if _is_unasked(old, asked, demand) else demand.leaving
    rank = LEADERLESS if demand.is_over(old.mandate) else old.rank
    task = _extend(fold, replace(old, parts=kept, rank=rank), asked, gone)
    if task.rank == LEADERLESS and old.lead not in demand.leaving:
        task = replace(task, rank=old.rank)
    task = replace(task, parts=tuple(_knows(part, incident, scene.speaker) for part in task.parts))
    if task == old:
        return old
    return announce(fold, incident, replace(task, version=old.version + 1), freed=_freed(fold, old, task))


def _freed(fold: Fold, old: Task, task: Task) -> list[str]:
    """The desks that had a part and have none any more, and are told on."""
    told = {n.desk for n in fold.notifications_of(task.incident) if n.live}
    before = {part.desk for part in old.parts if part.state != "excused"}
    return [part.desk for part in task.parts if part.state == "excused" and not part.lead and part.desk in before & told]


def rest(fold: Fold, incident: Incident, task: Task, why: ClearedWhy) -> Task:
    """No rule leads any more: nothing is owed for the task, until one asks for it again, from its beginning."""
    if task.closed_at is not None or not (task.report or task.close):
        return task
    ended = end_pause(fold, task, fold.now)
    for duty in fold.duties_of(task.id):
        end_duty(fold, duty, why)
    return announce(fold, incident, replace(ended, rank=LEADERLESS, report=None, close=None, overdue=None, version=task.version + 1))


def lead_after(fold: Fold, incident: Incident, scene: Scene, demand: Demand) -> str | None:
    """Who leads once this is settled."""
    asked, old = ask(fold, incident, demand.mandates, scene), fold.task_of(incident.id)
    chief = next((part.desk for part in asked.parts if part.lead), None)
    if old is None or old.closed_at is not None or (asked.leader is not None and asked.leader.rank > old.rank):
        return chief
    moves = demand.is_over(old.mandate) or _is_unasked(old, asked, demand)
    return chief if moves and chief is not None else old.lead


def _is_unasked(old: Task, asked: Asked, demand: Demand) -> bool:
    """Whether somebody else leads where all mandates that hold were asked, and none of them asks the old lead for anything."""
    elsewhere = asked.leader is not None and old.mandate not in demand.held
    return demand.whole and elsewhere and all(part.desk != old.lead for part in asked.parts)


def _open(fold: Fold, incident: Incident, asked: Asked, speaker: str) -> Task | None:
    leader = asked.leader
    if leader is None or leader.task is None:
        return None
    task = Task(
        id=derived_id(incident.first_time, "task", incident.id),
        incident=incident.id,
        version=1,
        lead=next(part.desk for part in asked.parts if part.lead),
        mandate=leader.id,
        rank=leader.rank,
        ladder=leader.ladder,
        parts=tuple(_knows(part, incident, speaker) for part in asked.parts),
        report=leader.task.report,
        close=leader.task.close,
        opened_at=fold.now,
        pauses=leader.task.pauses,
        overdue=leader.task.overdue.after if leader.task.overdue else None,
    )
    return announce(fold, incident, task)


def _asked_now(part: Part, asked: Asked) -> Part:
    """A part that was not begun in the words of what is asked now; excused where nothing asks for it any more, unless nobody else leads."""
    if part.state not in ("open", "accepted"):
        return part
    now = next((one for one in asked.parts if one.desk == part.desk), None)
    if now is not None:
        return replace(now, state=part.state, lead=part.lead)
    return part if part.lead and asked.leader is None else replace(part, state="excused")


def _knows(part: Part, incident: Incident, speaker: str) -> Part:
    """The part of a desk that publishes counts as acknowledged."""
    own = part.desk in (incident.publisher, speaker)
    return replace(part, state="accepted") if own and part.state == "open" else part


def _extend(fold: Fold, old: Task, asked: Asked, leaving: frozenset[str]) -> Task:
    """The lead moves to a mandate of a higher rank, and away from a desk that leaves; report and close are then the new mandate's."""
    leader = asked.leader
    leaves = old.lead in leaving
    if leader is None or leader.task is None or not (leaves or leader.rank > old.rank):
        fresh = [replace(part, lead=False) for part in asked.parts]
        if leaves:
            old = replace(end_pause(fold, old, fold.now), rank=LEADERLESS)
            _end_duties(fold, old)
        return replace(old, parts=tuple(_going_on(part, old, asked) for part in unite([*old.parts, *fresh])))
    old = end_pause(fold, old, fold.now)
    _end_duties(fold, old)
    lead = next(part.desk for part in asked.parts if part.lead)
    parts = unite([*asked.parts, *old.parts])
    return replace(
        old,
        parts=tuple(replace(_going_on(part, old, asked), lead=part.desk == lead) for part in parts),
        lead=lead,
        mandate=leader.id,
        rank=leader.rank,
        ladder=leader.ladder,
        lead_delivered_at=None,
        report=leader.task.report,
        close=leader.task.close,
        pauses=leader.task.pauses,
        overdue=leader.task.overdue.after if leader.task.overdue else None,
    )


def _going_on(part: Part, old: Task, asked: Asked) -> Part:
    """A part keeps its progress; one that was excused and is asked for again begins anew."""
    before = next((p for p in old.parts if p.desk == part.desk), None)
    if before is None:
        return part
    again = before.state == "excused" and any(p.desk == part.desk for p in asked.parts)
    return replace(part, state="open" if again else before.state)


def _end_duties(fold: Fold, task: Task) -> None:
    for duty in fold.duties_of(task.id):
        end_duty(fold, duty, "superseded")
