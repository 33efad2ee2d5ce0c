"""Deciding: which mandates match an event, who is told by when and why, and what a later event changes for those already told."""

from dataclasses import replace

from contracts.coordination import DecisionMade, Kind
from contracts.envelope import Event
from contracts.event_type import Mark
from contracts.ids import unit_of
from services.routing.core.climbing.box import drop_arbitration
from services.routing.core.climbing.ladder import fire_due
from services.routing.core.clocks.timing import start_task_clocks
from services.routing.core.deciding.change import Change, change_of
from services.routing.core.deciding.closing import close_by_statement
from services.routing.core.deciding.dated import keep_dates
from services.routing.core.deciding.drop import drop_suspects, drop_unmatched
from services.routing.core.deciding.ending import concluded, unsaid, withdrawn
from services.routing.core.deciding.publishing import publish_due
from services.routing.core.deciding.review import review
from services.routing.core.deciding.stamp import stamp
from services.routing.core.deciding.unsaying import ease
from services.routing.core.issue import issue_again, issue_new, told_of
from services.routing.core.matching.alongside import asked_beside, find, ids_beside
from services.routing.core.matching.cast import Scene
from services.routing.core.matching.content import Content, facts_of
from services.routing.core.matching.match import match, spoken_of
from services.routing.core.matching.naming import without_mandate
from services.routing.core.matching.places import rule_of
from services.routing.core.matching.recipients import Found, Wanted, asks_more
from services.routing.core.model import Fold, Incident, Notification
from services.routing.core.tasks.handover import offer_handover
from services.routing.core.tasks.homes import Share, shares_of
from services.routing.core.tasks.task import Demand, lead_after, open_or_extend, rest


def decide(fold: Fold, incident: Incident, event: Event, mark: Mark | None, *, change: Change | None = None) -> DecisionMade:
    """Fold one agency event whose picture is already merged into ``incident``; returns the stamped decision.

    ``change``: what it changes for those already told, where its type alone does not say. What fell due before it fires before it."""
    fire_due(fold)
    about = spoken_of(event)
    if mark == "W":
        return withdrawn(fold, incident, event) if about == incident.head_type else unsaid(fold, incident, event)
    if mark == "X":
        return concluded(fold, incident, event)
    change = change or change_of(mark, event.data)
    matched = match(fold, incident, event)
    scene = Scene(about, event.envelope.publisher, event.envelope.time)
    incident = incident if change.additive or matched.named else without_mandate(fold, incident)
    held = ids_beside(fold, incident, event) if change.mark == "C" else frozenset[str]()
    demand = Demand(tuple(matched.mandates), whole=not change.additive, held=held)
    found = find(fold, incident, matched.mandates, replace(scene, lead=lead_after(fold, incident, scene, demand)))
    content = Content(
        facts=facts_of(event),
        about=about,
        change=change.words,
        fields=change.fields,
        material=change.material,
        retime=change.retime,
        additive=change.additive,
        place_code=incident.place_code,
        publish_due=publish_due(fold, incident, event),
    )
    for share in shares_of(fold, incident, found, matched.mandates):
        settle(fold, share, content, change, event)
    offer_handover(fold, incident, event.envelope.time)
    keep_dates(fold, incident, event, about, corrected=change.fields if change.mark == "C" else ())
    if about != incident.head_type or mark == "L":
        close_by_statement(fold, incident, event)
    return stamp(fold, incident, event, "unmatched" if matched.unmatched else "routed", matched=matched, found=found)


def settle(fold: Fold, share: Share, content: Content, change: Change, event: Event) -> None:
    """Tell everybody of one share, with the task that it opens or extends."""
    incident = share.incident
    suspects = drop_suspects(fold, incident)
    left = review(fold, share, content, change, event)
    demand = replace(left.demand, leaving=left.demand.leaving | suspects)
    scene = Scene(content.about, event.envelope.publisher, event.envelope.time)
    task = open_or_extend(fold, incident, scene, demand)
    if left.rests and task and task.mandate not in left.asking:
        task = rest(fold, incident, task, left.rests)
    texts = {part.desk: part.text for part in task.parts if part.state != "excused"} if task else {}
    for wanted in left.found.wanted.values():
        _tell(fold, incident, wanted, replace(content, part=texts.get(wanted.desk, "")), change)
    if change.mark == "S":
        _tell_others(fold, incident, left.found, content)
    _time_lead(fold, incident, event)


