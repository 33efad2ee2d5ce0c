"""改派: a ruling gives a part to another desk, or asks it for the same beside the first one."""

from dataclasses import replace

from contracts.coordination import PartReassigned
from services.routing.core.clocks.timing import RUNNING
from services.routing.core.issue import end_duty
from services.routing.core.matching.agency import agency_word
from services.routing.core.model import Fold, Incident, Part, Task
from services.routing.core.tasks.announce import announce
from services.routing.core.tasks.asked import unite


def reassign(fold: Fold, incident: Incident, task: Task, *, old: str, new: str, ruling: str) -> Task:
    """改派 by a ruling: the part goes to the new desk, a lead's with a fresh report clock; the close due of the task stands."""
    lead = new if task.lead == old else task.lead
    parts = unite(_handed(p, new) if p.desk == old else _anew(p, new) for p in task.parts)
    moved = replace(task, parts=tuple(replace(p, lead=p.desk == lead) for p in parts), version=task.version + 1)
    if task.lead == old:
        moved = replace(moved, lead=new, lead_delivered_at=None)
        for duty in fold.duties_of(task.id):
            if duty.kind == "close" and duty.state in RUNNING:
                fold.put(replace(duty, desk=new))
            else:
                end_duty(fold, duty, "redirected")
    message = PartReassigned(task=task.id, incident=incident.id, from_desk=old, to_desk=new, ruling=ruling)
    for desk in (old, new):
        fold.tell("bus.part.reassigned", message, to=desk, incident=incident.id, about=f"{task.id}/{desk}", version=moved.version)
    return announce(fold, incident, moved)


def _handed(part: Part, desk: str) -> Part:
    """A part in the hands of another desk, which begins it; what nothing asks for any more is not begun again."""
    return replace(part, desk=desk, agency=agency_word(desk), state="excused" if part.state == "excused" else "open")


def _anew(part: Part, desk: str) -> Part:
    """A ruling asks a desk for more than it has done so far."""
    return replace(part, state="open") if part.desk == desk and part.state in ("done", "excused") else part


def share(fold: Fold, incident: Incident, task: Task, *, old: str, new: str) -> Task:
    """A split ruling: the desk it names takes the same part beside the first one."""
    model = next((part for part in task.parts if part.desk == old), None)
    if model is None:
        return task
    if any(part.desk == new for part in task.parts):
        fold.put(replace(task, parts=tuple(_anew(part, new) for part in task.parts)))
        return fold.state.tasks[task.id]
    part = replace(model, desk=new, agency=agency_word(new), lead=False, state="open")
    return announce(fold, incident, replace(task, parts=(*task.parts, part), version=task.version + 1))
