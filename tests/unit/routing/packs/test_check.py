"""A book is checked against itself, the Directory and the catalogue: what can never fire, never arrive, or was promised and is missing."""

from dataclasses import replace
from typing import Any

import pytest

from services.routing.calendars import load_calendars
from services.routing.core.directory import Directory
from services.routing.core.mandates import Clause, Condition, Mandate, MandateBook, NotifyRow, Statement, ToldRow
from services.routing.directory import load_documents
from services.routing.packs import Finding, Ground, check, load_book
from tests.unit.routing.core.deadlines.worked_time import at, directory
from topics.catalogue import Catalogue

BOOK = load_book()
CATALOGUE = Catalogue.load()
NOW = at("09-21 10:00")


def founding(identity: str) -> Mandate:
    found = BOOK.by_id(identity)
    assert found is not None
    return found


def ground(story: Directory | None = None) -> Ground:
    return Ground(story or directory(), CATALOGUE, NOW)


def found(*mandates: Mandate, story: Directory | None = None) -> list[tuple[str, str, str]]:
    findings = check(MandateBook(mandates, {}, "v"), ground(story))
    return [(finding.level, finding.code, finding.mandate) for finding in findings if not finding.code.startswith("claim")]


def clause(field: str, op: Any, *values: Any) -> Clause:
    return Clause((Condition(field, op, values),), field)


def test_the_founding_pack_warns_of_units_that_the_story_district_lacks_and_of_nothing_else() -> None:
    findings = check(BOOK, ground())
    assert {finding.code for finding in findings if finding.level == "warning"} == {"no-pair"}
    assert [finding for finding in findings if finding.level == "error"] == []


def test_a_pack_that_is_not_in_force_is_not_checked() -> None:
    assert check(BOOK, replace(ground(), at=at("2025-08-01 10:00"))) == []


@pytest.mark.parametrize(
    "when",
    [
        (clause("severity", "in", "urgent"), clause("severity", "in", "routine")),
        (clause("severity", "in", "urgent"), clause("severity", "not-in", "urgent", "routine")),
        (clause("kind", "not-in", "fire"), clause("kind", "in", "fire")),
        (clause("casualties", "gte", 2), clause("casualties", "lte", 1)),
        (clause("casualties", "lte", 1), clause("casualties", "gte", 2)),
    ],
)
def test_a_rule_that_can_never_match_is_found(when: tuple[Clause, ...]) -> None:
    assert ("error", "dead-rule", "POL-02") in found(replace(founding("POL-02"), when=when))


def test_a_rule_that_can_match_is_not_called_dead() -> None:
    when = (
        clause("casualties", "gte", 1),
        clause("casualties", "lte", 1),
        clause("severity", "in", "urgent"),
        clause("kind", "in", "fire"),
    )
    assert found(replace(founding("POL-02"), when=when)) == []


def test_a_rule_that_another_one_says_in_full_is_found() -> None:
    rule = founding("POL-02")
    narrower = replace(
        rule, id="POL-99", when=(clause("casualties", "gte", 3), clause("severity", "in", "urgent"), clause("kind", "in", "fire"))
    )
    assert found(rule, narrower) == [("warning", "shadowed", "POL-99")]


@pytest.mark.parametrize(
    "change",
    [
        {"when": (clause("casualties", "gte", 1),)},
        {"types": ("school.campus-incident.reported",)},
        {"notify": (NotifyRow("health.cdc-duty", "inform", "H"),)},
        {"notify": (NotifyRow("health.emergency-office", "acknowledge", "HK", "10min", "30min"),)},
        {"notify": (NotifyRow("health.emergency-office", "acknowledge", "H", "5min", "30min"),)},
        {"task": None, "notify": (NotifyRow("health.emergency-office", "acknowledge", "H", "10min", "20min"),)},
    ],
)
def test_a_rule_that_says_more_is_not_shadowed(change: dict[str, Any]) -> None:
    rule = founding("POL-02")
    assert "POL-99" not in [mandate for _, _, mandate in found(rule, replace(rule, id="POL-99", **change))]


def test_a_rule_whose_row_stands_in_some_case_alone_says_less() -> None:
    rule = founding("POL-02")
    seldom = replace(rule, notify=tuple(replace(row, when=(clause("kind", "in", "fire"),)) for row in rule.notify))
    narrower = replace(rule, id="POL-99", when=(*rule.when, clause("kind", "in", "fire", "theft")))
    assert found(rule, narrower) == [("warning", "shadowed", "POL-99")]
    assert found(seldom, narrower) == []


