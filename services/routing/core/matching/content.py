"""What one issue says: the facts of the event behind it, why the desk is told, and by when in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.coordination import Basis, DutyForm, DutyKind, EventFacts
from contracts.envelope import Event
from contracts.fields import labels_of
from contracts.registry import event_type
from services.routing.core.deadlines import describe_form
from services.routing.core.mandates import Mandate
from services.routing.core.matching.views import project, sees, visible_conditions
from services.routing.core.model import Incident, Retime

PLACES = ("place_text", "place_point", "place_in_school")


@dataclass(frozen=True, slots=True)
class Sight:
    """What one desk may see: the letters of its view, every id of its own school, and the division code of its unit."""

    view: str
    schools: frozenset[str] | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What one issue says: the facts of the event behind it, the type it speaks of, and what changed.

    ``additive``: the event only adds, so a desk loses neither clock nor view by it. ``fields``: what was corrected, of which a desk reads the
    names in its view. ``material``: the desk must sign again. ``since``: when
    it became the bus's to carry, where that is not the time of the event; ``publish_due``: by when the publisher had to state it."""

    facts: EventFacts
    about: str
    change: str = ""
    material: bool = True
    retime: Retime = "tighter"
    additive: bool = False
    part: str = ""
    extra: Mapping[str, Any] | None = None
    place_code: str | None = None
    since: datetime | None = None
    publish_due: datetime | None = None
    fields: tuple[str, ...] = ()

    def change_for(self, seen: Collection[str]) -> str:
        """What changed, with the names of those corrected fields that a view sees in this case."""
        named = [field for field in self.fields if field in seen]
        return f"{self.change}: {', '.join(named)}" if named else self.change

    def facts_for(self, view: str, payload: Mapping[str, Any]) -> EventFacts:
        """The envelope as a view sees it: the place code only beside a field of the place, the publisher where the type does not hide it."""
        knowing = event_type(self.about).publisher_views
        placed = self.place_code is not None and any(payload.get(field) for field in PLACES)
        place_code = self.place_code if placed else self.facts.place_code
        publisher = self.facts.publisher if knowing is None or knowing & set(view) else None
        return self.facts.model_copy(update={"place_code": place_code, "publisher": publisher})


def bases_of(mandates: Sequence[Mandate], view: str, about: Sequence[str]) -> tuple[Basis, ...]:
    """Why a desk is told: each mandate with its quote; the conditions named are those on fields of the desk's view.

    ``about``: the types that the desk is told of; a mandate's conditions are read on the one that it is written for."""
    return tuple(
        Basis(
            mandate=mandate.id,
            version=mandate.version,
            name=mandate.name,
            pack=mandate.pack,
            document=basis.document,
            quote=basis.quote,
            numbers=basis.numbers,
            matched=visible_conditions(mandate, next((name for name in about if name in mandate.types), about[0]), view),
        )
        for mandate in mandates
        for basis in mandate.basis
    )


def shown_to(
    incident: Incident, about: Sequence[str], sight: Sight, extra: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The fields of several types of one incident as one desk sees them, and the labels of those it does not; a later type's word stands.

    ``extra``: what this desk is shown beside its view, which is then no longer hidden from it."""
    beside = extra or {}
    payload: dict[str, Any] = {}
    hidden: list[str] = []
    for name in about:
        shown, unseen = project(name, dict(incident.said(name)), sight.view, school=sight.schools, place=sight.place)
        payload |= shown
        told = {label for field, label in labels_of(event_type(name).model).items() if field in beside}
        hidden += [label for label in unseen if label not in told]
    return payload | dict(beside), tuple(dict.fromkeys(hidden))


def seen_by(incident: Incident, about: Sequence[str], sight: Sight, facts: EventFacts) -> frozenset[str]:
    """The fields of several types that one desk may see in this case, whether they hold something or not."""
    fields = (sees(name, incident.said(name), sight.view, place=sight.place) for name in about)
    return frozenset().union(*fields, {"place_code"} if facts.place_code is not None else ())


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
