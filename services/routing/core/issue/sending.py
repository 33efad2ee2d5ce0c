"""The message of a notification: the fields of the desk's own view and the reasons it may read."""

from collections.abc import Mapping
from dataclasses import replace

from contracts.coordination import Colour, Ladder, MandateChoice, NotificationIssued
from contracts.registry import event_type
from services.routing.core.matching.answers import is_answerable
from services.routing.core.matching.cast import ids_of_school
from services.routing.core.matching.content import Content, Sight, bases_of, forms_of, seen_by, shown_to
from services.routing.core.matching.match import applicable
from services.routing.core.matching.naming import TRIAGE, named_reasons
from services.routing.core.matching.recipients import Wanted
from services.routing.core.model import Fold, Incident, Notification

MAX_RETURNS = 2
COLOURS: Mapping[Ladder, Colour] = {"A": "red", "P": "red", "G": "red", "B": "orange", "C": "yellow"}


def colour_of(wanted: Wanted) -> Colour:
    """The chip of a desk: the colour of its ladder; informs and bulletins are blue."""
    if wanted.kind != "acknowledge" or wanted.ladder is None:
        return "blue"
    return COLOURS[wanted.ladder]


def told_of(incident: Incident, notification: Notification) -> tuple[str, ...]:
    """The types whose fields a notification shows."""
    return notification.about or (incident.head_type,)


def send(fold: Fold, incident: Incident, notification: Notification, wanted: Wanted, content: Content) -> Notification:
    """Write the message of a notification, remember it, and queue it."""
    view, school, about = notification.view, notification.school, told_of(incident, notification)
    sight = Sight(view, ids_of_school(fold, school), fold.world.directory.place_of(notification.desk, fold.now))
    payload, hidden = shown_to(incident, about, sight, content.extra)
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
        payload=payload,
        hidden=hidden,
        part=content.part,
        note="；".join((*wanted.notes, *act_words(notification.act))),
        returnable=returnable(incident, notification),
        arbitration_of=notification.arbitration_of,
        choices=_choices(fold, incident, notification, content.about),
    )
    sent = replace(notification, issued=message.model_dump(mode="json"), issued_at=fold.now)
    fold.put(sent)
    fold.tell("bus.notification.issued", message, to=sent.desk, incident=incident.id, about=sent.id, version=sent.version)
    return sent


def _choices(fold: Fold, incident: Incident, notification: Notification, about: str) -> tuple[MandateChoice, ...]:
    """What a desk that triages can name: the rules about the type, each id once."""
    if notification.kind != "acknowledge" or TRIAGE not in notification.mandates:
        return ()
    named = {rule.id: rule.name for rule in applicable(fold, incident, about, fold.now)}
    return tuple(MandateChoice(mandate=identity, name=name) for identity, name in named.items())


def act_words(act: str | None) -> tuple[str, ...]:
    """What alone is the first action, for the desk to read."""
    return (f"首次行动以“{event_type(act).title}”的上报为准",) if act is not None else ()


def returnable(incident: Incident, notification: Notification) -> bool:
    """A duty of an agency's event can be returned until a ruling was final or let it stand; an item of the bus's own cannot.

    A suspicion is given back with an answer by the unit that it is about."""
    if is_answerable(incident, notification.desk):
        return True
    return notification.kind == "acknowledge" and not incident.own and notification.returns < MAX_RETURNS and notification.ruling is None
