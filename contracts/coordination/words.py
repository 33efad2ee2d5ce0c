"""Words that several of the bus's events share."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.envelope import Tolerant

Kind = Literal["acknowledge", "inform", "bulletin"]
DutyKind = Literal["ack", "first-action", "report", "close", "ruling", "publish", "periodic"]
Ladder = Literal["A", "B", "C", "P", "G"]
Colour = Literal["red", "orange", "yellow", "blue"]
ReturnReason = Literal["not-my-area", "not-my-duty", "duplicate", "wrong-school", "insufficient-info"]
Ruling = Literal["uphold", "reject", "split"]
Progress = Literal["started", "done", "blocked", "waiting-external"]
Channel = Literal["screen", "phone-code", "sms-code", "paper"]
WithdrawnWhy = Literal["corrected", "withdrawn", "superseded", "redirected", "concluded", "suspended"]
ClearedWhy = Literal["acknowledged", "done", "in-time", "withdrawn", "superseded", "redirected", "returned", "lapsed", "suspended"]
Outcome = Literal["routed", "unmatched", "duplicate", "duplicate-of", "stale", "conflict", "refused"]
MissingKind = Literal["periodic", "cross-check"]
GapKind = Literal["planned", "live"]
GapState = Literal["open", "filled", "uncovered", "voided", "superseded"]
GapFilledBy = Literal["check-in", "substitute", "roster"]
HandoverRefusal = Literal["not-ours", "no-capacity", "insufficient-info", "other"]
PartState = Literal["open", "accepted", "started", "done", "excused"]
PauseReason = Literal["lab-result"]
LinkRelation = Literal["same", "follows", "related"]
LinkFit = Literal["same-school", "same-community", "near"]
LinkRefusal = Literal["not-entitled", "crossed", "not-linkable", "not-linked"]
TriageRefusal = Literal[
    "over", "decided", "unknown-school", "no-unknown-school", "not-in-force", "other-type", "nothing-matches", "nobody-found"
]
PackLevel = Literal["national", "province", "city", "county", "school"]
SlaScope = Literal["county", "city"]
DigestChange = Literal["corrected", "removed"]
SmallNumber = Literal["<5", "<10", "hidden"]
Text = Annotated[str, Field(max_length=2000)]


class Person(Tolerant):
    """Who signs: opaque reference, role, and the masked name that others may see (张*)."""

    ref: str
    role: str
    shown: str


class Basis(Tolerant):
    """One mandate behind a duty: which rule, which words of which document, which conditions matched (only on fields of the view)."""

    mandate: str
    version: int
    name: str
    pack: str
    document: str
    quote: str
    numbers: str
    matched: tuple[str, ...] = ()


class DutyForm(Tolerant):
    """A deadline before it is computed: its form in the notation of the clocks, and in words."""

    duty: DutyKind
    form: str
    words: str
