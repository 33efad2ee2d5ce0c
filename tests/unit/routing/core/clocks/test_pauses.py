"""等待检验结果: the close of a food illness stands still while a laboratory is waited for, and nothing else does (clocks §7)."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.coordination import TaskPaused, TaskResumed
from infra.messaging.delivery import Poison
from services.routing.core.mandates import MandateBook, PackInfo
from services.routing.core.model import Duty, World
from services.routing.packs import load_book
from tests.unit.routing.core.bench import ALARM, Bench, at, clock_text, person
from tests.unit.routing.core.places import EDU, POLICE_110, RAISED, STATION, A

BOOK = load_book()
SUSPECTED = "school.food-illness.suspected"
PRINCIPAL, MARKET, CDC = f"school.principal@{A}", "market.duty-desk@mkt-990102", "health.cdc-duty@cdc-990102"
HEALTH = "health.emergency-office@hb-990102"
LAB = "市食品药品检验院"
ILLNESS: dict[str, Any] = {
    "incident_no": "SP-0921", "school_id": A, "ill": 12, "severe": 0, "in_hospital": 3, "dead": 0, "meal": "lunch",
    "meal_at": "2026-09-21T11:50:00+08:00", "onset_first_at": "2026-09-21T12:40:00+08:00", "source": "own-canteen",
    "symptoms": ["vomiting"], "samples_kept": True, "sealed": ["food"], "service_stopped": True,
}  # fmt: skip


def town(world: World, close: str | None) -> Bench:
    """The story's food illness; ``close``: the clock that the county's own pack gives the close (None: the founding pack has none)."""
    rule = BOOK.by_id("FOD-01")
    assert rule is not None
    assert rule.task is not None
    pack = PackInfo("p-990102", "t", 1, "county", "990102", at("01-01 00:00:00"))
    own = [replace(rule, in_pack=pack, task=replace(rule.task, close=close))] if close else []
    bench = Bench(World(world.directory, MandateBook([*BOOK, *own], BOOK.ladders, "v"), "v"), at("09-21 13:55:00"))
    bench.state_event(SUSPECTED, PRINCIPAL, ILLNESS, known_at=at("09-21 13:10:00"))
    return bench


def pause(bench: Bench, desk: str = MARKET, *, lab: str = LAB, when: str | None = None) -> None:
    task, moment = bench.task(), at(when) if when else bench.now
    data = TaskPaused(
        task=task.id, incident=task.incident, desk=desk, reason="lab-result", lab=lab, paused_at=moment, person=person(desk)
    )
    bench.answer(data, "bus.task.paused", desk, task.incident)


def resume(bench: Bench, desk: str = MARKET) -> None:
    task = bench.task()
    data = TaskResumed(task=task.id, incident=task.incident, desk=desk, resumed_at=bench.now, person=person(desk))
    bench.answer(data, "bus.task.resumed", desk, task.incident)


def close_of(bench: Bench) -> Duty:
    return next(duty for duty in bench.duties() if duty.kind == "close")


def refused(bench: Bench, name: str = "bus.task.paused") -> list[str]:
    return [data.refused for _, data in bench.heard(name) if data.refused]


def waited(world: World, form: str, start: str, end: str) -> Bench:
    bench = town(world, form)
    bench.to(at(start))
    pause(bench)
    bench.to(at(end))
    resume(bench)
    return bench


@pytest.mark.parametrize(
    ("form", "start", "end", "before", "after"),
    [
        ("72h", "09-22 10:00:00", "09-23 14:30:00", "09-24 13:55", "09-25 18:25"),
        ("5nd", "09-22 10:00:00", "09-23 10:00:00", "09-27 00:00", "09-28 00:00"),
        ("5wd", "09-22 10:00:00", "09-24 15:00:00", "09-29 17:30", "10-08 17:30"),
        ("5wd", "09-22 10:00:00", "09-22 15:00:00", "09-29 17:30", "09-29 17:30"),
        ("5wd", "09-22 18:00:00", "09-23 08:00:00", "09-29 17:30", "09-29 17:30"),
        ("5wd", "09-24 18:00:00", "09-28 09:00:00", "09-29 17:30", "09-29 17:30"),
    ],
)
def test_the_due_moves_by_what_was_paused(world: World, form: str, start: str, end: str, before: str, after: str) -> None:
    assert clock_text(close_of(town(world, form)).due) == before
    close = close_of(waited(world, form, start, end))
    assert (clock_text(close.due), close.state, clock_text(close.next_at)) == (after, "open", after)


def test_the_derivation_says_what_was_waited_for(world: World) -> None:
    bench = waited(world, "5wd", "09-22 10:00:00", "09-24 15:00:00")
    assert f"等待{LAB}的检验结果而暂停，顺延 2 个工作日至" in close_of(bench).derivation
    said = [(to, timed) for to, data in bench.heard("bus.duty.timed") for timed in data.duties if timed.duty == "close"]
    assert [to for to, _ in said] == [MARKET] * 3
    assert f"等待{LAB}的检验结果，期限暂停" in said[1][1].derivation
    assert [clock_text(timed.due) for _, timed in said] == ["09-29 17:30", "09-29 17:30", "10-08 17:30"]
    assert {to for to, _ in bench.heard("bus.task.paused")} == {CDC, EDU, PRINCIPAL}
    assert {to for to, _ in bench.heard("bus.task.resumed")} == {CDC, EDU, PRINCIPAL}


def test_a_second_pause_moves_the_due_again(world: World) -> None:
    bench = waited(world, "72h", "09-22 10:00:00", "09-22 12:00:00")
    bench.to(at("09-23 10:00:00"))
    pause(bench, lab="省疾控中心")
    bench.to(at("09-23 13:00:00"))
    resume(bench)
    close = close_of(bench)
    assert clock_text(close.due) == "09-24 18:55"
    assert LAB in close.derivation
    assert "省疾控中心" in close.derivation
    assert [(one.lab, clock_text(one.end)) for one in bench.task().waits] == [(LAB, "09-22 12:00"), ("省疾控中心", "09-23 13:00")]


def test_no_close_is_missed_while_it_is_paused_and_every_other_clock_runs(world: World) -> None:
    """INVARIANT: nothing but the close pauses — broken by a pause that holds what else the lead or an assisting desk owes."""
    bench = town(world, "24h")
    bench.to(at("09-21 14:00:00"))
    pause(bench)
    bench.to(at("09-23 17:30:00"))
    missed = {(data.desk, data.duty) for _, data in bench.heard("bus.duty.missed")}
    assert (MARKET, "close") not in missed
    assert {(MARKET, "ack"), (HEALTH, "ack"), (CDC, "first-action"), (MARKET, "report")} <= missed
    resume(bench)
    assert clock_text(close_of(bench).due) == "09-24 17:25"
    bench.to(at("09-24 17:26:00"))
    assert (MARKET, "close") in {(data.desk, data.duty) for _, data in bench.heard("bus.duty.missed")}


@pytest.mark.parametrize("form", ["5wd", "72h"])
def test_a_due_never_comes_to_lie_within_its_own_pause(world: World, form: str) -> None:
    last = close_of(town(world, form)).due
    assert last is not None
    bench = town(world, form)
    bench.to(last.replace(hour=last.hour - 2))
    pause(bench)
    bench.to(at("10-09 20:00:00"))
    resume(bench)
    due = close_of(bench).due
    assert due is not None
    assert due > bench.now


def test_a_pause_that_becomes_known_late_voids_the_miss(world: World) -> None:
    bench = town(world, "24h")
    bench.to(at("09-22 14:30:00"))
    assert close_of(bench).missed_at is not None
    pause(bench, when="09-22 13:00:00")
    close = close_of(bench)
    assert (close.missed_at, close.state, close.told) == (None, "held", ())
    cleared = {(data.duty, data.why) for _, data in bench.heard("bus.escalation.cleared")}
    assert ("close", "in-time") in cleared


def test_a_close_that_is_missed_cannot_pause_any_more(world: World) -> None:
    bench = town(world, "24h")
    bench.to(at("09-22 14:30:00"))
    pause(bench)
    assert (refused(bench), bench.task().waits) == (["close-missed"], ())


def test_the_lead_alone_pauses_once_at_a_time_and_resumes_what_is_paused(world: World) -> None:
    bench = town(world, "72h")
    pause(bench, CDC)
    resume(bench)
    pause(bench)
    pause(bench)
    assert refused(bench) == ["not-the-lead", "paused-already"]
    assert refused(bench, "bus.task.resumed") == ["not-paused"]
    assert [to for to, data in bench.heard("bus.task.paused") if data.refused] == [CDC, MARKET]


def test_a_task_whose_mandate_does_not_name_it_is_refused(world: World) -> None:
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    pause(bench, STATION)
    assert (refused(bench), close_of(bench).state) == (["not-pausable"], "open")


def test_what_ends_by_its_conclusion_is_marked_as_waiting_and_has_no_due_to_move(world: World) -> None:
    bench = town(world, None)
    before = close_of(bench)
    pause(bench)
    assert "期限暂停" in close_of(bench).derivation
    bench.wait(days=3)
    resume(bench)
    assert (close_of(bench).due, close_of(bench).next_at, before.due) == (None, None, None)
    assert bench.task().pause is None


def test_a_withdrawal_ends_a_pause_and_the_close_with_it(world: World) -> None:
    bench = town(world, "72h")
    pause(bench)
    bench.wait(hours=2)
    gone = {"incident_no": "SP-0921", "code": "false-alarm", "reason": "误报", "officer": "校长"}
    bench.state_event(f"{SUSPECTED}.withdrawn", PRINCIPAL, gone)
    assert (close_of(bench).state, close_of(bench).next_at, bench.task().pause) == ("ended", None, None)
    before = len(bench.said)
    resume(bench)
    assert bench.said[before:] == [], "an answer that crosses the end says nothing"


def test_a_close_during_a_pause_is_in_time(world: World) -> None:
    bench = town(world, "24h")
    pause(bench)
    for desk in (CDC, EDU, PRINCIPAL):
        bench.report(desk, "done", "已完成", incident=bench.task().incident)
    bench.to(at("09-23 17:30:00"))
    bench.close(MARKET, bench.task())
    close = close_of(bench)
    assert (close.state, close.missed_at, close.met_at) == ("met", None, bench.now)
    assert bench.task().waits[0].end == bench.now


def test_a_redirected_lead_hands_the_pause_on(world: World) -> None:
    """INVARIANT: the close due of a task stands whoever leads it — broken by ending what is held when the lead gives its duty back."""
    bench = town(world, "72h")
    pause(bench)
    bench.send_back(MARKET, suggested="market.station@mkt-990102-01")
    bench.rule("education.conference-office@edu-990102", "uphold", new_desk="market.station@mkt-990102-01")
    assert (close_of(bench).state, close_of(bench).desk) == ("held", "market.station@mkt-990102-01")
    bench.wait(hours=1)
    resume(bench, "market.station@mkt-990102-01")
    assert close_of(bench).state == "open"


def test_a_resumption_into_a_year_without_calendar_is_pending(world: World) -> None:
    bench = town(world, "5wd")
    pause(bench)
    bench.to(at("12-31 18:00:00"))
    resume(bench)
    close = close_of(bench)
    assert (close.due, close.state, close.pending) == (None, "pending", "state-council/2027")


def test_a_task_that_never_was_cannot_pause(world: World) -> None:
    bench = town(world, None)
    incident = bench.task().incident
    data = TaskPaused(
        task="none", incident=incident, desk=MARKET, reason="lab-result", lab=LAB, paused_at=bench.now, person=person(MARKET)
    )
    with pytest.raises(Poison):
        bench.answer(data, "bus.task.paused", MARKET, incident)


