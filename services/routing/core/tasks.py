"""The joint task: one lead, one part for each desk that handles; the mandate of the highest rank leads, the others join."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from contracts.coordination import Basis, DutyForm, PartReassigned, TaskOpened, TaskPart
from contracts.ids import derived_id, role_of
from services.routing.core.deadlines import describe_form
from services.routing.core.issue import end_duty
from services.routing.core.mandates import Mandate
from services.routing.core.model import Fold, Incident, Part, Task
from services.routing.core.recipients import resolve_role


def agency_word(desk: str) -> str:
    """The agency of a desk as the first word of its role: ``police``, ``school`` …"""
    return role_of(desk).split(".", 1)[0]


def leading(mandates: Iterable[Mandate]) -> Mandate | None:
    """The mandate whose task leads: highest rank, then the smaller id; one without a lead never leads."""
    leaders = [m for m in mandates if m.task and m.task.lead]
    return min(leaders, key=lambda m: (-m.rank, m.id), default=None)


def parts_for(fold: Fold, incident: Incident, mandate: Mandate, at: datetime) -> list[Part]:
    """The parts a mandate asks for: its lead first, then its assisting desks."""
    task = mandate.task
    if task is None:
        return []
    roles = [(role, role == task.lead) for role in ((task.lead,) if task.lead else ()) + task.assist]
    return [
        Part(
            desk=found.desk, lead=lead, text=task.parts.get(agency_word(found.desk), ""), agency=agency_word(found.desk), mandate=mandate.id
        )
        for role, lead in roles
        for found in resolve_role(fold, incident, role, at)
    ]


def unite(parts: Iterable[Part]) -> tuple[Part, ...]:
    """One part for each desk; the first one named keeps the lead, texts of several mandates are joined."""
    united: dict[str, Part] = {}
    for part in parts:
        held = united.get(part.desk)
        if held is None:
            united[part.desk] = part
        elif part.text and part.text not in held.text:
            united[part.desk] = replace(held, text="；".join(t for t in (held.text, part.text) if t))
    return tuple(united.values())


def open_or_extend(fold: Fold, incident: Incident, mandates: Sequence[Mandate], at: datetime) -> Task | None:
    """Open the task of an incident, or move its lead and add parts when later mandates ask for more. None when no mandate has a lead."""
    leader = leading(mandates)
    old = fold.task_of(incident.id)
    if leader is None and old is None:
        return None
    others = [m for m in sorted(mandates, key=lambda m: (-m.rank, m.id)) if leader is None or m.id != leader.id]
    asked = parts_for(fold, incident, leader, at) if leader else []
    asked += [replace(part, lead=False) for mandate in others for part in parts_for(fold, incident, mandate, at)]
    if old is None:
        return _open(fold, incident, leader, asked) if leader else None
    return _extend(fold, incident, old, leader, asked)


def _open(fold: Fold, incident: Incident, leader: Mandate, asked: list[Part]) -> Task | None:
    parts = unite(asked)
    lead = next((part.desk for part in parts if part.lead), None)
    if lead is None or leader.task is None:
        return None
    parts = tuple(_self_accepted(incident, replace(part, lead=part.desk == lead)) for part in parts)
    task = Task(
        id=derived_id(incident.first_time, "task", incident.id),
        incident=incident.id,
        version=1,
        lead=lead,
        mandate=leader.id,
        rank=leader.rank,
        ladder=leader.ladder,
        parts=parts,
        report=leader.task.report,
        close=leader.task.close,
        opened_at=fold.now,
    )
    return announce(fold, incident, task)


def _extend(fold: Fold, incident: Incident, old: Task, leader: Mandate | None, asked: list[Part]) -> Task:
    moves = leader is not None and leader.task is not None and leader.rank > old.rank
    kept = [replace(part, lead=False) for part in old.parts] if moves else list(old.parts)
    fresh = asked if moves else [replace(part, lead=False) for part in asked]
    parts = unite([*fresh, *kept] if moves else [*kept, *fresh])
    parts = tuple(_keep_progress(part, old.parts) for part in parts)
    task = replace(old, parts=parts)
    if moves and leader is not None and leader.task is not None:
        lead = next((part.desk for part in parts if part.lead), old.lead)
        parts = tuple(replace(part, lead=part.desk == lead) for part in parts)
        for duty in fold.duties_of(task.id):
            end_duty(fold, duty)
        task = replace(
            task,
            parts=parts,
            lead=lead,
            mandate=leader.id,
            rank=leader.rank,
            ladder=leader.ladder,
            lead_delivered_at=None,
            report=leader.task.report,
            close=leader.task.close,
        )
    return announce(fold, incident, replace(task, version=old.version + 1)) if task != old else old


def _self_accepted(incident: Incident, part: Part) -> Part:
    """The publishing desk's part counts as acknowledged at delivery."""
    return replace(part, state="accepted") if part.desk == incident.publisher else part


