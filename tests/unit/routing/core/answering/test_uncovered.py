"""无人值守 (GOV-04): the clock runs, somebody else knows the same second, and whoever was told in place of a desk hears what follows."""

import dataclasses
from datetime import datetime
from typing import Any

import pytest

from services.routing.calendars import load_calendars
from services.routing.core.directory import Directory, with_hole
from services.routing.core.mandates import MandateBook, NotifyRow
from services.routing.core.model import World
from services.routing.directory import load_documents
from services.routing.packs import load_book
from tests.unit.routing.core.bench import ALARM, Bench, at, clock_text
from tests.unit.routing.core.places import EDU, EDU_LEADER, OPS, POLICE_110, PRINCIPAL, RAISED, SAFETY, SCHOOL, A, B
from tests.unit.routing.core.stated import golden

NIGHT = at("09-12 00:00:00"), at("09-12 06:00:00")
EDU_UNIT = "edu-990102"


def holed(world: World, *holes: tuple[str, str, datetime, datetime], substitute: str | None = None) -> World:
    documents = {document["unit"]: document for document in load_documents()}
    for role, unit, start, end in holes:
        documents[unit] = with_hole(documents[unit], role, start, end, substitute=substitute)
    return World(Directory.build(documents.values(), 2, load_calendars()), world.book, world.pack_version)


