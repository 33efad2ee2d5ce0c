"""疑似漏报: the verdict of one cross-check, the suspicion as an item of its own below the evidence's incident, and how it is answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from contracts.coordination import DutyKind, EventFacts, NotificationReturned, ReportMissing
from contracts.ids import desk_of, unit_of
from services.routing.core.climbing.ladder import finish
from services.routing.core.clocks.timing import current
from services.routing.core.directory import Where
from services.routing.core.expected.hearing import still_holds
from services.routing.core.expected.records import Check
from services.routing.core.issue import issue_again, issue_new, withdraw
from services.routing.core.mandates import CrossCheck, NotifyRow
from services.routing.core.matching.answers import ANSWERS, CROSS_CHECK, is_answerable
from services.routing.core.matching.cast import Scene, own_school, resolve_role
from services.routing.core.matching.content import Content
from services.routing.core.matching.linked import link_item
from services.routing.core.matching.places import rule_of
from services.routing.core.matching.recipients import Wanted
from services.routing.core.model import Fold, Incident, Notification

HEAD = "bus.report.missing"
LOOK_AGAIN = timedelta(minutes=5)
"""When a delivery that the window is counted from has not come yet."""


def examine(fold: Fold, check: CrossCheck, row: Check, words: Sequence[datetime]) -> Check:
    """One look at a cross-check. ``words``: when the unit stated what is awaited, in order. ``fold`` holds the evidence's incident."""
    evidence = fold.state.incidents[row.incident]
    if not still_holds(evidence, check, row.unit, fold.world):
        return _end(fold, row)
    row = _from_delivery(fold, check, row)
    own = next((at for at in words if at >= row.looks_from), None)
    if own is not None and check.acts and row.acted_at is None:
        row = _act(fold, check, row, own)
    if row.state == "suspected":
        return _after(fold, row, own)
    if own is not None and own <= row.looks_until:
        return replace(row, state="met", answered_at=own, next_at=None)
    if row.looks_until > fold.now:
        return replace(row, next_at=row.looks_until)
    if own is not None:
        return replace(row, state="answered", answered_at=own, next_at=None)
    return _suspect(fold, check, row)


def _after(fold: Fold, row: Check, own: datetime | None) -> Check:
    """A suspicion stands until the unit's own word comes, or its answer."""
    if own is not None:
        _withdraw_all(fold, row, "应报单位已报告，疑似漏报解除")
        return replace(row, state="answered", answered_at=own, next_at=None)
    item = fold.state.incidents.get(row.item or "")
    answered = item.closed_at if item is not None else None
    return replace(row, state="answered" if answered else "suspected", answered_at=answered, next_at=None)


def _from_delivery(fold: Fold, check: CrossCheck, row: Check) -> Check:
    """The window as it runs from the delivery to the unit; one that has not come puts the look off."""
    if check.told_by is None or row.state != "planned":
        return row
    told = [n for n in fold.notifications_of(row.incident) if check.told_by in n.mandates and unit_of(n.desk) == row.unit]
    delivered = min((n.delivered_at for n in told if n.delivered_at is not None), default=None)
    since = delivered or max(row.since, fold.now + LOOK_AGAIN - check.after)
    return replace(row, since=since, looks_from=since - check.before, looks_until=since + check.after)


def _act(fold: Fold, check: CrossCheck, row: Check, at: datetime) -> Check:
    """The unit's own statement is the first action that the evidence's incident asks of the desk that owed it."""
    desk = desk_of(check.owes, row.unit)
    for notification in fold.notifications_of(row.incident):
        if notification.desk != desk or not notification.live:
            continue
        fold.put(replace(notification, acted_at=notification.acted_at or at))
        duty = current(fold, notification.id, "first-action")
        if duty is not None:
            finish(fold, duty, at, "done")
    return replace(row, acted_at=at)


