"""Looking at a post: what its roster and its check-ins say at an instant, and what follows for its gaps."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Literal

from services.routing.core.directory.records import SLOTS, Slot
from services.routing.core.guard.model import SLOT_OF, CheckIn, FilledBy, Gap, GapKind, Post, Roster, gap_id
from services.routing.core.guard.slots import Standing, completed, present, proof, standing

LOOK_AGAIN = timedelta(minutes=1)
"""While a gap is open: the net below whoever wakes the clock."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A post with all that is known of it."""

    post: Post
    rosters: tuple[Roster, ...] = ()
    checkins: tuple[CheckIn, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A gap that desks must learn of."""

    gap: Gap


@dataclass(frozen=True, slots=True)
class Noted:
    """A gap that was over before anybody could be told: it is counted, and nobody is asked to act."""

    gap: Gap


@dataclass(frozen=True, slots=True)
class Acted:
    """Somebody of an agency came to the gate of an open gap."""

    gap: Gap
    agency: Literal["police", "school"]
    at: datetime


@dataclass(frozen=True, slots=True)
class Filled:
    """The slot has its people; ``gap.ended_at`` says since when."""

    gap: Gap


@dataclass(frozen=True, slots=True)
class Uncovered:
    """The window is over and the slot never had its people."""

    gap: Gap


@dataclass(frozen=True, slots=True)
class Voided:
    """There never was a gap: ``proof`` came late."""

    gap: Gap
    proof: CheckIn


@dataclass(frozen=True, slots=True)
class Superseded:
    """A planned gap that is over without having been filled: its window began, or the post is not guarded that day."""

    gap: Gap


Step = Opened | Noted | Acted | Filled | Uncovered | Voided | Superseded


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look found. ``post``: as it is after it; ``look_at``: when it has to be looked at next without being woken.

    ``listens``: whether a late check-in can still change something."""

    post: Post
    steps: tuple[Step, ...]
    look_at: datetime | None
    listens: bool

    @property
    def silent(self) -> bool:
        """Nobody has to be told anything."""
        return not any(step.gap.told for step in self.steps)


def noted(gap: Gap) -> Noted:
    """A gap that is counted and not told."""
    return Noted(replace(gap, told=False))


def inspect(sight: Sight, now: datetime, *, tells: bool = True) -> Finding:
    """Look at a post at ``now``. ``tells``: some mandate wants gaps told; without one they are noted alone."""
    post, steps = sight.post, tuple(_steps(sight, now, tells))
    seen = replace(post, rosters_seen=post.rosters_seen or now >= post.roster_check, live_seen=post.live_seen or now >= post.live_check)
    gaps = {gap.id: gap for gap in sight.gaps} | {step.gap.id: step.gap for step in steps}
    live = [gap for gap in gaps.values() if gap.kind == "live"]
    waits = any(gap.state == "open" for gap in live)
    return Finding(seen, steps, _next_look(seen, now, waits=waits), any(gap.state != "voided" for gap in live))


def _next_look(post: Post, now: datetime, *, waits: bool) -> datetime | None:
    if post.dropped:
        return None
    if not post.rosters_seen:
        return post.roster_check
    if not post.live_seen:
        return post.live_check
    return min(post.ends, now + LOOK_AGAIN) if waits else None


def _steps(sight: Sight, now: datetime, tells: bool) -> Iterator[Step]:
    post = sight.post
    if post.dropped:
        yield from (Superseded(_end(gap, "superseded", now)) for gap in _open(sight, "planned"))
    elif now < post.live_check:
        yield from _before_the_window(sight, now, tells) if now >= post.roster_check else ()
    elif not post.live_seen:
        yield from _in_the_window(sight, now, tells)
    else:
        for gap in sight.gaps:
            yield from _later(sight, gap, now) if gap.kind == "live" else ()


def _open(sight: Sight, kind: GapKind) -> list[Gap]:
    return [gap for gap in sight.gaps if gap.kind == kind and gap.state == "open"]


def _end(gap: Gap, state: Literal["uncovered", "superseded", "voided"], at: datetime, *, late: bool = False) -> Gap:
    return replace(gap, state=state, ended_at=at, late=late)


def _fill(gap: Gap, by: FilledBy, at: datetime, *, late: bool = False) -> Gap:
    minutes = int((at - gap.opened_at).total_seconds()) // 60
    return replace(gap, state="filled", ended_at=at, minutes=minutes, by=by, late=late)


def _new(post: Post, kind: GapKind, slot: Slot, at: datetime, *, need: int, found: int, tells: bool) -> Gap:
    return Gap(gap_id(post, kind, slot, at), kind, slot, need=need, present=found, opened_at=at, told=tells)


def _before_the_window(sight: Sight, now: datetime, tells: bool) -> Iterator[Step]:
    """The rosters of tomorrow: a slot without its people is a planned gap until a changed roster fills it.

    They are looked at in the evening, and afterwards whenever one is published."""
    post = sight.post
    now = min(now, post.starts)
    plan = standing(post, sight.rosters, now)
    held = {gap.slot: gap for gap in _open(sight, "planned")}
    for slot, gap in held.items():
        if not plan.short(slot):
            yield Filled(_fill(gap, "roster", max(_rostered_since(sight, slot, now), gap.opened_at)))
    at = max(post.roster_check, plan.published_at or post.roster_check)
    for slot in SLOTS if not post.rosters_seen or at > post.roster_check else ():
        if plan.short(slot) and slot not in held:
            gap = _new(post, "planned", slot, at, need=plan.need[slot], found=len(plan.persons[slot]), tells=tells)
            yield Opened(gap) if tells else Noted(gap)


def _rostered_since(sight: Sight, slot: Slot, now: datetime) -> datetime:
    """When the version was published since which the slot has its people without a break."""
    published = sorted(roster.published_at for roster in sight.rosters if roster.published_at <= now)
    filled = takewhile(lambda at: not standing(sight.post, sight.rosters, at).short(slot), reversed(published))
    return min(filled, default=now)


def _in_the_window(sight: Sight, now: datetime, tells: bool) -> Iterator[Step]:
    """Five minutes into the window: who is there? What was planned short is over now, one way or the other."""
    post = sight.post
    plan = standing(post, sight.rosters, post.starts)
    for gap in _open(sight, "planned"):
        came = completed(sight.checkins, gap.slot, gap.need, after=gap.opened_at, until=post.live_check)
        covered = len(present(sight.checkins, gap.slot, post.live_check)) >= gap.need
        if came is not None and covered:
            yield Filled(_fill(gap, _how(came, plan), came.at))
        else:
            yield Superseded(_end(gap, "superseded", post.live_check))
    for slot in SLOTS:
        found = len(present(sight.checkins, slot, post.live_check))
        if found < plan.need[slot]:
            yield _found_short(sight, _new(post, "live", slot, post.live_check, need=plan.need[slot], found=found, tells=tells), now)


def _found_short(sight: Sight, gap: Gap, now: datetime) -> Step:
    """A live gap; one that the clock finds when it is over already troubles nobody."""
    post = sight.post
    came = completed(sight.checkins, gap.slot, gap.need, after=gap.opened_at, until=min(post.ends, now))
    if came is not None:
        how = _how(came, standing(post, sight.rosters, post.starts))
        return noted(_fill(gap, how, came.at))
    if now >= post.ends:
        return noted(_end(gap, "uncovered", post.ends))
    return Opened(gap) if gap.told else Noted(gap)


def _later(sight: Sight, gap: Gap, now: datetime) -> Iterator[Step]:
    """A live gap that was found before: shown to be none, filled, or left open to the end."""
    post = sight.post
    if gap.state in ("voided", "superseded"):
        return
    if len(present(sight.checkins, gap.slot, gap.opened_at)) >= gap.need:
        yield Voided(_end(gap, "voided", now, late=True), proof(sight.checkins, gap.slot, gap.opened_at))
        return
    if gap.state == "filled":
        return
    came = completed(sight.checkins, gap.slot, gap.need, after=gap.opened_at, until=post.ends)
    until = came.at if came else post.ends
    if gap.told:
        yield from _acts(sight, gap, until)
    if came is not None:
        yield Filled(_fill(gap, _how(came, standing(post, sight.rosters, post.starts)), came.at, late=now > post.ends))
    elif gap.state == "open" and now >= post.ends:
        yield Uncovered(_end(gap, "uncovered", post.ends))


def _acts(sight: Sight, gap: Gap, until: datetime) -> Iterator[Acted]:
    """Who came to the gate since the gap was opened: police or auxiliaries, and people of the school; the first of each."""
    for agency, slots in (("police", ("police",)), ("school", ("school",))):
        came = [one.at for one in sight.checkins if one.act == "in" and SLOT_OF[one.slot] in slots and gap.opened_at < one.at <= until]
        if came:
            yield Acted(gap, agency, min(came))  # type: ignore[arg-type]  # the two agencies above


def _how(came: CheckIn, plan: Standing) -> FilledBy:
    return "substitute" if came.person in plan.substitutes else "check-in"
