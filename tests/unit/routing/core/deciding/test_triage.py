"""GOV-01: a person names the school or the mandate, and the incident is decided again."""

from typing import Any

import pytest

from contracts.coordination import IncidentTriaged
from infra.messaging.delivery import Poison
from services.routing.core.model import World
from tests.unit.routing.core.bench import ALARM, Bench, at, person
from tests.unit.routing.core.places import EDU, HEALTH, OPS, POLICE_110, RAISED, SAFETY, SCHOOL, SCHOOL_B, STATION, VICE, A, B
from tests.unit.routing.core.stated import golden

TRIAGED = "bus.incident.triaged"
ISSUED = "bus.notification.issued"
HOSPITAL, FOOD = "health.hospital-er@hos-990102-er", "health.food-illness.reported"
UNKNOWN = ALARM | {"schools": ["unknown"]}


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, at("09-21 10:00:00"))


def unknown_school(bench: Bench, **changes: Any) -> None:
    """An alarm at a school that nobody knows: the station and the duty officer are found without it."""
    bench.state_event(RAISED, POLICE_110, UNKNOWN | changes, place_code="990102001")
    bench.to(at("09-21 10:05:00"))
    bench.said.clear()


def nothing_matched(bench: Bench) -> None:
    """A report of a hospital that no rule wants."""
    bench.state_event(FOOD, HOSPITAL, golden(FOOD, schools=[A], report_no="ER-1", ill=0, severe=0, dead=0))
    bench.to(at("09-21 10:05:00"))
    bench.said.clear()


def triage(bench: Bench, desk: str, **what: Any) -> IncidentTriaged:
    """A triage now, and what routing answered to the desk."""
    n = bench.notification(desk)
    said = {"notification": n.id, "incident": n.incident, "desk": desk, "version": n.version, "reason": "已与报警人核实"} | what
    data = IncidentTriaged(**said, triaged_at=bench.now, person=person(desk))
    bench.answer(data, TRIAGED, desk, n.incident)
    return next(one for to, one in reversed(bench.heard(TRIAGED)) if to == desk)


def told(bench: Bench, desk: str) -> list[Any]:
    return [data for to, data in bench.heard(ISSUED) if to == desk]


def newly_told(bench: Bench) -> dict[str, tuple[int, bool]]:
    return {to: (data.version, data.material) for to, data in bench.heard(ISSUED)}


def test_a_named_school_is_told_by_the_mandates_of_the_statement_with_clocks_from_now(bench: Bench) -> None:
    unknown_school(bench)
    assert triage(bench, EDU, schools=(A,)).refused is None
    (school,) = told(bench, SCHOOL)
    assert (school.version, school.view, school.payload["schools"]) == (1, "S", [A])
    assert [basis.mandate for basis in school.bases] == ["POL-01"] * len(school.bases)
    assert any("分办写明" in reason and "张*" in reason for reason in school.bases[0].matched)
    assert bench.dues("ack", "first-action")[SCHOOL] == "09-21 10:10 / 09-21 10:10"
    assert {part.desk for part in bench.task().parts} == {STATION, SCHOOL, EDU}


def test_who_was_told_without_the_school_reads_which_it_is_and_who_named_it_is_not_told(bench: Bench) -> None:
    """INVARIANT: nobody is told twice without a change — broken by telling every desk of the decision anew."""
    unknown_school(bench)
    triage(bench, EDU, schools=(A,))
    assert newly_told(bench) == {SCHOOL: (1, True), VICE: (1, True), STATION: (2, True)}
    assert told(bench, STATION)[0].change == "triaged: schools"


def test_a_triage_signs_at_its_own_time_and_everybody_concerned_hears_of_it(bench: Bench) -> None:
    unknown_school(bench)
    triage(bench, EDU, schools=(A,))
    assert [d.state for d in bench.duties() if (d.desk, d.kind) == (EDU, "ack")] == ["met"]
    assert bench.notification(EDU).acknowledged_at == bench.now
    assert {to for to, _ in bench.heard(TRIAGED)} == {EDU, OPS, POLICE_110, STATION}
    assert {to for to, _ in bench.heard("bus.notification.acknowledged")} == {POLICE_110, STATION}


def decided(bench: Bench) -> Any:
    """The last decision that a publisher was told."""
    return bench.heard("bus.decision.made")[-1][1]


def test_the_publisher_reads_whom_its_statement_is_told_since_the_triage(bench: Bench) -> None:
    unknown_school(bench)
    bench.to(at("09-21 10:20:00"))
    triage(bench, EDU, schools=(A,))
    said = decided(bench)
    assert (said.outcome, said.event_id, said.mandates) == ("routed", bench.incident("alarm").head_id, ("POL-01@1",))
    assert {line.desk for line in said.recipients} == {SCHOOL, VICE, STATION, EDU, OPS}
    assert "张*分办" in said.reasons[0]
    assert (said.publish_due, said.overrun_minutes) == (at("09-21 10:10:00"), 0), "it was stated at ten, not at the triage"


