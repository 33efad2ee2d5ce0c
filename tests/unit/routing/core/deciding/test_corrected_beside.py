"""What stands beside each other in one incident: a correction of the one takes away what that asked for, and nothing of the other."""

from typing import Any

import pytest

from services.routing.core.model import Task, World
from tests.unit.routing.core.bench import ALARM, Bench, at
from tests.unit.routing.core.families import payload
from tests.unit.routing.core.places import EDU, POLICE_110, RAISED, SAFETY, SCHOOL, STATION
from tests.unit.routing.core.tasks.test_homes import CIVIL, FURONG, LIST, STUDENT, B, submitted
from tests.unit.routing.core.tasks.test_homes import SCHOOL as LISTED_BY
from tests.unit.routing.core.test_families_market import DECIDED, FINDING, FOOD_SAFETY, FOUND, SANCTION, SHOPS
from tests.unit.routing.core.test_psych_road import ANSWERED, ASSESSED, CASE, HOSPITAL, NO, PSYCH
from tests.unit.routing.core.test_psych_road import B as PUPIL_S_SCHOOL

VISIT = "community.visit.recorded"
ROW, OTHER_ROW = f"{B}/2026-09/1", f"{B}/2026-09/2"
NEEDS_MORE = {"row_ref": ROW, "visited_on": "2026-10-13", "found": "working", "next": "escalate"}
EMERGENCY = "health.emergency-office@hb-990102"
HOME = "990102001001"


def corrects(bench: Bench, name: str, by: str, key: dict[str, Any], **changes: tuple[Any, Any]) -> Any:
    """field = (old, new)."""
    said = {**key, "reason": "录入有误", "changes": {field: {"old": old, "new": new} for field, (old, new) in changes.items()}}
    return bench.state_event(f"{name}.corrected", by, said)


@pytest.fixture
def visited(world: World) -> Bench:
    """A list of two pupils of one community, signed; the first one's home was visited, and needs more (DRP-04)."""
    bench = Bench(world, at("09-30 17:10:00"))
    bench.state_event(LIST, LISTED_BY, submitted(HOME, HOME))
    bench.to(at("10-09 10:00:00"))
    for desk in (FURONG, STUDENT):
        bench.sign(desk)
    bench.to(at("10-13 15:00:00"))
    bench.state_event(VISIT, FURONG, NEEDS_MORE)
    return bench


def task(bench: Bench) -> Task:
    return bench.task()


def open_duties(bench: Bench, desk: str) -> set[str]:
    return {duty.kind for duty in bench.duties() if duty.desk == desk and duty.state == "open"}


def test_who_was_told_for_what_was_wrong_alone_loses_sight_of_it(visited: Bench) -> None:
    """INVARIANT: a correction that names a desk no more hides the data from it — broken by minding the head alone."""
    corrects(visited, VISIT, FURONG, {"row_ref": ROW}, found=("working", "at-home"), next=("escalate", "none"))
    told = visited.notification(CIVIL)
    assert (told.state, told.issued, open_duties(visited, CIVIL)) == ("withdrawn", {}, set())
    (gone,) = [data for to, data in visited.heard("bus.notification.withdrawn") if to == CIVIL]
    assert (gone.why, gone.hide) == ("corrected", True)


def test_the_lead_goes_back_where_what_moved_it_was_wrong(visited: Bench) -> None:
    assert (task(visited).mandate, task(visited).lead) == ("DRP-04", STUDENT)
    corrects(visited, VISIT, FURONG, {"row_ref": ROW}, found=("working", "at-home"), next=("escalate", "none"))
    assert (task(visited).mandate, task(visited).lead) == ("DRP-01", FURONG)
    assert {part.desk: part.state for part in task(visited).parts}[CIVIL] == "excused"


def test_who_reads_on_for_another_reason_owes_what_that_asks_for(visited: Bench) -> None:
    corrects(visited, VISIT, FURONG, {"row_ref": ROW}, found=("working", "at-home"), next=("escalate", "none"))
    told = visited.notification(STUDENT)
    assert (told.live, set(told.mandates), "first-action" in told.forms) == (True, {"DRP-01", "DRP-03"}, False)
    assert "first-action" not in open_duties(visited, STUDENT)
    assert payload(visited, STUDENT)["found"] == "at-home"


def test_what_needs_more_after_all_is_asked_for_anew(visited: Bench) -> None:
    corrects(visited, VISIT, FURONG, {"row_ref": ROW}, found=("working", "at-home"), next=("escalate", "none"))
    visited.wait(hours=1)
    corrects(visited, VISIT, FURONG, {"row_ref": ROW}, found=("at-home", "refused"), next=("none", "escalate"))
    told = visited.notification(CIVIL)
    assert (told.round, told.live, task(visited).mandate) == (2, True, "DRP-04")
    assert "first-action" in open_duties(visited, STUDENT)


