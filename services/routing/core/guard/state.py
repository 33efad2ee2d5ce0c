"""How a post stands, as desks are told of it: people and gaps by slot, and which desks look at it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.coordination import GuardLateBatch, GuardPerson, GuardPostChanged, GuardSigned, GuardSlotState, GuardWrongClock
from contracts.ids import role_of
from services.routing.core.directory import Directory, Where
from services.routing.core.directory.records import SLOTS, Slot
from services.routing.core.guard.counting import AHEAD
from services.routing.core.guard.inspect import Sight
from services.routing.core.guard.model import SLOT_OF, Gap, Post, Rostered
from services.routing.core.guard.slots import Standing, present, rostered_at, standing

LOOKERS = ("police.station-duty", "school.duty-desk", "education.duty-officer")
"""Who looks at a post: the paired station and the school at their own gates, the bureau at all of its county."""
WITHOUT_PERSONS = frozenset({"education.duty-officer"})
"""Who stands there is for the school and the police; others see how many."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known of a post beside its sight: who signed, by gap; batches that wait for a leader; check-ins of devices with a wrong
    clock; the revision to be told."""

    revision: int
    signed: Mapping[str, tuple[GuardSigned, ...]]
    batches: tuple[GuardLateBatch, ...] = ()
    wrong_clocks: tuple[GuardWrongClock, ...] = ()


def post_name(post: Post) -> str:
    """``2199000101/2026-09-21/A-G2/am``."""
    return f"{post.school}/{post.day.isoformat()}/{post.gate}/{post.peak}"


def lookers(directory: Directory, post: Post) -> list[str]:
    """The desks that look at a post, by the Directory of its day; a role without a desk there has nobody looking."""
    where = Where(schools=(post.school,), county=post.county)
    return [one.desk for role in LOOKERS for one in directory.resolve(role, where, post.starts)]


def states(directory: Directory, sight: Sight, beside: Beside, now: datetime) -> list[GuardPostChanged]:
    """What each desk that looks at the post is told."""
    post = sight.post
    gates = {gate.id: gate.name for gate in directory.gates(post.school, post.starts)}
    whole = GuardPostChanged(
        post=post_name(post), revision=beside.revision, desk=f"school.duty-desk@{post.school}", school_id=post.school, gate_id=post.gate,
        gate_name=gates.get(post.gate, post.gate), date=post.day, peak=post.peak,
        from_at=post.starts, to_at=post.ends, dropped=post.dropped, slots=tuple(_slots(sight, beside, now)),
        persons=tuple(_persons(sight, now)), batches=beside.batches,
        wrong_clocks=beside.wrong_clocks, at=now,
    )  # fmt: skip
    bare = whole.model_copy(update={"persons": (), "batches": (), "wrong_clocks": ()})
    desks = lookers(directory, post)
    return [(bare if role_of(desk) in WITHOUT_PERSONS else whole).model_copy(update={"desk": desk}) for desk in desks]


def _slots(sight: Sight, beside: Beside, now: datetime) -> Iterator[GuardSlotState]:
    """The slots that anybody is needed, rostered or seen in."""
    plan = _plan(sight, now)
    for slot in SLOTS:
        here, gap = _here(sight, slot, now), _gap(sight, slot)
        if plan.need[slot] or plan.persons[slot] or here or gap:
            state = GuardSlotState(slot=slot, required=plan.need[slot], rostered=len(plan.persons[slot]), present=len(here))
            yield state if gap is None else state.model_copy(update=_said_of(gap, beside.signed.get(gap.id, ())))


def _said_of(gap: Gap, signed: Sequence[GuardSigned]) -> dict[str, object]:
    return {
        "gap": gap.id, "kind": gap.kind, "state": gap.state, "opened_at": gap.opened_at, "ended_at": gap.ended_at, "by": gap.by,
        "late": gap.late, "signed": tuple(signed),
    }  # fmt: skip


def _gap(sight: Sight, slot: Slot) -> Gap | None:
    """The gap in the window; before it the newest of the roster, as long as that is open."""
    mine = [gap for gap in sight.gaps if gap.slot == slot]
    live = next((gap for gap in mine if gap.kind == "live"), None)
    planned = [gap for gap in mine if gap.kind == "planned" and gap.state == "open"]
    return live or max(planned, key=lambda gap: gap.opened_at, default=None)


def _persons(sight: Sight, now: datetime) -> Iterator[GuardPerson]:
    """Who is rostered, in the order of the roster, and after them who is there beside it."""
    here = {slot: _here(sight, slot, now) for slot in SLOTS}
    rows = list(_rows(sight, now))
    for row in rows:
        there = row.person in here[SLOT_OF[row.slot]]
        yield GuardPerson(slot=row.slot, ref=row.person, substitute=row.substitute, present=there, rostered=True)
    named = {(SLOT_OF[row.slot], row.person) for row in rows}
    for slot in SLOTS:
        for person in sorted(one for one in here[slot] if (slot, one) not in named):
            yield GuardPerson(slot=slot, ref=person, present=True, rostered=False)


def _here(sight: Sight, slot: Slot, now: datetime) -> frozenset[str]:
    """Who is there; after the window, who was there at its end."""
    return present(sight.checkins, slot, min(now + AHEAD, sight.post.ends))


def _plan(sight: Sight, now: datetime) -> Standing:
    return standing(sight.post, sight.rosters, min(now, sight.post.starts))


def _rows(sight: Sight, now: datetime) -> Iterable[Rostered]:
    return rostered_at(sight.post, sight.rosters, min(now, sight.post.starts))
