"""整改: a hazard's date is met when the work is stated, not when its finder has checked it; the finder accepts, or sets a new date."""

from typing import Any

import pytest

from services.routing.core.model import Duty, World
from tests.unit.routing.core.bench import Bench, at
from tests.unit.routing.core.stated import golden

C = "3499000103"
FIRE, PRINCIPAL, EDU = "fire.supervision-desk@fire-990102", f"school.principal@{C}", "education.duty-officer@edu-990102"
SAFETY = f"school.safety-officer@{C}"
FOUND, COMPLETED = "fire.hazard.found", "school.rectification.completed"
HAZARD = {
    "hazard_no": "F-26-11", "school_id": C, "level": "grave", "problems": ["exit-blocked"], "building": "宿舍三层",
    "interim": ["guard-24h"], "rectify_by": "2026-10-12",
}  # fmt: skip


@pytest.fixture
def bench(world: World) -> Bench:
    """The finding, signed and begun by everybody who is asked."""
    bench = Bench(world, at("09-14 10:00:00"))
    bench.state_event(FOUND, FIRE, HAZARD)
    for desk in (PRINCIPAL, EDU):
        bench.sign(desk)
        bench.report(desk, "started", incident=bench.task().incident)
    bench.report(FIRE, "started", "责令整改", incident=bench.task().incident)
    return bench


def complete(bench: Bench, measure: str = "疏通安全出口", **envelope: Any) -> Any:
    done = {"hazard_no": "F-26-11", "done_at": "2026-10-12T14:30:00+08:00", "measure": measure}
    return bench.state_event(COMPLETED, SAFETY, done, **envelope)


def set_date(bench: Bench, old: str, new: str) -> Any:
    changed = {"hazard_no": "F-26-11", "changes": {"rectify_by": {"old": old, "new": new}}, "reason": "复查不合格"}
    return bench.state_event(f"{FOUND}.corrected", FIRE, changed)


def closes(bench: Bench) -> list[Duty]:
    return sorted((duty for duty in bench.duties() if duty.kind == "close"), key=lambda duty: duty.due or bench.now)


def missed(bench: Bench) -> list[tuple[str, str]]:
    """Who missed what, told to itself."""
    return [(data.desk, data.duty) for to, data in bench.heard("bus.duty.missed") if to == data.desk]


def test_work_stated_by_its_date_is_in_time_whenever_its_finder_checks_it(bench: Bench) -> None:
    bench.to(at("10-12 15:00:00"))
    complete(bench)
    assert bench.dues("ack")[FIRE] == "10-15 17:30"
    bench.to(at("10-13 10:00:00"))
    bench.sign(FIRE)
    for desk in (PRINCIPAL, EDU):
        bench.report(desk, "done", incident=bench.task().incident)
    bench.close(FIRE, bench.task())
    (close,) = closes(bench)
    assert (close.state, close.met_at, missed(bench)) == ("met", at("10-12 15:00:00"), [])
    assert bench.task().closed_at == at("10-13 10:00:00")


def test_work_stated_after_its_date_is_late_and_ends_the_ladder(bench: Bench) -> None:
    bench.to(at("10-13 00:10:00"))
    assert ("10-13 00:00", 1, "fire.unit-leader@fire-990102") in bench.escalated()
    complete(bench)
    assert {data.why for _, data in bench.heard("bus.escalation.cleared")} == {"done"}
    bench.to(at("10-13 06:00:00"))
    assert [step for _, step, _ in bench.escalated()] == [1]
    assert missed(bench) == [(FIRE, "close")]


def test_a_finder_that_never_checks_is_late_with_its_own_signature(bench: Bench) -> None:
    bench.to(at("10-12 15:00:00"))
    complete(bench)
    bench.to(at("10-15 17:30:00"))
    assert missed(bench) == [(FIRE, "ack")]


def test_a_finder_that_rejects_sets_a_new_date_that_runs(bench: Bench) -> None:
    """INVARIANT: what is rejected is owed again — broken by a close that stays met."""
    bench.to(at("10-12 15:00:00"))
    complete(bench)
    bench.to(at("10-13 10:00:00"))
    bench.sign(FIRE)
    set_date(bench, "2026-10-12", "2026-10-20")
    for desk in (PRINCIPAL, EDU):
        bench.sign(desk)
    assert [(duty.due, duty.state) for duty in closes(bench)] == [(at("10-13 00:00:00"), "met"), (at("10-21 00:00:00"), "open")]
    assert bench.notification(FIRE).live
    bench.to(at("10-21 00:00:00"))
    assert missed(bench) == [(FIRE, "close")]


def test_work_stated_again_is_signed_again_by_its_finder(bench: Bench) -> None:
    """INVARIANT: each statement that asks for a signature gets one — broken by taking the second for news of the first."""
    bench.to(at("10-12 15:00:00"))
    complete(bench)
    bench.sign(FIRE)
    bench.to(at("10-13 10:00:00"))
    set_date(bench, "2026-10-12", "2026-10-20")
    bench.to(at("10-19 10:00:00"))
    complete(bench, "重新疏通并加装门禁")
    told = bench.notification(FIRE)
    assert (told.material_version, told.signed) == (2, False)
    assert bench.dues("ack")[FIRE] == "10-22 17:30"
    assert [duty.state for duty in closes(bench)] == ["met", "met"]


