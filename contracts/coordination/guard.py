"""护学岗缺岗: a slot at a gate is short of people, is filled, or turns out to have been filled."""

from pydantic import AwareDatetime, NonNegativeInt

from contracts.codes.shared import GuardPeak, GuardSlot
from contracts.coordination.words import GapFilledBy, GapKind
from contracts.envelope import DeskText, Tolerant
from contracts.values import Day


class GuardGapOpened(Tolerant):
    """护学岗缺岗: fewer people than ``required``, in the roster (planned) or at the gate (live). ``row``: the roster's row, if it has one."""

    gap: str
    incident: str
    number: str
    desk: DeskText
    kind: GapKind
    school: str
    gate: str
    date: Day
    peak: GuardPeak
    slot: GuardSlot
    row: str | None = None
    required: NonNegativeInt
    present: NonNegativeInt
    from_at: AwareDatetime
    to_at: AwareDatetime
    opened_at: AwareDatetime


class GuardGapFilled(Tolerant):
    """缺岗补位: ``minutes`` after the gap was opened, by whom is said in kind only."""

    gap: str
    incident: str
    number: str
    school: str
    gate: str
    slot: GuardSlot
    by: GapFilledBy
    minutes: NonNegativeInt
    filled_at: AwareDatetime


class GuardGapVoided(Tolerant):
    """缺岗撤销: an upload that came late proves that somebody was there. ``confirmed``: a leader vouches for an upload that came too late."""

    gap: str
    incident: str
    number: str
    school: str
    gate: str
    slot: GuardSlot
    batch_no: str
    checked_at: AwareDatetime
    uploaded_at: AwareDatetime
    confirmed: bool = False
    voided_at: AwareDatetime
