"""Deciding: which mandates match an event, who is told by when and why, and what a later event changes for those already told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contracts.coordination import ConditionResult, DecisionMade, Outcome, RecipientLine
from contracts.envelope import Event
from contracts.event_type import Mark
from services.routing.core.change import change_of
from services.routing.core.issue import Content, facts_of, issue_again, issue_new, withdraw
from services.routing.core.mandates import Mandate, test
from services.routing.core.model import Fold, Incident, Notification
from services.routing.core.recipients import GONE, Found, Wanted, find_recipients
from services.routing.core.respond import concluded
from services.routing.core.tasks import excuse, open_or_extend
from services.routing.core.timing import start_task_clocks
from services.routing.core.views import project

HIGHEST = frozenset({"life-risk", "red", "grave", "severe"})


@dataclass(frozen=True, slots=True)
class Matched:
    """The mandates that match the picture, with every condition as it was tested."""

    mandates: tuple[Mandate, ...]
    conditions: tuple[ConditionResult, ...]
    unmatched: bool = False


NOTHING = Matched((), ())
NOBODY = Found({}, ())


def match(fold: Fold, incident: Incident, event: Event) -> Matched:
    """Test the mandates in force at the incident's first known_at; nothing matched is a decision too (GOV-01)."""
    book = fold.world.book
    found: list[Mandate] = []
    conditions: list[ConditionResult] = []
    for mandate in book.candidates(incident.head_type, incident.county, incident.first_known_at, event.envelope.time):
        ok, results = test(mandate, incident.picture, event.envelope)
        conditions += results
        found += [mandate] if ok else []
    unknown = "unknown" in (incident.picture.get("schools") or ())
    if found and not unknown:
        return Matched(tuple(found), tuple(conditions))
    triage = book.by_id("GOV-01")
    return Matched((*found, *([_triage(triage, incident.picture)] if triage else [])), tuple(conditions), unmatched=True)


def _triage(mandate: Mandate, picture: Mapping[str, Any]) -> Mandate:
    """GOV-01 goes to the duty officer when the severity is the highest, else to the safety desk; ops are always informed."""
    highest = bool(HIGHEST & {str(picture.get(field)) for field in ("severity", "level", "grade")})
    skipped = "otherwise" if highest else "highest"
    return replace(mandate, notify=tuple(row for row in mandate.notify if row.only != skipped))


def decide(fold: Fold, incident: Incident, event: Event, mark: Mark | None) -> DecisionMade:
    """Fold one agency event whose picture is already merged into ``incident``; returns the stamped decision."""
    if mark == "W":
        return _withdrawn(fold, incident, event)
    if mark == "X":
        return _concluded(fold, incident, event)
    matched = match(fold, incident, event)
    at = event.envelope.time
    found = find_recipients(fold, incident, matched.mandates, speaker=event.envelope.publisher, at=at)
    change = change_of(mark, event.data)
    content = Content(facts_of(event), incident.head_type, incident.picture, change.words, change.material, change.retime)
    task = open_or_extend(fold, incident, matched.mandates, at)
    texts = {part.desk: part.text for part in task.parts} if task else {}
    for wanted in found.wanted.values():
        _tell(fold, incident, wanted, replace(content, part=texts.get(wanted.desk, "")), mark)
    if mark in ("C", "L"):
        _drop_unmatched(fold, incident, found, mark)
    if task is not None and task.lead_delivered_at is None:
        if task.lead == event.envelope.publisher:
            start_task_clocks(fold, incident, task, at)
        else:
            _lead_already_has_it(fold, incident, task.lead)
    outcome: Outcome = "unmatched" if matched.unmatched else "routed"
    return stamp(fold, incident, event, outcome, matched=matched, found=found)


def _lead_already_has_it(fold: Fold, incident: Incident, lead: str) -> None:
    """A lead that moved to a desk which was told before gets its clocks at the delivery of its next version."""
    task = fold.task_of(incident.id)
    told = [n for n in fold.notifications_of(incident.id) if n.desk == lead and n.state not in GONE]
    if task is not None and not told:
        start_task_clocks(fold, incident, task, fold.now)


def _tell(fold: Fold, incident: Incident, wanted: Wanted, content: Content, mark: Mark | None) -> None:
    old = live_notification(fold, incident, wanted.desk)
    if old is None:
        issue_new(fold, incident, wanted, replace(content, change="", material=True, retime="fresh"))
    elif mark is not None:
        issue_again(fold, incident, old, wanted, content)


def live_notification(fold: Fold, incident: Incident, desk: str) -> Notification | None:
    """The notification of a desk that still stands."""
    return next((n for n in fold.notifications_of(incident.id) if n.desk == desk and n.state not in GONE), None)


