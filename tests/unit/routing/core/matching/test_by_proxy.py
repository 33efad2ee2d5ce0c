"""代收 (GOV-06): a county that is not on the bus is told through its city's desks, which also have its parts, and climb its ladder."""

import copy
from typing import Any

import pytest

from services.routing.calendars import load_calendars
from services.routing.core.directory import Directory
from services.routing.core.model import World
from services.routing.directory import load_documents
from tests.unit.routing.core.bench import ALARM, Bench, at
from tests.unit.routing.core.families import as_led, told
from tests.unit.routing.core.places import EDU, POLICE_110, RAISED, SCHOOL, STATION, A
from tests.unit.routing.core.stated import golden

G = "3199000301"
OTHER_POLICE = "police.110-desk@pb-990103"
CITY_POLICE, CITY_EDU = "city.police-duty@city-police-990100", "city.education-duty@city-education-990100"
CITY_URBAN, CITY_LEADER = "city.urban-duty@city-urban-990100", "police.unit-leader@city-police-990100"
NO = {"alarm_no": ALARM["alarm_no"]}
AT_G = ALARM | {"schools": [G]}


def onboarding(world: World, state: str) -> World:
    documents = copy.deepcopy(load_documents())
    next(one for one in documents if one["unit"] == "area-990103")["rows"][0]["onboarding"] = state
    return World(Directory.build(documents, 2, load_calendars()), world.book, world.pack_version)


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(onboarding(world, "none"), at("09-21 10:00:00"))


def raised(bench: Bench) -> None:
    bench.state_event(RAISED, OTHER_POLICE, AT_G, county="990103")


def test_the_city_is_told_in_place_of_the_county_and_has_its_parts(bench: Bench) -> None:
    """INVARIANT: whoever has a part is told of it — broken by leaving the parts with desks that nobody reaches."""
    raised(bench)
    assert told(bench) == {CITY_EDU: "A ESV 09-21 10:05 / 09-21 10:05", CITY_POLICE: "A P 09-21 10:05 / 09-21 10:05"}
    texts = {part.desk: part.text for part in bench.task().parts}
    assert texts == {CITY_POLICE: "处警控制", CITY_EDU: "封闭管理、清点人数、引导警力；信息报送、家长沟通"}
    shown = {to: data for to, data in bench.heard("bus.notification.issued")}
    assert [shown[CITY_POLICE].part, "by-proxy" in shown[CITY_POLICE].note] == ["处警控制", True]
    assert "GOV-06" in {basis.mandate for basis in shown[CITY_POLICE].bases}


def test_the_city_leads_by_the_clocks_of_the_mandate_and_can_close(bench: Bench) -> None:
    raised(bench)
    led = as_led(bench, bench.task())
    assert (led.lead, led.report, led.close) == (CITY_POLICE, "09-22 10:00", "09-24 17:30")
    bench.report(CITY_EDU, "done", "已电话转告学校", incident=bench.task().incident)
    bench.close(CITY_POLICE, bench.task())
    assert bench.task().closed_at == bench.now


def test_an_events_own_county_leads_and_the_city_assists_for_the_other(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM | {"schools": [A, G]})
    assert [part.desk for part in bench.task().parts if part.lead] == [STATION]
    assert {part.desk for part in bench.task().parts} == {STATION, SCHOOL, EDU, CITY_POLICE, CITY_EDU}


def test_a_desk_that_speaks_itself_keeps_its_part(bench: Bench) -> None:
    data = golden("school.hazard.reported", domain="street-vendor", level="grave", school_id=G)
    bench.state_event("school.hazard.reported", f"school.duty-desk@{G}", data, county="990103")
    assert {part.desk: part.lead for part in bench.task().parts} == {CITY_URBAN: True, f"school.duty-desk@{G}": False, CITY_EDU: False}
    assert told(bench)[CITY_URBAN] == "A U 09-21 12:00 / 09-21 14:00"
    assert bench.notification(CITY_URBAN).ladder == "B", "the ladder of the nearest signature, whoever asked for it first"


def test_a_silent_city_climbs_no_county_that_cannot_hear(bench: Bench) -> None:
    raised(bench)
    bench.to(at("09-21 10:30:00"))
    climbed = [(step, to) for to, step in ((d.desk, d.step) for _, d in bench.heard("bus.escalation.raised") if d.late_desk == CITY_POLICE)]
    assert {to for _, to in climbed} == {CITY_LEADER, OTHER_POLICE, CITY_EDU}
    assert (4, CITY_EDU) in climbed, "in place of the county's joint-conference office"


def test_what_the_city_gives_back_is_ruled_on_by_the_city(bench: Bench) -> None:
    raised(bench)
    bench.said.clear()
    bench.send_back(CITY_POLICE)
    assert [to for to, data in bench.heard("bus.notification.issued") if data.arbitration_of] == [CITY_EDU]


@pytest.mark.parametrize("suffix", ["supplemented", "corrected", "level-changed"])
def test_the_city_stands_in_for_the_county_in_what_follows(bench: Bench, suffix: str) -> None:
    said: dict[str, Any] = {
        "supplemented": {"added": {"suspect_look": "黑衣"}},
        "corrected": {"changes": {"kind": {"old": "weapon", "new": "violence"}}, "reason": "核实"},
        "level-changed": {"field": "severity", "from": "life-risk", "to": "urgent", "by": "值班长", "why": "核实"},
    }[suffix]
    raised(bench)
    bench.state_event(f"{RAISED}.{suffix}", OTHER_POLICE, NO | said, county="990103")
    assert bench.notification(CITY_POLICE).live
    assert bench.notification(CITY_POLICE).version == 2
    assert bench.heard("bus.notification.withdrawn") == []


def test_a_county_that_looks_on_is_told_beside_its_city(world: World) -> None:
    bench = Bench(onboarding(world, "shadow"), at("09-21 10:00:00"))
    raised(bench)
    assert {CITY_POLICE, CITY_EDU, "police.station-duty@ps-990103-01", f"school.duty-desk@{G}"} <= told(bench).keys()
    assert bench.task().lead == "police.station-duty@ps-990103-01"
