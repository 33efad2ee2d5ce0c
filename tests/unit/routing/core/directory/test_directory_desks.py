"""From roles to desks, from late desks up the ladder, and who stands there."""

import pytest

from services.routing.calendars import load_calendars
from services.routing.core.directory import Directory, Where, with_hole
from services.routing.directory import load_documents
from tests.unit.routing.core.deadlines.worked_time import A, B, C, E, G, H, K, at, directory

NOW = at("09-21 10:00")
NIGHT = at("09-21 22:00")
HUXI = "990102"


def desks(role: str, *schools: str, county: str = HUXI, place: str | None = None) -> list[str]:
    return [resolved.desk for resolved in directory().resolve(role, Where(schools, county, place), NOW)]


@pytest.mark.parametrize(
    ("role", "schools", "found"),
    [
        ("school.duty-desk", (A, B), [f"school.duty-desk@{A}", f"school.duty-desk@{B}"]),
        ("school.law-vice-principal", (A,), [f"school.law-vice-principal@{A}"]),
        ("police.station-duty", (A, B, E), ["police.station-duty@ps-990102-01", "police.station-duty@ps-990102-02"]),
        ("police.traffic-duty", (A,), ["police.traffic-duty@tp-990102-01"]),
        ("police.110-desk", (A,), ["police.110-desk@pb-990102"]),
        ("market.station", (E,), ["market.station@mkt-990102-02"]),
        ("urban.squad", (A,), ["urban.squad@urb-990102-01"]),
        ("community.town-office", (E,), ["community.town-office@town-990102102"]),
        ("community.desk", (B,), ["community.desk@com-990102001002"]),
        ("health.emergency-office", (A,), ["health.emergency-office@hb-990102"]),
        ("health.hospital-er", (A,), ["health.hospital-er@hos-990102-er"]),
        ("health.hospital-green-channel", (A,), ["health.hospital-green-channel@hos-990100-psy"]),
        ("fire.station-duty", (C,), ["fire.station-duty@fire-990102-01"]),
        ("education.duty-officer", (A, B), ["education.duty-officer@edu-990102"]),
        ("education.leader-in-charge", (A,), ["education.leader-in-charge@edu-990102"]),
        ("city.health-duty", (A,), ["city.health-duty@city-health-990100"]),
        ("bus.ops-desk", (A,), ["bus.ops-desk@bus-990100"]),
        ("province.platform", (A,), ["province.platform@prov-99"]),
    ],
)
def test_a_role_finds_the_desks_of_the_schools_place(role: str, schools: tuple[str, ...], found: list[str]) -> None:
    assert desks(role, *schools) == found


def test_an_event_over_two_counties_reaches_both_and_its_own_county_first() -> None:
    assert desks("education.duty-officer", G, A) == ["education.duty-officer@edu-990102", "education.duty-officer@edu-990103"]
    assert desks("police.station-duty", G, A) == ["police.station-duty@ps-990102-01", "police.station-duty@ps-990103-01"]
    assert desks("city.health-duty", H) == ["city.health-duty@city-health-990100", "city.health-duty@city-health-990200"]


def test_without_a_school_the_place_finds_station_and_town() -> None:
    assert desks("police.station-duty", place="990102102") == ["police.station-duty@ps-990102-02"]
    assert desks("community.town-office", place="990102001001") == ["community.town-office@town-990102001"]
    assert desks("community.desk", place="990102001001") == ["community.desk@com-990102001001"]
    assert desks("health.hospital-er", place="990102001") == ["health.hospital-er@hos-990102-er"]
    assert desks("health.hospital-green-channel") == ["health.hospital-green-channel@hos-990100-psy"]


def test_an_unknown_school_does_not_stop_what_the_place_finds() -> None:
    where = Where(("2199999999",), HUXI, "990102001")
    lookup = directory().look_up("police.station-duty", where, NOW)
    assert [resolved.desk for resolved in lookup.found] == ["police.station-duty@ps-990102-01"]
    assert "2199999999" in lookup.unresolved[0]
    assert directory().resolve("school.duty-desk", where, NOW) == ()


def test_what_cannot_be_found_is_named_not_guessed() -> None:
    lookup = directory().look_up("urban.squad", Where((E,), HUXI), NOW)
    assert lookup.found == ()
    assert "柳埠镇中心小学" in lookup.unresolved[0]
    nowhere = directory().look_up("police.station-duty", Where((), HUXI), NOW)
    assert nowhere.found == ()
    assert "place_code" in nowhere.unresolved[0]
    assert directory().resolve("education.duty-officer", Where((), "110101"), NOW) == ()


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(ValueError, match="role"):
        desks("school.gardener", A)