@pytest.fixture
def bench(uncovered_world: World) -> Bench:
    bench = Bench(uncovered_world, at("09-12 02:15:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    return bench


def told(bench: Bench, desk: str, *, gov: bool = False) -> list[Any]:
    found = [data for to, data in bench.heard("bus.notification.issued") if to == desk]
    return [data for data in found if any(basis.mandate == "GOV-04" for basis in data.bases) == gov]


def correct(bench: Bench, **changes: tuple[Any, Any]) -> None:
    stated = {field: {"old": old, "new": new} for field, (old, new) in changes.items()}
    bench.state_event(f"{RAISED}.corrected", POLICE_110, {"alarm_no": ALARM["alarm_no"], "changes": stated, "reason": "核实"})


def test_the_desk_keeps_its_clock_and_three_others_know(bench: Bench) -> None:
    assert clock_text(next(d.due for d in bench.duties() if (d.desk, d.kind) == (EDU, "ack"))) == "09-12 02:25"
    (copy,) = told(bench, EDU_LEADER)
    assert (copy.kind, copy.view, copy.forms, copy.returnable) == ("inform", "E", (), False)
    assert [data.kind for data in told(bench, EDU_LEADER, gov=True)] == ["acknowledge"]
    assert [data.kind for data in told(bench, OPS, gov=True)] == ["inform"]
    assert [(to, data.desk, data.substitute) for to, data in bench.heard("bus.desk.uncovered")] == [(OPS, EDU, EDU_LEADER)]


def test_the_item_shows_the_leader_no_more_than_a_leader_sees(bench: Bench) -> None:
    payload = told(bench, EDU_LEADER, gov=True)[0].payload
    assert payload["uncovered_desk"] == EDU
    assert not {"place_text", "advice"} & payload.keys()


def test_whoever_was_told_in_place_hears_every_later_version(bench: Bench) -> None:
    bench.state_event(f"{RAISED}.supplemented", POLICE_110, {"alarm_no": ALARM["alarm_no"], "added": {"casualties": 2}})
    assert [(data.version, data.payload["casualties"]) for data in told(bench, EDU_LEADER)] == [(1, 0), (2, 2)]


def test_a_correction_leaves_the_copy_with_the_desk_it_stands_in_for(bench: Bench) -> None:
    """INVARIANT: a copy goes with its original — broken by taking a stand-in for a desk that no longer matches."""
    correct(bench, schools=([A], [B]))
    assert EDU_LEADER not in {to for to, _ in bench.heard("bus.notification.withdrawn")}
    assert [data.version for data in told(bench, EDU_LEADER)] == [1, 2]


def test_a_withdrawal_takes_the_copy_back_too(bench: Bench) -> None:
    gone = {"alarm_no": ALARM["alarm_no"], "code": "false-alarm", "reason": "误报", "officer": "值班长"}
    bench.state_event(f"{RAISED}.withdrawn", POLICE_110, gone)
    assert [to for to, _ in bench.heard("bus.notification.withdrawn")].count(EDU_LEADER) == 1


def test_the_conclusion_reaches_the_copy_once(bench: Bench) -> None:
    before = len(told(bench, EDU_LEADER))
    concluded = {"alarm_no": ALARM["alarm_no"], "outcome": "no-case"}
    bench.state_event("police.alarm.concluded", "police.station-duty@ps-990102-01", concluded)
    assert len(told(bench, EDU_LEADER)) - before == 1


def test_it_is_raised_once_however_often_the_desk_is_told(bench: Bench) -> None:
    correct(bench, kind=("weapon", "violence"))
    correct(bench, kind=("violence", "crowd"))
    assert len(bench.heard("bus.desk.uncovered")) == 1
    assert len(told(bench, EDU_LEADER, gov=True)) == 1


def test_a_desk_that_lost_its_person_between_two_versions_is_found_at_the_second(world: World) -> None:
    hole = ("education.duty-officer", EDU_UNIT, at("09-12 02:16:00"), NIGHT[1])
    bench = Bench(holed(world, hole), at("09-12 02:15:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    assert bench.heard("bus.desk.uncovered") == []
    bench.wait(minutes=2)
    correct(bench, kind=("weapon", "violence"))
    assert [data.desk for _, data in bench.heard("bus.desk.uncovered")] == [EDU]


def test_it_is_found_although_the_second_version_was_out_before_the_first_arrived(world: World) -> None:
    bench = Bench(holed(world, ("education.duty-officer", EDU_UNIT, *NIGHT)), at("09-12 02:15:00"), deaf={EDU})
    bench.state_event(RAISED, POLICE_110, ALARM)
    correct(bench, kind=("weapon", "violence"))
    bench.deliver(bench.undelivered[0])
    assert [data.desk for _, data in bench.heard("bus.desk.uncovered")] == [EDU]


def test_the_leaders_own_desk_is_never_its_own_stand_in(world: World) -> None:
    holes = [("school.duty-desk", A, *NIGHT), ("school.principal", A, *NIGHT)]
    bench = Bench(holed(world, *holes), at("09-12 02:15:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    desks = {(data.desk, data.substitute) for _, data in bench.heard("bus.desk.uncovered")}
    assert desks == {(SCHOOL, PRINCIPAL)}
    assert all(data.desk != data.substitute for _, data in bench.heard("bus.desk.uncovered"))


def test_the_desk_above_stands_in_for_a_leader(world: World) -> None:
    row = NotifyRow("education.unit-leader", "acknowledge", "E", ack="10min")
    changed = [dataclasses.replace(m, notify=(*m.notify, row)) if m.id == "POL-01" else m for m in load_book()]
    ladders: Any = {letter: world.book.ladder(letter) for letter in "ABCPG"}  # type: ignore[arg-type]
    directory = holed(world, ("education.unit-leader", EDU_UNIT, *NIGHT)).directory
    bench = Bench(World(directory, MandateBook(changed, ladders, "test"), "test"), at("09-12 02:15:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    city = "city.education-duty@city-education-990100"
    assert [(data.desk, data.substitute) for _, data in bench.heard("bus.desk.uncovered")] == [(EDU_LEADER, city)]
    assert told(bench, city, gov=True)[0].kind == "acknowledge"


def test_a_class_b_desk_in_office_hours_waits_for_its_next_hours(world: World) -> None:
    """An office desk is uncovered when nobody is named for its next open hours, not because it is night."""
    crowd = ALARM | {"kind": "crowd", "severity": "urgent"}
    tonight = ("education.safety-desk", EDU_UNIT, at("09-21 20:00:00"), at("09-22 08:00:00"))
    bench = Bench(holed(world, tonight), at("09-21 21:00:00"))
    bench.state_event(RAISED, POLICE_110, crowd)
    assert [data.desk for _, data in bench.heard("bus.desk.uncovered")] == []
    tomorrow = ("education.safety-desk", EDU_UNIT, at("09-21 20:00:00"), at("09-22 12:00:00"))
    bench = Bench(holed(world, tomorrow), at("09-21 21:00:00"))
    bench.state_event(RAISED, POLICE_110, crowd)
    assert [data.desk for _, data in bench.heard("bus.desk.uncovered")] == [SAFETY]


def test_a_class_b_signature_that_runs_day_and_night_waits_for_no_hours(world: World) -> None:
    """INVARIANT: whose clock runs must be there — broken by waiting for the next open hours of a desk that has 30 minutes at night."""
    tonight = ("school.duty-desk", A, at("09-19 18:00:00"), at("09-20 07:00:00"))
    bench = Bench(holed(world, tonight), at("09-19 22:00:00"))
    hospital = "health.hospital-er@hos-990102-er"
    bench.state_event("health.food-illness.reported", hospital, golden("health.food-illness.reported", schools=[A], ill=5, severe=0, dead=0))
    assert bench.dues("ack")[SCHOOL] == "09-19 22:30"
    assert [(data.desk, data.substitute) for _, data in bench.heard("bus.desk.uncovered")] == [(SCHOOL, PRINCIPAL)]
    crowd = ALARM | {"kind": "crowd", "severity": "urgent"}
    bench = Bench(holed(world, tonight), at("09-19 22:00:00"))
    bench.state_event(RAISED, POLICE_110, crowd)
    assert bench.dues("ack")[SCHOOL] == "09-20 07:00"
    assert bench.heard("bus.desk.uncovered") == [], "30min/next-sd waits for the school day, when somebody is there"


def test_an_item_whose_leader_is_missing_too_raises_no_further_item(world: World) -> None:
    holes = [("education.duty-officer", EDU_UNIT, *NIGHT), ("education.unit-leader", EDU_UNIT, *NIGHT)]
    bench = Bench(holed(world, *holes), at("09-12 02:15:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    assert [data.desk for _, data in bench.heard("bus.desk.uncovered")] == [EDU]


@pytest.mark.parametrize(
    ("second", "told_instead"),
    [(SAFETY, EDU_LEADER), ("education.student-desk@edu-990102", "education.student-desk@edu-990102"), (EDU, EDU_LEADER)],
    ids=["nobody there either", "down the line", "back to where it began"],
)
def test_a_substitute_who_is_not_there_passes_it_on(world: World, second: str, told_instead: str) -> None:
    """INVARIANT: somebody who stands at a desk is told — broken by an empty desk that stands in for an empty desk."""
    documents = {document["unit"]: document for document in load_documents()}
    edu = with_hole(documents[EDU_UNIT], "education.duty-officer", *NIGHT, substitute=SAFETY)
    documents[EDU_UNIT] = with_hole(edu, "education.safety-desk", *NIGHT, substitute=second)
    holed = World(Directory.build(documents.values(), 2, load_calendars()), world.book, world.pack_version)
    bench = Bench(holed, at("09-12 02:15:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    assert [(data.desk, data.substitute) for _, data in bench.heard("bus.desk.uncovered")] == [(EDU, told_instead)]
    assert len(told(bench, told_instead)) == 1


def test_the_item_shows_a_schools_leader_no_other_school_of_its_pupils(world: World) -> None:
    """INVARIANT: of an alarm about pupils a school sees only itself — broken by the view of leaders, which holds all schools."""
    hole = ("school.principal", A, at("09-21 00:00:00"), at("09-22 00:00:00"))
    bench = Bench(holed(world, hole), at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM | {"relation": "pupil-only", "schools": [A, B]})
    (item,) = told(bench, f"school.duty-leader@{A}", gov=True)
    assert (item.view, item.payload["schools"]) == ("L", [A])