def test_a_date_that_is_moved_before_any_work_moves_the_close(bench: Bench) -> None:
    set_date(bench, "2026-10-12", "2026-09-30")
    assert [(duty.due, duty.state) for duty in closes(bench)] == [(at("10-01 00:00:00"), "open"), (at("10-13 00:00:00"), "ended")]
    told = [data for to, data in bench.heard("bus.duty.timed") if to == FIRE and data.task]
    assert [duty.due for duty in told[-1].duties] == [at("10-01 00:00:00")]


def test_a_date_that_is_moved_twice_takes_the_report_along_each_time(world: World) -> None:
    """INVARIANT: a report is never due later than the close — broken by minding the report that the first move had ended."""
    bench = Bench(world, at("09-14 10:00:00"))
    bench.state_event(FOUND, FIRE, HAZARD | {"level": "general"})
    for old, new in (("2026-10-12", "2026-09-21"), ("2026-09-21", "2026-09-16")):
        set_date(bench, old, new)
    owed = {duty.kind: duty.due for duty in bench.duties() if duty.owner == bench.task().id and duty.state == "open"}
    assert owed == {"report": at("09-17 00:00:00"), "close": at("09-17 00:00:00")}


def test_a_correction_of_anything_else_leaves_the_date(bench: Bench) -> None:
    changed = {"hazard_no": "F-26-11", "changes": {"building": {"old": "宿舍三层", "new": "宿舍四层"}}, "reason": "写错"}
    bench.state_event(f"{FOUND}.corrected", FIRE, changed)
    assert len(closes(bench)) == 1


def test_work_that_was_never_done_is_owed_by_its_old_date(bench: Bench) -> None:
    bench.to(at("10-10 15:00:00"))
    complete(bench)
    bench.to(at("10-11 15:00:00"))
    wrong = {"hazard_no": "F-26-11", "code": "invalid", "reason": "误报完成", "officer": "安全员"}
    bench.state_event(f"{COMPLETED}.withdrawn", SAFETY, wrong)
    assert [(duty.due, duty.state) for duty in closes(bench)] == [(at("10-13 00:00:00"), "open")]
    bench.to(at("10-13 00:00:00"))
    assert missed(bench) == [(FIRE, "close")]


def test_work_withdrawn_after_its_date_is_missed_at_once_with_the_old_date(bench: Bench) -> None:
    bench.to(at("10-12 15:00:00"))
    complete(bench)
    bench.to(at("10-13 09:00:00"))
    wrong = {"hazard_no": "F-26-11", "code": "invalid", "reason": "误报完成", "officer": "安全员"}
    bench.state_event(f"{COMPLETED}.withdrawn", SAFETY, wrong)
    bench.to(at("10-13 09:00:01"))
    assert missed(bench) == [(FIRE, "close")]
    assert bench.escalated() == [("10-13 09:00", 1, "fire.unit-leader@fire-990102")]


TRAFFIC, STATION = "police.traffic-duty@tp-990102-01", "police.station-duty@ps-990102-01"


def conclude_patrol(bench: Bench, outcome: str) -> None:
    bench.state_event("police.hazard.found.concluded", TRAFFIC, {"hazard_no": "X26-118", "outcome": outcome})


@pytest.fixture
def patrol(world: World) -> Bench:
    """Traffic police found a broken gate lock on Mon 09-21; the station leads."""
    bench = Bench(world, at("09-21 10:00:00"))
    found = golden("police.hazard.found", hazard_no="X26-118", domain="facility", level="general", schools=[C], rectify_by="2026-10-12")
    bench.state_event("police.hazard.found", TRAFFIC, found)
    assert bench.task().lead == STATION
    return bench


def test_a_finder_that_does_not_lead_accepts_with_its_conclusion(patrol: Bench) -> None:
    """INVARIANT: what its finder accepts is closed — broken by a close that only the lead can say (HAZ-15)."""
    patrol.to(at("09-28 10:00:00"))
    done = {"hazard_no": "X26-118", "done_at": "2026-09-28T09:30:00+08:00", "measure": "更换门锁"}
    patrol.state_event(COMPLETED, SAFETY, done)
    patrol.to(at("09-28 15:00:00"))
    patrol.sign(TRAFFIC)
    conclude_patrol(patrol, "rectified")
    assert patrol.task().closed_at == at("09-28 15:00:00")
    assert {data.outcome for to, data in patrol.heard("bus.task.closed") if to == STATION} == {"rectified"}


@pytest.mark.parametrize("outcome", ["rectified", "handed-over"])
def test_a_conclusion_about_what_nobody_put_right_leaves_the_task_to_its_lead(patrol: Bench, outcome: str) -> None:
    patrol.to(at("09-28 15:00:00"))
    conclude_patrol(patrol, outcome)
    assert patrol.task().closed_at is None
