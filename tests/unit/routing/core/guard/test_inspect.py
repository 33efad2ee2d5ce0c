"""Looking at a post: what an instant makes of its roster, its check-ins and its gaps."""

from dataclasses import replace
from datetime import datetime

import pytest

from services.routing.core.guard import (
    Acted,
    CheckIn,
    Filled,
    Finding,
    Gap,
    Noted,
    Opened,
    Roster,
    Sight,
    Step,
    Superseded,
    Uncovered,
    Voided,
    inspect,
)
from tests.unit.routing.core.bench import at
from tests.unit.routing.core.guard.places import came, clock, post, roster

FULL = (roster(1, "09-20 17:00:00"),)
SCHOOL_THERE = came("s1", "06:57:00", slot="school")
MORNING = replace(post(), rosters_seen=True)
IN_WINDOW = replace(MORNING, live_seen=True)


def look(
    when: str, *checkins: CheckIn, gaps: tuple[Gap, ...] = (), rosters: tuple[Roster, ...] = FULL, seen: bool = True, tells: bool = True
) -> Finding:
    """Look on Monday at ``when``; ``seen``: the check in the window was made before."""
    return inspect(Sight(IN_WINDOW if seen else MORNING, rosters, checkins, gaps), at(f"09-21 {when}"), tells=tells)


def live(**about: object) -> Gap:
    gap = Gap("g", "live", "police", need=1, present=0, opened_at=at("09-21 07:05:00"), told=True)
    return replace(gap, **about)  # type: ignore[arg-type]


def planned(**about: object) -> Gap:
    gap = Gap("p", "planned", "police", need=1, present=0, opened_at=at("09-20 18:00:00"), told=True)
    return replace(gap, **about)  # type: ignore[arg-type]


def told(finding: Finding) -> list[tuple[type[Step], str, str]]:
    return [(type(step), step.gap.slot, step.gap.state) for step in finding.steps]


def test_nothing_is_said_before_18_00_of_the_day_before() -> None:
    finding = inspect(Sight(post()), at("09-20 17:59:59"))
    assert (finding.steps, clock(finding.look_at), finding.post.rosters_seen) == ((), "09-20 18:00:00", False)


def test_at_18_00_each_slot_that_is_short_is_a_planned_gap() -> None:
    finding = inspect(Sight(post(), (roster(1, "09-20 17:00:00", ["school s1"]),)), at("09-20 18:00:00"))
    assert told(finding) == [(Opened, "police", "open")]
    assert clock(finding.steps[0].gap.opened_at) == "09-20 18:00:00"
    assert (clock(finding.look_at), finding.post.rosters_seen) == ("09-21 07:05:00", True)


def test_a_post_without_any_roster_is_short_of_everybody_it_needs() -> None:
    finding = inspect(Sight(post()), at("09-20 18:00:00"))
    assert told(finding) == [(Opened, "police", "open"), (Opened, "school", "open")]


def test_a_clock_that_wakes_late_opens_the_planned_gap_with_its_logical_time() -> None:
    finding = inspect(Sight(post(), (roster(1, "09-20 17:00:00", ["school s1"]),)), at("09-20 23:10:00"))
    assert clock(finding.steps[0].gap.opened_at) == "09-20 18:00:00"


def test_a_changed_roster_fills_the_gap_at_its_own_time() -> None:
    rosters = (roster(1, "09-20 17:00:00", ["school s1"]), roster(2, "09-20 20:30:00"), roster(3, "09-20 21:00:00"))
    finding = inspect(Sight(MORNING, rosters, gaps=(planned(),)), at("09-20 23:00:00"))
    (step,) = finding.steps
    assert isinstance(step, Filled)
    assert (step.gap.by, clock(step.gap.ended_at), step.gap.minutes) == ("roster", "09-20 20:30:00", 150)


def test_a_roster_that_arrived_late_but_was_published_in_time_fills_at_once() -> None:
    finding = inspect(Sight(MORNING, (roster(1, "09-20 17:59:00"),), gaps=(planned(),)), at("09-20 18:03:00"))
    assert (finding.steps[0].gap.minutes, clock(finding.steps[0].gap.ended_at)) == (0, "09-20 18:00:00")


def test_a_roster_changed_for_the_worse_opens_a_gap_when_it_is_published() -> None:
    rosters = (*FULL, roster(2, "09-20 21:15:00", ["school s1"]))
    finding = inspect(Sight(MORNING, rosters), at("09-20 21:15:01"))
    assert told(finding) == [(Opened, "police", "open")]
    assert clock(finding.steps[0].gap.opened_at) == "09-20 21:15:00"


