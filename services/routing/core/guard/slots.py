"""Who is needed at a post, who is rostered and who is there: counted by slot."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.routing.core.directory.records import SLOTS, Slot
from services.routing.core.guard.model import SLOT_OF, CheckIn, Post, Required, Roster, Rostered


@dataclass(frozen=True, slots=True)
class Standing:
    """The roster of a post at one instant: persons by slot, who stands in, how many are needed, and when its newest version was published."""

    need: Mapping[Slot, int]
    persons: Mapping[Slot, frozenset[str]]
    substitutes: frozenset[str]
    published_at: datetime | None

    def short(self, slot: Slot) -> bool:
        """Whether fewer people are rostered than needed."""
        return len(self.persons[slot]) < self.need[slot]


def standing(post: Post, rosters: Iterable[Roster], at: datetime) -> Standing:
    """The version in force at ``at`` (included): of rows and required numbers the last that was stated by then."""
    known = _known(rosters, at)
    wanted: Sequence[Required] = next((one.required for one in reversed(known) if one.required is not None), ())
    here = rostered_at(post, known, at)
    return Standing(
        need=needed(post, wanted),
        persons={slot: frozenset(row.person for row in here if SLOT_OF[row.slot] == slot) for slot in SLOTS},
        substitutes=frozenset(row.substitute for row in here if row.substitute),
        published_at=known[-1].published_at if known else None,
    )


def rostered_at(post: Post, rosters: Iterable[Roster], at: datetime) -> list[Rostered]:
    """The rows of a post in the version in force at ``at`` (included)."""
    rows: Sequence[Rostered] = next((one.rows for one in reversed(_known(rosters, at)) if one.rows is not None), ())
    return [row for row in rows if (row.gate, row.peak) == (post.gate, post.peak)]


def _known(rosters: Iterable[Roster], at: datetime) -> list[Roster]:
    return sorted((roster for roster in rosters if roster.published_at <= at), key=lambda roster: roster.revision)


def needed(post: Post, wanted: Iterable[Required]) -> dict[Slot, int]:
    """Persons by slot: the gate's own numbers, and where the roster states some for a slot, those (auxiliaries add to the police)."""
    stated: dict[Slot, int] = {}
    for one in wanted:
        if (one.gate, one.peak) == (post.gate, post.peak):
            stated[SLOT_OF[one.slot]] = stated.get(SLOT_OF[one.slot], 0) + one.count
    return {slot: stated.get(slot, post.required.get(slot, 0)) for slot in SLOTS}


def present(checkins: Sequence[CheckIn], slot: Slot, at: datetime) -> frozenset[str]:
    """Who is at the post at ``at`` (included): came and did not leave."""
    here = [there for _, there in _moves([one for one in checkins if one.at <= at], slot)]
    return here[-1] if here else frozenset()


def completed(checkins: Sequence[CheckIn], slot: Slot, need: int, *, after: datetime, until: datetime) -> CheckIn | None:
    """The first check-in in (after, until] with which the slot has its people."""
    moves = _moves(checkins, slot)
    return next((checkin for checkin, here in moves if after < checkin.at <= until and len(here) >= need), None)


def proof(checkins: Sequence[CheckIn], slot: Slot, at: datetime) -> CheckIn:
    """The check-in that was uploaded last among those of the persons who were there at ``at``."""
    there = present(checkins, slot, at)
    came = [one for one in checkins if one.act == "in" and one.person in there and SLOT_OF[one.slot] == slot and one.at <= at]
    return max(came, key=lambda one: (one.uploaded_at, one.at, one.batch))


def _moves(checkins: Iterable[CheckIn], slot: Slot) -> Iterator[tuple[CheckIn, frozenset[str]]]:
    """Each move in order with who is there after it; who leaves and comes at the same instant is there."""
    here: set[str] = set()
    mine = (one for one in checkins if SLOT_OF[one.slot] == slot)
    for checkin in sorted(mine, key=lambda one: (one.at, one.act == "in", one.person)):
        (here.add if checkin.act == "in" else here.discard)(checkin.person)
        yield checkin, frozenset(here)
