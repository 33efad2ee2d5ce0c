"""What a desk sends when it answers."""

from typing import Annotated

from pydantic import Field

from contracts.coordination import Channel, HandoverRefusal, PauseReason, Progress, ReturnReason, Ruling
from contracts.coordination.triage import MandateId, Schools
from contracts.envelope import Closed, DeskText
from contracts.texts import FreeText, Instant
from contracts.values import Day

Version = Annotated[int, Field(ge=1, le=1_000_000)]


class AcknowledgeBody(Closed):
    """签收 of the version the person saw. A signature given earlier by phone or on paper states its time and its evidence.

    ``despite_return``: the desk takes back its own return and signs after all (首接负责)."""

    version: Version
    channel: Channel = "screen"
    acknowledged_at: Instant | None = None
    evidence: Annotated[FreeText, Field(max_length=200)] | None = None
    despite_return: bool = False


class ReturnBody(Closed):
    """退单: a typed reason and words; the clock runs on."""

    version: Version
    reason: ReturnReason
    suggested_desk: DeskText | None = None
    text: Annotated[FreeText, Field(max_length=500)]


class ReportBody(Closed):
    """分工反馈."""

    progress: Progress
    text: Annotated[FreeText, Field(max_length=1000)] | None = None


class CloseBody(Closed):
    """办结."""

    outcome: Annotated[FreeText, Field(max_length=500)]


class RulingBody(Closed):
    """裁定: uphold and split name the desk that takes over."""

    ruling: Ruling
    new_desk: DeskText | None = None
    reason: Annotated[FreeText, Field(max_length=1000)]


class TriageBody(Closed):
    """分办: either the schools or the mandate, and why."""

    schools: Schools | None = None
    mandate: MandateId | None = None
    reason: Annotated[FreeText, Field(max_length=500)]


class RateBody(Closed):
    """互评, one to five."""

    of_desk: DeskText
    score: Annotated[int, Field(ge=1, le=5)]


class FollowUpBody(Closed):
    """回访: on which day, and what was found."""

    followed_on: Day
    text: Annotated[FreeText, Field(max_length=500)]


class PauseBody(Closed):
    """办结期限暂停: what is waited for, and which laboratory."""

    reason: PauseReason = "lab-result"
    lab: Annotated[FreeText, Field(max_length=60)]


class RefuseHandoverBody(Closed):
    """交接拒收."""

    reason: HandoverRefusal
    text: Annotated[FreeText, Field(max_length=500)]


class Answered(Closed):
    """What stands after an answer. ``open_version``: a newer version that still waits for a signature."""

    id: str
    state: str
    at: Instant
    version: int | None = None
    open_version: int | None = None
