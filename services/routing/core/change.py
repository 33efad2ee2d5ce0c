"""What a follow-up changes: is it material, must desks sign again, and what happens to their clocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from contracts.event_type import Mark
from contracts.followups import new_values
from services.routing.core.issue import Retime

MATERIAL_FIELDS = frozenset({
    "schools", "school_id", "place_code", "kind", "severity", "level", "grade", "pupils", "casualties", "ill", "cases",
    "advice", "problems", "rectify_by", "fix_by",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A code and the fields for the desk to read, whether it must sign again, and how its clocks are set."""

    words: str
    material: bool
    retime: Retime


def change_of(mark: Mark | None, data: BaseModel) -> Change:
    """Head: everything is new. S: inform. C: by the fields that change. L: sign again, the tighter due wins."""
    match mark:
        case "S":
            return Change("supplemented", material=False, retime="none")
        case "C":
            fields = set(new_values("C", data))
            material = bool(fields & MATERIAL_FIELDS)
            return Change("corrected: " + ", ".join(sorted(fields)), material, "fresh" if material else "none")
        case "L":
            return Change("level-changed", material=True, retime="tighter")
        case _:
            return Change("", material=True, retime="fresh")


def merge_picture(picture: Mapping[str, Any], mark: Mark | None, data: BaseModel) -> dict[str, Any]:
    """The merged picture after a follow-up; a head replaces everything, a withdrawal or conclusion nothing."""
    if mark is None:
        return data.model_dump(mode="json", exclude_none=True, by_alias=True)
    merged = {**picture, **new_values(mark, data, picture)}
    return {name: value for name, value in merged.items() if value is not None}
