"""Issuing: a desk gets its notification, or the next version of it, with the fields of its own view and the reasons it may read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from contracts.coordination import (
    Basis,
    Colour,
    DutyForm,
    DutyKind,
    EventFacts,
    Ladder,
    NotificationIssued,
    NotificationWithdrawn,
    WithdrawnWhy,
)
from contracts.envelope import Event
from contracts.ids import derived_id
from services.routing.core.deadlines import describe_form
from services.routing.core.mandates import Mandate
from services.routing.core.model import Duty, Fold, Incident, Notification, NotificationState
from services.routing.core.recipients import Wanted
from services.routing.core.views import project, visible_conditions

Retime = Literal["none", "fresh", "tighter"]
MAX_RETURNS = 2
COLOURS: Mapping[Ladder, Colour] = {"A": "red", "P": "red", "G": "red", "B": "orange", "C": "yellow"}


@dataclass(frozen=True, slots=True)
class Content:
    """What one issue says: the facts of the event behind it, the data a view is cut from, and what changed."""

    facts: EventFacts
    head_type: str
    picture: Mapping[str, Any]
    change: str = ""
    material: bool = True
    retime: Retime = "fresh"
    part: str = ""
    extra: Mapping[str, Any] | None = None


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
        mandates=tuple(m.id for m in wanted.mandates),
        ladder=wanted.ladder,
        colour=colour_of(wanted),
        forms=wanted.forms,
        state="issued",
        issued_at=fold.now,
        issued={},
        school=wanted.school,
        retime="fresh",
        arbitration_of=arbitration_of,
        returns=returns,
    )
    return send(fold, incident, notification, wanted, content)


def issue_again(fold: Fold, incident: Incident, old: Notification, wanted: Wanted, content: Content) -> Notification:
    """The next version for a desk that was told before; ``content.retime`` says what happens to its clocks."""
    version = old.version + 1
    notification = replace(
        old,
        version=version,
        material_version=version if content.material else old.material_version,
        kind=wanted.kind,
        view="".join(sorted(set(old.view) | set(wanted.view))),
        mandates=tuple(dict.fromkeys((*old.mandates, *(m.id for m in wanted.mandates)))),
        ladder=wanted.ladder or old.ladder,
        colour=colour_of(wanted) if wanted.ladder else old.colour,
        forms=wanted.forms or old.forms,
        retime=content.retime,
    )
    return send(fold, incident, notification, wanted, content)


def send(fold: Fold, incident: Incident, notification: Notification, wanted: Wanted, content: Content) -> Notification:
    """Write the message of a notification, remember it, and queue it."""
    view = notification.view
    payload, hidden = project(content.head_type, dict(content.picture), view, school=notification.school)
    message = NotificationIssued(
        notification=notification.id,
        incident=incident.id,
        number=incident.number,
        desk=notification.desk,
        kind=notification.kind,
        version=notification.version,
        round=notification.round,
        material=content.material,
        change=content.change,
        colour=notification.colour,
        ladder=notification.ladder,
        view=view,
        bases=bases_of(wanted.mandates, view, content),
        forms=forms_of(notification.forms),
        event=content.facts,
        payload={**payload, **(content.extra or {})},
        hidden=hidden,
        part=content.part,
        note="；".join(wanted.notes),
        returnable=notification.kind == "acknowledge" and notification.arbitration_of is None and notification.returns < MAX_RETURNS,
        arbitration_of=notification.arbitration_of,
    )
    sent = replace(notification, issued=message.model_dump(mode="json"), issued_at=fold.now)
    fold.put(sent)
    fold.tell("bus.notification.issued", message, to=sent.desk, incident=incident.id, about=sent.id, version=sent.version)
    return sent


def bases_of(mandates: Sequence[Mandate], view: str, content: Content) -> tuple[Basis, ...]:
    """Why a desk is told: each mandate with its quote; the conditions named are those on fields of the desk's view."""
    return tuple(
        Basis(
            mandate=mandate.id,
            version=mandate.version,
            name=mandate.name,
            pack=mandate.pack,
            document=basis.document,
            quote=basis.quote,
            numbers=basis.numbers,
            matched=visible_conditions(mandate, content.head_type, view),
        )
        for mandate in mandates
        for basis in mandate.basis
    )


def forms_of(forms: Mapping[DutyKind, tuple[str, ...]]) -> tuple[DutyForm, ...]:
    """The clock forms as the desk shows them until routing has timed the duty."""
    return tuple(DutyForm(duty=kind, form=form, words=describe_form(form)) for kind, found in forms.items() for form in found)


def facts_of(event: Event) -> EventFacts:
    """The envelope as every view may see it."""
    envelope = event.envelope
    return EventFacts(
        type=envelope.name,
        time=envelope.time,
        known_at=envelope.known_at,
        occurred_at=envelope.occurred_at,
        status=envelope.status,
        county=envelope.county,
        revision=envelope.revision,
        publisher=envelope.publisher,
    )


def issue_copy(fold: Fold, original: Notification, desk: str, note: str) -> Notification:
    """Tell a second desk of the same unit what the first one was told, as inform: the first one's desk is not manned."""
    incident = fold.state.incidents[original.incident]
    version = 1
    message = NotificationIssued.model_validate(original.issued)
    copy = replace(
        original,
        id=derived_id(incident.first_time, incident.id, desk, "copy", original.id),
        desk=desk,
        kind="inform",
        colour=original.colour,
        version=version,
        material_version=version,
        forms={},
        state="issued",
        ladder=None,
        delivered_at=None,
        delivered_version=0,
        acknowledged_at=None,
        acknowledged_version=0,
    )
    told = message.model_copy(
        update={"notification": copy.id, "desk": desk, "kind": "inform", "version": version, "forms": (), "returnable": False, "note": note}
    )
    sent = replace(copy, issued=told.model_dump(mode="json"), issued_at=fold.now)
    fold.put(sent)
    fold.tell("bus.notification.issued", told, to=desk, incident=incident.id, about=sent.id, version=version)
    return sent


def end_duty(fold: Fold, duty: Duty) -> None:
    """A duty falls away: no clock looks at it any more; what was missed stays missed."""
    if duty.state != "met":
        fold.put(replace(duty, state="ended", next_at=None, pending=None))


def withdraw(fold: Fold, notification: Notification, why: WithdrawnWhy, *, hide: bool = False, text: str = "") -> Notification:
    """Take a notification back: its open duties end and its desk is told; with ``hide`` the desk loses sight of the data."""
    for duty in fold.duties_of(notification.id):
        end_duty(fold, duty)
    version = notification.version + 1
    state: NotificationState = why if why in ("superseded", "redirected") else "withdrawn"
    gone = replace(notification, state=state, version=version, issued={} if hide else notification.issued)
    fold.put(gone)
    told = NotificationWithdrawn(
        notification=gone.id, incident=gone.incident, desk=gone.desk, version=version, why=why, hide=hide, text=text
    )
    fold.tell("bus.notification.withdrawn", told, to=gone.desk, incident=gone.incident, about=gone.id, version=version)
    return gone
