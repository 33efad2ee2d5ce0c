"""A person's word moves a link, and nothing else: who may say it, what crossing words do, who is told what."""

from dataclasses import replace

import pytest

from contracts.coordination import IncidentLinked
from services.routing.core.linking import Link
from services.routing.core.model import Misfit, World
from tests.unit.routing.core.bench import at, person
from tests.unit.routing.core.linking.two import FIGHT, REPORT, Two, incident_of, stated
from tests.unit.routing.core.places import (
    EDU,
    HEALTH,
    OFFICE,
    POLICE_110,
    PRINCIPAL,
    RAISED,
    REPORTED,
    SAFETY,
    SCHOOL,
    SCHOOL_B,
    STATION,
    VICE,
    B,
)

LINKED, UNLINKED, SUGGESTED = "bus.incident.linked", "bus.incident.unlinked", "bus.link.suggested"


@pytest.fixture
def two(world: World) -> Two:
    return Two(world)


def test_a_suggestion_is_told_to_those_who_decide_and_to_those_who_stand_in_both(two: Two) -> None:
    told = two.told(SUGGESTED)
    assert {desk for desk, said in told.items() if said.decidable} >= {POLICE_110, STATION, SCHOOL}
    assert SAFETY not in told, "education's safety desk stands in one alone"
    assert all(said.fits == ("same-school",) and said.matter == "人身伤害与闯入" for said in told.values())


def test_a_suggestion_shows_of_the_other_incident_number_kind_times_and_desk_alone(two: Two) -> None:
    """INVARIANT: a suggestion opens no view — broken by a side with a field of the picture."""
    for said in two.told(SUGGESTED).values():
        assert {side.number for side in said.sides} == {two.alarm.number, two.report.number}
        for side in said.sides:
            assert set(type(side).model_fields) == {"incident", "number", "type", "known_at", "time", "desk"}


def test_a_suggestion_changes_no_incident_duty_or_notification(two: Two) -> None:
    """INVARIANT: linking changes nothing of who must act by when — broken by a fold that puts a record."""
    told = two.tell(replace(two.link, told=()))
    assert [fold.changed for fold in told.folds] == [{}, {}]


@pytest.mark.parametrize("desk", [POLICE_110, STATION, SCHOOL])
def test_publishers_and_leads_of_one_side_may_say_that_both_are_the_same(two: Two, desk: str) -> None:
    two.links(desk)
    assert (two.known.state, two.known.revision) == ("merged", 2)
    told = two.told(LINKED)
    assert set(told) == set(two.told(SUGGESTED))
    assert {(said.desk, said.person.shown, said.text, said.revision) for said in told.values()} == {(desk, "张*", "同一起冲突", 2)}


def test_a_related_incident_is_linked_and_not_merged(two: Two) -> None:
    two.links(SCHOOL, "related")
    assert two.known.state == "linked"
    two.links(POLICE_110, "same", revision=2)
    assert (two.known.state, two.known.revision) == ("merged", 3)


@pytest.mark.parametrize("desk", [VICE, HEALTH, PRINCIPAL, SCHOOL_B])
def test_a_desk_that_answers_for_neither_incident_decides_nothing_and_learns_nothing(two: Two, desk: str) -> None:
    """INVARIANT: only who answers for one of them says what they are — broken by trusting the desk's own service."""
    two.bench.said.clear()
    two.links(desk)
    assert two.known == two.link
    ((to, said),) = two.bench.heard(LINKED)
    assert (to, said.refused, said.sides, said.link) == (desk, "not-entitled", (), "")


def test_education_between_the_agencies_may_say_it_where_it_was_told(two: Two) -> None:
    holders = {n.desk for state in two.bench.loaded.states.values() for n in state.notifications.values()}
    assert EDU in holders
    two.links(EDU)
    assert two.known.state == "merged"
    assert OFFICE not in two.told(LINKED)


def test_what_is_dismissed_is_told_and_may_still_be_linked(two: Two) -> None:
    two.parts(SCHOOL, revision=1)
    assert two.known.state == "dismissed"
    assert all(said.dismissed for said in two.told(UNLINKED).values())
    two.links(POLICE_110, revision=2)
    assert two.known.state == "merged"


def test_a_link_is_undone_by_either_side(two: Two) -> None:
    two.links(POLICE_110)
    two.parts(SCHOOL, revision=2)
    assert (two.known.state, two.known.revision) == ("unlinked", 3)
    told = two.told(UNLINKED)
    assert set(told) == set(two.told(LINKED))
    assert not any(said.dismissed for said in told.values())


def test_the_same_word_said_twice_is_said_once(two: Two) -> None:
    two.links(POLICE_110)
    two.bench.said.clear()
    two.links(SCHOOL)
    assert two.known.revision == 2
    assert two.bench.said == []
    two.parts(SCHOOL, revision=2)
    two.bench.said.clear()
    two.parts(POLICE_110, revision=2)
    assert two.known.revision == 3
    assert two.bench.said == []


