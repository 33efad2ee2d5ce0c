"""The ladder behind a missing report where packs bring ladders of their own: the one it was born with, and nobody twice or not at all."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from services.routing.core.expected.climbing import born_at
from services.routing.core.mandates import LadderStep
from services.routing.core.model import World
from services.routing.packs import FOUNDING, load_book
from tests.unit.routing.core.deadlines.worked_time import at, directory
from tests.unit.routing.core.expected.test_expected_missing import DUE, PRINCIPAL, STUDENTS, Look, duty_of
from tests.unit.routing.packs.small import write_pack

LEADER, OFFICE = "education.leader-in-charge@edu-990102", "education.conference-office@edu-990102"
USUAL = """
  - {offset: 0min, target: unit-leader}
  - {offset: 1wd, target: parent}
  - {offset: 2wd, target: leader-in-charge}
  - {offset: 3wd, target: conference-office}
"""
MORE = """
  - {offset: 0min, target: unit-leader}
  - {offset: 1h, target: conference-office}
  - {offset: 1wd, target: parent}
  - {offset: 2wd, target: leader-in-charge}
  - {offset: 3wd, target: conference-office}
"""
EARLIER = """
  - {offset: 0min, target: unit-leader}
  - {offset: 1h, target: leader-in-charge}
  - {offset: 2h, target: parent}
  - {offset: 3wd, target: conference-office}
"""


def world_of(folder: Path, *packs: tuple[str, str]) -> World:
    root = Path(shutil.copytree(FOUNDING, folder / "packs"))
    for header, steps in packs:
        (write_pack(root, header) / "ladders.yaml").write_text(f"C:\n{steps}", encoding="utf-8")
    book = load_book(root)
    return World(directory(), book, book.version)


def climbed(world: World) -> list[tuple[str, str]]:
    """Who was told of E's missing list of September, and when, up to a fortnight after its due."""
    look = Look(world)
    for moment in ("09-30 17:30", "09-30 18:30", "09-30 19:30", "10-08 17:30", "10-09 17:30", "10-12 17:30", "10-14 17:30"):
        look.at(at(moment))
    return [(desk, time) for name, desk, time in look.said if name in ("bus.report.missing", "bus.escalation.raised")]


TOLD = [(PRINCIPAL, "09-30 17:30"), (STUDENTS, "09-30 17:30")]
"""A missing report names its due, whenever it is told."""
BEHIND = [(LEADER, "10-09 17:30"), (OFFICE, "10-10 17:30")]


@pytest.mark.parametrize("steps", [MORE, EARLIER], ids=["a step more", "earlier steps"])
def test_a_ladder_that_came_while_a_report_was_owed_changes_nothing_of_it(tmp_path: Path, steps: str) -> None:
    """INVARIANT: running work keeps the ladder it was born with — broken by counting the steps of the ladder at the miss."""
    assert climbed(world_of(tmp_path, ("huxi@1 county 990102 2026-09-15", steps))) == [*TOLD, *BEHIND]


def test_a_later_version_of_the_pack_does_not_shift_what_runs(tmp_path: Path) -> None:
    packs = (("huxi@1 county 990102 2026-09-01", USUAL), ("huxi@2 county 990102 2026-09-15", MORE))
    assert climbed(world_of(tmp_path, *packs)) == [*TOLD, *BEHIND]


def test_a_step_more_is_climbed_at_its_time_and_nobody_is_told_twice(tmp_path: Path) -> None:
    found = climbed(world_of(tmp_path, ("huxi@1 county 990102 2026-09-01", MORE)))
    assert found == [TOLD[0], (OFFICE, "09-30 18:30"), TOLD[1], *BEHIND]


def test_an_earlier_step_is_climbed_earlier_and_who_is_told_stands_for_the_others(tmp_path: Path) -> None:
    found = climbed(world_of(tmp_path, ("huxi@1 county 990102 2026-09-01", EARLIER)))
    assert found == [TOLD[0], (LEADER, "09-30 18:30"), TOLD[1], BEHIND[1]]


def test_the_ladder_of_another_county_does_not_count(tmp_path: Path) -> None:
    assert climbed(world_of(tmp_path, ("elsewhere@1 county 990103 2026-09-01", MORE))) == [*TOLD, *BEHIND]


def test_the_steps_stand_on_the_duty_with_numbers_of_their_own(tmp_path: Path) -> None:
    look = Look(world_of(tmp_path, ("huxi@1 county 990102 2026-09-01", MORE)))
    look.at(DUE)
    (duty,) = look.state.duties.values()
    assert duty.steps[2:] == (
        LadderStep(3, "1h", "conference-office"),
        LadderStep(4, "2wd", "leader-in-charge"),
        LadderStep(5, "3wd", "conference-office"),
    )


def test_what_a_pack_asks_for_within_a_period_is_born_with_the_pack(world: World) -> None:
    look, duty = Look(world), duty_of(world)
    assert born_at(duty, look.expected) == at("09-01 00:00")
    assert born_at(replace(duty, in_pack=replace(duty.in_pack, effective_from=at("09-15 00:00"))), look.expected) == at("09-15 00:00")