def _suspect(fold: Fold, check: CrossCheck, row: Check) -> Check:
    """The window closed in silence: an item of its own, signed by those whom the mandate names. The unit is no publisher of it."""
    evidence = fold.state.incidents[row.incident]
    owes = _owing_desk(fold, check, row)
    picture = {
        "kind": "cross-check",
        "mandate": check.id,
        "name": check.mandate.name,
        "publisher": owes,
        "due": row.looks_until.isoformat(),
        "evidence": row.evidence_id,
        "evidence_type": row.evidence_type,
        **({"school_id": row.unit} if row.unit.isdigit() else {}),
    }
    linked = link_item(fold, evidence, family=CROSS_CHECK, item=row.id)
    item = replace(linked, head_type=HEAD, picture=picture, statements={}, county=row.county, place_code=None)
    fold.put(item)
    facts = EventFacts(
        type=HEAD, time=row.looks_until, known_at=row.looks_until, status=item.status, county=item.county, revision=1, publisher=None
    )
    for notify in check.mandate.notify:
        for desk in _desks(fold, item, notify, row):
            _tell(fold, check, item, desk=desk, notify=notify, facts=facts)
    return replace(row, state="suspected", item=item.id, next_at=None)


def _owing_desk(fold: Fold, check: CrossCheck, row: Check) -> str:
    directory, at = fold.world.directory, row.looks_until
    if directory.desk_exists(desk_of(check.owes, row.unit), at):
        return desk_of(check.owes, row.unit)
    found = directory.resolve(check.owes, Where((row.unit,) if row.unit.isdigit() else (), row.county), at)
    return next((str(one.desk) for one in found), desk_of(check.owes, row.unit))


def _desks(fold: Fold, item: Incident, notify: NotifyRow, row: Check) -> list[str]:
    return [str(one.desk) for one in resolve_role(fold, item, notify.to, Scene(HEAD, "", row.looks_until)).found]


def _tell(fold: Fold, check: CrossCheck, item: Incident, *, desk: str, notify: NotifyRow, facts: EventFacts) -> None:
    """A notification to be signed, and on its timeline the suspicion with the evidence it rests on."""
    forms: dict[DutyKind, tuple[str, ...]] = {"ack": (notify.ack,)} if notify.ack else {}
    wanted = Wanted(desk, own_school(desk), notify.kind, notify.view, (check.mandate,), forms, check.mandate.ladder)
    issued = issue_new(fold, item, wanted, Content(facts, HEAD))
    said = {name: value for name, value in item.picture.items() if name in ReportMissing.model_fields}
    report = ReportMissing.model_validate({**said, "report": issued.id, "incident": item.id, "number": item.number, "desk": desk})
    fold.tell(HEAD, report, to=desk, incident=item.id, about=f"{issued.id}/report")


def _end(fold: Fold, row: Check) -> Check:
    """The evidence fell away, and with it the suspicion."""
    if row.state == "suspected":
        _withdraw_all(fold, row, "所依据的事件已撤销或更正，疑似漏报解除")
    return replace(row, state="ended", next_at=None)


def _withdraw_all(fold: Fold, row: Check, text: str) -> None:
    item = fold.state.incidents.get(row.item or "")
    if item is None:
        return
    for notification in fold.notifications_of(item.id):
        if notification.live and notification.copy_of is None:
            withdraw(fold, notification, "concluded", text=text)
    fold.put(replace(item, closed_at=item.closed_at or fold.now))


def answer(fold: Fold, item: Incident, notification: Notification, data: NotificationReturned) -> str:
    """The unit says that it reported elsewhere, or that the matter is not its own. Empty when it counts, else why it does not.

    Its own notification is done with; the others read the answer and sign on."""
    words = ANSWERS.get(data.reason)
    if words is None or not is_answerable(item, data.desk):
        return "此件不受理退单"
    said = f"{words}：{data.text}"
    withdraw(fold, notification, "concluded", text=f"已记录答复：{said}"[:500])
    for other in fold.notifications_of(item.id):
        if other.live and other.copy_of is None and other.id != notification.id:
            mandates = tuple(m for m in (rule_of(fold, item, one) for one in other.mandates) if m is not None)
            wanted = Wanted(other.desk, other.school, other.kind, other.view, mandates, {}, None, (f"应报单位答复：{said}",))
            facts = EventFacts.model_validate(other.issued["event"])
            issue_again(fold, item, other, wanted, Content(facts, HEAD, "answered", material=False, retime="none", additive=True))
    fold.put(replace(item, closed_at=data.returned_at, picture={**item.picture, "answer": data.reason}))
    return ""
