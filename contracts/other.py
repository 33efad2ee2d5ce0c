"""``other`` always needs free text."""

from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticCustomError


def other_needs_words(data: BaseModel, **notes: str) -> None:
    """Refuse the code ``other``, alone or in a list, without words; in a correction the new values count.

    ``notes``: field of the code → field of its words."""
    for code, note in notes.items():
        if _is_other(_stated(data, code)) and _stated(data, note) is None:
            raise PydanticCustomError("other-needs-words", "The code “other” needs words in {field}", {"field": note})


def _is_other(value: Any) -> bool:
    return "other" in value if isinstance(value, tuple) else value == "other"


def _stated(data: BaseModel, field: str) -> Any:
    value = getattr(data, field)
    return getattr(value, "new", None) if isinstance(value, BaseModel) else value
