"""A pairing that moves while an incident runs: what is stated from that day on goes to the new station, open parts stay with the old one."""

import copy
from typing import Any

import pytest

from services.routing.calendars import load_calendars
from services.routing.core.directory import Directory, Where
from services.routing.core.model import World
from services.routing.directory import load_documents
from tests.unit.routing.core.bench import ALARM, Bench, at
from tests.unit.routing.core.places import OTHER_STATION, POLICE_110, RAISED, STATION, A, B

NO = {"alarm_no": ALARM["alarm_no"]}
CROWD = ALARM | {"kind": "crowd", "severity": "urgent"}


def world_with(world: World, **units: dict[str, Any]) -> World:
    documents = copy.deepcopy(load_documents())
    for document in documents:
        document.update(units.get(document["unit"].replace("-", "_"), {}))
    return World(Directory.build(documents, 2, load_calendars()), world.book, world.pack_version)


def rows_of(unit: str, part: str) -> dict[str, Any]:
    row: dict[str, Any] = next(document for document in load_documents() if document["unit"] == unit)[part][0]
    return row


@pytest.fixture
def moved(world: World) -> World:
    """泉西小学 has another station from 10-01 on."""
    old = rows_of(A, "circle")
    return world_with(world, **{A: {"circle": [{**old, "to": "2026-10-01"}, {**old, "from": "2026-10-01", "station": "ps-990102-02"}]}})


@pytest.fixture
def bench(moved: World) -> Bench:
    """An alarm of the evening before, looked at again on the day of the move."""
    bench = Bench(moved, at("09-30 22:00:00"))
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.sign(STATION)
    bench.to(at("10-01 02:00:00"))
    bench.said.clear()
    return bench


def told(bench: Bench) -> set[str]:
    return {to for to, _ in bench.heard("bus.notification.issued") if to.startswith("police.station-duty")}


@pytest.mark.parametrize(
    ("suffix", "said"),
    [
        ("supplemented", {"added": {"suspect_look": "黑衣"}}),
        ("corrected", {"changes": {"kind": {"old": "crowd", "new": "violence"}}, "reason": "核实"}),
        ("level-changed", {"field": "severity", "from": "urgent", "to": "life-risk", "by": "值班长", "why": "核实"}),
    ],
)
def test_the_station_that_has_the_case_goes_on_with_it(bench: Bench, suffix: str, said: dict[str, Any]) -> None:
    """INVARIANT: open parts stay with the old station — broken by asking for the pairing of the day of the follow-up."""
    bench.state_event(f"{RAISED}.{suffix}", POLICE_110, NO | said)
    assert told(bench) == {STATION}
    assert STATION not in {to for to, _ in bench.heard("bus.notification.withdrawn")}
    assert (bench.task().lead, [part.state for part in bench.task().parts if part.lead]) == (STATION, ["accepted"])


def test_what_is_first_stated_on_the_day_of_the_move_goes_to_the_new_station(moved: World) -> None:
    bench = Bench(moved, at("10-01 00:00:00"))
    bench.state_event(RAISED, POLICE_110, CROWD)
    assert told(bench) == {OTHER_STATION}


def test_a_station_that_is_no_more_leaves_its_case_to_the_new_one(world: World) -> None:
    pair, unit = rows_of(A, "circle"), rows_of("ps-990102-01", "rows")
    circle = [{**pair, "to": "2026-10-01"}, {**pair, "from": "2026-10-01", "station": "ps-990102-02"}]
    gone = world_with(world, **{A: {"circle": circle}, "ps_990102_01": {"rows": [{**unit, "to": "2026-10-01"}]}})
    bench = Bench(gone, at("09-30 22:00:00"))
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.to(at("10-01 02:00:00"))
    bench.said.clear()
    bench.state_event(f"{RAISED}.supplemented", POLICE_110, NO | {"added": {"suspect_look": "黑衣"}})
    assert told(bench) == {OTHER_STATION}


def test_a_school_that_is_added_later_has_its_station_of_the_first_day_too(moved: World) -> None:
    bench = Bench(moved, at("09-30 22:00:00"))
    bench.state_event(RAISED, POLICE_110, CROWD | {"schools": [B]})
    bench.to(at("10-01 02:00:00"))
    bench.said.clear()
    bench.state_event(f"{RAISED}.corrected", POLICE_110, NO | {"changes": {"schools": {"old": [B], "new": [A]}}, "reason": "核实"})
    assert told(bench) == {STATION}


def test_a_case_stays_with_the_hospital_that_was_designated_when_it_began(world: World) -> None:
    area = rows_of("area-990102", "hospital")
    spans = [{**area, "to": "2026-10-01"}, {**area, "from": "2026-10-01", "unit": "hos-990202-psy"}]
    directory = world_with(world, area_990102={"hospital": spans}).directory
    begun = Where((A,), "990102", since=at("09-30 22:00:00"))
    found = [directory.resolve("health.hospital-green-channel", where, at("10-02 08:00:00")) for where in (begun, Where((A,), "990102"))]
    assert [one[0].desk.partition("@")[2] for one in found] == ["hos-990100-psy", "hos-990202-psy"]
