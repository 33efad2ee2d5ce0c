"""HLT-04: the first action of the school is its own report, and nothing else; and the bounds of the law on what is stated."""

from typing import Any

import pytest

from services.routing.core.climbing.acts import acted
from services.routing.core.model import Duty, Fold, World
from tests.unit.routing.core.bench import Bench, at, clock_text
from tests.unit.routing.core.clocks.test_pauses import ILLNESS, PRINCIPAL, SUSPECTED
from tests.unit.routing.core.places import EDU, B
from tests.unit.routing.core.test_families_health import CDC, DETECTED, REPORTER_B, SEEN

DUTY_B, LEADER_B = f"school.duty-desk@{B}", f"school.principal@{B}"


@pytest.fixture
def bench(world: World) -> Bench:
    bench = Bench(world, at("10-14 09:00:00"))
    bench.state_event(DETECTED, CDC, SEEN)
    for desk in (REPORTER_B, DUTY_B, EDU):
        bench.sign(desk)
    return bench


def first_action(bench: Bench) -> Duty:
    return next(duty for duty in bench.duties() if (duty.desk, duty.kind) == (REPORTER_B, "first-action"))


def states_it(bench: Bench, moment: str) -> None:
    """The clock's look after the school has stated a cluster of its own at ``moment``."""
    state = next(iter(bench.loaded.states.values()))
    fold = Fold(state, bench.world, bench.now, "acted")
    acted(fold, bench.notification(REPORTER_B).id, at(moment))
    bench.said += fold.out


def test_a_report_that_something_was_begun_is_no_report_of_the_cluster(bench: Bench) -> None:
    """INVARIANT: where a mandate names the act, that act alone is the first action — broken by a word on the desk that ends its clock."""
    bench.report(REPORTER_B, "started", "已隔离", incident=bench.task().incident)
    bench.report(REPORTER_B, "done", "已消毒", incident=bench.task().incident)
    assert (first_action(bench).state, clock_text(first_action(bench).due)) == ("open", "10-15 09:00")
    assert bench.notification(REPORTER_B).issued["note"] == "首次行动以“学校传染病聚集报告”的上报为准"
    assert bench.notification(DUTY_B).issued["note"] == ""
    assert next(part.state for part in bench.task().parts if part.desk == REPORTER_B) == "done"


def test_the_schools_own_report_in_time_ends_it(bench: Bench) -> None:
    bench.to(at("10-14 16:00:00"))
    states_it(bench, "10-14 15:59:00")
    duty = first_action(bench)
    assert (duty.state, duty.met_at, duty.missed_at) == ("met", at("10-14 15:59:00"), None)
    bench.to(at("10-16 09:00:00"))
    assert "first-action" not in {data.duty for _, data in bench.heard("bus.duty.missed")}


def test_one_that_was_stated_before_the_desk_was_told_counts_from_the_delivery(bench: Bench) -> None:
    states_it(bench, "10-13 10:00:00")
    assert first_action(bench).met_at == at("10-14 09:00:00")


def test_one_that_comes_late_ends_the_ladder_and_stays_late(bench: Bench) -> None:
    bench.to(at("10-15 10:30:00"))
    assert ("10-15 09:00", 1, LEADER_B) in bench.escalated()
    states_it(bench, "10-15 10:30:00")
    duty = first_action(bench)
    assert (duty.state, duty.missed_at, duty.voided) == ("met", at("10-15 09:00:00"), False)
    cleared = {data.why for to, data in bench.heard("bus.escalation.cleared") if to == LEADER_B and data.duty == "first-action"}
    assert cleared == {"done"}


def test_one_in_time_that_is_learnt_late_voids_the_miss(bench: Bench) -> None:
    bench.to(at("10-15 09:10:00"))
    states_it(bench, "10-15 08:59:00")
    assert (first_action(bench).voided, first_action(bench).met_at) == (True, at("10-15 08:59:00"))


def test_a_second_look_changes_nothing(bench: Bench) -> None:
    states_it(bench, "10-14 10:00:00")
    before = len(bench.said)
    states_it(bench, "10-14 12:00:00")
    assert (len(bench.said), first_action(bench).met_at) == (before, at("10-14 10:00:00"))


def decided(world: World, known: str, said: str) -> Any:
    return Bench(world, at(said)).state_event(SUSPECTED, PRINCIPAL, ILLNESS, known_at=at(known))


def test_the_bound_of_the_law_is_met_as_a_whole_and_our_own_overrun_by_minutes(world: World) -> None:
    """S06: known 13:10, said 13:55: 15:10 by law is met, our own 13:40 is overrun by 15 minutes."""
    row = decided(world, "09-21 13:10:00", "09-21 13:55:00")
    told = row["decision"]
    assert (told["law_met"], told["law"], told["overrun_minutes"]) == (True, "食品安全事故应急预案", 15)
    assert [clock_text(at(said[5:19].replace("T", " "))) for said in (told["law_due"], told["publish_due"])] == ["09-21 15:10", "09-21 13:40"]
    assert row["law_due"] == "2026-09-21T15:10:00+08:00"


@pytest.mark.parametrize(("said", "met"), [("09-21 15:10:00", True), ("09-21 15:10:01", False)])
def test_it_is_missed_a_second_after(world: World, said: str, met: bool) -> None:
    assert decided(world, "09-21 13:10:00", said)["decision"]["law_met"] is met


def test_what_the_law_names_no_bound_for_has_none(world: World) -> None:
    told = Bench(world, at("10-14 09:00:00")).state_event(DETECTED, CDC, SEEN)
    assert (told["law_due"], told["decision"]["law_met"], told["decision"]["law_due"]) == (None, None, None)
    followed = Bench(world, at("09-21 13:55:00"))
    followed.state_event(SUSPECTED, PRINCIPAL, ILLNESS)
    added = followed.state_event(f"{SUSPECTED}.supplemented", PRINCIPAL, {"incident_no": "SP-0921", "added": {"ill": 14}})
    assert added["law_due"] is None, "the bound is that of the first word"