def test_a_type_without_a_topic_is_found() -> None:
    assert ("error", "no-topic", "POL-02") in found(replace(founding("POL-02"), types=("police.alarm.imagined",)))


def test_a_view_of_another_agency_is_found() -> None:
    row = NotifyRow("health.emergency-office", "acknowledge", "P", "10min")
    assert found(replace(founding("POL-02"), notify=(row,))) == [("error", "foreign-view", "POL-02")]


def test_leaders_and_anybody_may_get_the_view_of_leaders() -> None:
    row = NotifyRow("health.emergency-office", "acknowledge", "HL", "10min")
    assert found(replace(founding("POL-02"), notify=(row,))) == []


def test_a_role_that_no_service_hosts_is_found() -> None:
    declared = replace(CATALOGUE.declared, hosts={k: v for k, v in CATALOGUE.declared.hosts.items() if k != "health"})
    findings = check(MandateBook([founding("POL-02")], {}, "v"), replace(ground(), catalogue=replace(CATALOGUE, declared=declared)))
    assert ("error", "no-host") in {(finding.level, finding.code) for finding in findings}


def without(*units: str) -> Directory:
    """The story district without some units, and without the pairs and parents that lead to them."""
    kept = []
    for document in load_documents():
        if document["unit"] in units:
            continue
        circle = [{k: v for k, v in row.items() if v not in units} for row in document.get("circle", ())]
        kept.append({**document, "circle": circle})
    return Directory.build(kept, 2, load_calendars())


def test_a_role_that_nobody_fills_refuses_the_pack() -> None:
    row = NotifyRow("school.social-worker", "inform", "S")
    assert found(replace(founding("POL-15"), notify=(row,))) == [("error", "no-unit", "POL-15")]


def test_a_missing_pair_warns_and_for_life_at_risk_refuses() -> None:
    story = without("ps-990102-02")
    assert found(founding("POL-03"), story=story) == [("warning", "no-pair", "POL-03")]
    assert found(founding("POL-01"), story=story) == [("error", "no-pair", "POL-01")]
    (finding,) = [f for f in check(MandateBook([founding("POL-03")], {}, "v"), ground(story)) if f.code == "no-pair"]
    assert "柳埠镇中心小学" in str(finding)


def test_a_claim_that_no_rule_carries_is_found() -> None:
    rule = founding("POL-02")
    claimed = replace(rule, in_pack=replace(rule.in_pack, claims=("M01", "M28", "M99")))
    findings = check(MandateBook([claimed], {}, "v"), ground())
    assert [(finding.code, "M99" in finding.en) for finding in findings] == [("claim-open", True)]


def test_a_demand_without_a_quote_is_found() -> None:
    rule = founding("POL-02")
    loose = replace(rule, covers=("M01", "M28", "M77"), in_pack=replace(rule.in_pack, claims=()))
    findings = check(MandateBook([loose], {}, "v"), ground())
    assert [(finding.code, "M77" in finding.en) for finding in findings] == [("claim-unfounded", True)]


def test_errors_come_before_warnings() -> None:
    levels = [Finding("warning", "no-pair", "A", "", ""), Finding("error", "no-unit", "B", "", "")]
    assert sorted(levels, key=lambda finding: finding.level)[0].level == "error"


def test_a_periodic_duty_is_checked_like_any_rule() -> None:
    """INVARIANT: what is awaited can arrive, and those told of its absence exist — broken by checking rules of events alone."""
    duty = next(one for one in BOOK.periodic if one.id == "PER-01")
    part = replace(duty.parts[0], met_by=Statement(types=("school.list.imagined",)), told=(ToldRow("school.social-worker"),))
    lost = replace(duty, parts=(part,), covers=("M99",), line=7)
    findings = check(MandateBook((), {}, "v", periodic=[lost]), ground())
    found_at = {(one.level, one.code, one.place) for one in findings if one.mandate == "PER-01"}
    place = f"{duty.file}:7"
    assert {("error", code, place) for code in ("no-topic", "no-unit", "claim-unfounded")} == found_at


def test_what_a_cross_check_awaits_and_who_owes_it_is_checked() -> None:
    cross = next(one for one in BOOK.crosschecks if one.id == "XCK-01")
    unheard = replace(cross, answer=Statement(types=("school.list.imagined",)), owes="school.social-worker")
    findings = check(MandateBook((), {}, "v", crosschecks=[unheard]), ground())
    errors = {(one.code, one.mandate) for one in findings if one.level == "error" and one.code != "claim-open"}
    assert errors == {("no-topic", "XCK-01"), ("no-unit", "XCK-01")}
