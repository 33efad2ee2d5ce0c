"""The auditor where one of two schools has a rule of its own: each school by its rule, and the earliest due at a desk they share."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from services.demo.audit import ClientLog, District, Law, Report, judge, read_rules
from services.demo.audit.rows import Rows
from services.demo.audit.rules import Rule
from services.routing.packs import FOUNDING
from tests.unit.services.demo import fabricated as made
from tests.unit.services.demo.fabricated import GATE, NOON, OFFICER, OTHER, SCHOOL, STATION, VICE

GATE_B, VICE_B, PRINCIPAL = f"school.duty-desk@{OTHER}", f"school.law-vice-principal@{OTHER}", f"school.principal@{SCHOOL}"
DESKS = (GATE, GATE_B, STATION, OFFICER, VICE, VICE_B)
HEADER = f'pack: own\ntitle: x\nversion: 1\nlevel: school\njurisdiction: "{SCHOOL}"\neffective_from: 2026-09-01\n'
COUNTY = 'pack: later\ntitle: x\nversion: 1\nlevel: county\njurisdiction: "990102"\neffective_from: 2026-09-10\n'
OWN = """
- id: POL-01
  when: {type: police.alarm.raised, severity: [life-risk], relation: [on-campus, perimeter]}
  notify:
    - {to: school.duty-desk, kind: acknowledge, view: S, ack: 2min, first_action: 5min}
    - {to: police.station-duty, kind: acknowledge, view: P, ack: 5min, first_action: 5min}
    - {to: education.duty-officer, kind: acknowledge, view: E, ack: 6min, first_action: 30min}
    - {to: school.law-vice-principal, kind: inform, view: V}
"""
MINUTES = {GATE: 2, GATE_B: 5, STATION: 5, OFFICER: 6}


@cache
def own(rules: str, above: str = "") -> tuple[Rule, ...]:
    """The school's own rules (and those of its county since), as they are read beside the founding pack."""
    later = [{"pack.yaml": COUNTY, "rules.yaml": above}] if above else []
    found = read_rules(FOUNDING, [{"pack.yaml": HEADER, "rules.yaml": rules}, *later])
    return tuple(rule for rule in found if rule.pack in ("own", "later"))


def law(rules: str = OWN, above: str = "") -> Law:
    row = {"place_code": "990102001001"}
    rosters = [{"role": role, "from": "2025-09-01"} for role in ("school.duty-desk", "school.law-vice-principal", "school.principal")]
    circle = [{"from": "2025-09-01", "station": "ps-990102-01"}]
    schools = [made.document(one, row=row, circle=circle, rosters=rosters) for one in (SCHOOL, OTHER)]
    others = [made.document(unit) for unit in ("pb-990102", "ps-990102-01", "edu-990102", "hb-990102", "bus-990100")]
    return Law((*made.founding(), *own(rules, above)), District([*schools, *others]), made.law().readers)


def rows(minutes: dict[str, int], desks: tuple[str, ...] = DESKS) -> Rows:
    return made.rows(
        now=NOON + timedelta(seconds=30),
        notices=tuple(
            made.notice(desk, kind="inform" if desk in (VICE, VICE_B, PRINCIPAL, f"school.principal@{OTHER}") else "acknowledge", acknowledged_at=None) for desk in desks
        ),
        clocked=tuple(made.clocked(desk, due) for desk, due in minutes.items() if desk in desks),
        on_desk=tuple(replace(made.on_desk(GATE), id=f"n-{desk}", desk=desk) for desk in desks),
    )


def audit(held: Rows, rules: str = OWN, *, above: str = "", **data: Any) -> Report:
    log = ClientLog()
    log.write(made.stated(data=made.alarm(schools=[SCHOOL, OTHER], **data)))
    return judge(log, law(rules, above), held)


def test_each_school_is_judged_by_its_own_rule() -> None:
    report = audit(rows(MINUTES))
    assert report.findings == ()
    assert report.judged > 10


