"""One form being filled in: which type, which fields, and who may."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from contracts.ids import role_of
from contracts.registry import event_type
from infra.http.auth import Actor
from infra.http.errors import NotFound
from infra.http.language import Language
from services.chassis.agency import Agency, EventIn
from services.chassis.pages.filing.fields import FormField, Shape, fields_of
from services.chassis.reading.words import field_label


@dataclass(frozen=True, slots=True)
class Filing:
    """``event``: the own event that a follow-up goes on from, ``key`` its business key."""

    inlet: EventIn
    event: str | None = None
    key: str | None = None

    @property
    def address(self) -> str:
        return f"/events/{self.event}/follow/{self.inlet.form}" if self.event else f"/events/new/{self.inlet.form}"

    def fields(self, language: Language) -> tuple[FormField, ...]:
        """The fields, those on top first; the key of a follow-up comes from its event."""
        first = self.inlet.first
        left_out = frozenset(self.inlet.stated.key_fields) if self.key is not None else frozenset[str]()
        found = fields_of(self.inlet.posted, Shape(language, left_out, self.inlet.defaults, self.inlet.room))
        ordered = sorted(found, key=lambda one: first.index(one.name) if one.name in first else len(first))
        return tuple(self._labelled(one, language) for one in ordered)

    def _labelled(self, one: FormField, language: Language) -> FormField:
        """The one choice of a level change, which field it is about, is called as the field is."""
        kind = self.inlet.stated
        if kind.mark != "L" or kind.head is None or one.name != "field":
            return one
        model = event_type(kind.head).model
        return replace(one, options=tuple((code, field_label(model, code, language)) for code, _ in one.options))


def can_file(actor: Actor, inlet: EventIn) -> list[str]:
    """The person's desks that may state the type."""
    return [desk for desk in actor.desks if role_of(desk) in inlet.stated.publishers]


def find_inlet(agency: Agency, slug: str, *, keyed: bool) -> EventIn:
    """The inlet of a form; NotFound for a form that is not there."""
    for inlet in agency.inlets():
        if inlet.form == slug and ("{key}" in inlet.path) == keyed and inlet.stated.mark != "C":
            return inlet
    raise NotFound()


def walk(fields: Sequence[FormField]) -> list[FormField]:
    """Every field with those inside it, in the order of the form."""
    return [inner for one in fields for inner in (one, *walk(_inside(one)))]


def _inside(one: FormField) -> Sequence[FormField]:
    return one.row(0) if one.listed else one.parts
