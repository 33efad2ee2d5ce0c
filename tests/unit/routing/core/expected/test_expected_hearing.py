"""What a decided statement counts for: of which units, for which period, and which cross-checks it begins."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.envelope import Event
from contracts.places import schools_of
from services.routing.core.expected.hearing import Said, checks_of, reports_of, stands, still_holds
from services.routing.core.model import Incident, World
from tests.unit.routing.core.bench import Bench
from tests.unit.routing.core.deadlines.worked_time import A, B, E, at
from tests.unit.routing.core.matching.test_by_proxy import onboarding
from tests.unit.routing.core.stated import golden

CDC, BULLYING = "health.cdc-duty@cdc-990102", "school.bullying.reported"


def said(world: World, name: str, publisher: str, data: dict[str, Any], now: str = "09-21 10:00", **envelope: Any) -> Said:
    """A statement as it is decided, with its incident."""
    bench = Bench(world, at(now))
    event = bench.event(name, publisher, data, **envelope)
    bench.fold(event)
    incident: Incident = next(i for state in bench.loaded.states.values() for i in state.incidents.values() if i.id == i.root)
    return Said(event, incident, world)


def counts(found: Said) -> set[tuple[str, str, str, str]]:
    return {(one.rule, one.part, one.unit, one.period) for one in reports_of(found)}


def test_a_list_counts_for_the_month_it_names_however_late(world: World) -> None:
    data = golden("school.dropout-list.submitted", month="2026-08")
    found = said(world, "school.dropout-list.submitted", f"school.duty-desk@{A}", data, now="10-09 09:00")
    assert counts(found) == {("PER-01", "", A, "2026-08")}
    (report,) = reports_of(found)
    assert report.named, "it makes up for no other month"


@pytest.mark.parametrize(
    ("last", "period"), [("2026-09-27", "2026-09"), ("2026-10-04", "2026-10")], ids=["within-the-month", "over-its-end"]
)
def test_a_bulletin_counts_for_the_month_of_its_last_day(world: World, last: str, period: str) -> None:
    data = golden("police.bulletin.issued", period={"first": "2026-09-20", "last": last})
    found = said(world, "police.bulletin.issued", "police.liaison-desk@pb-990102", data, now="10-08 09:00")
    assert counts(found) == {("PER-10", "", "pb-990102", period)}


def test_a_check_counts_for_each_school_in_the_term_of_its_day(world: World) -> None:
    schools = [{"school_id": A, "metres": 85}, {"school_id": B, "metres": 140}]
    data = golden("market.inspection.recorded", schools=schools, checked_at="2026-08-20T09:00:00+08:00")
    found = said(world, "market.inspection.recorded", "market.station@mkt-990102-01", data, now="09-02 09:00")
    assert counts(found) == {("PER-04", "", A, ""), ("PER-04", "", B, "")}, "in a break it lies in no term, and may make up for one"


def test_a_merged_school_counts_as_the_one_it_is_now(world: World) -> None:
    data = golden("market.inspection.recorded", schools=[{"school_id": "2199000106", "metres": 85}])
    found = said(world, "market.inspection.recorded", "market.station@mkt-990102-01", data)
    assert {one.unit for one in reports_of(found)} == {A}


def test_a_school_that_nobody_knows_counts_for_nothing(world: World) -> None:
    data = golden("health.illness-cluster.detected", schools=["2199009999"])
    found = said(world, "health.illness-cluster.detected", CDC, data)
    assert (reports_of(found), checks_of(found)) == ((), ())


@pytest.mark.parametrize(
    ("kind", "owed"), [("periodic", True), ("joint-conference", True), ("consultation", False), ("arbitration", False)]
)
def test_only_some_conferences_are_what_is_owed(world: World, kind: str, owed: bool) -> None:
    data = golden("education.conference.called", kind=kind)
    found = said(world, "education.conference.called", "education.conference-office@edu-990102", data)
    assert (counts(found) == {("PER-08", "", "edu-990102", "2026-Q3")}) == owed


@pytest.mark.parametrize(
    ("status", "outcome"), [("exercise", "routed"), ("test", "routed"), ("actual", "duplicate-of"), ("actual", "stale")]
)
def test_exercises_and_repetitions_count_for_nothing(world: World, status: str, outcome: str) -> None:
    found = said(world, "health.illness-cluster.detected", CDC, golden("health.illness-cluster.detected"), status=status)
    assert not stands(found.event, outcome)


def marked(found: Said, mark: str) -> Event:
    """The same words under a mark."""
    return Event(found.event.envelope.model_copy(update={"type": f"xietong.{found.name}.{mark}.v1"}), found.event.data)


def test_what_unsays_a_statement_states_nothing(world: World) -> None:
    found = said(world, "health.illness-cluster.detected", CDC, golden("health.illness-cluster.detected"))
    assert not stands(marked(found, "withdrawn"), "routed")


def test_a_conclusion_counts_where_a_rule_names_it_and_nowhere_else(world: World) -> None:
    """PER-09 names the acceptance of a fire hazard; what ends a cluster neither meets a duty nor begins a check."""
    cluster = said(world, "health.illness-cluster.detected", CDC, golden("health.illness-cluster.detected"))
    ended = Said(marked(cluster, "concluded"), cluster.incident, world)
    assert checks_of(cluster)
    assert (reports_of(ended), checks_of(ended)) == ((), ())
    fire = said(world, "fire.hazard.found", "fire.supervision-desk@fire-990102", golden("fire.hazard.found"))
    accepted = Said(marked(fire, "concluded"), fire.incident, world)
    assert counts(accepted) == counts(fire) == {("PER-09", "fire", fire.schools[1], "2026")}


def test_each_school_of_a_cluster_is_checked_by_itself(world: World) -> None:
    found = said(world, "health.illness-cluster.detected", CDC, golden("health.illness-cluster.detected", schools=[A, E]))
    checks = checks_of(found)
    assert {check.unit for check in checks} == {A, E}
    assert len({check.id for check in checks}) == 2
    assert {check.looks_until - check.since for check in checks} == {timedelta(hours=24)}
    assert [check.id for check in checks_of(found)] == [check.id for check in checks], "heard again it is the same check"


def test_a_window_may_run_from_when_the_agency_knew(world: World) -> None:
    data = golden("health.food-illness.reported", schools=[A])
    found = said(world, "health.food-illness.reported", "health.hospital-er@hos-990102-er", data, known_at=at("09-21 08:00"))
    (check,) = checks_of(found)
    assert (check.looks_from, check.looks_until) == (at("09-20 08:00"), at("09-21 10:00"))


def test_bullying_is_checked_at_the_unit_that_stated_it(world: World) -> None:
    data = {key: value for key, value in golden(BULLYING, channels=["verbal", "sexual"]).items() if key != "post_urls"}
    (check,) = checks_of(said(world, BULLYING, f"school.moral-director@{B}", data))
    assert (check.rule, check.unit) == ("XCK-03", B)
    plain = {**data, "channels": ["verbal"]}
    assert checks_of(said(world, BULLYING, f"school.moral-director@{B}", plain)) == ()


def test_forced_reports_of_every_agency_are_one_answer(world: World) -> None:
    (check,) = [one for one in world.book.crosschecks if one.id == "XCK-03"]
    assert set(check.answer.types) == {f"{agency}.forced-report.filed" for agency in ("school", "health", "community")}


def test_evidence_that_no_longer_names_the_school_holds_no_more(world: World) -> None:
    found = said(world, "health.illness-cluster.detected", CDC, golden("health.illness-cluster.detected", schools=[A, E]))
    (check,) = [one for one in world.book.crosschecks if one.id == "XCK-02"]
    assert still_holds(found.incident, check, E, world)
    assert not still_holds(found.incident, check, B, world)
    assert set(schools_of(found.incident.picture)) == {A, E}


def test_nothing_is_suspected_of_a_school_whose_county_is_not_on_the_bus(world: World) -> None:
    """INVARIANT: silence is no omission where nobody can speak — broken by awaiting a report of a county that cannot send one."""
    report = golden("health.food-illness.reported", schools=["3199000301", A], ill=5, severe=0, dead=0)
    reporter = "health.hospital-er@hos-990102-er"
    assert {check.unit for check in checks_of(said(world, "health.food-illness.reported", reporter, report))} == {A, "3199000301"}
    absent = onboarding(world, "none")
    assert {check.unit for check in checks_of(said(absent, "health.food-illness.reported", reporter, report))} == {A}
