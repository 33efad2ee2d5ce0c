"""Periodic duties and cross-checks are read whole or refused by file, line and rule, beside the rules that events bring about."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from services.routing.core.mandates import AllReported, ExerciseSigned, RecordConfirmed, Statement
from services.routing.packs import FOUNDING, PackInvalid, load_book
from tests.unit.routing.core.deadlines.worked_time import at

PERIODIC, CHECKS = "national/periodic.yaml", "national/crosschecks.yaml"
BOOK = load_book()


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOUNDING, tmp_path / "packs"))


def broken(packs: Path, old: str, new: str, file: str) -> PackInvalid:
    path = packs / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        load_book(packs)
    return caught.value


def test_the_founding_pack_has_every_periodic_duty_but_that_of_the_gates_and_every_cross_check() -> None:
    assert [duty.id for duty in BOOK.periodic] == [f"PER-{n:02}" for n in range(1, 13) if n != 6]
    assert [check.id for check in BOOK.crosschecks] == [f"XCK-{n:02}" for n in range(1, 5)]
    every = (*BOOK.periodic, *(check.mandate for check in BOOK.crosschecks))
    assert all({basis.row for basis in one.basis} >= set(one.covers) for one in every)
    assert all(basis.quote for one in every for basis in one.basis if basis.row.startswith("M"))


def test_rules_of_the_three_kinds_stand_apart() -> None:
    """INVARIANT: an event matches no duty of silence — broken by reading every file as rules of events."""
    assert not [mandate.id for mandate in BOOK if mandate.id.startswith(("PER", "XCK"))]
    assert BOOK.by_id("XCK-02") is not None, "its notifications name their basis"
    assert BOOK.by_id("PER-01") is None


def test_duties_have_their_dates() -> None:
    assert [duty.id for duty in BOOK.periodic_at(at("09-21 10:00"))] == [duty.id for duty in BOOK.periodic]
    assert BOOK.periodic_at(at("2025-08-31 23:59")) == ()
    assert BOOK.crosschecks_at(at("2025-08-31 23:59")) == ()


def test_what_meets_a_duty_is_of_four_kinds() -> None:
    met = {duty.id: duty.parts[0].met_by for duty in BOOK.periodic}
    assert isinstance(met["PER-01"], Statement)
    assert met["PER-02"] == AllReported("PER-01")
    assert met["PER-05"] == RecordConfirmed()
    assert met["PER-11"] == ExerciseSigned()


def test_windows_are_spans_of_time() -> None:
    windows = {check.id: (check.before, check.after, check.since) for check in BOOK.crosschecks}
    hours = timedelta(hours=1)
    assert windows == {
        "XCK-01": (24 * hours, 2 * hours, "known_at"),
        "XCK-02": (72 * hours, 24 * hours, "delivered_at"),
        "XCK-03": (24 * hours, 0.5 * hours, "published_at"),
        "XCK-04": (2 * hours, 2 * hours, "published_at"),
    }


def test_a_county_may_ask_for_more_and_stands_in_for_the_nation(packs: Path) -> None:
    shutil.copytree(packs / "national", packs / "990102")
    for path in (packs / "990102").glob("*.yaml"):
        if path.name not in ("pack.yaml", "periodic.yaml"):
            path.unlink()
    header = packs / "990102" / "pack.yaml"
    text = (
        header.read_text(encoding="utf-8")
        .replace("national-founding", "huxi")
        .replace("level: national", 'level: county\njurisdiction: "990102"')
    )
    header.write_text(text.partition("\n# The demands")[0] + "\n", encoding="utf-8")
    book = load_book(packs)
    (there, *_), (elsewhere, *_) = book.periodic_at(at("09-21 10:00"), "990102"), book.periodic_at(at("09-21 10:00"), "990103")
    assert (there.in_pack.id, elsewhere.in_pack.id) == ("huxi", "national-founding")


@pytest.mark.parametrize(
    ("old", "new", "rule", "said"),
    [
        ("type: school.dropout-list.submitted", "type: school.list.imagined", "PER-01", "no event type school.list.imagined"),
        ("period: month", "period: week_no", "PER-01", "no field week_no"),
        ("of: schools", "of: everybody", "PER-01", "of has no value 'everybody'"),
        ("due: last-sd", "due: at the end", "PER-01", "not a form of a period: at the end"),
        ("every: month", "every: fortnight", "PER-01", "every has no value 'fortnight'"),
        ("every: month", "every: 7nd", "PER-01", "needs opened_by"),
        ("desk: school.duty-desk", "desk: school.gardener", "PER-01", "unknown role school.gardener"),
        ("to: school.principal", "to: school.gardener", "PER-01", "unknown role school.gardener"),
        ("after: 1sd", "after: later", "PER-01", "not a deadline form: later"),
        ("kinds: [sch], schools: [primary, junior, special]", "kinds: [castle]", "PER-01", "kinds has no value 'castle'"),
        ("schools: [primary, junior, special]", "schools: [flying]", "PER-01", "schools has no value 'flying'"),
        ("kinds: [sch], schools: [primary, junior, special]", "kinds: [sch], except: [sch]", "PER-01", "nobody owes this"),
        ("kinds: [sch], schools: [primary, junior, special]", "kinds: [pb]", "PER-01", "not a form of a period: last-sd"),
        ("ladder: C", "ladder: Z", "PER-01", "ladder has no value 'Z'"),
        ("from: [L13, ours]", "from: hearsay", "PER-01", "from has no value 'hearsay'"),
        ("  from: [L13, ours]\n  expects:", "  wanted: all\n  expects:", "PER-01", "unknown keys wanted"),
        ("document: jinan-reply", "document: rumour", "PER-01", "document has no value 'rumour'"),
        ("part: city", "part: county", "PER-02", "two parts have one name"),
        ("all_of: PER-01", "all_of: PER-77", "PER-02", "no periodic duty PER-77"),
        ("told: [{to: education.leader-in-charge}]", "told: [{to: education.leader-in-charge, after: 1sd}]", "PER-02", "only schools have"),
        ("{school_days: 10}", "{school_days: 10, working_days: 3}", "PER-03", "counts one kind of day"),
        ("{school_days: 10}", "{school_days: many}", "PER-03", "missing or of the wrong type"),
        ("kind: [evacuation]", "kind: [dancing]", "PER-03", "kind has no code ['dancing']"),
        ("kind: [evacuation]", "mood: [good]", "PER-03", "no field mood"),
        ("due: 1wd from begin", "due: 1wd from end", "PER-12", "not a form of a period"),
        ("period: inspection_no, result", "result", "PER-12", "once needs the field of the number"),
        ("{type: market.finding.issued, of: bureau, period: inspection_no}", "{type: market.finding.issued, of: bureau}", "PER-12",
         "once needs the field of the number"),
        ("in_a_row: 3", "in_a_row: often", "PER-11", "missing or of the wrong type"),
    ],
)
def test_a_fault_of_a_periodic_duty_names_file_line_and_rule(packs: Path, old: str, new: str, rule: str, said: str) -> None:
    faults = broken(packs, old, new, PERIODIC).faults
    assert rule in {fault.rule for fault in faults}
    (fault,) = [one for one in faults if said in one.en][:1]
    assert fault.zh
    assert fault.file in (PERIODIC, "packs")
    assert fault.line >= 1


@pytest.mark.parametrize(
    ("old", "new", "rule", "said"),
    [
        ("since: known_at", "since: the morning", "XCK-01", "since has no value"),
        ("before: 24h", "before: 1wd", "XCK-01", "not an elapsed time: 1wd"),
        ("after: 2h", "after: soon", "XCK-01", "not an elapsed time: soon"),
        ("owes: school.principal", "owes: school.gardener", "XCK-01", "unknown role school.gardener"),
        ("ill: {gte: 2}", "mood: [bad]", "XCK-01", "no field mood"),
        ("kind: acknowledge, view: L, ack: 2h", "kind: acknowledge, view: L", "XCK-01", "an ack clock"),
        ("  told_by: HLT-04\n", "", "XCK-02", "needs told_by"),
        ("type: school.food-illness.suspected", "type: school.imagined", "XCK-01", "no event type school.imagined"),
        ("  rank: 1\n", "", "XCK-01", "rank is missing"),
    ],
)
def test_a_fault_of_a_cross_check_names_file_line_and_rule(packs: Path, old: str, new: str, rule: str, said: str) -> None:
    (fault, *_) = broken(packs, old, new, CHECKS).faults
    assert (fault.file, fault.rule) == (CHECKS, rule)
    assert said in fault.en


def test_an_id_is_used_once_over_all_kinds(packs: Path) -> None:
    (fault,) = broken(packs, "- id: XCK-01", "- id: PER-01", CHECKS).faults
    assert (fault.rule, "twice" in fault.en) == ("PER-01", True)


def test_a_file_that_is_no_list_is_named(packs: Path) -> None:
    (packs / PERIODIC).write_text("duties: none\n", encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        load_book(packs)
    assert PERIODIC in {fault.file for fault in caught.value.faults}