def test_a_correction_of_one_home_says_nothing_of_another(visited: Bench) -> None:
    """INVARIANT: what is corrected of a pupil is shown of that pupil — broken by merging it into the visit that was stated last."""
    visited.wait(hours=1)
    visited.state_event(VISIT, FURONG, NEEDS_MORE | {"row_ref": OTHER_ROW, "found": "ill", "next": "revisit"})
    visited.wait(hours=1)
    corrects(visited, VISIT, FURONG, {"row_ref": ROW}, visited_on=("2026-10-13", "2026-10-12"))
    assert payload(visited, LISTED_BY) == NEEDS_MORE | {"visited_on": "2026-10-12"}


def test_another_home_that_needs_more_keeps_those_whom_it_concerns(visited: Bench) -> None:
    visited.wait(hours=1)
    visited.state_event(VISIT, FURONG, NEEDS_MORE | {"row_ref": OTHER_ROW})
    visited.wait(hours=1)
    corrects(visited, VISIT, FURONG, {"row_ref": ROW}, found=("working", "at-home"), next=("escalate", "none"))
    assert (visited.notification(CIVIL).live, task(visited).mandate) == (True, "DRP-04")


@pytest.mark.parametrize("material", [False, True])
def test_a_correction_of_the_list_leaves_what_a_visit_asked_for(visited: Bench, material: bool) -> None:
    """INVARIANT: a correction takes away what it names — broken by deciding anew for the head alone."""
    visited.sign(STUDENT)
    rows = submitted(HOME, HOME)["pupils"]
    changed = {"pupils": (rows, [rows[0], rows[1] | {"ciphertext": "BBBB"}])} if material else {"signed_by": ("p-7", "p-8")}
    corrects(visited, LIST, LISTED_BY, {"school_id": B, "month": "2026-09"}, **changed)
    assert (task(visited).mandate, task(visited).lead) == ("DRP-04", STUDENT)
    assert "first-action" in open_duties(visited, STUDENT)
    assert "DRP-04" in visited.notification(STUDENT).mandates


def test_a_station_that_gets_no_case_after_all_is_relieved_of_it(world: World) -> None:
    """MKT-07: told that something was handed to it, which was not; the others of the finding learn the true outcome."""
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(FOUND, SHOPS, FINDING)
    bench.state_event(DECIDED, FOOD_SAFETY, SANCTION)
    corrects(bench, DECIDED, FOOD_SAFETY, {"finding_no": "WT-310"}, outcome=("transferred-to-police", "fined"))
    assert (bench.notification(STATION).state, open_duties(bench, STATION)) == ("withdrawn", set())
    assert {payload(bench, desk)["outcome"] for desk in (SCHOOL, SAFETY)} == {"fined"}
    assert open_duties(bench, SCHOOL) == {"ack"}, "what the finding asks for stands"


def test_a_hospital_that_never_declined_leads_on(world: World) -> None:
    """PSY-08 was a mistake: the emergency office need find nobody, and reads no reason for it any more."""
    bench = Bench(world, at("10-14 21:10:00"))
    bench.state_event(ASSESSED, PSYCH, CASE | {"school_id": PUPIL_S_SCHOOL})
    for desk in (HOSPITAL, EMERGENCY):
        bench.sign(desk)
    bench.wait(minutes=20)
    declined = {"referral_no": NO, "slip_no": "HZ-1", "step": "declined", "advice": ["accompany"], "decline_reason": "no-bed"}
    bench.state_event(ANSWERED, HOSPITAL, declined)
    assert (task(bench).mandate, task(bench).lead) == ("PSY-08", EMERGENCY)
    bench.wait(minutes=5)
    corrects(bench, ANSWERED, HOSPITAL, {"referral_no": NO}, step=("declined", "accepted"), decline_reason=("no-bed", None))
    assert (task(bench).mandate, task(bench).lead) == ("PSY-01", HOSPITAL)
    assert not payload(bench, EMERGENCY).keys() & {"step", "decline_reason"}
    assert (bench.notification(EMERGENCY).mandates, open_duties(bench, EMERGENCY)) == (("PSY-01",), {"ack"})


def test_a_hospital_that_declined_after_all_gives_the_teacher_ten_minutes(world: World) -> None:
    """INVARIANT: a clock that a correction asks for runs from its delivery — broken by taking it for one that was asked for before."""
    bench = Bench(world, at("10-14 21:10:00"))
    bench.state_event(ASSESSED, PSYCH, CASE | {"school_id": PUPIL_S_SCHOOL})
    bench.sign(HOSPITAL)
    bench.state_event(ANSWERED, HOSPITAL, {"referral_no": NO, "slip_no": "HZ-1", "step": "accepted", "advice": ["accompany"]})
    bench.wait(minutes=5)
    corrects(bench, ANSWERED, HOSPITAL, {"referral_no": NO}, step=("accepted", "declined"), decline_reason=(None, "no-bed"))
    assert bench.dues("ack")[PSYCH] == "10-14 21:25"


def test_an_alarm_at_the_gate_after_all_gives_the_bureau_its_shorter_clocks(world: World) -> None:
    bench = Bench(world, at("09-22 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM | {"relation": "pupil-only"})
    corrects(bench, RAISED, POLICE_110, {"alarm_no": ALARM["alarm_no"]}, relation=("pupil-only", "perimeter"))
    assert bench.dues("ack", "first-action")[EDU] == "09-22 10:10 / 09-22 10:30"