def test_a_triage_that_changes_nothing_is_no_decision(bench: Bench) -> None:
    nothing_matched(bench)
    triage(bench, SAFETY, mandate="POL-01")
    assert bench.heard("bus.decision.made") == []


def test_who_triages_is_offered_the_mandates_about_the_type_and_nobody_else_is(bench: Bench) -> None:
    bench.state_event(FOOD, HOSPITAL, golden(FOOD, schools=[A], report_no="ER-1", ill=0, severe=0, dead=0))
    offered = {one.mandate: one.name for one in told(bench, SAFETY)[0].choices}
    assert {"FOD-03", "FOD-04"} <= offered.keys()
    assert not offered.keys() & {"GOV-01", "POL-01"}
    assert all(offered.values())
    assert told(bench, OPS)[0].choices == ()
    triage(bench, SAFETY, mandate="FOD-03")
    assert told(bench, SCHOOL)[0].choices == ()


def test_what_the_publisher_said_is_kept_beside_who_named_the_school(bench: Bench) -> None:
    unknown_school(bench)
    triage(bench, EDU, schools=(A, B))
    incident = bench.incident("alarm")
    assert incident.picture["schools"] == [A, B]
    assert incident.triage is not None
    assert (incident.triage.instead_of, incident.triage.desk) == (("unknown",), EDU)
    assert {SCHOOL, SCHOOL_B} <= newly_told(bench).keys()


def test_a_supplement_after_it_keeps_the_school(bench: Bench) -> None:
    unknown_school(bench)
    triage(bench, EDU, schools=(A,))
    decision = bench.state_event(f"{RAISED}.supplemented", POLICE_110, {"alarm_no": ALARM["alarm_no"], "added": {"casualties": 1}})
    assert decision["outcome"] == "routed"
    assert told(bench, SCHOOL)[-1].payload["schools"] == [A]
    assert told(bench, HEALTH)


def test_the_same_statement_again_after_it_is_no_news(bench: Bench) -> None:
    unknown_school(bench)
    triage(bench, EDU, schools=(A,))
    bench.said.clear()
    again = bench.state_event(RAISED, POLICE_110, UNKNOWN, place_code="990102001")
    assert (again["outcome"], told(bench, SCHOOL)) == ("duplicate-of", [])


def test_a_statement_anew_that_knows_the_school_no_better_keeps_the_named_one(bench: Bench) -> None:
    """INVARIANT: ``unknown`` takes back no name — broken by a head stated anew that puts the word over it and hides the data from the school."""
    unknown_school(bench)
    triage(bench, EDU, schools=(A,))
    bench.state_event(RAISED, POLICE_110, UNKNOWN | {"casualties": 1}, place_code="990102001")
    assert bench.incident("alarm").picture["schools"] == [A]
    assert bench.notification(SCHOOL).live
    assert bench.incident("alarm").triage is not None


def test_a_school_that_the_publisher_corrects_later_wins(bench: Bench) -> None:
    """INVARIANT: what the publisher says stands above what a person named — broken by putting the named school back."""
    unknown_school(bench)
    triage(bench, EDU, schools=(A,))
    changes = {"schools": {"old": ["unknown"], "new": [B]}}
    correction = {"alarm_no": ALARM["alarm_no"], "changes": changes, "reason": "学校有误"}
    bench.state_event(f"{RAISED}.corrected", POLICE_110, correction)
    assert bench.notification(SCHOOL).state == "withdrawn"
    assert told(bench, SCHOOL_B)[-1].payload["schools"] == [B]
    assert not any("分办" in reason for basis in told(bench, SCHOOL_B)[-1].bases for reason in basis.matched)
    assert bench.incident("alarm").triage is None


def test_a_named_mandate_is_applied_though_its_conditions_do_not_hold(bench: Bench) -> None:
    nothing_matched(bench)
    assert triage(bench, SAFETY, mandate="FOD-03").refused is None
    assert SCHOOL in newly_told(bench)
    assert {basis.matched for basis in told(bench, SCHOOL)[0].bases} == {("由湖西区教育局 · 安全科 张*分办指定",)}
    assert bench.incident("food-report").picture["ill"] == 0
    assert OPS in {to for to, _ in bench.heard(TRIAGED)}


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ({"mandate": "POL-01"}, "other-type"),
        ({"mandate": "GOV-01"}, "other-type"),
        ({"mandate": "POL-99"}, "not-in-force"),
        ({"schools": (B,)}, "no-unknown-school"),
    ],
)
def test_what_cannot_be_applied_is_answered_to_the_desk_alone_and_may_be_said_anew(bench: Bench, what: dict[str, Any], why: str) -> None:
    nothing_matched(bench)
    assert triage(bench, SAFETY, **what).refused == why
    assert [to for to, _ in bench.heard(TRIAGED)] == [SAFETY]
    assert newly_told(bench) == {}
    assert triage(bench, SAFETY, mandate="FOD-03").refused is None


