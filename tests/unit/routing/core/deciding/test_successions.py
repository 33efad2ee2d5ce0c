"""学校合并: from the day of the merger the open duties of the old school are those of the one that took it over, with the same dues."""

import copy
from typing import Any

import pytest

from services.routing.calendars import load_calendars
from services.routing.core.deciding.succession import move_on
from services.routing.core.directory import Directory
from services.routing.core.model import Fold, World
from services.routing.directory import load_documents
from tests.unit.routing.core.bench import ALARM, INCIDENT, Bench, at, clock_text
from tests.unit.routing.core.places import EDU, POLICE_110, PRINCIPAL, RAISED, REPORTED, SCHOOL, STATION, VICE, A

F = "2199000106"
OLD, OLD_VICE = f"school.duty-desk@{F}", f"school.law-vice-principal@{F}"
CROWD = ALARM | {"kind": "crowd", "severity": "urgent", "schools": [F]}
NO = {"alarm_no": ALARM["alarm_no"]}


@pytest.fixture
def merging(world: World) -> World:
    """曲水小学 becomes part of 泉西小学 on 10-01."""
    documents = copy.deepcopy(load_documents())
    next(one for one in documents if one["unit"] == F)["rows"][0]["to"] = "2026-10-01"
    return World(Directory.build(documents, 2, load_calendars()), world.book, world.pack_version)


@pytest.fixture
def bench(merging: World) -> Bench:
    """An alarm of the evening before: the school's desk has until 10-03 19:00."""
    bench = Bench(merging, at("09-30 19:00:00"))
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.sign(STATION)
    bench.report(STATION, "started", incident=bench.task().incident)
    return bench


def merge(bench: Bench) -> None:
    """The clock's look on the day of the merger."""
    bench.to(at("10-01 00:00:10"))
    bench.said.clear()
    look(bench)


def look(bench: Bench) -> Fold:
    fold = Fold(next(iter(bench.loaded.states.values())), bench.world, bench.now, "moved")
    move_on(fold)
    bench._absorb(fold)
    return fold


def open_duties(bench: Bench, desk: str) -> dict[str, str]:
    return {duty.kind: clock_text(duty.due) for duty in bench.duties() if duty.desk == desk and duty.state == "open"}


def told(bench: Bench) -> dict[str, Any]:
    return {to: data for to, data in bench.heard("bus.notification.issued")}


def test_what_is_open_goes_to_the_same_desk_of_the_heir_with_its_dues(bench: Bench) -> None:
    """INVARIANT: a merger moves no due — broken by clocks that begin anew when the heir's desk has its row."""
    owed = open_duties(bench, OLD)
    assert owed == {"ack": "10-03 19:00", "first-action": "10-04 00:00"}
    merge(bench)
    assert (open_duties(bench, SCHOOL), open_duties(bench, OLD)) == (owed, {})
    assert {to for to in told(bench)} == {SCHOOL, VICE}
    assert (told(bench)[SCHOOL].kind, told(bench)[SCHOOL].note, told(bench)[SCHOOL].payload["schools"]) == (
        "acknowledge",
        f"via-merge:{F}",
        [F],
    )
    gone = {(to, data.why, data.hide) for to, data in bench.heard("bus.notification.withdrawn")}
    assert gone == {(OLD, "redirected", True), (OLD_VICE, "redirected", True)}
    assert [(to, data.desk) for to, data in bench.heard("bus.duty.timed")] == [(SCHOOL, SCHOOL)]


def test_the_heir_signs_and_its_own_ladder_is_climbed(bench: Bench) -> None:
    merge(bench)
    bench.to(at("10-03 19:00:00"))
    assert [(step, to) for _, step, to in bench.escalated()] == [(1, PRINCIPAL)]
    bench.sign(SCHOOL)
    assert "ack" not in open_duties(bench, SCHOOL)


