"""A sealed row must say whose it is: routing hands a school its own rows only, and can open none."""

from collections.abc import Iterable
from typing import Protocol

from pydantic_core import PydanticCustomError


class Row(Protocol):
    """A plain or a sealed row."""

    @property
    def school_id(self) -> str | None: ...


def rows_name_their_school(rows: Iterable[Row] | None, schools: tuple[str, ...], *, field: str) -> None:
    """Refuse a row without a school where the event names several, and a row of a school that the event does not name."""
    for number, row in enumerate(rows or ()):
        where = {"field": f"{field}.{number}.school_id"}
        if row.school_id is None and len(schools) > 1:
            raise PydanticCustomError("sealed-row-without-school", "The row must name its school: the event names several", where)
        if row.school_id is not None and row.school_id not in schools:
            raise PydanticCustomError("school-not-in-event", "The row names a school that the event does not name", where)
