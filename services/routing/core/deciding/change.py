"""What a follow-up changes: is it material, must desks sign again, and what happens to their clocks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from contracts.event_type import Mark
from contracts.followups import new_values
from services.routing.core.model import Retime

MATERIAL_FIELDS = frozenset({
    "schools", "school_id", "place_code", "kind", "severity", "level", "grade", "rating", "pupils", "pupil", "casualties", "ill",
    "ill_pupils", "cases", "advice", "problems", "rectify_by", "fix_by", "recheck_on", "starts_at", "to",
    "cases_today", "cases_3days", "severe", "dead", "notifiable", "emergency_grade", "from_school", "to_school",
    "scope", "domain", "class", "crime_suspected", "imminent", "colour", "wish_before", "wished_by", "leaves_on", "level_advised",
    "investigation_started_at", "object", "disease_group", "category", "topic",
})  # fmt: skip
"""The schools (also as a scope), what it is, how grave, whom it struck, what to do and by when, in the names of every type."""
GRAVER_FIRST: tuple[tuple[str, ...], ...] = (
    ("life-risk", "urgent", "routine"),
    ("red", "orange", "yellow"),
    ("grave", "general"),
    ("severe", "general", "suspected"),
    ("critical", "major", "minor"),
    ("imminent", "serious", "general"),
    ("D", "C", "B", "A"),
    ("extreme", "major", "larger", "general", "none"),
)
"""The scales of severity, level, grade and rating."""


@dataclass(frozen=True, slots=True)
class Change:
    """A code and the ``fields`` for the desk to read (those of its view), whether it must sign again, and how its clocks are set.

    ``additive``: nothing is taken away; else desks that no longer match lose their notification for the reason in ``mark``. ``news``: whom
    the mandates ask for a signature now, must sign this though it signed what came before."""

    words: str
    material: bool
    retime: Retime
    mark: Mark | None = None
    news: bool = False
    fields: tuple[str, ...] = ()

    @property
    def additive(self) -> bool:
        return self.mark not in ("C", "L")


def change_of(mark: Mark | None, data: BaseModel, picture: Mapping[str, Any] | None = None) -> Change:
    """Head: everything is new. S: inform. C: by the fields that change. L up: sign again, the tighter due wins; down: clocks anew.

    ``picture``: what stood before it, from which a level moves whatever it says to come from."""
    match mark:
        case "S":
            return Change("supplemented", material=False, retime="none", mark="S")
        case "C":
            return corrected(new_values("C", data))
        case "L":
            return Change("level-changed", material=True, retime="anew" if eased(data, picture) else "tighter", mark="L")
        case _:
            return Change("", material=True, retime="tighter")


def joined(name: str, mark: Mark | None = None, corrects: Collection[str] = ()) -> Change:
    """What a later type of the family states: it takes nothing away, and asks for a signature where its mandates do, each time anew.

    What is added to it afterwards asks for none, and what it ``corrects`` for one where it is material."""
    return Change(f"joined: {name}", material=False, retime="tighter", news=mark is None or bool(MATERIAL_FIELDS & set(corrects)))


def corrected(fields: Collection[str]) -> Change:
    """A correction of some fields: material ones ask for a new signature."""
    material = bool(MATERIAL_FIELDS & set(fields))
    return Change("corrected", material, "tighter" if material else "none", mark="C", fields=tuple(sorted(fields)))


def eased(data: BaseModel, picture: Mapping[str, Any] | None = None) -> bool:
    """Whether a level change goes down from what stands; a level that is not known counts as going up. A count and a yes grow graver upwards."""
    moved = data.model_dump(mode="json", by_alias=True)
    return goes_down((picture or {}).get(moved.get("field", ""), moved.get("from")), moved.get("to"))


def goes_down(old: Any, new: Any) -> bool:
    """Whether the second of two levels is less grave than the first."""
    if isinstance(old, int) and isinstance(new, int):
        return new < old
    scale = next((one for one in GRAVER_FIRST if {old, new} <= set(one)), None)
    return scale is not None and scale.index(new) > scale.index(old)


def merge_picture(picture: Mapping[str, Any], mark: Mark | None, data: BaseModel) -> dict[str, Any]:
    """The merged picture after a follow-up; a head replaces everything, a withdrawal or conclusion nothing."""
    if mark is None:
        return data.model_dump(mode="json", exclude_none=True, by_alias=True)
    merged = {**picture, **new_values(mark, data, picture)}
    return {name: value for name, value in merged.items() if value is not None}


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[str]:
    """The fields in which two pictures differ."""
    return frozenset(name for name in {*before, *after} if before.get(name) != after.get(name))
