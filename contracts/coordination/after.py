"""办结之后: the lead looks after what became of a matter, and each side says how working with the other was."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from contracts.coordination.words import Person
from contracts.envelope import DeskText, Tolerant
from contracts.texts import FREE_TEXT
from contracts.values import Day

Score = Annotated[int, Field(ge=1, le=5)]


class TaskRated(Tolerant):
    """互评: the lead rates each assisting desk, and each of them the lead, once; ``desk`` rates ``of_desk``. Parents are never rated."""

    task: str
    incident: str
    number: str = ""
    desk: DeskText
    of_desk: DeskText
    score: Score
    rated_at: AwareDatetime
    person: Person


class TaskFollowedUp(Tolerant):
    """回访: the lead went back after the close, on ``followed_on``, and says in words what it found."""

    task: str
    incident: str
    number: str = ""
    desk: DeskText
    followed_on: Day
    text: Annotated[str, Field(max_length=500), FREE_TEXT]
    recorded_at: AwareDatetime
    person: Person