def test_of_two_words_that_cross_the_first_stands_and_the_second_learns_it(two: Two) -> None:
    """INVARIANT: nobody undoes what they never saw — broken by the last writer who wins."""
    two.links(POLICE_110)
    two.bench.said.clear()
    two.parts(SCHOOL, revision=1)
    assert (two.known.state, two.known.revision) == ("merged", 2)
    ((to, said),) = two.bench.heard(UNLINKED)
    assert (to, said.refused, said.link, said.revision) == (SCHOOL, "crossed", two.link.id, 2)


def test_who_stands_in_both_links_what_nobody_suggested(two: Two) -> None:
    other = stated(two.bench, RAISED, STATION, FIGHT | {"alarm_no": "J990102202609210088", "kind": "theft"})
    two.bench.said.clear()
    two.links(STATION, "follows", revision=0, to=other)
    link = two.pairs.of(*sorted((two.alarm.id, other.id)))
    assert isinstance(link, Link)
    assert (link.state, link.revision, link.suggested_at) == ("linked", 1, None)


def test_a_desk_links_two_incidents_that_it_stated_itself_without_a_notification_of_either(two: Two) -> None:
    other = stated(two.bench, RAISED, POLICE_110, FIGHT | {"alarm_no": "J990102202609210089", "kind": "theft"})
    two.links(POLICE_110, "related", revision=0, to=other)
    link = two.pairs.of(*sorted((two.alarm.id, other.id)))
    assert isinstance(link, Link)
    assert (link.state, link.decision.desk if link.decision else None) == ("linked", POLICE_110)


def test_who_stands_in_one_alone_cannot_try_which_incidents_there_are(two: Two) -> None:
    """INVARIANT: nobody finds out by linking — broken by letting who decides of one side link it with any other."""
    other = stated(two.bench, REPORTED, SCHOOL_B, REPORT | {"school_id": B, "kind": "theft", "severity": "routine"})
    two.bench.said.clear()
    two.links(POLICE_110, revision=0, to=other)
    assert two.pairs.of(*sorted((two.alarm.id, other.id))) is None
    ((_, said),) = two.bench.heard(LINKED)
    assert (said.refused, said.sides) == ("not-entitled", ())


def test_nothing_is_undone_that_was_never_linked(two: Two) -> None:
    two.pairs = type(two.pairs)(two.pairs._matters)
    two.bench.said.clear()
    two.parts(SCHOOL, revision=0)
    ((_, said),) = two.bench.heard(UNLINKED)
    assert said.refused == "not-linked"


def test_an_exercise_is_never_linked_with_an_actual_incident(two: Two) -> None:
    drilled = stated(two.bench, RAISED, POLICE_110, FIGHT, status="exercise")
    two.bench.said.clear()
    two.links(POLICE_110, revision=0, to=drilled)
    ((_, said),) = two.bench.heard(LINKED)
    assert said.refused == "not-linkable"


def test_an_incident_is_not_linked_to_itself_or_to_one_that_is_not_there(two: Two) -> None:
    with pytest.raises(Misfit) as error:
        two.links(SCHOOL, to=two.alarm)
    assert error.value.code == "same-incident"
    with pytest.raises(Misfit) as error:
        two.links(SCHOOL, to=replace(two.report, id="00000000-0000-8000-8000-000000000000"))
    assert error.value.code == "unknown-incident"


def test_a_word_in_the_name_of_another_desk_is_none(two: Two) -> None:
    said = IncidentLinked(
        incident=two.alarm.id, linked=two.report.id, relation="same", desk=STATION, text="同一起", linked_at=two.bench.now,
        person=person(SCHOOL), revision=1,
    )  # fmt: skip
    for desk, incident, code in ((SCHOOL, two.alarm.id, "wrong-desk"), (STATION, two.report.id, "wrong-incident")):
        event = two.bench.answer_event(said, LINKED, desk, incident)
        with pytest.raises(Misfit) as error:
            two.pairs.fold(two.bench.loaded, event, two.world, two.bench.now)
        assert error.value.code == code


def test_links_stay_through_withdrawal_and_can_be_made_and_undone_after_it(two: Two) -> None:
    two.links(POLICE_110)
    gone = {"alarm_no": FIGHT["alarm_no"], "code": "duplicate", "reason": "与学校上报重复", "officer": "p-1"}
    two.bench.state_event(f"{RAISED}.withdrawn", POLICE_110, gone)
    assert incident_of(two.bench, two.alarm.id).withdrawn_at is not None
    two.parts(SCHOOL, revision=2)
    assert two.known.state == "unlinked"
    two.links(SCHOOL, revision=3)
    assert two.known.state == "merged"
    assert POLICE_110 in two.told(LINKED)


def test_a_desk_that_lost_sight_of_an_incident_hears_no_more_of_its_links(two: Two) -> None:
    """INVARIANT: what is taken back stays taken back — broken by telling whoever was told before."""
    moved = {"alarm_no": FIGHT["alarm_no"], "changes": {"schools": {"old": ["2199000101"], "new": ["3199000102"]}}, "reason": "学校有误"}
    two.bench.to(at("09-21 10:06:00"))
    two.bench.state_event(f"{RAISED}.corrected", POLICE_110, moved)
    two.bench.said.clear()
    two.links(POLICE_110)
    told = two.told(LINKED)
    assert VICE not in told
    assert {desk for desk, said in told.items() if said.incident == two.alarm.id}.isdisjoint({SCHOOL, VICE})
