"""The end of a joint task: when its lead may close it, and what both sides say of each other afterwards (GOV-10)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.coordination import TaskFollowedUp, TaskRated
from infra.messaging.delivery import Poison
from services.routing.core.mandates import MandateBook
from services.routing.core.model import World
from tests.unit.routing.core.bench import ALARM, Bench, at, person
from tests.unit.routing.core.clocks.test_pauses import ILLNESS, MARKET, PRINCIPAL, SUSPECTED
from tests.unit.routing.core.places import EDU, OFFICE, POLICE_110, RAISED, SCHOOL, SCHOOL_B, STATION

RATED, FOLLOWED_UP, CLOSED = "bus.task.rated", "bus.task.followed-up", "bus.task.closed"
WITHDRAWN = {"alarm_no": ALARM["alarm_no"], "code": "false-alarm", "reason": "误报", "officer": "值班长"}


def opened(world: World, **envelope: Any) -> Bench:
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM, **envelope)
    return bench


@pytest.fixture
def bench(world: World) -> Bench:
    return opened(world)


def finish_parts(bench: Bench, *desks: str) -> None:
    for desk in desks:
        bench.report(desk, "done", "已完成", incident=bench.task().incident)


def closed(bench: Bench) -> Bench:
    for desk in (STATION, SCHOOL, EDU):
        bench.sign(desk)
    finish_parts(bench, SCHOOL, EDU)
    bench.wait(hours=2)
    bench.close(STATION, bench.task())
    return bench


def refusals(bench: Bench) -> list[str]:
    return [data.refused for _, data in bench.heard(CLOSED) if data.refused]


def rate(bench: Bench, desk: str, of: str, score: int = 4) -> None:
    task = bench.task()
    data = TaskRated(task=task.id, incident=task.incident, desk=desk, of_desk=of, score=score, rated_at=bench.now, person=person(desk))
    bench.answer(data, RATED, desk, task.incident)


def look_again(bench: Bench, desk: str, text: str = "秩序正常") -> None:
    task = bench.task()
    data = TaskFollowedUp(
        task=task.id, incident=task.incident, desk=desk, followed_on=date(2026, 9, 28), text=text, recorded_at=bench.now, person=person(desk)
    )
    bench.answer(data, FOLLOWED_UP, desk, task.incident)


def poison(act: Any, *args: Any) -> str:
    with pytest.raises(Poison) as found:
        act(*args)
    return found.value.code


def test_a_lead_closes_only_when_every_part_is_done(bench: Bench) -> None:
    finish_parts(bench, SCHOOL)
    bench.close(STATION, bench.task())
    assert refusals(bench) == [f"open-parts: {EDU}"]
    finish_parts(bench, EDU)
    bench.close(STATION, bench.task())
    assert bench.task().closed_at == bench.now


def test_a_part_that_was_given_back_waits_for_its_ruling(bench: Bench) -> None:
    """INVARIANT: nothing is closed over a return — broken by a desk that reports done and then gives the duty back."""
    finish_parts(bench, SCHOOL, EDU)
    bench.send_back(SCHOOL, suggested=SCHOOL_B)
    bench.close(STATION, bench.task())
    assert refusals(bench) == [f"open-parts: {SCHOOL}"]
    bench.rule(OFFICE, "reject")
    bench.close(STATION, bench.task())
    assert bench.task().closed_at == bench.now


def test_a_lead_that_gave_its_own_duty_back_does_not_close(bench: Bench) -> None:
    finish_parts(bench, SCHOOL, EDU)
    bench.send_back(STATION)
    bench.close(STATION, bench.task())
    assert refusals(bench) == [f"open-parts: {STATION}"]


@pytest.mark.parametrize("ruling", ["uphold", "split"])
def test_a_desk_that_a_ruling_asks_for_more_begins_anew(bench: Bench, ruling: str) -> None:
    """INVARIANT: a part is done by who did it — broken by uniting a part that was passed on with one that is done already."""
    finish_parts(bench, EDU)
    bench.send_back(SCHOOL, suggested=EDU)
    bench.rule(OFFICE, ruling, new_desk=EDU)
    states = {part.desk: part.state for part in bench.task().parts}
    assert states[EDU] == "open"
    assert (SCHOOL in states) == (ruling == "split")
    bench.close(STATION, bench.task())
    assert EDU in refusals(bench)[-1]


def test_an_excused_part_is_waited_for_by_nobody(bench: Bench) -> None:
    changes = {"schools": {"old": ALARM["schools"], "new": ["3199000102"]}}
    bench.state_event(f"{RAISED}.corrected", POLICE_110, {"alarm_no": ALARM["alarm_no"], "changes": changes, "reason": "学校有误"})
    finish_parts(bench, SCHOOL_B, EDU)
    bench.close(STATION, bench.task())
    said = dict(bench.heard(CLOSED))
    assert {part.desk: part.state for part in said[STATION].parts} == {STATION: "done", SCHOOL: "excused", SCHOOL_B: "done", EDU: "done"}
    assert SCHOOL not in said


def test_the_close_asks_both_sides_for_their_word_and_the_lead_in_its_own_view(bench: Bench) -> None:
    closed(bench)
    assert {to: data.rating for to, data in bench.heard(CLOSED)} == dict.fromkeys((STATION, SCHOOL, EDU, POLICE_110), True)
    told = bench.notification(STATION)
    assert (told.issued["change"], told.issued["material"], told.view) == ("task-closed", False, "P")
    assert "GOV-10" in {basis["mandate"] for basis in told.issued["bases"]}
    assert told.signed
    assert {bench.notification(desk).version for desk in (SCHOOL, EDU)} == {1}


def test_each_side_rates_the_other_once(bench: Bench) -> None:
    closed(bench)
    rate(bench, STATION, SCHOOL, 5)
    rate(bench, STATION, EDU, 3)
    rate(bench, SCHOOL, STATION, 4)
    rate(bench, SCHOOL, STATION, 1)
    assert [(one.by, one.of, one.score) for one in bench.task().ratings] == [(STATION, SCHOOL, 5), (STATION, EDU, 3), (SCHOOL, STATION, 4)]
    assert [(to, data.desk, data.score) for to, data in bench.heard(RATED)] == [(SCHOOL, STATION, 5), (EDU, STATION, 3), (STATION, SCHOOL, 4)]


def test_nobody_rates_but_the_other_side(bench: Bench) -> None:
    closed(bench)
    assert poison(rate, bench, SCHOOL, EDU) == "not-a-side"
    assert poison(rate, bench, SCHOOL, "outside.guardian@x") == "not-a-side"
    assert poison(rate, bench, POLICE_110, STATION) == "not-a-side"
    assert poison(rate, bench, STATION, STATION) == "not-a-side"


def test_nothing_is_rated_before_the_close(bench: Bench) -> None:
    assert poison(rate, bench, SCHOOL, STATION) == "not-closed"
    assert poison(look_again, bench, STATION) == "not-closed"


def test_a_drill_and_what_was_withdrawn_are_not_rated(world: World) -> None:
    drill = closed(opened(world, status="exercise"))
    assert not any(data.rating for _, data in drill.heard(CLOSED))
    assert drill.notification(STATION).version == 1
    gone = opened(world)
    gone.state_event(f"{RAISED}.withdrawn", POLICE_110, WITHDRAWN)
    assert not any(data.rating for _, data in gone.heard(CLOSED))
    assert poison(rate, gone, SCHOOL, STATION) == "not-closed"


def test_without_the_rule_nobody_rates(world: World) -> None:
    book = MandateBook([one for one in world.book if one.id != "GOV-10"], world.book.ladders, "v")
    bench = closed(opened(replace(world, book=book)))
    assert bench.task().closed_at is not None
    assert not any(data.rating for _, data in bench.heard(CLOSED))


def test_the_lead_looks_again_and_all_members_read_it(bench: Bench) -> None:
    closed(bench)
    bench.to(at("09-28 10:00:00"))
    look_again(bench, STATION)
    look_again(bench, STATION, "再次回访，正常")
    assert [(one.on, one.text) for one in bench.task().follow_ups] == [(date(2026, 9, 28), "秩序正常"), (date(2026, 9, 28), "再次回访，正常")]
    assert [to for to, data in bench.heard(FOLLOWED_UP) if data.text == "秩序正常"] == [SCHOOL, EDU, POLICE_110]
    assert poison(look_again, bench, SCHOOL) == "not-the-lead"


def test_a_conclusion_by_the_publisher_asks_for_both_words_and_tells_the_lead_once(world: World) -> None:
    """INVARIANT: one happening is told a desk once — broken by an inform of the close beside that of the conclusion that closes."""
    bench = Bench(world, at("09-21 13:55:00"))
    bench.state_event(SUSPECTED, PRINCIPAL, ILLNESS)
    bench.state_event(f"{SUSPECTED}.concluded", PRINCIPAL, {"incident_no": "SP-0921", "outcome": "confirmed"})
    assert bench.task().rating
    assert (bench.notification(MARKET).version, bench.notification(MARKET).issued["change"]) == (2, "concluded")
    rate(bench, PRINCIPAL, MARKET, 5)
    assert [(one.by, one.of) for one in bench.task().ratings] == [(PRINCIPAL, MARKET)]
