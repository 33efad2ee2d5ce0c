"""What a follow-up changes in the merged picture of its head."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from contracts.event_type import Mark


def new_values(mark: Mark | None, data: BaseModel, picture: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a follow-up changes in the merged picture of its head: field on the wire → new JSON value (None: no longer stated).

    A supplement takes nothing away: with ``picture`` its lists are added to those that were stated.
    """
    body = data.model_dump(mode="json", exclude_none=True, by_alias=True)
    if mark == "S":
        return {name: _added((picture or {}).get(name), value) for name, value in body["added"].items()}
    if mark == "C":
        return {name: change.get("new") for name, change in body["changes"].items()}
    if mark == "L":
        return {body["field"]: body["to"]}
    return {}


def _added(stated: Any, value: Any) -> Any:
    if isinstance(stated, list) and isinstance(value, list):
        return [*stated, *(one for one in value if one not in stated)]
    return value
