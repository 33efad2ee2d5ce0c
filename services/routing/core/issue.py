"""Issuing: a desk gets its notification, or the next version of it, with the fields of its own view and the reasons it may read."""

from collections.abc import Mapping
from dataclasses import replace

from contracts.coordination import ClearedWhy, Colour, DutyKind, Ladder, NotificationIssued, NotificationWithdrawn, WithdrawnWhy
from contracts.ids import derived_id
from contracts.registry import event_type
from services.routing.core.clearing import clear
from services.routing.core.content import Content, Sight, bases_of, forms_of, seen_by, shown_to
from services.routing.core.expected.answers import is_answerable
from services.routing.core.mandates import Mandate
from services.routing.core.model import Clocks, Duty, Fold, Incident, Notification, NotificationState
from services.routing.core.naming import named_reasons
from services.routing.core.places import rule_of
from services.routing.core.recipients import Wanted, united
from services.routing.core.timing import RUNNING, acts_anew, supersede

MAX_RETURNS = 2
COLOURS: Mapping[Ladder, Colour] = {"A": "red", "P": "red", "G": "red", "B": "orange", "C": "yellow"}
CLEARED: Mapping[WithdrawnWhy, ClearedWhy] = {
    "corrected": "withdrawn",
    "withdrawn": "withdrawn",
    "superseded": "superseded",
    "redirected": "redirected",
    "concluded": "done",
    "suspended": "suspended",
}


def colour_of(wanted: Wanted) -> Colour:
    """The chip of a desk: the colour of its ladder; informs and bulletins are blue."""
    if wanted.kind != "acknowledge" or wanted.ladder is None:
        return "blue"
    return COLOURS[wanted.ladder]


def issue_new(
    fold: Fold, incident: Incident, wanted: Wanted, content: Content, *, arbitration_of: str | None = None, returns: int = 0
) -> Notification:
    """Open the notification of a desk; a desk that was told before and no longer is gets the next round.

    ``returns``: how often the duty was returned before; after the second time the ruling was final."""
    rounds = [n.round for n in fold.notifications_of(incident.id) if n.desk == wanted.desk]
    round_ = max(rounds, default=0) + 1
    notification = Notification(
        id=derived_id(incident.first_time, incident.id, wanted.desk, str(round_)),
        incident=incident.id,
        desk=wanted.desk,
        round=round_,
        kind=wanted.kind,
        version=1,
        material_version=1,
        view=wanted.view,
        mandates=wanted.mandate_ids,
        ladder=wanted.ladder,
        colour=colour_of(wanted),
        forms=wanted.forms,
        state="issued",
        issued_at=fold.now,
        issued={},
        school=wanted.school,
        untimed=(Clocks(1, wanted.forms, wanted.ladder, "tighter"),),
        arbitration_of=arbitration_of,
        returns=returns,
        about=(content.about,),
        published_at=content.since or content.facts.time,
        publish_due=content.publish_due,
        act=wanted.act,
    )
    return send(fold, incident, notification, wanted, content)


def issue_again(fold: Fold, incident: Incident, old: Notification, wanted: Wanted, content: Content) -> Notification:
    """The next version for a desk that was told before: what it is asked for now, and (material) a new signature with its clocks."""
    version = old.version + 1
    mandates, fresh = wanted.mandate_ids, wanted.forms.get("ack") if old.settled else None
    if content.additive or not content.material:
        wanted = replace(united(fold, incident, old, wanted), mandates=_held_mandates(fold, incident, old, wanted))
        mandates = tuple(dict.fromkeys((*old.mandates, *mandates)))
    again = replace(
        old,
        version=version,
        kind=wanted.kind,
        view=wanted.view,
        mandates=mandates,
        ladder=wanted.ladder,
        colour=colour_of(wanted),
        forms=wanted.forms,
        copy_of=None,
        left=False,
        act=wanted.act or old.act,
        about=tuple(dict.fromkeys((*told_of(incident, old), content.about))),
    )
    if content.material:
        forms: dict[DutyKind, tuple[str, ...]] = {**wanted.forms}
        forms |= {"ack": fresh} if fresh else {}
        clocks = Clocks(version, forms, wanted.ladder, content.retime)
        again = replace(again, material_version=version, untimed=(*old.untimed, clocks))
        again = replace(again, acted_at=None) if content.retime == "anew" or acts_anew(old.forms, forms) else again
        _end_unasked(fold, old, wanted)
    sent = send(fold, incident, again, wanted, content)
    _renew_copies(fold, sent)
    return sent


def _held_mandates(fold: Fold, incident: Incident, old: Notification, wanted: Wanted) -> tuple[Mandate, ...]:
    """The mandates that a desk was told by so far and those of now: the next version says all its reasons, for it stands in place of the last."""
    said: list[Mandate] = []
    for identity in dict.fromkeys((*old.mandates, *wanted.mandate_ids)):
        now = [mandate for mandate in wanted.mandates if mandate.id == identity]
        held = rule_of(fold, incident, identity, school=old.school) if not now else None
        said += now or ([held] if held else [])
    return tuple(said)


def told_of(incident: Incident, notification: Notification) -> tuple[str, ...]:
    """The types whose fields a notification shows."""
    return notification.about or (incident.head_type,)


def _end_unasked(fold: Fold, old: Notification, wanted: Wanted) -> None:
    """What the mandates no longer ask of the desk falls away, unless it was missed already."""
    for duty in fold.duties_of(old.id):
        if duty.kind not in wanted.forms and duty.state in RUNNING and duty.missed_at is None:
            supersede(fold, duty, fold.now)


