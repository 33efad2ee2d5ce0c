"""Which incidents are suggested as one happening, and which never."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from contracts.matters import Matter, Statement
from services.routing.core.linking import Matters, fit, nearest
from services.routing.core.model import Incident, World
from tests.unit.routing.core.bench import Bench, at
from tests.unit.routing.core.linking.two import FIGHT, MATTERS, REPORT, alarm, report, stated
from tests.unit.routing.core.places import POLICE_110, RAISED, REPORTED, SCHOOL, SCHOOL_B, STATION, A, B, E
from tests.unit.routing.core.stated import golden


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, at("09-21 10:00:00"))


def fits(bench: Bench, one: Incident, other: Incident) -> tuple[str, ...] | None:
    """What agrees of the places of two incidents that are suggested; the order must not matter."""
    found, mirrored = fit(MATTERS, one, other, bench.world.directory), fit(MATTERS, other, one, bench.world.directory)
    assert found == mirrored
    return found.places if found else None


def test_the_alarm_and_the_schools_own_report_of_a_fight_fit(bench: Bench) -> None:
    one = alarm(bench)
    bench.to(at("09-21 10:40:00"))
    found = fit(MATTERS, one, report(bench), bench.world.directory)
    assert found is not None
    assert (found.matter, found.places, found.apart) == ("人身伤害与闯入", ("same-school",), timedelta(minutes=40))


@pytest.mark.parametrize(
    ("police", "school"),
    [
        ({"kind": "theft"}, {}),
        ({"schools": [B]}, {}),
        ({"kind": "other", "kind_note": "不明"}, {}),
        ({}, {"kind": "fire"}),
    ],
    ids=["another kind", "another school", "a kind that says nothing", "the other one's kind"],
)
def test_another_matter_or_another_place_does_not_fit(bench: Bench, police: Mapping[str, Any], school: Mapping[str, Any]) -> None:
    assert fits(bench, alarm(bench, **police), report(bench, **school)) is None


@pytest.mark.parametrize(("minutes", "known", "fit_is"), [(120, 0, ("same-school",)), (121, 0, None), (180, 90, ("same-school",))])
def test_times_may_lie_as_far_apart_as_the_matter_allows(bench: Bench, minutes: int, known: int, fit_is: Any) -> None:
    """From known to stated: what was learnt early and stated late still meets what was stated meanwhile."""
    one = alarm(bench)
    bench.wait(minutes=minutes)
    other = stated(bench, REPORTED, SCHOOL, REPORT, known_at=bench.now - timedelta(minutes=known))
    assert fits(bench, one, other) == fit_is


def test_what_was_known_long_before_it_was_stated_lies_no_farther_from_what_came_after(bench: Bench) -> None:
    early = stated(bench, REPORTED, SCHOOL, REPORT, known_at=bench.now - timedelta(hours=5))
    bench.wait(minutes=110)
    assert fits(bench, early, alarm(bench)) == ("same-school",)


def test_an_exercise_never_fits_an_actual_incident_and_fits_another_exercise(bench: Bench) -> None:
    """INVARIANT: exercise and actual never meet — broken by a rule that looks at places and times alone."""
    drilled = stated(bench, RAISED, POLICE_110, FIGHT, status="exercise")
    assert fits(bench, drilled, report(bench)) is None
    assert fits(bench, drilled, stated(bench, REPORTED, SCHOOL, REPORT | {"incident_no": "X-2"}, status="exercise")) == ("same-school",)


def test_what_one_unit_states_twice_is_its_own_to_sort_out(bench: Bench) -> None:
    assert fits(bench, report(bench), report(bench, incident_no="X-0921-10")) is None


def test_two_police_desks_of_two_units_may_have_taken_one_call_each(bench: Bench) -> None:
    one = alarm(bench)
    assert fits(bench, one, stated(bench, RAISED, STATION, FIGHT | {"alarm_no": "J990102202609210077"})) == ("same-school",)


def test_a_forced_report_and_a_psychology_case_never_fit_anything(bench: Bench) -> None:
    """INVARIANT: whom a child's case concerns learns nobody by a suggestion — broken by a table that names such a family."""
    forced = stated(bench, "school.forced-report.filed", f"school.principal@{A}", golden("school.forced-report.filed"))
    case = stated(bench, "school.psych-risk.assessed", f"school.psych-teacher@{A}", golden("school.psych-risk.assessed"))
    others = [alarm(bench, kind="suicide-risk"), report(bench, kind="suicide-act")]
    assert [fits(bench, one, other) for one in (forced, case) for other in (*others, forced, case)] == [None] * 8
    careless = Matters((Matter("任何事项", timedelta(days=1), ("school",), tuple(Statement(one.head_type) for one in (forced, case, *others))),))
    assert [careless.linkable(one) for one in (forced, case, *others)] == [False, False, True, True]
    assert fit(careless, case, others[0], bench.world.directory) is None