@pytest.mark.parametrize(
    ("desk", "minutes"),
    [(OFFICER, 10), (GATE, 5), (GATE_B, 2), (STATION, 2)],
    ids=["a shared desk by the later rule", "the school by the nation's", "the other school by a rule that is not its own", "by nobody's"],
)
def test_a_due_by_another_rule_than_that_of_its_place_is_found(desk: str, minutes: int) -> None:
    """INVARIANT: the earliest due at a shared desk, each school's own at its own — broken by one rule of an id for the whole event."""
    (finding,) = audit(rows(MINUTES | {desk: minutes})).findings
    assert finding.fault == "unexplained"
    assert desk in finding.what


@pytest.mark.parametrize("desk", DESKS)
def test_a_desk_of_either_school_that_was_not_told_is_lost(desk: str) -> None:
    report = audit(rows(MINUTES, tuple(one for one in DESKS if one != desk)))
    assert [finding.fault for finding in report.findings] == ["lost"]
    assert desk in report.findings[0].what


def test_a_rule_that_one_school_alone_has_is_not_for_the_other() -> None:
    more = OWN.replace("  notify:", "  notify:\n    - {to: school.principal, kind: inform, view: S}")
    assert [finding.fault for finding in audit(rows(MINUTES), more).findings] == ["lost"]
    assert audit(rows(MINUTES, (*DESKS, PRINCIPAL)), more).findings == ()
    (finding,) = audit(rows(MINUTES, (*DESKS, PRINCIPAL, f"school.principal@{OTHER}")), more).findings
    assert finding.fault == "unexplained"


def test_a_wider_condition_of_one_school_concerns_no_other() -> None:
    """An urgent alarm is the life-risk rule's at the school whose rule says so, and the usual one's at the other."""
    wide = OWN.replace("severity: [life-risk], ", "")
    report = audit(rows(MINUTES), wide, severity="urgent")
    assert [finding.what.partition(" ")[0] for finding in report.findings] == ["education.safety-desk@edu-990102"], (
        "the other school's alone"
    )


ABOVE = OWN.replace("ack: 6min", "ack: 3min").replace("ack: 2min", "ack: 4min").replace("law-vice-principal", "principal")
PRINCIPALS = (PRINCIPAL, f"school.principal@{OTHER}")
BOTH_SPEAK = {GATE: 2, GATE_B: 4, STATION: 5, OFFICER: 3}
EVERYBODY = (*DESKS, *PRINCIPALS)


def test_where_a_rule_above_came_to_ask_for_more_both_speak_and_the_earliest_due_counts() -> None:
    """The county's rule speaks for the other school too, beside the nation's, whose vice principal it forgets."""
    report = audit(rows(BOTH_SPEAK, EVERYBODY), above=ABOVE)
    assert report.findings == ()


@pytest.mark.parametrize(
    ("desk", "minutes"),
    [(OFFICER, 6), (GATE, 4), (GATE_B, 5)],
    ids=["by the school's looser rule", "by the county's looser rule", "by the nation's alone"],
)
def test_a_due_by_the_looser_of_two_rules_that_speak_is_found(desk: str, minutes: int) -> None:
    """INVARIANT: nobody is asked for less than either rule asks — broken by the rule of the smallest place alone."""
    (finding,) = audit(rows(BOTH_SPEAK | {desk: minutes}, EVERYBODY), above=ABOVE).findings
    assert (finding.fault, desk in finding.what) == ("unexplained", True)


@pytest.mark.parametrize("desk", [PRINCIPAL, VICE, OFFICER])
def test_a_desk_that_one_of_two_rules_alone_names_is_lost_when_it_was_not_told(desk: str) -> None:
    held = rows(BOTH_SPEAK, tuple(one for one in EVERYBODY if one != desk))
    assert [(one.fault, desk in one.what) for one in audit(held, above=ABOVE).findings] == [("lost", True)]
