"""What schools and health say alike of a pupil's psychological case: which levels leave the school, and who there may open it."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

CASE_OPENERS = ("school.psych-teacher", "school.resident-doctor", "school.principal")
"""Who at the school may open a case: the moral director and the duty desk may not."""


def _not_local(value: Any) -> Any:
    if value == "yellow":
        raise PydanticCustomError("local-only", "Level yellow stays at the school")
    return value


BusLevel = Annotated[Literal["red", "orange"], BeforeValidator(_not_local)]
"""The levels of PsyLevel that leave a school."""
