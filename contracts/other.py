"""``other`` always needs free text."""

from pydantic import BaseModel
from pydantic_core import PydanticCustomError


def other_needs_words(data: BaseModel, **notes: str) -> None:
    """Refuse the code ``other`` without words. ``notes``: field of the code → field of its words."""
    for code, note in notes.items():
        if getattr(data, code) == "other" and getattr(data, note) is None:
            raise PydanticCustomError("other-needs-words", "The code “other” needs words in {field}", {"field": note})
