"""Fields that must be there in one case and must not in any other, and times that must follow each other."""

from datetime import date
from typing import TypeVar

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

Moment = TypeVar("Moment", bound=date)


def only_if(data: BaseModel, case: bool, *fields: str) -> None:
    """Refuse a field that is stated though the case does not hold."""
    for field in fields:
        if not case and getattr(data, field) is not None:
            raise PydanticCustomError("not-in-this-case", "{field} must be absent in this case", {"field": field})


def needed_if(data: BaseModel, case: bool, *fields: str) -> None:
    """Refuse a field that is absent in the case, and one that is stated in any other."""
    for field in fields:
        if case and getattr(data, field) is None:
            raise PydanticCustomError("needed-in-this-case", "{field} is required in this case", {"field": field})
    only_if(data, case, *fields)


def in_order(earlier: Moment, later: Moment, *, field: str, same: bool = False) -> None:
    """Refuse a time (named by ``field``) that does not come after an earlier one; ``same``: it may be equal."""
    if later < earlier or (later == earlier and not same):
        raise PydanticCustomError("not-in-order", "{field} must not come before the time that it follows", {"field": field})
