"""The auditor on what desks say beside their signatures: clean rows pass, and a row that is gone, doubled or another one is found."""

from dataclasses import replace

import pytest

from services.demo.audit import Rows, judge_answers
from services.demo.audit.rows import Joint
from tests.unit.services.demo import fabricated as made
from tests.unit.services.demo import spoken
from tests.unit.services.demo.fabricated import COMMAND, EMERGENCY, GATE, OFFICER, STATION
from tests.unit.services.demo.spoken import (
    BACK,
    ENDED,
    LOOKED,
    MINE,
    PAUSE,
    REFUSAL,
    REFUSED,
    RESUME,
    TASK,
    WAITED,
    Spoil,
    after,
    close,
    ended,
    found,
    joint,
    refused,
    waited,
    word,
)


def task(**change: object) -> Spoil:
    """The task is another one."""
    return lambda rows: replace(rows, joints=tuple(replace(one, **change) for one in rows.joints))


def untold(desk: str, name: str) -> Spoil:
    return lambda rows: replace(rows, words=tuple(one for one in rows.words if (one.desk, one.name) != (desk, name)))


def told_twice(desk: str, name: str) -> Spoil:
    return lambda rows: replace(rows, words=(*rows.words, *(one for one in rows.words if (one.desk, one.name) == (desk, name))))


def not_kept(act: str) -> Spoil:
    return lambda rows: replace(rows, kept=tuple(one for one in rows.kept if one.act != act))


def kept_twice(act: str) -> Spoil:
    return lambda rows: replace(rows, kept=(*rows.kept, *(one for one in rows.kept if one.act == act)))


def duty(owner: str, kind: str, **change: object) -> Spoil:
    def spoil(rows: Rows) -> Rows:
        return replace(
            rows, clocked=tuple(replace(one, **change) if (one.owner, one.kind) == (owner, kind) else one for one in rows.clocked)
        )

    return spoil


def ratings(change: str) -> Spoil:
    def spoil(rows: Rows) -> Rows:
        (one,) = rows.joints
        first, second = one.ratings
        kept = {"lost": (second,), "doubled": (first, second, second), "other": (replace(first, score=1), second)}[change]
        return replace(rows, joints=(replace(one, ratings=kept),))

    return spoil


def test_what_was_said_and_told_as_it_must_be_is_clean() -> None:
    for log, rows in ((ENDED, ended()), (WAITED, waited()), (REFUSED, refused())):
        report = judge_answers(log, rows)
        assert report.findings == ()
        assert report.judged > 0


@pytest.mark.parametrize(
    ("spoil", "faults"),
    [
        (ratings("lost"), ["lost"]),
        (ratings("doubled"), ["doubled"]),
        (ratings("other"), ["unexplained"]),
        (untold(GATE, "bus.task.rated"), ["lost"]),
        (told_twice(GATE, "bus.task.rated"), ["doubled"]),
        (lambda rows: replace(rows, words=(*rows.words, word(OFFICER, MINE))), ["unexplained"]),
        (not_kept("rate"), ["lost", "lost"]),
        (kept_twice("rate"), ["doubled", "doubled"]),
        (task(closed_at=None), ["unexplained"] * 3),
        (task(members=(STATION, OFFICER), excused=(GATE,)), ["unexplained", "unexplained"]),
        (lambda rows: replace(rows, joints=()), ["lost", "lost", "lost"]),
    ],
    ids=[
        "not stored", "stored twice", "another score", "not told", "told twice", "told to a third", "not kept", "kept twice", "of an open task",
        "of one without a part", "without its task",
    ],
)  # fmt: skip
def test_a_rating_stands_once_and_the_other_side_is_told_once(spoil: Spoil, faults: list[str]) -> None:
    """INVARIANT: one word of each side about the other, told to that one alone — broken by a second row or a lost message."""
    assert found(ENDED, spoil(ended())) == faults


