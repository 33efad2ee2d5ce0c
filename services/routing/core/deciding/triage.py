"""分办: whom GOV-01 told names the school or the mandate, and the incident is decided again, as if the statement had named it."""

from dataclasses import replace

from contracts.coordination import EventFacts, IncidentTriaged, NotificationAcknowledged, RecipientLine, TriageRefusal
from contracts.envelope import Envelope, Event, wire_type
from contracts.registry import event_type
from services.routing.core.answering.respond import acknowledged, answered
from services.routing.core.climbing.hand_on import hand_on
from services.routing.core.climbing.ladder import fire_due
from services.routing.core.deciding.change import Change, differing
from services.routing.core.deciding.decide import live_notification, settle
from services.routing.core.deciding.restated import restated
from services.routing.core.deciding.stamp import stamp
from services.routing.core.matching.alongside import find
from services.routing.core.matching.cast import Scene
from services.routing.core.matching.content import Content
from services.routing.core.matching.match import Matched, match, spoken_for
from services.routing.core.matching.naming import TRIAGE, nameless, who_named, with_schools
from services.routing.core.matching.places import places_of
from services.routing.core.matching.recipients import Found, Wanted, asks_more
from services.routing.core.matching.views import sees
from services.routing.core.model import Fold, Incident, Misfit, Notification, Triage
from services.routing.core.tasks.handover import offer_handover
from services.routing.core.tasks.homes import shares_of
from services.routing.core.tasks.task import Demand, lead_after

NAME = "bus.incident.triaged"


def triaged(fold: Fold, data: IncidentTriaged) -> None:
    """Fold a triage. What it cannot change is answered with the reason; it signs all the same. Misfit: no triage, or not of this desk."""
    told = answered(fold, data.notification, data.desk)
    if TRIAGE not in told.mandates or told.kind != "acknowledge":
        raise Misfit("not-a-triage")
    if bool(data.schools) == (data.mandate is not None):
        raise Misfit("not-one-of-two", "a triage names either schools or a mandate")
    _sign(fold, told, data)
    fire_due(fold)
    told = fold.state.notifications[told.id]
    refused = _refusal(fold, told, data) or _decide_again(fold, told, data)
    _answer(fold, fold.state.incidents[told.incident], told, data, refused)


def _sign(fold: Fold, told: Notification, data: IncidentTriaged) -> None:
    signature = NotificationAcknowledged(
        notification=told.id, incident=told.incident, number=data.number, desk=told.desk, version=data.version,
        acknowledged_at=data.triaged_at, person=data.person,
    )  # fmt: skip
    acknowledged(fold, signature)


def _about(told: Notification) -> str:
    """The type that the desk was told of last."""
    name = EventFacts.model_validate(told.issued["event"]).type
    return event_type(name).head or name


def _again(incident: Incident, told: Notification, data: IncidentTriaged) -> Event:
    """What is decided again: what the publisher stated, as it stands now."""
    name = wire_type(_about(told))
    envelope = Envelope(
        id=incident.head_id, source=incident.head_source, type=name, subject=incident.key, time=data.triaged_at, dataschema=name,
        known_at=incident.first_known_at, status=incident.status, county=incident.county, place_code=incident.place_code,
        revision=incident.revision, publisher=incident.publisher,
    )  # fmt: skip
    return Event(envelope, data)


def _refusal(fold: Fold, told: Notification, data: IncidentTriaged) -> TriageRefusal | None:
    incident = fold.state.incidents[told.incident]
    if incident.closed_at is not None:
        return "over"
    if not told.live or not match(fold, incident, _again(incident, told, data)).unmatched:
        return "decided"
    return _refuse_mandate(fold, incident, told, data) if data.mandate is not None else _refuse_schools(fold, incident, data)


def _refuse_schools(fold: Fold, incident: Incident, data: IncidentTriaged) -> TriageRefusal | None:
    if any(fold.world.directory.school(school, data.triaged_at) is None for school in data.schools):
        return "unknown-school"
    return None if _instead_of(fold, incident, data) else "no-unknown-school"


def _instead_of(fold: Fold, incident: Incident, data: IncidentTriaged) -> tuple[str, ...]:
    """What the named schools stand for: what nobody knows, or the schools that a triage named before to no effect."""
    return nameless(fold, incident, data.triaged_at) or (incident.triage.schools if incident.triage is not None else ())


def _refuse_mandate(fold: Fold, incident: Incident, told: Notification, data: IncidentTriaged) -> TriageRefusal | None:
    """In force at the incident's place by the version that it was born with, and a rule about its type."""
    mandate, about = str(data.mandate), _about(told)
    if spoken_for(fold, incident, mandate, about, data.triaged_at):
        return None
    book, places = fold.world.book, places_of(fold, incident, about, data.triaged_at)
    moments = (incident.first_known_at, incident.first_time)
    return "other-type" if any(book.by_id(mandate, at, place) for at in moments for place in places) else "not-in-force"


