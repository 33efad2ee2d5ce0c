"""A real event that endangers life at the same school suspends the drill (S13): its duties end uncounted, and everybody learns why."""

import pytest

from services.routing.core.deciding.drills import suspend
from services.routing.core.model import Fold, World
from tests.unit.routing.core.bench import ALARM, Bench, at
from tests.unit.routing.core.places import POLICE_110, SCHOOL

REAL = ALARM | {"alarm_no": "J990102202609220002", "kind": "intrusion", "relation": "on-campus"}


@pytest.fixture
def bench(world: World) -> Bench:
    bench = Bench(world, at("09-22 10:00:00"))
    bench.state_event("police.alarm.raised", POLICE_110, ALARM, status="exercise")
    bench.to(at("09-22 10:03:00"))
    bench.state_event("police.alarm.raised", POLICE_110, REAL)
    return bench


def suspended(bench: Bench) -> Fold:
    states = list(bench.loaded.states.values())
    incidents = {one.status: (state, one) for state in states for one in state.incidents.values()}
    (state, exercise), (_, actual) = incidents["exercise"], incidents["actual"]
    fold = Fold(state, bench.world, bench.now, "test")
    suspend(fold, exercise, actual, drill="YL-09", at=actual.first_time)
    bench._absorb(fold)
    return fold


def test_the_open_duties_of_the_exercise_end_and_the_real_ones_run_on(bench: Bench) -> None:
    fold = suspended(bench)
    assert {n.state for n in fold.state.notifications.values()} == {"suspended"}
    assert {duty.state for duty in fold.state.duties.values()} == {"ended"}
    assert all(duty.next_at is None for duty in fold.state.duties.values())
    assert bench.notification(SCHOOL).state == "delivered"
    bench.to(at("09-22 10:30:00"))
    assert {data.incident for _, data in bench.heard("bus.escalation.raised")} == {bench.notification(SCHOOL).incident}


def test_everybody_who_was_told_of_the_exercise_learns_why_it_ended(bench: Bench) -> None:
    fold = suspended(bench)
    told = dict(bench.heard("bus.drill.suspended"))
    assert set(told) == {POLICE_110, *(n.desk for n in fold.state.notifications.values())}
    assert {(said.drill, said.school, said.suspended_at) for said in told.values()} == {("YL-09", ALARM["schools"][0], at("09-22 10:03:00"))}


def test_a_drill_is_suspended_once(bench: Bench) -> None:
    suspended(bench)
    assert suspended(bench).out == []