@pytest.mark.parametrize(
    ("spoil", "faults"),
    [
        (task(follow_ups=()), ["lost"]),
        (task(follow_ups=(LOOKED.at, LOOKED.at)), ["doubled"]),
        (untold(OFFICER, "bus.task.followed-up"), ["lost"]),
        (untold(COMMAND, "bus.task.followed-up"), ["lost"]),
        (lambda rows: replace(rows, words=(*rows.words, word(EMERGENCY, LOOKED))), ["unexplained"]),
        (not_kept("follow-up"), ["lost"]),
        (task(lead=OFFICER), ["unexplained"] * 3),
    ],
    ids=[
        "not stored",
        "stored twice",
        "a part not told",
        "the publisher not told",
        "told to others",
        "not kept",
        "by one that does not lead",
    ],
)
def test_a_follow_up_stands_once_and_everybody_with_a_part_is_told(spoil: Spoil, faults: list[str]) -> None:
    assert found(ENDED, spoil(ended())) == faults


def test_what_nobody_said_of_a_task_is_unexplained_when_this_client_is_alone() -> None:
    silent = made.log()
    assert set(found(silent, ended())) == {"unexplained"}
    assert set(found(silent, waited())) == {"unexplained"}
    assert judge_answers(silent, ended(), alone=False).findings == ()


@pytest.mark.parametrize(
    ("spoil", "faults"),
    [
        (task(waits=()), ["lost", "lost"]),
        (task(waits=((PAUSE.at, RESUME.at), (PAUSE.at, RESUME.at))), ["doubled", "unexplained"]),
        (task(waits=((PAUSE.at, after(50)),)), ["lost", "unexplained", "unexplained"]),
        (duty(TASK, "close", due=after(24 * 60)), ["unexplained"]),
        (duty(TASK, "close", due=after(24 * 60 + 60)), ["unexplained"]),
        (duty(TASK, "close", state="held"), ["unexplained"]),
        (duty(TASK, "report", due=after(270)), ["unexplained"]),
        (duty(TASK, "report", state="held"), ["unexplained"]),
        (duty(f"n-{STATION}", "ack", start=after(0), forms=("5min",), due=after(35)), ["unexplained"]),
        (untold(GATE, "bus.task.paused"), ["lost"]),
        (untold(COMMAND, "bus.task.resumed"), ["lost"]),
        (told_twice(OFFICER, "bus.task.paused"), ["doubled"]),
        (lambda rows: replace(rows, words=(*rows.words, word(EMERGENCY, PAUSE))), ["unexplained"]),
        (not_kept("pause"), ["lost"]),
        (lambda rows: replace(rows, joints=()), ["lost"]),
    ],
    ids=[
        "not stored", "stored twice", "of another length", "the close not moved", "moved too far", "still held", "the report moved", "the report held",
        "a signature moved", "a part not told", "the publisher not told", "told twice", "told to others", "not kept", "without its task",
    ],
)  # fmt: skip
def test_a_pause_moves_the_close_alone_and_is_told(spoil: Spoil, faults: list[str]) -> None:
    """INVARIANT: a pause moves the close by what was waited, and nothing else — broken by any other due that moves with it."""
    assert found(WAITED, spoil(waited())) == faults


def going_on() -> Rows:
    """The pause has no end yet."""
    words = tuple(word(desk, PAUSE) for desk in (GATE, OFFICER, COMMAND))
    return spoken.rows((PAUSE,), words, joint(waits=((PAUSE.at, None),)), close(state="held"))


@pytest.mark.parametrize(
    ("spoil", "faults"),
    [
        (lambda rows: rows, []),
        (duty(TASK, "close", state="open"), ["unexplained"]),
        (task(waits=((PAUSE.at, after(20)),)), ["unexplained", "unexplained", "unexplained"]),
        (lambda rows: replace(task(closed_at=after(20), waits=((PAUSE.at, after(20)),))(rows), clocked=()), []),
    ],
    ids=["as it is", "the close runs", "ended by nobody", "ended with the task"],
)
def test_while_it_waits_the_close_stands_still_until_the_lead_or_the_end_of_the_task(spoil: Spoil, faults: list[str]) -> None:
    assert found(made.log(PAUSE), spoil(going_on())) == faults


