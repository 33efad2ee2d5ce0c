"""The joint task: one lead, one part for each desk that handles; the mandate of the highest rank leads, the others join."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from contracts.ids import derived_id, role_of
from services.routing.core.agency import agency_word
from services.routing.core.announce import announce
from services.routing.core.cast import Scene, resolve_role
from services.routing.core.deadlines import can_pause, earlier_of
from services.routing.core.issue import end_duty
from services.routing.core.mandates import Mandate, TaskRow
from services.routing.core.model import Fold, Incident, Part, Task
from services.routing.core.pause import end_pause
from services.routing.core.proxy import stand_in

AND = "；"
"""Between what several mandates ask of one desk."""
LEADERLESS = -1
"""The rank of a task whose lead is gone: any mandate leads on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the mandates ask of a joint task: the one that leads (None: none does), and every part, the lead's first."""

    leader: Mandate | None
    parts: tuple[Part, ...]


def ask(fold: Fold, incident: Incident, mandates: Iterable[Mandate], scene: Scene) -> Asked:
    """The leader is the mandate of the highest rank, then of the smaller id, whose lead can be found; the parts of the others join.

    Where rules of one id speak for several places, one leads, and the earliest of their limits holds."""
    ranked = sorted((m for m in mandates if m.task), key=lambda m: (-m.rank, m.id))
    asked = [(m, parts_for(fold, incident, m, _read_for(incident, m, scene))) for m in ranked]
    leader = next((m for m, parts in asked if any(part.lead for part in parts)), None)
    first = [part for m, parts in asked if m is leader for part in parts]
    rest = [replace(part, lead=False) for m, parts in asked if m is not leader for part in parts]
    return Asked(_tightest(leader, ranked) if leader else None, unite([*first, *rest]))


def _read_for(incident: Incident, mandate: Mandate, scene: Scene) -> Scene:
    """A rule that is written for the head alone is read for the head, whatever is stated beside it."""
    apart = incident.head_type in mandate.types and scene.about not in mandate.types
    return replace(scene, about=incident.head_type) if apart else scene


def _tightest(leader: Mandate, ranked: Sequence[Mandate]) -> Mandate:
    tasks = [m.task for m in ranked if m.id == leader.id and m.task]
    if leader.task is None or len(tasks) == 1:
        return leader
    report, close = (reduce(earlier_of, forms) for forms in zip(*((task.report, task.close) for task in tasks), strict=True))
    pauses = tuple(one for one in leader.task.pauses if all(one in task.pauses for task in tasks) and close and can_pause(close))
    return replace(leader, task=replace(leader.task, report=report, close=close, pauses=pauses))


def parts_for(fold: Fold, incident: Incident, mandate: Mandate, scene: Scene) -> list[Part]:
    """The parts a mandate asks for: its lead first (one desk; the same role elsewhere assists), then its assisting desks.

    A desk whose county is not on the bus has its part through its city's, unless it speaks itself."""
    task = mandate.task
    if task is None:
        return []
    roles = [(role, role == task.lead) for role in ((task.lead,) if task.lead else ()) + task.assist]
    found = [
        (one.desk, role, lead) for role, lead in roles for one in resolve_role(fold, incident, role, scene, places=mandate.places).found
    ]
    heard = (incident.publisher, scene.speaker)
    acts = {desk: desk if desk in heard else stand_in(fold, incident, desk, scene.at) for desk, _, _ in found}
    chief = next((acts[desk] for desk, _, lead in found if lead), None)
    return [
        Part(
            desk=acts[desk],
            lead=lead and acts[desk] == chief,
            text=_words(task, role, desk),
            agency=agency_word(desk),
            mandate=mandate.id,
        )
        for desk, role, lead in found
    ]


def _words(task: TaskRow, role: str, desk: str) -> str:
    """What a part says: the words for the role as the mandate names it, for the desk's own role, or for its agency."""
    return next((task.parts[key] for key in (role, role_of(desk), agency_word(desk)) if key in task.parts), "")


def unite(parts: Iterable[Part]) -> tuple[Part, ...]:
    """One part for each desk; the first one named stands, texts of several mandates are joined and each is said once."""
    united: dict[str, Part] = {}
    for part in parts:
        held = united.get(part.desk)
        if held is None:
            united[part.desk] = part
        else:
            united[part.desk] = replace(held, text=AND.join(dict.fromkeys(filter(None, f"{held.text}{AND}{part.text}".split(AND)))))
    return tuple(united.values())


def open_or_extend(
    fold: Fold,
    incident: Incident,
    mandates: Sequence[Mandate],
    scene: Scene,
    *,
    leaving: frozenset[str] = frozenset(),
    anew: bool = False,
    beside: frozenset[str] = frozenset(),
    held: frozenset[str] = frozenset(),
) -> Task | None:
    """Open the task of an incident, or move its lead and add parts when later mandates ask for more. None when no mandate has a lead.

    ``leaving``: desks that the event no longer concerns; they owe no part any more, and none of them leads. ``anew``: the mandates are
    all that hold now, so that one that holds no more does not lead on, and asks nothing more of whoever has not begun; those ``beside``
    have their parts for what is stated beside the event, by rules of which those ``held`` may lead on."""
    asked = ask(fold, incident, mandates, scene)
    old = fold.task_of(incident.id)
    if old is None:
        return _open(fold, incident, asked, scene.speaker) if asked.leader else None
    if old.closed_at is not None:
        return old
    kept = tuple(replace(p, state="excused") if p.desk in leaving and p.state != "done" else p for p in old.parts)
    kept = tuple(part if part.desk in beside else _asked_now(part, asked) for part in kept) if anew else kept
    over = anew and old.mandate not in {*held, *(mandate.id for mandate in mandates)}
    task = _extend(fold, replace(old, parts=kept, rank=LEADERLESS if over else old.rank), asked, leaving)
    if task.rank == LEADERLESS and old.lead not in leaving:
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