def _drop_unmatched(fold: Fold, incident: Incident, found: Found, mark: Mark) -> None:
    """A correction hides the data from desks that no longer match; a level change supersedes what is unsigned and not yet due."""
    for notification in fold.notifications_of(incident.id):
        if notification.desk in found.wanted or notification.state in GONE or notification.desk == incident.publisher:
            continue
        unsigned = notification.acknowledged_at is None and not any(d.missed_at for d in fold.duties_of(notification.id))
        if mark == "C" or unsigned:
            withdraw(fold, notification, "corrected" if mark == "C" else "superseded", hide=mark == "C")
            excuse(fold, incident, notification.desk)


def _withdrawn(fold: Fold, incident: Incident, event: Event) -> DecisionMade:
    """撤回: every recipient is told; open duties end and are not late unless already missed."""
    reason = str(getattr(event.data, "reason", ""))
    lines = []
    for notification in fold.notifications_of(incident.id):
        if notification.state not in GONE:
            withdraw(fold, notification, "withdrawn", text=reason)
            lines.append(_line(notification.desk, "inform", notification.view, notification.mandates))
    task = fold.task_of(incident.id)
    if task is not None:
        for duty in fold.duties_of(task.id):
            if duty.state != "met":
                fold.put(replace(duty, state="ended", next_at=None))
        fold.put(replace(task, closed_at=fold.now))
    fold.put(replace(incident, withdrawn_at=fold.now, closed_at=fold.now))
    decision = stamp(fold, incident, event, "routed")
    return decision.model_copy(update={"recipients": tuple(lines)})


def _concluded(fold: Fold, incident: Incident, event: Event) -> DecisionMade:
    """办结反馈 (POL-15): everybody who was told learns the outcome in its own view; the publisher's part closes."""
    concluded(fold, incident, event)
    mandate = fold.world.book.by_id("POL-15")
    data = event.data.model_dump(mode="json", exclude_none=True)
    lines = []
    for notification in fold.notifications_of(incident.id):
        if notification.state in GONE or notification.desk == event.envelope.publisher:
            continue
        extra, _ = project(event.name, data, notification.view, school=notification.school)
        content = Content(facts_of(event), incident.head_type, incident.picture, "concluded", material=False, retime="none", extra=extra)
        mandates = (mandate,) if mandate and event.name == "police.alarm.concluded" else ()
        wanted = Wanted(notification.desk, notification.school, notification.kind, notification.view, mandates, {}, None)
        issue_again(fold, incident, notification, wanted, content)
        lines.append(_line(notification.desk, "inform", notification.view, tuple(m.id for m in mandates)))
    matched = Matched((mandate,) if mandate and event.name == "police.alarm.concluded" else (), ())
    return stamp(fold, incident, event, "routed", matched=matched).model_copy(update={"recipients": tuple(lines)})


def _line(desk: str, kind: str, view: str, mandates: Sequence[str]) -> RecipientLine:
    return RecipientLine.model_validate({"desk": desk, "kind": kind, "view": view, "mandates": tuple(mandates)})


def stamp(
    fold: Fold, incident: Incident, event: Event, outcome: Outcome, *, matched: Matched = NOTHING, found: Found = NOBODY
) -> DecisionMade:
    """The Decision with everything it used: pack, directory, conditions, recipients; told to the publishing desk."""
    task = fold.task_of(incident.id)
    envelope = event.envelope
    notes = [*(["late-publish"] if incident.late_publish else [])]
    decision = DecisionMade(
        event_source=envelope.source,
        event_id=envelope.id,
        event_type=envelope.name,
        incident=incident.id,
        number=incident.number,
        outcome=outcome,
        decided_at=fold.now,
        mandates=tuple(f"{m.id}@{m.version}" for m in matched.mandates),
        conditions=matched.conditions,
        recipients=tuple(
            RecipientLine(desk=w.desk, kind=w.kind, view=w.view, mandates=tuple(m.id for m in w.mandates), note="；".join(w.notes))
            for w in found.wanted.values()
        ),
        lead=task.lead if task else None,
        reasons=tuple(f"找不到接收单位：{text}" for text in found.unresolved),
        notes=tuple(notes),
        pack_version=fold.world.pack_version,
        directory_version=fold.world.directory.version,
    )
    fold.tell("bus.decision.made", decision, to=envelope.publisher, incident=incident.id, about=f"{envelope.source}/{envelope.id}")
    return decision


def only_stamp(fold: Fold, incident: Incident, event: Event, outcome: Outcome) -> DecisionMade:
    """A decision that tells nobody anything new: duplicate-of, stale."""
    return stamp(fold, incident, event, outcome)