def test_a_pause_that_routing_refused_is_told_to_its_lead_and_stands_nowhere() -> None:
    log, answer = made.log(PAUSE), (word(STATION, PAUSE, refused="close-missed"),)
    assert found(log, spoken.rows((PAUSE,), answer, joint(), close())) == []
    assert found(log, spoken.rows((PAUSE,), answer, joint(waits=((PAUSE.at, after(20)),)), close(moved=10))) == [
        "unexplained",
        "unexplained",
    ]
    assert found(log, spoken.rows((PAUSE,), (*answer, word(GATE, PAUSE)), joint(), close())) == ["unexplained"]


def test_a_pause_that_came_after_the_close_of_its_task_is_nothing() -> None:
    assert found(made.log(PAUSE), spoken.rows((PAUSE,), (), joint(closed_at=after(5)))) == []


def test_a_close_that_needs_a_calendar_is_left_to_others() -> None:
    rows = waited()
    clocked = tuple(close("2wd", moved=999) if one.kind == "close" else one for one in rows.clocked)
    assert found(WAITED, replace(rows, clocked=clocked)) == []


@pytest.mark.parametrize(
    ("spoil", "faults"),
    [
        (untold(STATION, "bus.handover.refused"), ["lost"]),
        (untold(OFFICER, "bus.handover.refused"), ["lost"]),
        (untold(COMMAND, "bus.handover.refused"), ["lost"]),
        (told_twice(STATION, "bus.handover.refused"), ["doubled"]),
        (lambda rows: replace(rows, words=(*rows.words, word(EMERGENCY, REFUSAL))), ["unexplained"]),
        (duty(f"n-{GATE}", "ack", state="held"), ["unexplained"]),
        (duty(f"n-{GATE}", "ack", state="ended"), ["unexplained"]),
        (not_kept("handover-refuse"), ["lost"]),
        (kept_twice("handover-refuse"), ["doubled"]),
        (lambda rows: replace(rows, notices=made.changed(GATE, state="returned", acknowledged_at=None)), ["unexplained"]),
        (lambda rows: replace(rows, joints=()), ["lost"]),
        (lambda rows: replace(task(closed_at=after(2))(rows), words=()), []),
    ],
    ids=[
        "the lead not told", "the bureau not told", "the publisher not told", "told twice", "told to others", "its clock held", "its clock ended",
        "not kept", "kept twice", "taken for a return", "without its task", "after the end",
    ],
)  # fmt: skip
def test_a_refusal_is_told_and_stops_no_clock(spoil: Spoil, faults: list[str]) -> None:
    """INVARIANT: whoever refuses a handover still owes its signature — broken by a refusal that ends a duty as a return does."""
    assert found(REFUSED, spoil(refused())) == faults


def test_who_joined_after_an_act_need_not_know_of_it_and_may() -> None:
    late = made.changed(OFFICER, delivered_at=after(95))
    untold_late = replace(untold(OFFICER, "bus.task.followed-up")(ended()), notices=late)
    assert found(ENDED, untold_late) == []
    assert found(ENDED, replace(ended(), notices=late)) == []


def test_two_desks_of_one_unit_are_no_two_sides() -> None:
    twin = "police.traffic-duty@ps-990102-01"
    (one,) = ended().joints
    rated: Joint = replace(one, members=(STATION, GATE, OFFICER, twin), ratings=(*one.ratings, replace(one.ratings[0], of=twin)))
    act = spoken.said("rate", STATION, 60, of_desk=twin, score=5)
    rows = replace(ended(), joints=(rated,))
    held = replace(rows, words=(*rows.words, word(twin, act), word(twin, LOOKED)), kept=(*rows.kept, spoken.kept(act)))
    report = judge_answers(spoken.log_of(MINE, BACK, LOOKED, act), held)
    assert [(finding.fault, twin in finding.what) for finding in report.findings] == [("unexplained", True)]
