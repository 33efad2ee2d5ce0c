"""演练中止: a real event that endangers life at the same school suspends the drill; what it asked for falls away, uncounted."""

from dataclasses import replace
from datetime import datetime

from contracts.coordination import DrillSuspended
from contracts.places import schools_of
from services.routing.core.deciding.drop import take_back
from services.routing.core.issue import end_duty
from services.routing.core.model import Fold, Incident


def suspend(fold: Fold, exercise: Incident, actual: Incident, *, drill: str, at: datetime) -> None:
    """End everything of an exercise because of ``actual``, since ``at``; everybody who was told learns why. Once: a closed exercise stays as it is."""
    if exercise.closed_at is not None:
        return
    told = [n for n in fold.state.notifications.values() if n.live and n.copy_of is None and _of(fold, n.incident) == exercise.root]
    for notification in told:
        take_back(fold, notification, "suspended", text=f"演练中止：{actual.number}")
    for task in [task for task in fold.state.tasks.values() if _of(fold, task.incident) == exercise.root and task.closed_at is None]:
        for duty in fold.duties_of(task.id):
            end_duty(fold, duty, "suspended")
        fold.put(replace(task, closed_at=at))
    for incident in [one for one in fold.state.incidents.values() if one.root == exercise.root and one.closed_at is None]:
        fold.put(replace(incident, closed_at=at))
    directory = fold.world.directory
    struck = {directory.heir(school, at) for school in schools_of(actual.picture)}
    school = next((school for school in schools_of(exercise.picture) if directory.heir(school, at) in struck), "")
    message = DrillSuspended(
        drill=drill, incident=exercise.id, number=exercise.number, actual_incident=actual.id, actual_number=actual.number, school=school,
        suspended_at=at,
    )  # fmt: skip
    for desk in dict.fromkeys((exercise.publisher, *(n.desk for n in told))):
        fold.tell("bus.drill.suspended", message, to=desk, incident=exercise.id, about=f"{exercise.id}/suspended/{desk}")


def _of(fold: Fold, incident: str) -> str:
    return fold.state.incidents[incident].root
