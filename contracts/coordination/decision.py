"""研判: what the mandates made of an event."""

from pydantic import AwareDatetime, NonNegativeInt

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
    """研判结果: what the mandates made of one event, stamped with everything it used.

    ``publish_due``, ``overrun_minutes``: the publisher's own bound and how far it was overrun; ``law_due``, ``law``, ``law_met``: the bound
    of the law from known_at, which is met or missed as a whole."""

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
    publish_due: AwareDatetime | None = None
    overrun_minutes: NonNegativeInt = 0
    law_due: AwareDatetime | None = None
    law: str = ""
    law_met: bool | None = None
