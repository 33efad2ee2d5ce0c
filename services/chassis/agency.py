"""The declaration of an agency: what it states, under which addresses, and which desks its service hosts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from contracts.event_type import EventType
from contracts.registry import UnknownType, all_types, event_type, follow_ups


@dataclass(frozen=True, slots=True)
class EventIn:
    """One event type an agency states. ``path``: below ``/api``; ``{key}`` in it stands for the business key.

    ``via`` translates what another system posts (model ``accepts``) into the data of the type. ``defaults`` and ``first`` shape the
    form for people: values that stand in it at the start, and the fields on top; ``room``: how many items of a list it has room for, where
    that is more than usual. A type without ``form`` has no page.
    """

    model: type[BaseModel]
    path: str
    accepts: type[BaseModel] | None = None
    via: Callable[[Any], dict[str, Any]] | None = None
    form: str | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    first: tuple[str, ...] = ()
    room: Mapping[str, int] = field(default_factory=dict)

    @property
    def stated(self) -> EventType:
        """The registered type of the model; a model nobody registered is a LookupError."""
        for one in all_types():
            if one.model is self.model:
                return one
        raise LookupError(f"no event type has the model {self.model.__name__}")

    @property
    def posted(self) -> type[BaseModel]:
        """The model of the data as it is posted."""
        model = self.accepts or self.stated.intake_model
        if model is None:
            raise LookupError(f"{self.stated.name} cannot be posted")
        return model

    def follow_ups(self) -> tuple["EventIn", ...]:
        """The type's follow-ups: ``{path}/{key}/supplemented`` and so on."""
        stem = self.path if "{key}" in self.path else f"{self.path}/{{key}}"
        head = self.stated.name
        return tuple(
            EventIn(one.model, path=f"{stem}/{one.name.removeprefix(head + '.')}", form=f"{self.form}-{one.mark}" if self.form else None)
            for one in follow_ups(head)
            if one.intake_model is not None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptIn:
    """A matter that a unit keeps to itself: it rests in the schema of its service and is never an event.

    ``path``: below ``/api`` and ``/kept``; ``number``: the field of the unit's own number. ``writers`` enter it, ``readers`` see the list,
    ``openers`` open its sealed rows. ``counted``: roles of the county that get its monthly count, shown from ``shown_from`` on.
    ``remind_on``: the field with the day on which ``reminded`` are rung. ``outcomes``: how it may end here; ``kept_days`` after that it is
    forgotten. ``raised_to``: the type it may be stated as, with ``carries`` of its fields, and ``raised_as`` said of it.
    """

    name: str
    title: str
    title_en: str
    model: type[BaseModel]
    path: str
    number: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    openers: tuple[str, ...]
    counted: tuple[str, ...] = ()
    shown_from: int = 10
    defaults: Mapping[str, Any] = field(default_factory=dict)
    remind_on: str | None = None
    reminded: tuple[str, ...] = ()
    outcomes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    kept_days: int = 365
    raised_to: str | None = None
    raised_as: Mapping[str, Any] = field(default_factory=dict)
    carries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GuardIn:
    """The agency looks at guard posts. ``leaders``: roles that vouch for check-ins of their unit that were uploaded too late."""

    leaders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """A service's declaration. ``desks``: the roles it hosts. ``openers``: the roles that may open sealed rows, by agency prefix;
    a prefix that is not named may open what its view holds. ``kept``: what its units keep to themselves; ``guard``: none
    where its units look at no gates."""

    name: str
    title: str
    title_en: str
    events: tuple[EventIn, ...]
    desks: tuple[str, ...]
    openers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kept: tuple[KeptIn, ...] = ()
    guard: GuardIn | None = None

    def inlets(self) -> tuple[EventIn, ...]:
        """Every address that takes events: the declared ones and their follow-ups, each type's follow-ups once."""
        heads: dict[str, EventIn] = {}
        for one in self.events:
            if one.accepts is None:
                heads.setdefault(one.stated.name, one)
        return (*self.events, *(follow for head in heads.values() for follow in head.follow_ups()))

    def may_open(self, role: str, event_name: str) -> bool:
        """Whether a role may open the sealed rows of a notification about this event."""
        allowed = self._named(role, event_name)
        return allowed is None or role in allowed

    def opens_elsewhere(self, role: str, event_name: str) -> bool:
        """Whether a role may open them at the other desks of its unit too: it must be named."""
        return role in (self._named(role, event_name) or ())

    def _named(self, role: str, event_name: str) -> frozenset[str] | None:
        """Who may open beside this role: those whom the event's type names, else the agency; None where nobody named any."""
        prefix = role.partition(".")[0]
        by_type = frozenset(one for one in _openers(event_name) if one.startswith(f"{prefix}."))
        return by_type or self.openers.get(prefix)


def _openers(event_name: str) -> tuple[str, ...]:
    try:
        return event_type(event_name).openers
    except UnknownType:
        return ()
