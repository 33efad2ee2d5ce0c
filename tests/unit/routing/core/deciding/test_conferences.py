"""会商到齐: what counts as a conference that was held (CON-01, GOV-02), and what runs on until then."""

from typing import Any

import pytest

from services.routing.calendars import load_calendars
from services.routing.core.directory import KINDS, Directory
from services.routing.core.model import Duty, World
from services.routing.directory import load_documents
from tests.unit.routing.core.bench import Bench, at, clock_text
from tests.unit.routing.core.places import OFFICE, B
from tests.unit.routing.core.test_families_schools import CALLED, MEETING

REQUESTED, CONFERENCE = "school.care-conference.requested", "education.conference.called"
MORAL, CLASS, PSYCH = (f"school.{role}@{B}" for role in ("moral-director", "class-teacher", "psych-teacher"))
FOUR = ["guardian", "class-teacher", "moral-director", "psych-teacher"]


@pytest.fixture
def care(world: World) -> Bench:
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(REQUESTED, MORAL, MEETING)
    return bench


@pytest.fixture
def called(world: World) -> Bench:
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(CONFERENCE, OFFICE, CALLED)
    return bench


def concludes(bench: Bench, name: str, desk: str, number: str, outcome: str, **more: Any) -> dict[str, Any]:
    decision: dict[str, Any] = bench.state_event(f"{name}.concluded", desk, {"conference_no": number, "outcome": outcome, **more})["decision"]
    return decision


def owed(bench: Bench) -> dict[str, str]:
    return {duty.kind: duty.state for duty in led(bench)}


def led(bench: Bench) -> list[Duty]:
    return [duty for duty in bench.duties() if duty.owner == bench.task().id]


def test_a_care_conference_with_all_four_is_held_and_nothing_more_is_owed(care: Bench) -> None:
    decision = concludes(care, REQUESTED, MORAL, "HS-12", "held", present=FOUR)
    assert owed(care) == {"report": "met", "close": "met"}
    assert decision["reasons"] == []


def test_one_that_was_not_held_is_recorded_so_and_its_clocks_run_on(care: Bench) -> None:
    """INVARIANT: no conference counts without its quorum — broken by any conclusion that ends what is owed."""
    decision = concludes(care, REQUESTED, MORAL, "HS-12", "not-held", present=FOUR[1:])
    assert owed(care) == {"report": "open", "close": "open"}
    assert decision["reasons"] == ["会商未召开，期限继续计算"]
    assert {care.notification(desk).issued["payload"]["outcome"] for desk in (CLASS, PSYCH)} == {"not-held"}
    close = next(duty for duty in led(care) if duty.kind == "close")
    care.to(at("10-13 18:31:00"))
    assert (MORAL, "close") in {(data.desk, data.duty) for _, data in care.heard("bus.duty.missed")}, clock_text(close.due)


def test_a_second_conclusion_that_was_held_ends_them(care: Bench) -> None:
    concludes(care, REQUESTED, MORAL, "HS-12", "not-held", present=[])
    care.wait(hours=24)
    concludes(care, REQUESTED, MORAL, "HS-12", "held", present=FOUR)
    assert owed(care) == {"report": "met", "close": "met"}


def test_one_that_is_no_longer_needed_owes_nothing(care: Bench) -> None:
    concludes(care, REQUESTED, MORAL, "HS-12", "no-longer-needed", present=[])
    assert owed(care) == {"report": "met", "close": "met"}


def test_a_conference_of_departments_needs_all_that_it_called(called: Bench) -> None:
    decision = concludes(called, CONFERENCE, OFFICE, "LX-09", "held", present=["police", "market", "education"])
    assert owed(called) == {"report": "open", "close": "open"}
    assert decision["reasons"] == ["应到部门未到齐（缺城管、街道社区），不计为已召开，期限继续计算"]
    concludes(called, CONFERENCE, OFFICE, "LX-09", "held", present=CALLED["agencies"])
    assert owed(called) == {"report": "met", "close": "met"}


def test_whom_a_correction_no_longer_calls_nobody_waits_for(called: Bench) -> None:
    changes = {"agencies": {"old": CALLED["agencies"], "new": ["police", "education"]}}
    called.state_event(f"{CONFERENCE}.corrected", OFFICE, {"conference_no": "LX-09", "changes": changes, "reason": "核减"})
    concludes(called, CONFERENCE, OFFICE, "LX-09", "held", present=["police", "education"])
    assert owed(called) == {"report": "met", "close": "met"}


@pytest.mark.parametrize(("outcome", "state"), [("postponed", "open"), ("cancelled", "met")])
def test_one_that_is_put_off_is_owed_still_and_one_that_is_cancelled_is_not(called: Bench, outcome: str, state: str) -> None:
    concludes(called, CONFERENCE, OFFICE, "LX-09", outcome)
    assert set(owed(called).values()) == {state}


def test_a_conclusion_of_the_release_before_that_names_nobody_counts_as_it_did(called: Bench) -> None:
    concludes(called, CONFERENCE, OFFICE, "LX-09", "held")
    assert set(owed(called).values()) == {"met"}


def test_the_social_worker_comes_where_a_school_has_no_class_teachers_desk(world: World) -> None:
    """INVARIANT: a conference of four asks for four — broken by a school whose social worker stands in and is never asked."""
    documents = {document["unit"]: document for document in load_documents()}
    school, other = documents[B], "school.social-worker"
    desks = [other if role == "school.class-teacher" else role for role in KINDS["sch"].desks]
    rows = [{**row, "role": other} if row["role"] == "school.class-teacher" else row for row in school.get("rosters", ())]
    documents[B] = {**school, "desks": desks, "rosters": rows}
    replaced = World(Directory.build(documents.values(), 2, load_calendars()), world.book, world.pack_version)
    bench = Bench(replaced, at("09-21 10:00:00"))
    decision = bench.state_event(REQUESTED, MORAL, MEETING)["decision"]
    assert {line["desk"] for line in decision["recipients"]} == {f"{other}@{B}", PSYCH}
    assert {part.desk: part.text for part in bench.task().parts}[f"{other}@{B}"] == "参会"
    assert decision["reasons"] == []