def _keep_progress(part: Part, old: tuple[Part, ...]) -> Part:
    before = next((p for p in old if p.desk == part.desk), None)
    return replace(part, state=before.state) if before else part


def announce(fold: Fold, incident: Incident, task: Task) -> Task:
    """Store a task and tell every desk that has a part in it."""
    fold.put(task)
    mandates = [m for m in (fold.world.book.by_id(i) for i in dict.fromkeys(part.mandate for part in task.parts)) if m]
    leader = fold.world.book.by_id(task.mandate)
    forms = (("report", task.report), ("close", task.close))
    message = TaskOpened(
        task=task.id,
        incident=incident.id,
        number=incident.number,
        version=task.version,
        title=leader.name if leader else task.mandate,
        lead=task.lead,
        parts=tuple(TaskPart(desk=p.desk, lead=p.lead, text=p.text, agency=p.agency) for p in task.parts),
        forms=tuple(DutyForm(duty=kind, form=form, words=describe_form(form)) for kind, form in forms if form),
        bases=tuple(
            Basis(mandate=m.id, version=m.version, name=m.name, pack=m.pack, document=b.document, quote=b.quote, numbers=b.numbers)
            for m in mandates
            for b in m.basis
        ),
        opened_at=task.opened_at,
    )
    for part in task.parts:
        fold.tell("bus.task.opened", message, to=part.desk, incident=incident.id, about=task.id, version=task.version)
    return task


def reassign(fold: Fold, incident: Incident, task: Task, *, old: str, new: str, ruling: str) -> Task:
    """改派 by a ruling: the part goes to the new desk with a fresh report clock; the close due of the task stands."""
    parts = tuple(replace(p, desk=new, agency=agency_word(new), state="open") if p.desk == old else p for p in task.parts)
    moved = replace(task, parts=unite(parts), version=task.version + 1)
    if task.lead == old:
        moved = replace(moved, lead=new, lead_delivered_at=None)
        for duty in fold.duties_of(task.id):
            if duty.kind == "close" and duty.state in ("open", "pending"):
                fold.put(replace(duty, desk=new))
            else:
                end_duty(fold, duty)
    message = PartReassigned(task=task.id, incident=incident.id, from_desk=old, to_desk=new, ruling=ruling)
    for desk in (old, new):
        fold.tell("bus.part.reassigned", message, to=desk, incident=incident.id, about=f"{task.id}/{desk}", version=moved.version)
    return announce(fold, incident, moved)


def excuse(fold: Fold, incident: Incident, desk: str) -> None:
    """A desk that an event no longer concerns owes no part any more."""
    task = fold.task_of(incident.id)
    if task is not None and any(part.desk == desk and part.state not in ("done", "excused") for part in task.parts):
        parts = tuple(replace(part, state="excused") if part.desk == desk else part for part in task.parts)
        fold.put(replace(task, parts=parts))
