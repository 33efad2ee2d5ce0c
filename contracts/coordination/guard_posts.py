"""护学岗 as it stands: each gate in each window of a day, told whenever it changes; and a leader who vouches for an upload that came too late."""

from pydantic import AwareDatetime, NonNegativeInt, PositiveInt

from contracts.codes.police import CheckAct
from contracts.codes.shared import GuardPeak, GuardSlot
from contracts.coordination.words import GapFilledBy, GapKind, GapState, Person
from contracts.envelope import DeskText, Tolerant
from contracts.values import Day


class GuardSigned(Tolerant):
    """A desk that has signed for a gap, and by whom."""

    desk: DeskText
    shown: str
    at: AwareDatetime


class GuardSlotState(Tolerant):
    """A slot of a post: how many are needed, rostered and there; its gap, if it has one (in the window before the one of the roster).

    ``by`` and ``ended_at``: how and when the gap ended; ``late``: that was learnt from late data alone."""

    slot: GuardSlot
    required: NonNegativeInt
    rostered: NonNegativeInt
    present: NonNegativeInt
    gap: str | None = None
    kind: GapKind | None = None
    state: GapState | None = None
    opened_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    by: GapFilledBy | None = None
    late: bool = False
    signed: tuple[GuardSigned, ...] = ()


class GuardPerson(Tolerant):
    """Somebody who is rostered at a post or is there: ``present`` now, ``rostered`` by name; ``substitute`` stands in for them."""

    slot: GuardSlot
    ref: str
    substitute: str | None = None
    present: bool
    rostered: bool


class GuardLateBatch(Tolerant):
    """Check-ins that were uploaded too late and wait for the leader of the unit that stated them."""

    device_id: str
    batch_no: str
    unit: str
    count: PositiveInt
    uploaded_at: AwareDatetime


class GuardWrongClock(Tolerant):
    """A check-in of a device whose clock cannot be right: it proves nothing. ``checked_at`` and ``uploaded_at`` are by that clock,

    ``received_at`` by that of the service which took it in."""

    slot: GuardSlot
    ref: str
    act: CheckAct
    checked_at: AwareDatetime
    uploaded_at: AwareDatetime
    received_at: AwareDatetime


class GuardPostChanged(Tolerant):
    """护学岗到岗状态 of one gate in one window: a later ``revision`` stands in for every earlier one.

    ``persons``, ``batches`` and ``wrong_clocks`` go to police and schools alone; ``dropped``: the post is not guarded after all."""

    post: str
    revision: PositiveInt
    desk: DeskText
    school_id: str
    gate_id: str
    gate_name: str
    date: Day
    peak: GuardPeak
    from_at: AwareDatetime
    to_at: AwareDatetime
    dropped: bool
    slots: tuple[GuardSlotState, ...]
    persons: tuple[GuardPerson, ...] = ()
    batches: tuple[GuardLateBatch, ...] = ()
    wrong_clocks: tuple[GuardWrongClock, ...] = ()
    at: AwareDatetime


class GuardBatchConfirmed(Tolerant):
    """签到补传确认: the leader of the unit that stated a batch vouches for it, though it was uploaded too late."""

    desk: DeskText
    person: Person
    device_id: str
    batch_no: str
    confirmed_at: AwareDatetime