def _decide_again(fold: Fold, told: Notification, data: IncidentTriaged) -> TriageRefusal | None:
    """Tell whom the schools or the mandate make know it; what finds nobody at all changes nothing."""
    before = fold.state.incidents[told.incident]
    incident = _named(fold, before, told, data)
    fold.put(incident)
    event = _again(incident, told, data)
    matched = match(fold, incident, event)
    mandates = tuple(one for one in matched.mandates if one.trigger != "unmatched")
    if not mandates:
        return "nothing-matches"
    about = _about(told)
    scene = Scene(about, incident.publisher, data.triaged_at)
    found = find(fold, incident, mandates, replace(scene, lead=lead_after(fold, incident, scene, Demand(mandates))))
    if data.mandate is not None and not any(data.mandate in wanted.mandate_ids for wanted in found.wanted.values()):
        fold.put(before)
        return "nobody-found"
    content = replace(_content(incident, told, data), fields=tuple(sorted(differing(before.picture, incident.picture))))
    change = Change("triaged", material=bool(data.schools), retime="tighter")
    for share in shares_of(fold, incident, _news(fold, incident, found, content, by=data.desk), mandates):
        settle(fold, share, content, change, event)
    offer_handover(fold, incident, data.triaged_at)
    _tell_decision(fold, fold.state.incidents[incident.id], data, replace(matched, mandates=mandates), found)
    return None


def _tell_decision(fold: Fold, incident: Incident, data: IncidentTriaged, matched: Matched, found: Found) -> None:
    """The publisher reads whom its statement is told now; who was told by GOV-01 still is."""
    asked = (n for n in fold.notifications_of(incident.id) if n.live and n.copy_of is None and TRIAGE in n.mandates)
    lines = tuple(
        RecipientLine(desk=n.desk, kind=n.kind, view=n.view, mandates=n.mandates) for n in asked if n.desk not in found.wanted
    )
    who = who_named(fold, incident.triage) if incident.triage is not None else ""
    stamp(
        fold, incident, restated(incident, otherwise=data), "routed", matched=matched, found=found, lines=lines,
        reasons=(f"由{who}分办后重新研判",), again=f"/{fold.cause}",
    )  # fmt: skip


def _named(fold: Fold, incident: Incident, told: Notification, data: IncidentTriaged) -> Incident:
    old = incident.triage
    said = Triage(desk=data.desk, person=data.person.shown, at=data.triaged_at, about=_about(told), mandate=data.mandate)
    if data.mandate is not None:
        kept = replace(said, schools=old.schools, instead_of=old.instead_of) if old is not None else said
        return replace(incident, triage=kept)
    replaced = _instead_of(fold, incident, data)
    first = old.instead_of if old is not None and old.schools == replaced else replaced
    picture = with_schools(incident.picture, replaced, data.schools)
    return replace(incident, picture=picture, triage=replace(said, schools=data.schools, instead_of=first))


def _content(incident: Incident, told: Notification, data: IncidentTriaged) -> Content:
    facts = EventFacts.model_validate(told.issued["event"])
    return Content(
        facts=facts.model_copy(update={"publisher": facts.publisher or incident.publisher}), about=_about(told), change="triaged",
        material=bool(data.schools), additive=True, place_code=incident.place_code,
        since=data.triaged_at, publish_due=told.publish_due,
    )  # fmt: skip


def _news(fold: Fold, incident: Incident, found: Found, content: Content, *, by: str) -> Found:
    """Without the desks for which nothing changes: told before, by the same mandates, of the same fields; or ``by`` whom they were named."""
    wanted = {desk: one for desk, one in found.wanted.items() if _is_news(fold, incident, one, content, knows=desk == by)}
    return replace(found, wanted=wanted)


def _is_news(fold: Fold, incident: Incident, wanted: Wanted, content: Content, *, knows: bool) -> bool:
    old = live_notification(fold, incident, wanted.desk)
    if old is None or asks_more(old, wanted) or set(wanted.mandate_ids) - set(old.mandates):
        return True
    if knows:
        return False
    place = fold.world.directory.place_of(old.desk, fold.now)
    return bool(set(content.fields) & sees(content.about, incident.said(content.about), old.view, place=place))


def _answer(fold: Fold, incident: Incident, told: Notification, data: IncidentTriaged, refused: TriageRefusal | None) -> None:
    """Whoever was told by GOV-01 learns of it, the publisher and the lead; of a triage that changed nothing its own desk alone."""
    message = data.model_copy(update={"number": incident.number, "refused": refused})
    about = f"{told.id}/{fold.cause}"
    if refused not in (None, "nothing-matches"):
        fold.tell(NAME, message, to=told.desk, incident=incident.id, about=about)
        return
    waiting = (n.desk for n in fold.notifications_of(incident.id) if n.live and TRIAGE in n.mandates)
    hand_on(fold, incident, NAME, message, actor="", about=about, also=(told.desk, *waiting))
