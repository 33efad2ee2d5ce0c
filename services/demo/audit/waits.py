"""A close that waits for a laboratory: it alone stands still, for as long as the lead said, and everybody with a part knows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.demo.audit.forms import elapsed
from services.demo.audit.log import Answered
from services.demo.audit.rows import Clocked, Joint, Word
from services.demo.audit.words import Scene

PAUSED, RESUMED = "bus.task.paused", "bus.task.resumed"
NONE = timedelta(0)


def check_waits(scene: Scene, *, alone: bool) -> None:
    """Every pause and its end that the client had accepted. ``alone``: there are no others."""
    taken: dict[str, list[Answered]] = {act.object: [] for act in scene.acts("pause")}
    for act in scene.acts("pause"):
        taken[act.object] += [act] if _check_pause(scene, act) else []
    for act in scene.acts("resume"):
        _check_resume(scene, act)
    for joint in scene.joints.values():
        _check_spans(scene, joint, taken.get(joint.id, []), alone=alone)
        if joint.waits:
            _check_close(scene, joint)
            _check_others(scene, joint)


def _check_pause(scene: Scene, act: Answered) -> bool:
    """Whether the pause counts: it was not refused, and its task was open."""
    joint, what = scene.joints.get(act.object), f"the pause of {act.object} by {act.desk}"
    words = scene.words(PAUSED, act)
    if joint is None:
        scene.findings.add("lost", f"{what} belongs to no task")
    elif _is_refused(scene, act, words, what):
        if any(start == act.at for start, _ in joint.waits):
            scene.findings.add("unexplained", f"{what} was refused and stands")
    elif joint.closed_at is None or joint.closed_at > act.at:
        scene.check_told(what, words, *scene.concerned(joint, act))
        return True
    return False


def _check_resume(scene: Scene, act: Answered) -> None:
    joint, what = scene.joints.get(act.object), f"the end of the pause of {act.object} by {act.desk}"
    words = scene.words(RESUMED, act)
    if joint is None or _is_refused(scene, act, words, what) or (joint.closed_at is not None and joint.closed_at <= act.at):
        return
    scene.check_told(what, words, *scene.concerned(joint, act))
    if not any(end == act.at for _, end in joint.waits):
        scene.findings.add("lost", f"{what} ended none")


def _is_refused(scene: Scene, act: Answered, words: Sequence[Word], what: str) -> bool:
    """Routing has the last word, and says it to the desk that asked."""
    refused = [word for word in words if word.refused]
    if refused:
        scene.check_told(f"the refusal of {what}", words, {act.desk})
    return bool(refused)


def _check_spans(scene: Scene, joint: Joint, taken: Sequence[Answered], *, alone: bool) -> None:
    """Each pause stands once, and ends with the lead's word, with the task, or not yet."""
    starts = [start for start, _ in joint.waits]
    for act in taken:
        if starts.count(act.at) != 1:
            scene.findings.add("lost" if act.at not in starts else "doubled", f"the pause of {joint.id} by {act.desk} stands {starts.count(act.at)} times")
    said = {act.at for act in scene.acts("pause") if act.object == joint.id}
    for start, end in joint.waits:
        if start not in said and alone:
            scene.findings.add("unexplained", f"nobody said that {joint.id} waits")
        if start in said and end != _end_of(scene, joint, start) and not _is_over(scene, joint, end):
            scene.findings.add("unexplained", f"{joint.id} waited until another time than its lead said")


def _end_of(scene: Scene, joint: Joint, start: datetime) -> datetime | None:
    ends = (act.at for act in scene.acts("resume") if act.object == joint.id and act.at >= start)
    return min(ends, default=None)


def _is_over(scene: Scene, joint: Joint, end: datetime | None) -> bool:
    """Whether a pause may have ended without the lead's word: with its task, or because another leads."""
    leads = {act.desk for act in scene.acts("pause") if act.object == joint.id} <= {joint.lead}
    return end is not None and (joint.closed_at is not None or not leads)


def _check_close(scene: Scene, joint: Joint) -> None:
    """The close stands still while it waits; afterwards it is due by as much later, where its form counts every minute."""
    waiting = any(end is None for _, end in joint.waits)
    for close in (duty for duty in _of_task(scene, joint) if duty.kind == "close" and duty.state != "ended"):
        if close.state in ("open", "pending", "held") and (close.state == "held") != waiting:
            scene.findings.add("unexplained", f"the close of {joint.id} {'runs while it waits' if waiting else 'stands still'}")
        length = elapsed(close.forms[0]) if len(close.forms) == 1 else None
        if close.start is None or length is None:
            continue
        waited = sum(((end - start) for start, end in joint.waits if end is not None and start >= close.start), NONE)
        if close.due != close.start + length + waited:
            scene.findings.add("unexplained", f"the close of {joint.id} is not due {waited} later")


def _check_others(scene: Scene, joint: Joint) -> None:
    """No other clock of the incident stands still or is later for it."""
    returned = {notice.id for notice in scene.rows.notices if notice.state == "returned"}
    for duty in (one for one in scene.rows.clocked if one.incident == joint.incident and one.kind in ("ack", "report")):
        what = f"{duty.kind} of {duty.owner} at {duty.desk}"
        if duty.state == "held" and duty.owner not in returned:
            scene.findings.add("unexplained", f"{what} stands still while its close waits")
        lengths = [length for length in map(elapsed, duty.forms) if length is not None]
        if lengths and duty.start is not None and duty.due is not None and duty.due > duty.start + min(lengths):
            scene.findings.add("unexplained", f"{what} is due later than it was asked for")


def _of_task(scene: Scene, joint: Joint) -> list[Clocked]:
    return [duty for duty in scene.rows.clocked if duty.owner == joint.id]