def test_a_post_planned_after_its_evening_check_owes_no_roster_until_one_is_published() -> None:
    assert inspect(Sight(MORNING), at("09-21 06:00:00")).steps == ()
    finding = inspect(Sight(MORNING, (roster(1, "09-21 06:00:00", ["school s1"]),)), at("09-21 06:00:01"))
    assert told(finding) == [(Opened, "police", "open")]


def test_a_gap_that_is_open_is_not_opened_again() -> None:
    finding = inspect(Sight(MORNING, (roster(1, "09-20 17:00:00", ["school s1"]),), gaps=(planned(),)), at("09-20 19:00:00"))
    assert finding.steps == ()


def test_five_minutes_into_the_window_who_is_missing_is_a_live_gap() -> None:
    before = look("07:04:59", SCHOOL_THERE, seen=False)
    assert (before.steps, before.post.live_seen) == ((), False)
    finding = look("07:05:00", SCHOOL_THERE, seen=False)
    assert told(finding) == [(Opened, "police", "open")]
    assert (finding.listens, finding.silent) == (True, False)
    assert clock(finding.look_at) == "09-21 07:06:00", "an open gap is looked at again without being woken"


def test_a_check_in_at_the_fifth_minute_is_in_time_and_one_after_it_is_not() -> None:
    assert look("07:05:00", SCHOOL_THERE, came("p1", "07:05:00"), seen=False).steps == ()
    assert told(look("07:05:00", SCHOOL_THERE, came("p1", "07:05:01"), seen=False)) == [(Opened, "police", "open")]


def test_whoever_left_before_the_check_leaves_a_gap() -> None:
    gone = came("p1", "07:03:00", act="out")
    assert told(look("07:05:00", SCHOOL_THERE, came("p1", "06:58:00"), gone, seen=False)) == [(Opened, "police", "open")]


def test_a_post_that_is_in_order_needs_no_further_look() -> None:
    finding = look("07:05:00", SCHOOL_THERE, came("p1", "06:58:12"), seen=False)
    assert (finding.steps, finding.look_at, finding.listens, finding.silent) == ((), None, False, True)


def test_required_parents_leave_a_gap_of_their_own() -> None:
    rosters = (roster(1, "09-20 17:00:00", required=["parent 2"]),)
    finding = look("07:05:00", SCHOOL_THERE, came("p1", "06:58:00"), came("e1", "07:00:00", slot="parent"), rosters=rosters, seen=False)
    assert told(finding) == [(Opened, "parent", "open")]
    assert (finding.steps[0].gap.need, finding.steps[0].gap.present) == (2, 1)


@pytest.mark.parametrize(("who", "by"), [("p7", "check-in"), ("p2", "substitute")])
def test_the_first_who_completes_the_slot_fills_the_gap(who: str, by: str) -> None:
    rosters = (roster(1, "09-20 17:00:00", ["police p1 p2", "school s1"]),)
    finding = look("07:13:05", SCHOOL_THERE, came(who, "07:13:00"), gaps=(live(),), rosters=rosters)
    acted, filled = finding.steps
    assert isinstance(acted, Acted)
    assert (acted.agency, clock(acted.at)) == ("police", "09-21 07:13:00")
    assert isinstance(filled, Filled)
    assert (filled.gap.by, filled.gap.minutes, filled.gap.late) == (by, 8, False)
    assert (finding.look_at, finding.listens) == (None, True)


def test_one_of_two_is_a_first_action_and_fills_nothing() -> None:
    finding = look("07:14:00", SCHOOL_THERE, came("p1", "07:13:00"), gaps=(live(need=2),))
    assert [type(step) for step in finding.steps] == [Acted]


def test_a_gap_that_nobody_filled_is_uncovered_at_the_end_of_the_window() -> None:
    assert look("07:39:59", SCHOOL_THERE, gaps=(live(),)).steps == ()
    finding = look("07:40:00", SCHOOL_THERE, gaps=(live(),))
    assert told(finding) == [(Uncovered, "police", "uncovered")]
    assert (clock(finding.steps[0].gap.ended_at), finding.look_at, finding.listens) == ("09-21 07:40:00", None, True)


def test_whoever_comes_after_the_window_fills_nothing() -> None:
    assert told(look("07:41:00", came("p1", "07:40:01"), gaps=(live(),))) == [(Uncovered, "police", "uncovered")]
    assert look("07:41:00", came("p1", "07:40:01"), gaps=(live(state="uncovered"),)).steps == ()


