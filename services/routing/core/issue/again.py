"""A desk that was told before gets the next version: what it is asked for now, and what falls away."""

from dataclasses import replace

from contracts.coordination import DutyKind
from services.routing.core.clocks.timing import RUNNING, acts_anew, supersede
from services.routing.core.issue.copies import renew_copies
from services.routing.core.issue.sending import colour_of, send, told_of
from services.routing.core.mandates import Mandate
from services.routing.core.matching.content import Content
from services.routing.core.matching.places import rule_of
from services.routing.core.matching.recipients import Wanted, united
from services.routing.core.model import Clocks, Fold, Incident, Notification


def issue_again(fold: Fold, incident: Incident, old: Notification, wanted: Wanted, content: Content) -> Notification:
    """The next version for a desk that was told before: what it is asked for now, and (material) a new signature with its clocks."""
    version = old.version + 1
    mandates, fresh = wanted.mandate_ids, wanted.forms.get("ack") if old.settled else None
    if content.additive or not content.material:
        said = _held_mandates(fold, incident, old, wanted, content)
        wanted = replace(united(fold, incident, old, wanted), mandates=said)
        mandates = tuple(dict.fromkeys((*(old.mandates if content.additive else ()), *wanted.mandate_ids)))
    if content.additive and not content.part:
        content = replace(content, part=str(old.issued.get("part", "")))
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
    renew_copies(fold, sent)
    return sent


def _held_mandates(fold: Fold, incident: Incident, old: Notification, wanted: Wanted, content: Content) -> tuple[Mandate, ...]:
    """The mandates that a desk was told by so far and those of now: the next version says all its reasons, for it stands in place of the last.

    What is corrected leaves of the former those alone that stand on what later types state."""
    said: list[Mandate] = []
    for identity in dict.fromkeys((*old.mandates, *wanted.mandate_ids)):
        now = [mandate for mandate in wanted.mandates if mandate.id == identity]
        held = rule_of(fold, incident, identity, school=old.school) if not now else None
        stands = held is not None and (content.additive or incident.head_type not in held.types)
        said += now or ([held] if held is not None and stands else [])
    return tuple(said)


def _end_unasked(fold: Fold, old: Notification, wanted: Wanted) -> None:
    """What the mandates no longer ask of the desk falls away, unless it was missed already and can still be done: an inform is never signed."""
    for duty in fold.duties_of(old.id):
        if duty.kind not in wanted.forms and duty.state in RUNNING and (duty.missed_at is None or wanted.kind == "inform"):
            supersede(fold, duty, fold.now)
