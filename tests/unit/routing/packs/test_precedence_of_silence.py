"""A lower pack may ask for more without being asked, and notice silence sooner; what loosens the duty or cross-check above refuses it."""

import shutil
from pathlib import Path

import pytest

from services.routing.packs import FOUNDING, PackInvalid, load_book, load_shelf, pack_files, parse_pack
from tests.unit.routing.core.deadlines.worked_time import at
from tests.unit.routing.packs.small import write_pack

COUNTY = "huxi@1 county 990102 2026-01-01"
PERIODIC, CHECKS = "periodic.yaml", "crosschecks.yaml"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOUNDING, tmp_path / "packs"))


def lower(packs: Path, file: str, old: str, new: str) -> Path:
    """A county's pack with the nation's file, changed in one place."""
    text = (packs / "national" / file).read_text(encoding="utf-8")
    assert old in text
    folder = write_pack(packs, COUNTY)
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (PERIODIC, "{school_days: 10}", "{school_days: 5}"),
        (PERIODIC, "schools: [primary, junior, special]", "schools: [primary, junior, special, senior]"),
        (PERIODIC, "in_a_row: 3", "in_a_row: 2"),
        (CHECKS, "before: 24h", "before: 12h"),
        (CHECKS, "after: 2h", "after: 1h"),
    ],
)
def test_more_may_be_asked_and_silence_noticed_sooner(packs: Path, file: str, old: str, new: str) -> None:
    lower(packs, file, old, new)
    book, when = load_book(packs), at("09-21 10:00")
    here = {rule.pack for rule in book.periodic_at(when, "990102")} | {one.mandate.pack for one in book.crosschecks_at(when, "990102")}
    assert "huxi@1" in here
    assert {duty.pack for duty in book.periodic_at(when, "990103")} == {"national-founding@1"}
    assert {one.mandate.pack for one in book.crosschecks_at(when, "990103")} == {"national-founding@1"}


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "said"),
    [
        (PERIODIC, "{school_days: 10}", "{school_days: 15}", "PER-03", "fewer units owe"),
        (PERIODIC, "schools: [primary, junior, special]", "schools: [primary]", "PER-01", "fewer units owe"),
        (PERIODIC, "in_a_row: 3", "in_a_row: 4", "PER-11", "no longer hears in time"),
        (PERIODIC, "desk: school.duty-desk", "desk: school.principal", "PER-01", "desk cannot change"),
        (PERIODIC, "ladder: C", "", "PER-01", "the ladder goes from C"),
        (PERIODIC, "part: city", "part: town", "PER-02", "is no longer owed"),
        (CHECKS, "before: 24h", "before: 48h", "XCK-01", "the window before is longer"),
        (CHECKS, "after: 2h", "after: 3h", "XCK-01", "the window after is longer"),
        (CHECKS, "ill: {gte: 2}", "ill: {gte: 5}", "XCK-01", "evidence cannot change"),
        (CHECKS, "kind: acknowledge, view: L, ack: 2h", "kind: acknowledge, view: L, ack: 4h", "XCK-01", "goes from 2h to 4h"),
    ],
)
def test_what_loosens_is_refused_with_file_and_line(packs: Path, file: str, old: str, new: str, rule: str, said: str) -> None:
    """INVARIANT: nobody below asks for less than the nation — broken by holding only the rules of events against those above."""
    folder = lower(packs, file, old, new)
    with pytest.raises(PackInvalid) as caught:
        load_book(packs)
    faults = [fault for fault in caught.value.faults if fault.rule == rule and said in fault.en]
    assert faults
    assert {fault.file for fault in faults} == {f"{folder.name}/{file}"}
    assert all(fault.line > 1 for fault in faults)


def test_a_duty_that_was_loosened_later_does_not_stand_in(packs: Path) -> None:
    """INVARIANT: a lower duty that is no tightening never silences the one above — broken by letting any lower one stand in."""
    folder = lower(packs, PERIODIC, "{school_days: 10}", "{school_days: 15}")
    files = pack_files(folder)
    shutil.rmtree(folder)
    shelf = load_shelf(packs)
    book = shelf.book([parse_pack("huxi@1", files, shelf.sources)])
    (duty,) = [one for one in book.periodic_at(at("09-21 10:00"), "990102") if one.id == "PER-03"]
    assert duty.pack == "national-founding@1"


def test_a_stored_pack_keeps_its_duties_and_cross_checks(packs: Path) -> None:
    shelf = load_shelf(packs)
    pack = parse_pack("national-founding@1", pack_files(packs / "national"), shelf.sources)
    (founding,) = shelf.packs
    assert (pack.periodic, pack.crosschecks) == (founding.periodic, founding.crosschecks)
    assert pack.periodic
    assert pack.crosschecks


def test_one_duty_stands_in_one_pack_of_a_place(packs: Path) -> None:
    folder = write_pack(packs, "second@1 national - 2026-01-01")
    shutil.copy(packs / "national" / PERIODIC, folder / PERIODIC)
    with pytest.raises(PackInvalid) as caught:
        load_book(packs)
    assert {fault.rule for fault in caught.value.faults} >= {"PER-01", "PER-11"}
