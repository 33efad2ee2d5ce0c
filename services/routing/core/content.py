"""What one issue says: the facts of the event behind it, why the desk is told, and by when in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.coordination import Basis, DutyForm, DutyKind, EventFacts
from contracts.envelope import Event
from services.routing.core.deadlines import describe_form
from services.routing.core.mandates import Mandate
from services.routing.core.model import Retime
from services.routing.core.views import visible_conditions

PLACES = ("place_text", "place_point", "place_in_school")


@dataclass(frozen=True, slots=True)
class Content:
    """What one issue says: the facts of the event behind it, the data a view is cut from, and what changed.

    ``additive``: the event only adds, so a desk loses neither clock nor view by it. ``material``: the desk must sign again."""

    facts: EventFacts
    head_type: str
    picture: Mapping[str, Any]
    change: str = ""
    material: bool = True
    retime: Retime = "tighter"
    additive: bool = False
    part: str = ""
    extra: Mapping[str, Any] | None = None
    place_code: str | None = None

    def facts_for(self, payload: Mapping[str, Any]) -> EventFacts:
        """The envelope as a view sees it: the place code only beside a field of the place."""
        if self.place_code is None or not any(payload.get(field) for field in PLACES):
            return self.facts
        return self.facts.model_copy(update={"place_code": self.place_code})


def bases_of(mandates: Sequence[Mandate], view: str, head_type: str) -> tuple[Basis, ...]:
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
            matched=visible_conditions(mandate, head_type, view),
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
