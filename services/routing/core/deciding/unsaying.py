"""What a later type of the family said is corrected: who was told of it for that alone loses sight of it, the others owe less."""

from collections.abc import Collection
from dataclasses import replace

from contracts.envelope import Event
from services.routing.core.deciding.drop import take_back
from services.routing.core.issue import end_duty, issue_again, told_of
from services.routing.core.matching.alongside import Beside, find, of_their_own
from services.routing.core.matching.cast import Scene
from services.routing.core.matching.content import Content, facts_of
from services.routing.core.matching.match import spoken_of
from services.routing.core.matching.places import rule_of
from services.routing.core.matching.recipients import Found, Wanted, both, stronger
from services.routing.core.model import Clocks, Fold, Incident, Notification
from services.routing.core.tasks.homes import Share


def drop_unsaid(fold: Fold, share: Share, beside: Beside, event: Event, words: str) -> tuple[Found, frozenset[str]]:
    """Settle with every desk that mandates wanted for what is corrected now; returns those who still are, and who owes no part any more."""
    incident, about, speaker = share.incident, spoken_of(event), event.envelope.publisher
    named = find(fold, incident, of_their_own(share.mandates), Scene(about, speaker, event.envelope.time)).wanted
    content = Content(facts_of(event), "", words, material=False, retime="none", additive=True, place_code=incident.place_code)
    leaving: set[str] = set()
    for told in fold.notifications_of(incident.id):
        if not told.live or told.copy_of is not None or told.desk == speaker or about not in told_of(incident, told):
            continue
        if told_of(incident, told) == (about,) and told.desk not in named and told.desk not in beside.alike:
            take_back(fold, told, "corrected", hide=True)
            leaving.add(told.desk)
            continue
        _owes_less(fold, share, beside, told, content=content, about=about)
    return replace(share.found, wanted={desk: one for desk, one in share.found.wanted.items() if desk not in leaving}), frozenset(leaving)


def _owes_less(fold: Fold, share: Share, beside: Beside, told: Notification, *, content: Content, about: str) -> None:
    """A desk that reads on for another reason is asked for what is left."""
    incident = share.incident
    still = share.found.wanted.get(told.desk)
    wanted = both(fold, incident, still, beside.wanted.get(told.desk), at=fold.now) if still else beside.wanted.get(told.desk)
    eased = ease(fold, incident, told, wanted, about) if wanted is not None else told
    if wanted is not None and eased is not told and still is None:
        rest = tuple(name for name in told_of(incident, told) if name != about) or (about,)
        issue_again(fold, incident, replace(eased, about=rest), wanted, replace(content, about=rest[0]))


def ease(fold: Fold, incident: Incident, told: Notification, wanted: Wanted, about: str) -> Notification:
    """What a desk was asked for by rules of a type that hold no more falls away; where other reasons fell away too it stays as it is.

    ``wanted``: all that it is asked for now. What is left of what it was asked for tells what of that is new."""
    if not _lost(fold, incident, told, about, wanted.mandate_ids):
        return told
    kinds = wanted.forms
    forms = {kind: tuple(form for form in held if form in kinds.get(kind, ())) for kind, held in told.forms.items() if kind in kinds}
    untimed = tuple(Clocks(one.version, {k: f for k, f in one.forms.items() if k in kinds}, one.ladder, one.retime) for one in told.untimed)
    left = tuple(one for one in told.mandates if one in wanted.mandate_ids)
    kind = wanted.kind if stronger(told.kind, wanted.kind) == told.kind else told.kind
    eased = replace(told, kind=kind, view=wanted.view, mandates=left, forms=forms, ladder=wanted.ladder, untimed=untimed)
    fold.put(eased)
    for duty in fold.duties_of(told.id):
        if duty.kind not in kinds:
            end_duty(fold, duty, "withdrawn")
    return eased


def _lost(fold: Fold, incident: Incident, told: Notification, about: str, holding: Collection[str]) -> bool:
    """Whether of the reasons of a desk some of this type fell away, and no other."""
    gone = [one for one in told.mandates if one not in holding]
    rules = [rule_of(fold, incident, one, school=told.school) for one in gone]
    return bool(gone) and all(rule is not None and about in rule.types for rule in rules)
