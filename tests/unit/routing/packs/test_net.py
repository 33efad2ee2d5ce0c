"""The duty net: each rule, in every county and for each school, finds a desk with a unit, a named person and hours; and rows that never speak."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.routing.calendars import load_calendars
from services.routing.core.directory import Directory, with_hole
from services.routing.core.mandates import OURS, Clause, Condition, Mandate, MandateBook, NotifyRow, PackInfo, Source
from services.routing.directory import load_documents
from services.routing.packs import Finding, Ground, check, load_book
from tests.unit.routing.core.deadlines.worked_time import A, B, at, directory
from tests.unit.routing.packs.small import FIRE, OTHER, national, write_pack
from topics.catalogue import Catalogue

BOOK = load_book()
NOW = at("09-21 10:00")
LAW, DOC = Source("L05", "law", "食品安全法"), Source("L02", "doc", "报告规范")
MIDNIGHT = at("09-21 00:00")


def rule(row: NotifyRow, **change: Any) -> Mandate:
    found = BOOK.by_id("POL-03")
    assert found is not None
    return replace(found, **{"notify": (row,), "task": None, "covers": (), "in_pack": replace(found.in_pack, claims=())} | change)


def findings(*rules: Mandate, story: Directory | None = None, now: Any = None, only: PackInfo | None = None) -> list[Finding]:
    return check(MandateBook(rules, {}, "v"), Ground(story or directory(), Catalogue.load(), NOW, now), only)


def codes(found: list[Finding]) -> list[tuple[str, str]]:
    return [(one.level, one.code) for one in found]


def changed(*units: str, **fields: Any) -> Directory:
    """The story district with other fields in the documents of some units."""
    documents = [document | fields if document["unit"] in units else document for document in load_documents()]
    return Directory.build(documents, 2, load_calendars())


def holed(unit: str, role: str, end: str) -> Directory:
    documents = [with_hole(document, role, MIDNIGHT, at(end)) if document["unit"] == unit else document for document in load_documents()]
    return Directory.build(documents, 2, load_calendars())


@pytest.mark.parametrize(
    ("sources", "kind", "level"),
    [
        ((LAW,), "acknowledge", "error"),
        ((DOC, OURS), "acknowledge", "error"),
        ((OURS,), "acknowledge", "warning"),
        ((LAW,), "inform", "warning"),
    ],
)
def test_an_unresolved_statutory_duty_refuses_and_any_other_warns(sources: tuple[Source, ...], kind: Any, level: str) -> None:
    """INVARIANT: no law is left without somebody who answers — broken by a net that only warns."""
    story = changed(A, desks=["school.principal", "school.duty-desk"], rosters=[])
    row = NotifyRow("school.infection-reporter", kind, "S", "2h" if kind != "inform" else None, sources=sources)
    (found,) = findings(rule(row), story=story)
    assert (found.level, found.code) == (level, "no-pair")
    assert "泉西小学" in found.zh
    assert ("法定职责" in found.zh) is (level == "error")
    assert found.en == "no desk of school.infection-reporter for 1 of 8 places"


def test_a_desk_without_any_named_person_is_found_and_a_hole_of_tonight_is_not() -> None:
    row = NotifyRow("education.duty-officer", "acknowledge", "E", "10min", sources=(LAW,))
    assert findings(rule(row), story=holed("edu-990102", "education.duty-officer", "09-21 12:00")) == []
    nobody = changed("edu-990102", rosters=[])
    assert codes(findings(rule(row), story=nobody)) == [("error", "no-person")]
    assert codes(findings(rule(replace(row, sources=(OURS,))), story=nobody)) == [("warning", "no-person")]


def test_persons_are_looked_for_now_and_units_when_the_pack_begins() -> None:
    """Rosters end with the month; a pack of the next month finds its units then and its people today."""
    document = next(one for one in load_documents() if one["unit"] == "edu-990102")
    september = [row | {"to": "2026-10-01T00:00:00+08:00"} for row in document["rosters"]]
    story = changed("edu-990102", rosters=september)
    row = NotifyRow("education.duty-officer", "acknowledge", "E", "10min", sources=(LAW,))
    ground = Ground(story, Catalogue.load(), at("10-12 00:00"), NOW)
    assert check(MandateBook([rule(row)], {}, "v"), ground) == []
    assert codes(check(MandateBook([rule(row)], {}, "v"), replace(ground, now=None))) == [("error", "no-person")]


def test_a_desk_that_one_channel_alone_reaches_is_found() -> None:
    row = NotifyRow("education.duty-officer", "acknowledge", "E", "10min", sources=(LAW,))
    screen_alone = changed("edu-990102", channels=[{"role": "education.duty-officer", "by": []}])
    assert codes(findings(rule(row), story=screen_alone)) == [("error", "no-channel")]
    assert codes(findings(rule(replace(row, sources=(OURS,))), story=screen_alone)) == [("warning", "no-channel")]
    with_sms = changed("edu-990102", channels=[{"role": "education.duty-officer", "by": ["sms"]}])
    assert findings(rule(row), story=with_sms) == []


def test_hours_that_no_calendar_tells_are_found() -> None:
    row = NotifyRow("education.safety-desk", "acknowledge", "E", "1wd", sources=(LAW,))
    ground = Ground(directory(), Catalogue.load(), at("2027-03-01 00:00"), NOW)
    assert codes(check(MandateBook([rule(row)], {}, "v"), ground)) == [("warning", "no-hours")]


def local(code: str, level: Any, row: NotifyRow) -> Mandate:
    return rule(row, in_pack=PackInfo("p", "t", 1, level, code, at("2026-01-01 00:00")))


@pytest.mark.parametrize(
    ("code", "level", "said"),
    [
        (A, "school", "for 1 of 1 places"), ("990102", "county", "for 5 of 5 places"), ("9901", "city", "for 6 of 6 places"),
        ("99", "province", "for 7 of 7 places"), ("", "national", "for 8 of 8 places"),
    ],
)  # fmt: skip
def test_a_pack_is_checked_for_the_places_of_its_own_jurisdiction(code: str, level: Any, said: str) -> None:
    row = NotifyRow("school.social-worker", "inform", "S")
    assert [one.en for one in findings(local(code, level, row)) if one.code == "no-unit"] == [f"no desk of school.social-worker {said}"]


@pytest.mark.parametrize(("code", "level"), [("990999", "county"), ("2199009999", "school"), ("98", "province")])
def test_a_place_that_the_directory_does_not_know_is_found(code: str, level: Any) -> None:
    found = findings(local(code, level, NotifyRow("school.duty-desk", "inform", "S")))
    places = [one for one in found if one.code == "no-place"]
    assert [one.level for one in places] == (["error"] if code != "98" else [])


def test_a_county_that_is_not_on_the_bus_is_not_asked_for_its_desks() -> None:
    story = changed("area-990103", rows=[{"from": "2025-09-01", "name": "山南区", "onboarding": "none"}])
    row = NotifyRow("school.social-worker", "inform", "S")
    assert findings(rule(row), story=story)[0].en == "no desk of school.social-worker for 7 of 7 places"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (NotifyRow("school.duty-desk", "inform", "S", types=("police.alarm.concluded",)), "which this rule is not about"),
        (NotifyRow("school.duty-desk", "inform", "S", only="highest"), "only of school.duty-desk is read for unmatched events alone"),
        (
            NotifyRow("school.duty-desk", "acknowledge", "S", ack_by_ladder={"A": "10min"}),
            "ack_by_ladder of school.duty-desk is read for returns alone",
        ),
    ],
)
def test_a_row_or_a_limit_that_nobody_reads_is_found(row: NotifyRow, said: str) -> None:
    (found,) = findings(rule(row))
    assert (found.level, found.code) == ("error", "dead-row")
    assert said in found.en


def clause(*conditions: tuple[str, Any, tuple[Any, ...]]) -> Clause:
    return Clause(tuple(Condition(*one) for one in conditions), " 或 ".join(one[0] for one in conditions))


@pytest.mark.parametrize(
    ("when", "dead"),
    [
        ([clause(("severity", "not-in", ("urgent", "routine"))), clause(("severity", "not-in", ("life-risk",)))], True),
        ([clause(("severity", "in", ("urgent", "routine"))), clause(("severity", "not-in", ("urgent",))), clause(("severity", "not-in", ("routine",)))], True),
        ([clause(("severity", "in", ("urgent",)), ("online", "in", (True,))), clause(("severity", "in", ("routine",)))], False),
        ([clause(("severity", "in", ("urgent",)), ("online", "in", (True,))), clause(("severity", "in", ("routine",))), clause(("online", "in", (False,)))], True),
        ([clause(("casualties", "lte", (-1,)))], True),
        ([clause(("casualties", "in", (3, 5))), clause(("casualties", "gte", (4,)))], False),
        ([clause(("casualties", "in", (3, 5))), clause(("casualties", "gte", (6,)))], True),
        ([clause(("online", "not-in", (True, False)))], True),
        ([clause(("advice", "has", ("lockdown",))), clause(("advice", "has", ("watch",)))], False),
        ([], False),
    ],
)  # fmt: skip
def test_conditions_that_can_never_hold_together_are_found_however_they_are_said(when: list[Clause], dead: bool) -> None:
    found = findings(rule(NotifyRow("school.duty-desk", "inform", "S"), when=tuple(when)))
    assert codes(found) == ([("error", "dead-rule")] if dead else [])


def test_a_rule_of_a_lower_pack_that_the_nation_says_already_is_found() -> None:
    nation = rule(NotifyRow("school.duty-desk", "inform", "S"))
    lower = replace(local("990102", "county", nation.notify[0]), id="XX-01")
    assert [(one.code, one.mandate) for one in findings(nation, lower)] == [("shadowed", "XX-01")]
    assert findings(nation, replace(lower, notify=(NotifyRow("school.duty-desk", "acknowledge", "S", "1h"),))) == []


def test_what_an_earlier_version_answered_must_still_be_answered(tmp_path: Path) -> None:
    """INVARIANT: no version drops a demand in silence — broken by claims that are shortened together with the rules."""
    root = national(tmp_path, FIRE.replace("M01", "M02"), OTHER)
    header = root / "national" / "pack.yaml"
    header.write_text(header.read_text(encoding="utf-8") + "claims: [M01, M02]\n", encoding="utf-8")
    write_pack(root, "law@2 national - 2026-09-01", OTHER)
    ground = Ground(directory(), Catalogue.load(), NOW)
    assert [(one.code, one.pack, one.en) for one in check(load_book(root), ground)] == [
        ("claim-open", "law@2", "no rule carries the claimed demand M02")
    ]


def test_a_school_that_loosens_its_countys_rule_is_found_with_the_directory(tmp_path: Path) -> None:
    root = national(tmp_path)
    write_pack(root, "huxi@1 county 990102 2026-01-01", FIRE.replace("close: 3wd", "close: 1wd"))
    write_pack(root, f"quxi@1 school {B} 2026-01-01", FIRE.replace("close: 3wd", "close: 2wd"))
    found = [one for one in check(load_book(root), Ground(directory(), Catalogue.load(), NOW)) if one.code == "loosened"]
    assert [(one.level, one.mandate, one.place) for one in found] == [("error", "N-01", "quxi-1/rules.yaml:13")]
    assert "huxi@1 N-01" in found[0].en


def test_one_pack_alone_is_checked_against_everything_that_stands(tmp_path: Path) -> None:
    root = national(tmp_path)
    write_pack(root, "huxi@1 county 990102 2026-01-01", OTHER.replace("N-02", "N-09"))
    book = load_book(root)
    pack = next(pack for pack in book.packs if pack.id == "huxi")
    found = check(book, Ground(directory(), Catalogue.load(), NOW), pack)
    assert [(one.code, one.mandate, one.pack) for one in found] == [("shadowed", "N-09", "huxi@1")]
    assert str(found[0]).startswith("提示 huxi-1/rules.yaml:2 N-09 N-02（law@1）已完全覆盖本规则")
    assert found[0].english == "huxi-1/rules.yaml:2 N-09 N-02 (law@1) already says all of this"
