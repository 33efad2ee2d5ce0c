"""A pack may bring ladders of its own for its place: earlier or additional steps; a later or missing one refuses it and names both."""

import shutil
from pathlib import Path

import pytest

from services.routing.core.mandates import MandateBook, Place
from services.routing.core.model import World
from services.routing.packs import FOUNDING, Fault, PackInvalid, limits, load_book, load_shelf, loosenings
from tests.unit.routing.core.bench import Bench, at
from tests.unit.routing.core.climbing.test_ladders import CROWD, climbed
from tests.unit.routing.core.deadlines.worked_time import directory
from tests.unit.routing.core.places import POLICE_110, RAISED, SCHOOL, A, B
from tests.unit.routing.packs.small import write_pack

COUNTY = "huxi@1 county 990102 2026-01-01"
NOW = at("09-21 10:00:00")
FASTER = """
B:
  - {offset: 0min, target: unit-leader}
  - {offset: 10min, target: conference-office}
  - {offset: 20min, target: parent, inform_publisher: true}
  - {offset: 2h, target: leader-in-charge}
  - {offset: 4h, target: conference-office}
  - {offset: 24h, target: city-duty}
"""
HERE, ELSEWHERE = Place("990102", A), Place("990103")


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """The founding pack and what all share."""
    return Path(shutil.copytree(FOUNDING, tmp_path / "packs"))


def brings(packs: Path, header: str, text: str) -> Path:
    folder = write_pack(packs, header)
    (folder / "ladders.yaml").write_text(text, encoding="utf-8")
    return folder


def offsets(book: MandateBook, place: Place, moment: str = "09-21 10:00:00") -> list[str]:
    return [step.offset for step in book.ladder("B", place, at(moment))]


def refused(packs: Path) -> tuple[Fault, ...]:
    with pytest.raises(PackInvalid) as caught:
        load_book(packs)
    return caught.value.faults


def test_earlier_and_additional_steps_hold_at_the_place_of_the_pack_alone(packs: Path) -> None:
    brings(packs, COUNTY, FASTER)
    book = load_book(packs)
    assert offsets(book, HERE) == ["0min", "10min", "20min", "2h", "4h", "24h"]
    assert offsets(book, ELSEWHERE) == ["0min", "30min", "2h", "4h", "24h"]
    assert [step.step for step in book.ladder("B", HERE, NOW)] == [1, 2, 3, 4, 5, 6]
    assert [row.pack for row in limits(book, NOW) if row.duty == "ladder" and row.form == "20min"][-1] == "huxi@1"


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        ("offset: 20min, target: parent, inform_publisher: true", "offset: 40min, target: parent, inform_publisher: true", "step 2 (30min to parent)"),
        ("target: parent, inform_publisher: true", "target: parent", "step 2 (30min to parent)"),
        ("  - {offset: 24h, target: city-duty}\n", "", "step 5 (24h to city-duty)"),
        ("offset: 2h, target: leader-in-charge", "offset: 2h, target: conference-office", "step 3 (2h to leader-in-charge)"),
    ],
)
def test_a_later_or_a_missing_step_refuses_the_pack_and_names_both_ladders(packs: Path, old: str, new: str, lost: str) -> None:
    """INVARIANT: nobody climbs later for a smaller place's sake — broken by a ladder that is taken as it comes."""
    assert old in FASTER
    brings(packs, COUNTY, FASTER.replace(old, new))
    (fault,) = refused(packs)
    assert (fault.file, fault.line, fault.rule) == ("huxi-1/ladders.yaml", 3, "ladder-B")
    assert f"(ladders.yaml ladder-B): {lost} comes later or not at all" in fault.en
    assert "督办阶梯" in fault.zh


def test_a_school_is_held_against_the_ladder_of_its_county(packs: Path) -> None:
    brings(packs, COUNTY, FASTER)
    brings(packs, f"quxi@1 school {B} 2026-01-01", FASTER.replace("20min", "25min"))
    (fault,) = loosenings(load_shelf(packs).book(), lambda _: "990102")
    assert fault.en.startswith("loosens ladder of the rule above (huxi@1 ladder-B，huxi-1/ladders.yaml:3): step 3 (20min to parent)")


def test_a_ladder_below_that_the_one_above_has_overtaken_holds_no_longer(packs: Path) -> None:
    brings(packs, f"quxi@1 school {B} 2026-01-01", FASTER.replace("20min", "25min"))
    brings(packs, "huxi@1 county 990102 2026-06-01", FASTER)
    book = load_book(packs)
    assert "25min" in offsets(book, Place("990102", B), "05-06 10:00:00")
    assert "20min" in offsets(book, Place("990102", B))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FASTER.replace("offset: 10min", "offset: 30min"), "steps come in order of time: 30min, 20min"),
        (FASTER.replace("B:", "X:"), "ladder has no value 'X'"),
        (FASTER.replace("target: city-duty", "target: mayor"), "target has no value 'mayor'"),
        ("B: []\n", "B must be a list that is not empty"),
        ("B: [", "the file cannot be read"),
    ],
)
def test_a_ladder_that_cannot_be_read_refuses_the_pack(packs: Path, text: str, said: str) -> None:
    brings(packs, COUNTY, text)
    (fault,) = refused(packs)
    assert fault.file == "huxi-1/ladders.yaml"
    assert said in fault.en
    assert fault.zh


def test_a_missed_duty_climbs_the_ladder_of_its_place_since_its_incident_was_known(packs: Path) -> None:
    brings(packs, "huxi@1 county 990102 2026-09-22", FASTER)
    book = load_book(packs)
    for day, steps in (("09-21", [("10:30", 1), ("11:00", 2)]), ("09-22", [("10:30", 1), ("10:40", 2), ("10:50", 3)])):
        bench = Bench(World(directory(), book, book.version), at(f"{day} 10:00:00"))
        bench.state_event(RAISED, POLICE_110, CROWD)
        bench.to(at(f"{day} 11:10:00"))
        found = dict.fromkeys((clock, step) for clock, step, _ in climbed(bench, SCHOOL))
        assert [(clock.removeprefix(f"{day} "), step) for clock, step in found] == steps