def send(fold: Fold, incident: Incident, notification: Notification, wanted: Wanted, content: Content) -> Notification:
    """Write the message of a notification, remember it, and queue it."""
    view, school, about = notification.view, notification.school, told_of(incident, notification)
    own = fold.world.directory.ids_of(school, fold.now) | {school} if school else None
    sight = Sight(view, own, fold.world.directory.place_of(notification.desk, fold.now))
    payload, hidden = shown_to(incident, about, sight)
    facts = content.facts_for(view, payload)
    message = NotificationIssued(
        notification=notification.id,
        incident=incident.id,
        number=incident.number,
        desk=notification.desk,
        kind=notification.kind,
        version=notification.version,
        round=notification.round,
        material=content.material,
        change=content.change_for(seen_by(incident, about, sight, facts)) if content.fields else content.change,
        colour=notification.colour,
        ladder=notification.ladder,
        view=view,
        bases=named_reasons(fold, incident, bases_of(wanted.mandates, view, about)),
        forms=forms_of(notification.untimed[-1].forms if content.material else notification.forms),
        event=facts,
        about=about,
        payload={**payload, **(content.extra or {})},
        hidden=hidden,
        part=content.part,
        note="；".join((*wanted.notes, *act_words(notification.act))),
        returnable=returnable(incident, notification),
        arbitration_of=notification.arbitration_of,
    )
    sent = replace(notification, issued=message.model_dump(mode="json"), issued_at=fold.now)
    fold.put(sent)
    fold.tell("bus.notification.issued", message, to=sent.desk, incident=incident.id, about=sent.id, version=sent.version)
    return sent


def act_words(act: str | None) -> tuple[str, ...]:
    """What alone is the first action, for the desk to read."""
    return (f"首次行动以本单位上报“{event_type(act).title}”为准",) if act is not None else ()


def returnable(incident: Incident, notification: Notification) -> bool:
    """A duty of an agency's event can be returned until a ruling was final or let it stand; an item of the bus's own cannot.

    A suspicion is given back with an answer by the unit that it is about."""
    if is_answerable(incident, notification.desk):
        return True
    return notification.kind == "acknowledge" and not incident.own and notification.returns < MAX_RETURNS and notification.ruling is None


def issue_copy(fold: Fold, original: Notification, desk: str, note: str) -> Notification:
    """Tell a second desk of the same unit what the first one was told, as inform: the first one's desk is not manned."""
    incident = fold.state.incidents[original.incident]
    copy = replace(
        original,
        id=derived_id(incident.first_time, incident.id, desk, "copy", original.id),
        desk=desk,
        kind="inform",
        version=0,
        material_version=1,
        forms={},
        state="issued",
        ladder=None,
        delivered_at=None,
        delivered_version=0,
        acknowledged_at=None,
        acknowledged_version=0,
        acted_at=None,
        untimed=(),
        binding=0,
        copy_of=original.id,
    )
    return _send_copy(fold, original, copy, note)


def _renew_copies(fold: Fold, original: Notification) -> None:
    """Whoever was told in place of a desk learns every later version too."""
    for copy in copies_of(fold, original):
        _send_copy(fold, original, copy, str(copy.issued.get("note", "")))


def copies_of(fold: Fold, original: Notification) -> list[Notification]:
    """The copies of a notification that still stand."""
    return [n for n in fold.state.notifications.values() if n.copy_of == original.id and n.live]


def _send_copy(fold: Fold, original: Notification, copy: Notification, note: str) -> Notification:
    version = copy.version + 1
    own = {"notification": copy.id, "desk": copy.desk, "kind": "inform", "version": version, "forms": (), "returnable": False, "note": note}
    message = NotificationIssued.model_validate(original.issued).model_copy(update=own)
    sent = replace(copy, version=version, view=original.view, issued=message.model_dump(mode="json"), issued_at=fold.now)
    fold.put(sent)
    fold.tell("bus.notification.issued", message, to=sent.desk, incident=sent.incident, about=sent.id, version=version)
    return sent


def end_duty(fold: Fold, duty: Duty, why: ClearedWhy) -> None:
    """A duty falls away: no clock looks at it any more; what was missed stays missed, and those who were told learn that it is over."""
    if duty.state not in RUNNING:
        return
    fold.put(replace(duty, state="ended", next_at=None, pending=None))
    if duty.missed_at is not None or duty.told:
        clear(fold, duty, why, fold.now)


def withdraw(fold: Fold, notification: Notification, why: WithdrawnWhy, *, hide: bool = False, text: str = "") -> Notification:
    """Take a notification and its copies back: open duties end and the desk is told; with ``hide`` it loses sight of the data."""
    for duty in fold.duties_of(notification.id):
        end_duty(fold, duty, CLEARED[why])
    version = notification.version + 1
    state: NotificationState = why if why in ("superseded", "redirected", "suspended") else "withdrawn"
    gone = replace(notification, state=state, version=version, untimed=(), issued={} if hide else notification.issued)
    fold.put(gone)
    told = NotificationWithdrawn(
        notification=gone.id, incident=gone.incident, desk=gone.desk, version=version, why=why, hide=hide, text=text
    )
    fold.tell("bus.notification.withdrawn", told, to=gone.desk, incident=gone.incident, about=gone.id, version=version)
    for copy in copies_of(fold, notification):
        withdraw(fold, copy, why, hide=hide, text=text)
    return gone