@pytest.mark.parametrize(
    ("late", "leader", "parent", "in_charge", "city"),
    [
        (f"school.duty-desk@{A}", f"school.principal@{A}", "education.duty-officer@edu-990102", "education.leader-in-charge@edu-990102",
         "city.education-duty@city-education-990100"),
        (f"school.principal@{A}", f"school.duty-leader@{A}", "education.duty-officer@edu-990102", "education.leader-in-charge@edu-990102",
         "city.education-duty@city-education-990100"),
        ("police.station-duty@ps-990102-01", "police.unit-leader@ps-990102-01", "police.liaison-desk@pb-990102",
         "police.leader-in-charge@pb-990102", "city.police-duty@city-police-990100"),
        ("police.minor-case-desk@pb-990102", "police.unit-leader@pb-990102", "city.police-duty@city-police-990100",
         "police.leader-in-charge@pb-990102", "city.police-duty@city-police-990100"),
        ("health.cdc-duty@cdc-990102", "health.unit-leader@cdc-990102", "health.emergency-office@hb-990102",
         "health.leader-in-charge@hb-990102", "city.health-duty@city-health-990100"),
        ("health.expert-pool@hb-990102", "health.unit-leader@hb-990102", "health.emergency-office@hb-990102",
         "health.leader-in-charge@hb-990102", "city.health-duty@city-health-990100"),
        ("health.emergency-office@hb-990102", "health.unit-leader@hb-990102", "city.health-duty@city-health-990100",
         "health.leader-in-charge@hb-990102", "city.health-duty@city-health-990100"),
        ("market.station@mkt-990102-01", "market.unit-leader@mkt-990102-01", "market.duty-desk@mkt-990102",
         "market.leader-in-charge@mkt-990102", "city.market-duty@city-market-990100"),
        ("market.duty-desk@mkt-990102", "market.unit-leader@mkt-990102", "city.market-duty@city-market-990100",
         "market.leader-in-charge@mkt-990102", "city.market-duty@city-market-990100"),
        ("cyberspace.duty-desk@cac-990102", "cyberspace.unit-leader@cac-990102", "city.cyberspace-duty@city-cyberspace-990100",
         "cyberspace.leader-in-charge@cac-990102", "city.cyberspace-duty@city-cyberspace-990100"),
        ("education.safety-desk@edu-990102", "education.unit-leader@edu-990102", "city.education-duty@city-education-990100",
         "education.leader-in-charge@edu-990102", "city.education-duty@city-education-990100"),
        ("urban.squad@urb-990102-01", "urban.unit-leader@urb-990102-01", "urban.bureau-desk@urb-990102",
         "urban.leader-in-charge@urb-990102", "city.urban-duty@city-urban-990100"),
        ("community.desk@com-990102001001", "community.unit-leader@com-990102001001", "community.town-office@town-990102001",
         "civil.leader-in-charge@civ-990102", "city.civil-duty@city-civil-990100"),
        ("community.town-office@town-990102001", "community.unit-leader@town-990102001", "city.civil-duty@city-civil-990100",
         "civil.leader-in-charge@civ-990102", "city.civil-duty@city-civil-990100"),
        ("fire.station-duty@fire-990102-01", "fire.unit-leader@fire-990102-01", "city.fire-duty@city-fire-990100",
         "fire.leader-in-charge@fire-990102", "city.fire-duty@city-fire-990100"),
        ("housing.safety-desk@hou-990102", "housing.unit-leader@hou-990102", "city.housing-duty@city-housing-990100",
         "housing.leader-in-charge@hou-990102", "city.housing-duty@city-housing-990100"),
        ("city.health-duty@city-health-990100", "health.unit-leader@city-health-990100", None, None, "city.health-duty@city-health-990100"),
        ("health.hospital-green-channel@hos-990100-psy", "health.unit-leader@hos-990100-psy", "city.health-duty@city-health-990100", None,
         "city.health-duty@city-health-990100"),
    ],
)  # fmt: skip
def test_a_late_desk_has_its_ladder(late: str, leader: str, parent: str | None, in_charge: str | None, city: str | None) -> None:
    story = directory()
    targets = [story.ladder_target(target, late, NOW) for target in ("unit-leader", "parent", "leader-in-charge", "city-duty")]
    assert targets == [leader, parent, in_charge, city]


def test_a_hospital_of_two_counties_answers_to_the_county_of_the_event() -> None:
    late = "health.hospital-green-channel@hos-990100-psy"
    assert directory().ladder_target("parent", late, NOW, county="990103") == "health.emergency-office@hb-990103"
    assert directory().ladder_target("conference-office", late, NOW, county="990103") == "education.conference-office@edu-990103"


def test_the_county_of_the_event_moves_no_desk_that_has_its_own() -> None:
    assert directory().ladder_target("parent", f"school.duty-desk@{A}", NOW, county="990103") == "education.duty-officer@edu-990102"


def test_outside_office_hours_a_station_answers_to_110() -> None:
    late = "police.station-duty@ps-990102-01"
    moments = ["09-21 08:29", "09-21 08:30", "09-21 17:29", "09-21 17:30", "09-20 10:00", "09-19 10:00", "10-01 10:00"]
    parents = [directory().ladder_target("parent", late, at(moment)) for moment in moments]
    office, night = "police.liaison-desk@pb-990102", "police.110-desk@pb-990102"
    assert parents == [night, office, office, night, office, night, night]