def test_a_school_that_the_directory_does_not_know_is_refused(bench: Bench) -> None:
    unknown_school(bench)
    assert triage(bench, EDU, schools=("3199009999",)).refused == "unknown-school"
    assert bench.incident("alarm").picture["schools"] == ["unknown"]


def test_a_school_that_makes_nothing_match_leaves_it_open_for_the_mandate(bench: Bench) -> None:
    bench.state_event(FOOD, HOSPITAL, golden(FOOD, schools=["3199009999"], report_no="ER-1", ill=0, severe=0, dead=0))
    bench.said.clear()
    assert triage(bench, SAFETY, schools=(B,)).refused == "nothing-matches"
    assert newly_told(bench) == {}
    assert triage(bench, SAFETY, schools=(A,)).refused == "nothing-matches"
    assert triage(bench, SAFETY, mandate="FOD-03").refused is None
    school = told(bench, SCHOOL)[0]
    assert school.payload["schools"] == [A]
    assert SCHOOL_B not in newly_told(bench)
    assert bench.incident("food-report").triage.instead_of == ("3199009999",)  # type: ignore[union-attr]


def test_a_mandate_that_finds_nobody_leaves_it_open(bench: Bench) -> None:
    bench.state_event(FOOD, HOSPITAL, golden(FOOD, schools=["3199009999"], report_no="ER-1", ill=0, severe=0, dead=0))
    bench.world = World(bench.world.directory, only_schools(bench.world.book, "FOD-03"), "test")
    assert triage(bench, SAFETY, mandate="FOD-03").refused == "nobody-found"
    assert bench.incident("food-report").triage is None


def only_schools(book: Any, mandate: str) -> Any:
    """The book with a mandate that is told to schools alone."""
    from dataclasses import replace

    from services.routing.core.mandates import MandateBook

    some = [
        replace(one, notify=tuple(row for row in one.notify if row.to.startswith("school.")), task=None) if one.id == mandate else one
        for one in book
    ]
    return MandateBook(some, book.ladders, "test")


def test_the_second_of_two_changes_nothing(bench: Bench) -> None:
    """INVARIANT: the first triage wins — broken by one that lets a late one tell other schools."""
    unknown_school(bench)
    triage(bench, EDU, schools=(A,))
    bench.said.clear()
    assert triage(bench, EDU, schools=(B,)).refused == "decided"
    assert newly_told(bench) == {}


def test_a_triage_after_a_correction_that_matches_changes_nothing(bench: Bench) -> None:
    nothing_matched(bench)
    bench.state_event(
        f"{FOOD}.corrected", HOSPITAL, {"report_no": "ER-1", "changes": {"ill": {"old": 0, "new": 3}}, "reason": "人数有误"}
    )
    assert triage(bench, SAFETY, mandate="FOD-03").refused == "decided"


def test_a_triage_after_the_withdrawal_tells_nobody(bench: Bench) -> None:
    unknown_school(bench)
    withdrawal = {"alarm_no": ALARM["alarm_no"], "code": "false-alarm", "reason": "误报", "officer": "110 指挥长"}
    bench.state_event(f"{RAISED}.withdrawn", POLICE_110, withdrawal)
    bench.said.clear()
    assert triage(bench, EDU, schools=(A,)).refused == "over"
    assert newly_told(bench) == {}


def test_a_named_mandate_falls_when_the_publisher_corrects_what_another_wants(bench: Bench) -> None:
    nothing_matched(bench)
    triage(bench, SAFETY, mandate="FOD-03")
    bench.state_event(
        f"{FOOD}.corrected", HOSPITAL, {"report_no": "ER-1", "changes": {"ill": {"old": 0, "new": 3}}, "reason": "人数有误"}
    )
    assert bench.incident("food-report").triage is None
    assert not any("分办" in reason for basis in told(bench, SCHOOL)[-1].bases for reason in basis.matched)


def test_a_triage_of_the_returned_notification_keeps_the_duty(bench: Bench) -> None:
    nothing_matched(bench)
    bench.send_back(SAFETY)
    assert triage(bench, SAFETY, mandate="FOD-03").refused is None
    assert bench.notification(SAFETY).state == "acknowledged"


@pytest.mark.parametrize(
    ("desk", "what", "code"),
    [
        (OPS, {"schools": (A,)}, "not-a-triage"),
        (STATION, {"schools": (A,)}, "not-a-triage"),
        (EDU, {}, "not-one-of-two"),
        (EDU, {"schools": (A,), "mandate": "POL-01"}, "not-one-of-two"),
        (EDU, {"schools": (A,), "notification": "01a0c1b1-0900-8000-8000-000000000000"}, "unknown-notification"),
    ],
)
def test_what_is_no_triage_is_refused_by_the_message_machine(bench: Bench, desk: str, what: dict[str, Any], code: str) -> None:
    unknown_school(bench)
    with pytest.raises(Poison) as poison:
        triage(bench, desk, **what)
    assert poison.value.code == code
