"""办结期限暂停: the close clock of a joint task waits for a laboratory, where the mandate says that it may."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from contracts.coordination.words import PauseReason, Person
from contracts.envelope import DeskText, Tolerant
from contracts.texts import FREE_TEXT


class TaskPaused(Tolerant):
    """暂停: said by the lead's desk; ``lab``: who is waited for. Routing answers the same when it is ``refused``, and why."""

    task: str
    incident: str
    number: str = ""
    desk: DeskText
    reason: PauseReason
    lab: Annotated[str, Field(max_length=60), FREE_TEXT]
    paused_at: AwareDatetime
    person: Person
    refused: str | None = None


class TaskResumed(Tolerant):
    """恢复: what was waited for is there; the due moves by what was paused."""

    task: str
    incident: str
    number: str = ""
    desk: DeskText
    resumed_at: AwareDatetime
    person: Person
    refused: str | None = None