@pytest.mark.parametrize("state", ["open", "filled", "uncovered"])
def test_late_proof_of_presence_voids_the_gap_however_it_ended(state: str) -> None:
    late = came("p1", "06:57:00", uploaded="09:40:00", batch="D-7")
    (step,) = look("09:40:01", SCHOOL_THERE, late, came("p2", "07:20:00"), gaps=(live(state=state),)).steps
    assert isinstance(step, Voided)
    assert (step.gap.state, step.gap.late, step.proof.batch) == ("voided", True, "D-7")


def test_late_data_of_somebody_who_came_during_the_gap_fill_it_late() -> None:
    finding = look("09:40:01", came("p1", "07:20:00", uploaded="09:40:00"), gaps=(live(state="uncovered"),))
    acted, filled = finding.steps
    assert isinstance(acted, Acted)
    assert (filled.gap.state, filled.gap.minutes, filled.gap.late) == ("filled", 15, True)


def test_a_voided_gap_stays_voided() -> None:
    finding = look("09:40:01", came("p1", "06:57:00"), gaps=(live(state="voided"),))
    assert (finding.steps, finding.listens) == ((), False)


def test_two_of_two_are_proof_and_one_of_two_is_not() -> None:
    one = came("p1", "06:57:00", uploaded="09:00:00")
    assert look("09:00:01", one, gaps=(live(need=2, state="uncovered"),)).steps == ()
    both = look("09:10:01", one, came("p2", "07:00:00", uploaded="09:10:00", batch="D-2"), gaps=(live(need=2, state="uncovered"),))
    (step,) = both.steps
    assert isinstance(step, Voided)
    assert step.proof.batch == "D-2"


def test_a_clock_that_slept_through_the_window_counts_what_it_missed_and_troubles_nobody() -> None:
    finding = look("09:00:00", seen=False)
    assert told(finding) == [(Noted, "police", "uncovered"), (Noted, "school", "uncovered")]
    assert (finding.silent, finding.listens) == (True, True)
    filled = look("07:20:00", SCHOOL_THERE, came("p1", "07:13:00"), seen=False)
    assert told(filled) == [(Noted, "police", "filled")]
    assert not filled.steps[0].gap.told


def test_a_clock_that_wakes_inside_the_window_opens_with_the_logical_time() -> None:
    finding = look("07:20:00", SCHOOL_THERE, seen=False)
    assert [(type(step), clock(step.gap.opened_at)) for step in finding.steps] == [(Opened, "09-21 07:05:00")]


def test_a_planned_gap_ends_with_the_check_in_the_window() -> None:
    filled = look("07:05:00", SCHOOL_THERE, came("p1", "06:58:12"), gaps=(planned(),), seen=False)
    assert [(type(step), step.gap.by) for step in filled.steps] == [(Filled, "check-in")]
    short = look("07:05:00", SCHOOL_THERE, gaps=(planned(),), seen=False)
    assert told(short) == [(Superseded, "police", "superseded"), (Opened, "police", "open")]


def test_a_post_that_is_planned_no_more_ends_its_planned_gap() -> None:
    finding = inspect(Sight(replace(MORNING, dropped=True), gaps=(planned(),)), at("09-20 20:00:00"))
    assert told(finding) == [(Superseded, "police", "superseded")]
    assert finding.look_at is None


def test_without_a_mandate_gaps_are_noted_alone() -> None:
    finding = look("07:05:00", SCHOOL_THERE, seen=False, tells=False)
    assert told(finding) == [(Noted, "police", "open")]
    later = look("07:40:00", SCHOOL_THERE, gaps=(live(told=False),), tells=False)
    assert (later.silent, told(later)) == (True, [(Uncovered, "police", "uncovered")])


def test_a_roster_published_in_the_window_decides_nothing_any_more() -> None:
    rosters = (*FULL, roster(2, "09-21 07:01:00", required=["police 0"]))
    assert told(look("07:05:00", SCHOOL_THERE, rosters=rosters, seen=False)) == [(Opened, "police", "open")]


@pytest.mark.parametrize("when", [at("09-20 18:00:00"), at("09-21 07:05:00"), at("09-21 07:40:00"), at("09-22 09:00:00")])
def test_looking_again_at_the_same_instant_finds_nothing_new(when: datetime) -> None:
    """INVARIANT: two clocks that look one after the other find each thing once — broken by a step that its own result does not end."""
    sight = Sight(MORNING, (roster(1, "09-20 17:00:00", ["school s1"]),), (SCHOOL_THERE,))
    first = inspect(sight, when)
    gaps = {gap.id: gap for gap in (step.gap for step in first.steps)}
    again = inspect(replace(sight, post=first.post, gaps=tuple(gaps.values())), when)
    assert again.steps == ()
