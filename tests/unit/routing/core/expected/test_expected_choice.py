"""What is owed without being asked where packs of smaller places ask for more: each unit owes by those around it, and nobody else does."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from services.routing.core.expected.choice import Choice
from services.routing.core.expected.hearing import Said, checks_of, reports_of
from services.routing.core.expected.periods import month_of
from services.routing.core.expected.plan import expectation_of
from services.routing.core.expected.records import Expectation
from services.routing.core.model import World
from services.routing.packs import FOUNDING, load_book
from tests.unit.routing.core.deadlines.worked_time import A, B, C, G, at, day
from tests.unit.routing.core.expected.test_expected_hearing import said
from tests.unit.routing.core.stated import golden
from tests.unit.routing.packs.small import write_pack

MORE = """
- id: HX-01
  version: 1
  name: 隐患月报
  covers: [M49]
  basis:
    - {row: M49, document: jinan-reply, quote: '学校定期梳理并反馈疑似辍学学生名单至社区'}
  from: [ours]
  expects:
    - who: {kinds: [sch]}
      desk: school.duty-desk
      every: month
      due: last-sd
      met_by: {type: school.hazard.reported, of: publisher}
      told: [{to: school.principal}]
"""
WIDER = ("schools: [primary, junior, special]", "schools: [primary, junior, senior, special]")
SOONER = ("before: 24h\n  after: 2h", "before: 24h\n  after: 1h")


@pytest.fixture(scope="module")
def worlds(world: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The nation; the county 990102 with one duty more and the lists of senior schools too; school A, which checks sooner."""
    packs = Path(shutil.copytree(FOUNDING, tmp_path_factory.mktemp("packs") / "packs"))
    periodic, checks = ((packs / "national" / name).read_text(encoding="utf-8") for name in ("periodic.yaml", "crosschecks.yaml"))
    assert WIDER[0] in periodic
    assert SOONER[0] in checks
    county = write_pack(packs, "huxi@1 county 990102 2026-01-01")
    (county / "periodic.yaml").write_text(periodic.replace(*WIDER, 1) + MORE, encoding="utf-8")
    school = write_pack(packs, f"school-a@1 school {A} 2026-01-01")
    (school / "crosschecks.yaml").write_text(checks.replace(*SOONER, 1), encoding="utf-8")
    book = load_book(packs)
    return replace(world, book=book, pack_version=book.version)


def owed(world: World, rule: str, unit: str) -> Expectation | None:
    planning = Choice(rule, "", month_of(day("09-15")), world, at("09-01 00:00")).planning(unit)
    return expectation_of(planning, unit) if planning is not None else None


@pytest.mark.parametrize(("unit", "owes"), [(A, True), (C, True), (G, False)])
def test_what_a_county_asks_for_is_owed_there_alone(worlds: World, unit: str, owes: bool) -> None:
    assert (owed(worlds, "HX-01", unit) is not None) == owes


@pytest.mark.parametrize(
    ("unit", "stamp"), [(A, "PER-01@1 huxi@1"), (C, "PER-01@1 huxi@1"), (G, "PER-01@1 national-founding@1")], ids=["primary", "senior", "elsewhere"]
)  # fmt: skip
def test_a_unit_owes_by_the_pack_of_the_smallest_place_around_it(worlds: World, unit: str, stamp: str) -> None:
    found = owed(worlds, "PER-01", unit)
    assert found is not None
    assert found.stamp == stamp


def test_a_duty_that_began_within_the_period_is_owed_by_the_version_of_now(world: World, worlds: World) -> None:
    assert Choice("HX-01", "", month_of(day("2025-12-15")), worlds, at("2026-01-02 00:00")).planning(A) is not None
    assert Choice("HX-01", "", month_of(day("2025-12-15")), worlds, at("2025-12-31 00:00")).planning(A) is None
    assert Choice("HX-01", "", month_of(day("09-15")), world, at("09-01 00:00")).planning(A) is None, "no pack has it"


def test_a_statement_meets_what_its_own_county_asks_for_and_each_duty_once(worlds: World) -> None:
    here = said(worlds, "school.dropout-list.submitted", f"school.duty-desk@{A}", golden("school.dropout-list.submitted"))
    assert [one.rule for one in reports_of(here)] == ["PER-01"]
    assert {one.rule for one in reports_of(_hazard(worlds, B, "990102"))} >= {"HX-01"}
    assert "HX-01" not in {one.rule for one in reports_of(_hazard(worlds, G, "990103"))}


def _hazard(world: World, school: str, county: str) -> Said:
    data = golden("school.hazard.reported", school_id=school)
    return said(world, "school.hazard.reported", f"school.duty-desk@{school}", data, county=county)


@pytest.mark.parametrize(("school", "hours"), [(A, 1), (B, 2)])
def test_a_school_whose_own_pack_checks_sooner_is_checked_sooner(worlds: World, school: str, hours: int) -> None:
    check = next(one for one in worlds.book.crosschecks if one.id == "XCK-01")
    (name,) = check.evidence.types[:1]
    found = {row.rule: row for row in checks_of(said(worlds, name, "health.cdc-duty@cdc-990102", golden(name, schools=[school])))}
    row = found["XCK-01"]
    assert (row.looks_until - row.since).total_seconds() == hours * 3600