def test_the_conference_office_and_the_duty_officer_are_those_of_the_county() -> None:
    late = "police.station-duty@ps-990103-01"
    assert directory().ladder_target("conference-office", late, NOW) == "education.conference-office@edu-990103"
    assert directory().ladder_target("education-duty-officer", late, NOW) == "education.duty-officer@edu-990103"


def test_an_unknown_late_desk_has_no_ladder() -> None:
    assert directory().ladder_target("unit-leader", "school.duty-desk@2199999999", NOW) is None


def test_a_desk_exists_while_its_unit_lives_and_hosts_it() -> None:
    assert directory().desk_exists(f"school.duty-desk@{A}", NOW)
    assert not directory().desk_exists("school.duty-desk@2199000106", NOW)
    assert not directory().desk_exists("police.110-desk@ps-990102-01", NOW)


def test_a_desk_knows_its_hours() -> None:
    story = directory()
    asked = (f"school.duty-desk@{A}", "education.safety-desk@edu-990102", "police.110-desk@pb-990102")
    assert [story.desk_hours(desk) for desk in asked] == ["school", "office", "24x7"]
    assert story.desk_open("education.safety-desk@edu-985201", at("09-21 18:59"))
    assert not story.desk_open("education.safety-desk@edu-990102", at("09-21 18:59"))
    with pytest.raises(ValueError, match="role"):
        story.desk_hours("school.gardener@2199000101")


def test_a_desk_outside_schools_may_borrow_the_days_of_a_school() -> None:
    place = directory().desk_time("market.duty-desk@mkt-990102", NOW, school=K)
    assert place.school is not None
    assert place.school.city == "985200"


def holed(role: str, unit: str, start: str, end: str, substitute: str | None = None) -> Directory:
    documents = [
        with_hole(document, role, at(start), at(end), substitute=substitute) if document["unit"] == unit else document
        for document in load_documents()
    ]
    return Directory.build(documents, 2, load_calendars())


def test_a_hole_in_the_roster_is_seen_from_its_first_to_its_last_moment() -> None:
    story = holed("education.duty-officer", "edu-990102", "09-12 00:00", "09-12 06:00")
    desk = "education.duty-officer@edu-990102"
    covers = {moment: story.covered(desk, at(moment)) for moment in ("09-11 23:59", "09-12 00:00", "09-12 05:59", "09-12 06:00")}
    assert [cover.ok for cover in covers.values()] == [True, False, False, True]
    assert covers["09-11 23:59"].until == at("09-12 00:00")
    assert (covers["09-12 00:00"].until, covers["09-12 00:00"].substitute) == (at("09-12 06:00"), None)
    assert story.covered("education.safety-desk@edu-990102", at("09-12 02:00")).ok


def test_a_substitute_desk_takes_over() -> None:
    stand_in = "education.safety-desk@edu-990102"
    story = holed("education.duty-officer", "edu-990102", "09-12 00:00", "09-12 06:00", stand_in)
    assert story.covered("education.duty-officer@edu-990102", at("09-12 02:00")).substitute == stand_in


def test_an_office_desk_needs_somebody_by_its_next_open_hours() -> None:
    desk = "education.safety-desk@edu-990102"
    night = holed("education.safety-desk", "edu-990102", "09-21 18:00", "09-22 08:00")
    assert night.covered(desk, NIGHT).ok
    assert not night.covered(desk, NIGHT, at_once=True).ok
    morning = holed("education.safety-desk", "edu-990102", "09-21 18:00", "09-22 10:00")
    assert not morning.covered(desk, NIGHT).ok


def test_a_desk_without_a_roster_is_uncovered() -> None:
    assert not directory().covered(f"school.social-worker@{A}", NOW).ok
    assert not directory().covered("school.duty-desk@2199999999", NOW).ok
    assert not directory().covered("school.duty-desk@2199000106", NOW).ok
    assert not directory().desk_open("school.duty-desk@2199999999", NOW)


def test_beyond_the_calendars_an_office_desk_is_covered_by_whoever_is_there() -> None:
    assert directory().covered("education.safety-desk@edu-990102", at("2027-02-01 03:00")).ok


def test_overlapping_rows_cover_without_a_gap() -> None:
    rows = [
        {"role": "bus.ops-desk", "person": "p-1", "shown": "张*", "from": "2026-09-01", "to": "2026-09-21T12:00:00+08:00"},
        {"role": "bus.ops-desk", "person": "p-2", "shown": "李*", "from": "2026-09-21T09:00:00+08:00", "to": "2026-09-23"},
        {"role": "bus.ops-desk", "person": "p-3", "shown": "王*", "from": "2026-09-24"},
    ]
    documents = [{**document, "rosters": rows} if document["unit"] == "bus-990100" else document for document in load_documents()]
    story = Directory.build(documents, 2, load_calendars())
    cover = story.covered("bus.ops-desk@bus-990100", NOW)
    assert (cover.person, cover.until) == ("p-2", at("09-23 00:00"))
    assert story.covered("bus.ops-desk@bus-990100", at("09-24 00:00")).until is None


def test_a_county_is_on_the_bus_or_not() -> None:
    assert directory().onboarding(HUXI, NOW) == "live"
    assert directory().onboarding("110101", NOW) == "none"
