"""Conditions, and which version of which mandate answers to an event."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.envelope import Envelope
from services.routing.core.mandates import Clause, Condition, Mandate, MandateBook, PackInfo, Place, test
from services.routing.packs import load_book
from tests.unit.routing.core.deadlines.worked_time import at

BOOK = load_book()
ALARM = "police.alarm.raised"
HERE = (Place("990102"),)


def envelope() -> Envelope:
    moment = at("09-21 10:00")
    return Envelope.model_validate({
        "id": "1", "source": "/police/pb-990102", "type": "xietong.police.alarm.raised.v1", "subject": "J", "time": moment,
        "dataschema": "u", "known_at": moment, "county": "990102", "publisher": "police.110-desk@pb-990102",
    })  # fmt: skip


def names(mandates: tuple[Mandate, ...]) -> list[str]:
    return [f"{mandate.id}@{mandate.version}" for mandate in mandates]


def founding(identity: str) -> Mandate:
    found = BOOK.by_id(identity)
    assert found is not None
    return found


def pack(version: int, start: str, end: str | None = None, *, jurisdiction: str = "") -> PackInfo:
    level: Any = {0: "national", 2: "province", 4: "city", 6: "county"}[len(jurisdiction)]
    return PackInfo(f"p{jurisdiction}", "t", version, level, jurisdiction, at(start), at(end) if end else None)


@pytest.mark.parametrize(
    ("condition", "data", "holds"),
    [
        (Condition("severity", "in", ("urgent", "routine")), {"severity": "urgent"}, True),
        (Condition("severity", "in", ("urgent",)), {"severity": "life-risk"}, False),
        (Condition("severity", "in", ("urgent",)), {}, False),
        (Condition("kind", "not-in", ("fire",)), {"kind": "crowd"}, True),
        (Condition("kind", "not-in", ("fire",)), {"kind": "fire"}, False),
        (Condition("kind", "not-in", ("fire",)), {}, False),
        (Condition("channels", "has", ("online",)), {"channels": ["verbal", "online"]}, True),
        (Condition("channels", "has", ("online",)), {"channels": []}, False),
        (Condition("casualties", "gte", (1,)), {"casualties": 1}, True),
        (Condition("casualties", "gte", (1,)), {"casualties": 0}, False),
        (Condition("casualties", "lte", (1,)), {"casualties": 2}, False),
        (Condition("online", "in", (True,)), {"online": True}, True),
    ],
)
def test_a_condition_tests_one_field(condition: Condition, data: dict[str, Any], holds: bool) -> None:
    assert condition.holds(data) is holds


def test_one_clause_is_or_and_all_clauses_are_and() -> None:
    either = Clause((Condition("severe", "gte", (1,)), Condition("ill", "gte", (30,))), "重症 ≥ 1 或 患病 ≥ 30")
    dead = Clause((Condition("dead", "lte", (0,)),), "死亡 ≤ 0")
    rule = replace(founding("POL-02"), when=(either, dead))
    for data, ok in (
        ({"severe": 0, "ill": 31, "dead": 0}, True),
        ({"severe": 0, "ill": 2, "dead": 0}, False),
        ({"ill": 31, "dead": 1}, False),
    ):
        matched, results = test(rule, data, envelope())
        assert matched is ok
        assert [result.condition for result in results] == ["重症 ≥ 1 或 患病 ≥ 30", "死亡 ≤ 0"]
        assert all(result.mandate == "POL-02" for result in results)


def test_a_condition_may_ask_for_the_county_of_the_envelope() -> None:
    here = replace(founding("POL-01"), when=(Clause((Condition("envelope.county", "in", ("990102",)),), "县区"),))
    assert test(here, {}, envelope())[0]
    assert not test(here, {}, envelope().model_copy(update={"county": "990103"}))[0]


@pytest.mark.parametrize(
    ("severity", "relation", "casualties", "matched"),
    [
        ("life-risk", "perimeter", 1, ["POL-01", "POL-02"]),
        ("life-risk", "on-campus", 0, ["POL-01"]),
        ("urgent", "perimeter", 0, ["POL-03"]),
        ("routine", "on-campus", 3, ["POL-03"]),
        ("urgent", "pupil-only", 1, ["POL-02", "POL-04"]),
        ("routine", "pupil-only", 0, ["POL-04"]),
        ("life-risk", "pupil-only", 1, ["POL-02", "POL-05"]),
    ],
)
def test_the_founding_pack_matches_alarms(severity: str, relation: str, casualties: int, matched: list[str]) -> None:
    data = {"severity": severity, "relation": relation, "casualties": casualties}
    found = BOOK.candidates(ALARM, HERE, at("09-21 10:00"), at("09-21 10:00"))
    assert [mandate.id for mandate in found if test(mandate, data, envelope())[0]] == matched


def test_a_type_stands_for_what_changes_its_picture_and_for_nothing_else() -> None:
    now = at("09-21 10:00")
    head = names(BOOK.candidates(ALARM, HERE, now, now))
    assert head == [f"POL-{n:02}@1" for n in range(1, 11)]
    for suffix in ("supplemented", "corrected", "level-changed"):
        assert names(BOOK.candidates(f"{ALARM}.{suffix}", HERE, now, now)) == head
    assert BOOK.candidates(f"{ALARM}.withdrawn", HERE, now, now) == ()
    assert names(BOOK.candidates("police.alarm.concluded", HERE, now, now)) == ["POL-15@1"]
    assert BOOK.candidates("police.alarm.imagined", HERE, now, now) == ()


def test_triage_is_never_a_candidate_but_is_found_by_its_id() -> None:
    assert founding("GOV-01").trigger == "unmatched"
    assert founding("GOV-03").own_incident
    assert BOOK.by_id("XYZ-01") is None


def test_the_version_in_force_when_the_agency_knew_decides() -> None:
    rule = founding("POL-01")
    old = replace(rule, version=1, in_pack=pack(1, "2025-09-01 00:00", "2026-10-01 00:00"))
    new = replace(rule, version=2, in_pack=pack(2, "2026-10-01 00:00"))
    book = MandateBook([new, old], {}, "v")
    assert names(book.candidates(ALARM, HERE, at("09-30 23:59"), at("10-02 10:00"))) == ["POL-01@1"]
    assert names(book.candidates(ALARM, HERE, at("10-01 00:00"), at("10-02 10:00"))) == ["POL-01@2"]
    assert names(book.candidates(ALARM, HERE, at("2025-08-01 00:00"), at("10-02 10:00"))) == ["POL-01@2"]
    assert book.candidates(ALARM, HERE, at("2025-08-01 00:00"), at("2025-08-01 00:00")) == ()
    assert book.by_id("POL-01") == new
    assert book.by_id("POL-01", at("09-30 10:00")) == old


def test_a_county_pack_stands_in_for_the_national_rule_in_its_county_alone() -> None:
    rule = founding("POL-01")
    tighter = replace(rule, version=5, in_pack=pack(1, "2025-09-01 00:00", jurisdiction="990102"))
    book = MandateBook([rule, tighter], {}, "v")
    now = at("09-21 10:00")
    assert names(book.candidates(ALARM, HERE, now, now)) == ["POL-01@5"]
    assert names(book.candidates(ALARM, (Place("990103"),), now, now)) == ["POL-01@1"]


@pytest.mark.parametrize(
    ("letter", "steps"),
    [
        ("A", ["0min unit-leader", "5min parent*", "10min leader-in-charge", "20min conference-office", "40min city-duty"]),
        ("P", ["0min unit-leader", "5min parent*", "10min leader-in-charge", "20min conference-office", "40min city-duty"]),
        ("B", ["0min unit-leader", "30min parent*", "2h leader-in-charge", "4h conference-office", "24h city-duty"]),
        ("C", ["0min unit-leader", "1wd parent", "2wd leader-in-charge", "3wd conference-office"]),
        ("G", ["0min unit-leader", "5min parent", "10min education-duty-officer"]),
    ],
)
def test_the_ladders_are_those_of_the_founding_pack(letter: Any, steps: list[str]) -> None:
    told = [f"{step.offset} {step.target}{'*' if step.inform_publisher else ''}" for step in BOOK.ladder(letter)]
    assert told == steps
    assert [step.step for step in BOOK.ladder(letter)] == list(range(1, len(steps) + 1))


def test_a_mandate_names_its_pack_and_quotes_its_documents() -> None:
    rule = founding("POL-01")
    assert (rule.pack, BOOK.version) == ("national-founding@1", "national-founding@1")
    assert "公安机关和教育部门及学校要及时相互通报、协同处置" in {basis.quote for basis in rule.basis}
    assert all("《" in basis.document or "“" in basis.document for basis in rule.basis)
    for mandate in BOOK:
        demands = {basis.row for basis in mandate.basis if basis.quote}
        assert demands == set(mandate.covers)
        assert all(basis.document for basis in mandate.basis)