def _tell_others(fold: Fold, incident: Incident, found: Found, content: Content) -> None:
    """A desk that still owes something for what was said before reads on what is added, though no rule asks it for that any more (GOV-01)."""
    for told in fold.notifications_of(incident.id):
        reads = told.live and told.copy_of is None and not told.left and incident.head_type in told_of(incident, told)
        stands = fold.world.directory.unit(unit_of(told.desk), fold.now) is not None
        if not reads or not stands or told.kind == "inform" or found.concerns(told.desk) or told.desk == content.facts.publisher:
            continue
        known = (rule_of(fold, incident, mandate, school=told.school) for mandate in told.mandates)
        rules = tuple(rule for rule in known if rule is not None)
        wanted = Wanted(told.desk, told.school, told.kind, told.view, rules, {}, None)
        issue_again(fold, incident, told, wanted, replace(content, material=False, retime="none"))


def hide_corrected(fold: Fold, incident: Incident, event: Event) -> None:
    """A correction of a closed incident, which stays closed: who no longer matches loses sight of the data."""
    fold.put(incident)
    scene = Scene(spoken_of(event), event.envelope.publisher, event.envelope.time)
    found = find(fold, incident, match(fold, incident, event).mandates, scene)
    kept = asked_beside(fold, incident, event, scene).desks
    drop_unmatched(fold, incident, found, Content(facts_of(event), scene.about), hide=True, kept=kept)


def _tell(fold: Fold, incident: Incident, wanted: Wanted, content: Content, change: Change) -> None:
    """A desk that was never told gets its notification; one that was gets the next version, to be signed again if that is material."""
    old = live_notification(fold, incident, wanted.desk)
    if old is None:
        first = replace(content, change="", fields=(), material=True, retime="tighter", additive=False)
        issue_new(fold, incident, _as_publisher(incident, wanted, change), first)
        return
    if change.mark == "C" and not content.material:
        old = ease(fold, incident, old, wanted, content.about)
    again = change.news and wanted.kind != "inform"
    if (again or asks_more(old, wanted)) and not content.material:
        content = replace(content, material=True, retime="tighter")
    if old.state == "returned" and content.material and not content.additive and wanted.kind == "inform":
        old = _fallen_away(fold, old)
    issue_again(fold, incident, old, wanted, content)


def _fallen_away(fold: Fold, returned: Notification) -> Notification:
    """A desk that is only informed now gave back what nobody asks for any more: there is nothing left to rule on."""
    drop_arbitration(fold, returned, "superseded")
    return replace(returned, state="delivered")


def _as_publisher(incident: Incident, wanted: Wanted, change: Change) -> Wanted:
    """The desk that stated the head knows it; what another desk adds to it later is for its information."""
    if wanted.desk != incident.publisher or change.material or change.mark is None:
        return wanted
    kind: Kind = "inform"
    return replace(wanted, kind=kind, forms={}, ladder=None)


def live_notification(fold: Fold, incident: Incident, desk: str) -> Notification | None:
    """The notification of a desk that still stands."""
    return next((n for n in fold.notifications_of(incident.id) if n.desk == desk and n.live), None)


def _time_lead(fold: Fold, incident: Incident, event: Event) -> None:
    """A task that waits for its lead: its clocks start when the lead's newest version is delivered, or now if none is on its way."""
    task = fold.task_of(incident.id)
    if task is None or task.lead_delivered_at is not None or task.closed_at is not None:
        return
    told = live_notification(fold, incident, task.lead)
    if told is not None and told.delivered_version < told.version:
        fold.put(replace(task, lead_version=told.version))
        return
    start_task_clocks(fold, incident, task, event.envelope.time)
