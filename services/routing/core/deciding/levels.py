"""级别 that goes by steps of its own: it comes down as its contract lets it, from the level that stands, whatever a statement says."""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from contracts.event_type import Mark
from contracts.refusals import refusals
from contracts.registry import follow_ups
from services.routing.core.deciding.change import differing, goes_down

BY_ITSELF = "级别下调须以级别变更上报，重报不予受理"


def why_refused(name: str, mark: Mark | None, data: BaseModel, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Why a statement may not move the level of a picture; nothing where it may. ``before`` and ``after``: the picture without and with it."""
    if mark == "L":
        return _from_where_it_stands(data, before)
    if mark is None and any(goes_down(before.get(field), after.get(field)) for field in differing(before, after) & _stepping(name)):
        return (BY_ITSELF,)
    return ()


def _from_where_it_stands(data: BaseModel, before: Mapping[str, Any]) -> tuple[str, ...]:
    said = data.model_dump(mode="json", by_alias=True, exclude_none=True)
    stands = before.get(said["field"])
    if stands in (None, said["from"], said["to"]):
        return ()
    try:
        type(data).model_validate({**said, "from": stands})
    except ValidationError as error:
        return tuple(one.zh for one in refusals(error))
    return ()


def _stepping(name: str) -> frozenset[str]:
    """The level of a type, where no correction may pass by its steps."""
    models = {kind.mark: kind.model for kind in follow_ups(name)}
    moved, corrected = models.get("L"), models.get("C")
    if moved is None or corrected is None:
        return frozenset()
    levels = moved.model_fields["field"].annotation
    changed = corrected.model_fields["changes"].annotation
    return frozenset(get_args(levels)) - frozenset(getattr(changed, "model_fields", ()))