def test_two_schools_of_one_community_may_report_one_fight(bench: Bench) -> None:
    at_gate = stated(bench, REPORTED, SCHOOL_B, REPORT | {"school_id": B}, place_code="990102001001")
    assert fits(bench, at_gate, report(bench)) == ("same-community",)


def test_two_schools_of_two_communities_do_not(bench: Bench) -> None:
    assert fits(bench, stated(bench, REPORTED, SCHOOL_B, REPORT | {"school_id": B}), report(bench)) is None


@pytest.mark.parametrize(
    ("lat", "crs", "fit_is"),
    [(36.6520, "CGCS2000", ("near",)), (36.6600, "CGCS2000", None), (36.6520, "GCJ02", None)],
    ids=["111 metres", "a kilometre", "another datum"],
)
def test_points_are_near_within_the_metres_of_the_matter_and_in_one_datum(bench: Bench, lat: float, crs: str, fit_is: Any) -> None:
    one = alarm(bench, place_point={"lon": 117.001, "lat": 36.651, "crs": "CGCS2000"})
    data = FIGHT | {"alarm_no": "J990102202609210078", "schools": [E], "place_point": {"lon": 117.001, "lat": lat, "crs": crs}}
    assert fits(bench, one, stated(bench, RAISED, STATION, data)) == fit_is


PAIRS: dict[str, tuple[tuple[str, str, dict[str, Any]], tuple[str, str, dict[str, Any]]]] = {
    "food": (
        ("health.food-illness.reported", "health.hospital-er@hos-990102-er", {"schools": [A]}),
        ("school.food-illness.suspected", f"school.principal@{A}", {"school_id": A}),
    ),
    "cluster": (
        ("health.illness-cluster.detected", "health.cdc-duty@cdc-990102", {"schools": [A], "disease_group": "intestinal", "line_list": None}),
        ("school.illness-cluster.reported", f"school.infection-reporter@{A}", {"school_id": A}),
    ),
    "online": (
        ("cyberspace.content.found", "cyberspace.duty-desk@cac-990102", {"schools": [A], "kind": "rumour", "pupils": None}),
        ("school.online-harm.reported", SCHOOL, {"school_id": A, "kind": "rumour", "pupils": None}),
    ),
    "vendors": (
        ("urban.street-issue.found", "urban.squad@urb-990102-01", {"schools": [A], "kind": "vendor"}),
        ("school.hazard.reported", f"school.safety-officer@{A}", {"school_id": A, "domain": "street-vendor"}),
    ),
    "shop": (
        ("market.finding.issued", "market.station@mkt-990102-01", {"schools": [{"school_id": A, "metres": 80}]}),
        ("school.hazard.reported", f"school.safety-officer@{A}", {"school_id": A, "domain": "food-shop"}),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), PAIRS.values(), ids=PAIRS)
def test_two_agencies_may_speak_of_one_matter_at_one_school(bench: Bench, one: Any, other: Any) -> None:
    said = [
        stated(bench, name, by, {field: value for field, value in golden(name, **changes).items() if value is not None})
        for name, by, changes in (one, other)
    ]
    assert fits(bench, *said) == ("same-school",)


def test_what_is_closed_or_withdrawn_is_suggested_to_nobody(bench: Bench) -> None:
    one, other = alarm(bench), report(bench)
    assert fits(bench, one, other) == ("same-school",)
    bench.state_event(f"{RAISED}.withdrawn", POLICE_110, {"alarm_no": FIGHT["alarm_no"], "code": "false-alarm", "reason": "误报", "officer": "p-1"})
    state = bench.loaded.by_incident(one.id)
    assert state is not None
    assert fits(bench, state.incidents[one.id], other) is None


def test_the_nearest_in_time_come_first_and_no_more_than_five(bench: Bench) -> None:
    others = []
    for number in range(7):
        others.append(stated(bench, RAISED, STATION, FIGHT | {"alarm_no": f"J99010220260921009{number}"}))
        bench.wait(minutes=10)
    found = nearest(MATTERS, report(bench), others, bench.world.directory)
    assert [other.id for other, _ in found] == [other.id for other in reversed(others)][:5]
