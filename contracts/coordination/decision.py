"""研判: what the mandates made of an event."""

from pydantic import AwareDatetime

from contracts.coordination.words import Kind, Outcome
from contracts.envelope import DeskText, Tolerant


class RecipientLine(Tolerant):
    """One line of a decision: who is told and why; no content."""

    desk: DeskText
    kind: Kind
    view: str
    mandates: tuple[str, ...]
    note: str = ""


class ConditionResult(Tolerant):
    """A condition of a mandate as it was tested."""

    mandate: str
    matched: bool
    condition: str


class DecisionMade(Tolerant):
    """研判结果: what the mandates made of one event, stamped with everything it used."""

    event_source: str
    event_id: str
    event_type: str
    incident: str | None = None
    number: str | None = None
    outcome: Outcome
    decided_at: AwareDatetime
    mandates: tuple[str, ...] = ()
    conditions: tuple[ConditionResult, ...] = ()
    recipients: tuple[RecipientLine, ...] = ()
    lead: str | None = None
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pack_version: str = ""
    directory_version: int = 0
    calendar_version: str = ""