def test_the_part_goes_along_and_the_task_can_be_closed(bench: Bench) -> None:
    merge(bench)
    assert {part.desk: part.text for part in bench.task().parts} == {STATION: "处置并反馈", SCHOOL: "校内防范、安抚学生"}
    bench.report(SCHOOL, "done", "已安抚", incident=bench.task().incident)
    bench.close(STATION, bench.task())
    assert bench.task().closed_at == bench.now


def test_a_second_look_finds_nothing(bench: Bench) -> None:
    merge(bench)
    assert look(bench).changed == {}


def test_nothing_moves_before_the_day(bench: Bench) -> None:
    bench.to(at("09-30 23:59:59"))
    assert look(bench).changed == {}


def test_who_signed_has_signed_and_still_owes_what_is_left(bench: Bench) -> None:
    bench.sign(OLD)
    merge(bench)
    assert open_duties(bench, SCHOOL) == {"first-action": "10-04 00:00"}
    assert (told(bench)[SCHOOL].kind, told(bench)[SCHOOL].material) == ("inform", False)
    bench.report(SCHOOL, "started", incident=bench.task().incident)
    assert open_duties(bench, SCHOOL) == {}


def test_clocks_that_wait_for_a_delivery_run_from_the_heirs(merging: World) -> None:
    bench = Bench(merging, at("09-30 19:00:00"), deaf={OLD})
    bench.state_event(RAISED, POLICE_110, CROWD)
    merge(bench)
    assert open_duties(bench, SCHOOL) == {"ack": "10-04 00:00", "first-action": "10-05 00:00"}


def test_an_heir_that_is_told_already_owes_it_once(merging: World) -> None:
    bench = Bench(merging, at("09-30 19:00:00"))
    bench.state_event(RAISED, POLICE_110, CROWD | {"schools": [A, F]})
    merge(bench)
    assert SCHOOL not in told(bench)
    assert {part.desk for part in bench.task().parts} == {STATION, SCHOOL}
    assert [(to, data.why) for to, data in bench.heard("bus.notification.withdrawn") if to == OLD] == [(OLD, "superseded")]


def test_what_is_in_arbitration_moves_when_it_is_ruled_on(bench: Bench) -> None:
    bench.to(at("09-30 23:30:00"))
    bench.send_back(OLD)
    merge(bench)
    assert SCHOOL not in told(bench)
    bench.rule(EDU, "reject")
    look(bench)
    assert open_duties(bench, SCHOOL)["ack"] == "10-03 19:00"


def test_what_the_old_school_states_and_leads_is_the_heirs(merging: World) -> None:
    bench = Bench(merging, at("09-30 16:00:00"))
    stated = INCIDENT | {"school_id": F, "severity": "urgent"}
    bench.state_event(REPORTED, OLD, stated)
    assert open_duties(bench, OLD) == {"report": "10-08 17:30", "close": "10-10 17:30"}
    bench.to(at("10-01 00:00:10"))
    look(bench)
    assert open_duties(bench, SCHOOL) == {"report": "10-08 17:30", "close": "10-10 17:30"}
    assert (bench.task().lead, bench.incident("campus-incident").publisher) == (SCHOOL, SCHOOL)
    added = {"incident_no": INCIDENT["incident_no"], "added": {"injury_note": "擦伤"}}
    assert bench.state_event(f"{REPORTED}.supplemented", SCHOOL, added)["outcome"] == "routed"


def test_what_was_on_its_way_to_a_desk_that_had_signed_is_the_heirs_to_sign(merging: World) -> None:
    """INVARIANT: open duties move — broken by a signature under the version before."""
    bench = Bench(merging, at("09-30 19:00:00"))
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.sign(OLD)
    bench.deaf.add(OLD)
    changed = NO | {"field": "severity", "from": "urgent", "to": "routine", "by": "值班长", "why": "现场核实"}
    bench.state_event(f"{RAISED}.level-changed", POLICE_110, changed)
    merge(bench)
    assert (told(bench)[SCHOOL].kind, bench.notification(SCHOOL).signed) == ("acknowledge", False)
    assert "ack" in open_duties(bench, SCHOOL)
