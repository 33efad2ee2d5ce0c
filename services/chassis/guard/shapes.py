"""护学岗 as the API shows it."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from contracts.coordination import GuardLateBatch, GuardPerson, GuardSlotState, GuardWrongClock, Person
from contracts.envelope import Closed
from contracts.texts import Number
from contracts.values import Day


class GuardLine(Closed):
    """One gate in one window: people and gaps by slot. ``revision``: the word of routing that it stands by."""

    post: str
    school_id: str
    gate_id: str
    gate_name: str
    date: Day
    peak: str
    from_at: AwareDatetime
    to_at: AwareDatetime
    slots: tuple[GuardSlotState, ...]
    revision: int
    at: AwareDatetime


class GuardPage(Closed):
    """The posts of a day, ``posts`` in all, ``short`` of them short of people."""

    date: Day
    posts: int
    short: int
    items: list[GuardLine]
    next_cursor: str | None


class GuardPost(GuardLine):
    """One post with the persons that are rostered or there, and what waits for a leader."""

    persons: tuple[GuardPerson, ...]
    batches: tuple[GuardLateBatch, ...]
    wrong_clocks: tuple[GuardWrongClock, ...] = ()


class ConfirmBody(Closed):
    """A batch that was uploaded too late, for which a leader vouches."""

    device_id: Annotated[Number, Field(max_length=40)]
    batch_no: Annotated[Number, Field(max_length=40)]


class Confirmed(Closed):
    """Who vouched for a batch, and when."""

    device_id: str
    batch_no: str
    desk: str
    person: Person
    at: AwareDatetime
