"""The auditor on made-up rows: clean ones pass, and each kind of fault is found as what it is."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.demo.audit import Answered, ClientLog, Report, Rows, judge
from services.demo.audit.log import Stated
from tests.unit.services.demo import fabricated as made
from tests.unit.services.demo.fabricated import COMMAND, DESKS, EMERGENCY, GATE, INCIDENT, NOON, OFFICER, STATION, VICE


def audit(rows: Rows | None = None, log: ClientLog | None = None, **more: Any) -> Report:
    return judge(log or made.log(), made.law(), rows or made.rows(), **more)


def faults(report: Report) -> list[str]:
    return sorted(finding.fault for finding in report.findings)


def test_a_clean_world_is_clean_and_was_looked_at() -> None:
    report = audit()
    assert report.findings == ()
    assert report.judged > 10


def without(desk: str) -> Rows:
    return made.rows(
        notices=tuple(made.notice(one) for one in DESKS if one != desk),
        on_desk=tuple(made.on_desk(one) for one in DESKS if one != desk),
        clocked=tuple(row for row in made.rows().clocked if row.desk != desk),
    )


@pytest.mark.parametrize("desk", [STATION, OFFICER, VICE])
def test_a_desk_that_was_never_told_is_lost(desk: str) -> None:
    report = audit(without(desk))
    assert faults(report) == ["lost"]
    assert desk in report.findings[0].what


@pytest.mark.parametrize(
    "rows",
    [
        made.rows(intake=()),
        made.rows(decided=(), notices=(), on_desk=(), clocked=(), intake=(made.intake(is_decided=False),)),
        made.rows(intake=(made.intake(is_parked=True),)),
        made.rows(on_desk=tuple(made.on_desk(one) for one in DESKS if one != STATION)),
        made.rows(notices=made.changed(STATION, delivered_at=None)),
        made.rows(notices=made.changed(STATION, version=2)),
        made.rows(notices=made.changed(GATE, acknowledged_at=None)),
        made.rows(taken={}),
    ],
    ids=[
        "not stored",
        "not decided",
        "parked",
        "not on the desk",
        "delivery unheard",
        "an old version",
        "signature unheard",
        "not taken in",
    ],
)
def test_whatever_does_not_arrive_is_lost(rows: Rows) -> None:
    assert "lost" in faults(audit(rows))


def test_a_message_in_the_dead_letters_is_not_lost_on_the_road() -> None:
    assert audit(made.rows(taken={}, parked={"routing": frozenset({("/police/pb-990102", "event-1")})})).is_clean


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        (
            made.rows(
                notices=made.with_notices(made.notice(STATION, id="twice")),
                on_desk=(*made.rows().on_desk, made.on_desk(STATION, id="twice")),
            ),
            STATION,
        ),
        (made.rows(on_desk=(*made.rows().on_desk, made.on_desk(STATION, service="schools"))), "2 desks"),
        (made.rows(decided=(made.decided(), made.decided())), "decided twice"),
        (made.rows(intake=(made.intake(), made.intake(id="event-2"))), "2 times"),
    ],
    ids=["two notifications of one desk", "one notification at two desks", "two decisions of one event", "stored twice"],
)
def test_what_is_there_twice_is_doubled(rows: Rows, what: str) -> None:
    log = made.log(made.stated(id="event-2")) if "2 times" in what else made.log()
    report = audit(rows, log)
    assert "doubled" in faults(report)
    assert any(what in finding.what for finding in report.findings if finding.fault == "doubled")


def test_one_case_in_two_incidents_is_doubled() -> None:
    follow = made.stated(id="event-2", name="police.alarm.raised.supplemented", revision=2, data={"added": {"casualties": 0}})
    rows = made.rows(
        intake=(made.intake(), made.intake(id="event-2", name=follow.name, revision=2)),
        decided=(made.decided(), made.decided(id="event-2", revision=2, incident="incident-2", root="incident-2")),
    )
    assert "doubled" in faults(audit(rows, made.log(follow)))


@pytest.mark.parametrize(
    "rows",
    [
        made.rows(notices=made.with_notices(made.notice(EMERGENCY)), on_desk=(*made.rows().on_desk, made.on_desk(EMERGENCY))),
        made.rows(
            notices=made.with_notices(made.notice(COMMAND, id="back")),
            on_desk=(*made.rows().on_desk, replace(made.on_desk(GATE), id="back", desk=COMMAND)),
        ),
        made.rows(on_desk=tuple(replace(row, version=3) for row in made.rows().on_desk)),
        made.rows(on_desk=tuple(replace(row, desk=EMERGENCY) if row.desk == GATE else row for row in made.rows().on_desk)),
        made.rows(decided=(made.decided(), made.decided(id="never stated"))),
        made.rows(intake=(made.intake(), made.intake(id="of nobody", subject="J2"))),
    ],
    ids=[
        "no rule names the desk",
        "the publisher itself",
        "a version nobody issued",
        "another desk",
        "decided, never stated",
        "stored, never accepted",
    ],
)
def test_what_has_no_reason_is_unexplained(rows: Rows) -> None:
    assert "unexplained" in faults(audit(rows))


def test_what_others_posted_is_counted_and_not_judged_when_this_client_is_not_alone() -> None:
    rows = made.rows(
        intake=(made.intake(), made.intake(id="by hand", subject="J2")),
        decided=(made.decided(), made.decided(id="by hand", incident="incident-2", root="incident-2")),
        notices=made.with_notices(made.notice(STATION, id="other", incident="incident-2", root="incident-2")),
    )
    report = audit(rows, alone=False)
    assert report.is_clean
    assert report.foreign == 1


@pytest.mark.parametrize(
    "rows",
    [
        made.rows(sent=(made.sent(1, "event-1"), made.sent(2, "event-1", offset=5))),
        made.rows(sent=(made.sent(1, "event-1"), made.sent(2, "event-1", offset=11))),
        made.rows(sent=(made.sent(1, "event-1"), made.sent(2, "event-1", partition=3))),
    ],
    ids=["sent before the earlier one", "at the same place", "on another partition"],
)
def test_a_key_that_is_out_of_order_is_disordered(rows: Rows) -> None:
    assert "disordered" in faults(audit(rows))


def test_an_offset_that_the_broker_did_not_tell_is_in_no_order() -> None:
    rows = made.rows(sent=(made.sent(1, "event-1"), made.sent(2, "event-1", offset=-1), made.sent(3, "event-1", offset=12)))
    assert audit(rows).is_clean


def test_revisions_that_were_decided_backwards_are_disordered() -> None:
    follow = made.stated(id="event-2", name="police.alarm.raised.supplemented", revision=2, data={"added": {"online": False}})
    rows = made.rows(
        intake=(made.intake(), made.intake(id="event-2", name=follow.name, revision=2)),
        decided=(made.decided(id="event-2", revision=2), made.decided(decided_at=NOON + timedelta(seconds=5))),
    )
    assert "disordered" in faults(audit(rows, made.log(follow)))


def test_what_waits_in_an_outbox_is_stuck() -> None:
    assert faults(audit(made.rows(sent=(made.sent(1, "event-1", partition=None, offset=None),)))) == ["stuck"]


def test_a_supplement_with_casualties_must_reach_health() -> None:
    follow = made.stated(id="event-2", name="police.alarm.raised.supplemented", revision=2, data={"added": {"casualties": 2}})
    rows = made.rows(
        intake=(made.intake(), made.intake(id="event-2", name=follow.name, revision=2)),
        decided=(made.decided(), made.decided(id="event-2", revision=2)),
    )
    report = audit(rows, made.log(follow))
    assert [finding.what for finding in report.findings if finding.fault == "lost"] == [
        f"{EMERGENCY} was never told of incident {INCIDENT} (POL-02 national-founding)"
    ]


class TestClocks:
    """Deadlines: a miss nobody noticed, a miss that was none, and a due that is wrong."""

    def duty(self, **more: Any) -> Rows:
        clocks = [replace(row, **more) if row.desk == STATION else row for row in made.rows().clocked]
        return made.rows(clocked=tuple(clocks), now=NOON + timedelta(minutes=7))

    def test_a_due_that_passed_unnoticed_is_lost(self) -> None:
        assert faults(audit(self.duty())) == ["lost"]

    def test_a_miss_that_climbed_is_as_it_should_be(self) -> None:
        due = NOON + timedelta(seconds=1, minutes=5)
        assert audit(self.duty(missed_at=due, told=1)).is_clean

    def test_a_miss_that_was_signed_in_time_is_unexplained_unless_it_was_voided(self) -> None:
        due, log = NOON + timedelta(seconds=1, minutes=5), made.log(made.signed(STATION))
        signed = made.changed(STATION, acknowledged_at=NOON + timedelta(seconds=60))
        assert faults(audit(replace(self.duty(missed_at=due, told=1), notices=signed), log)) == ["unexplained"]
        assert audit(replace(self.duty(missed_at=due, told=1, is_voided=True), notices=signed), log).is_clean

    def test_a_ladder_without_a_miss_is_unexplained(self) -> None:
        rows = made.rows(clocked=tuple(replace(row, told=1) if row.desk == STATION else row for row in made.rows().clocked))
        assert faults(audit(rows)) == ["unexplained"]

    def test_a_due_that_is_not_delivery_plus_five_minutes_is_unexplained(self) -> None:
        rows = made.rows(
            clocked=tuple(replace(row, due=NOON + timedelta(hours=1)) if row.desk == STATION else row for row in made.rows().clocked)
        )
        assert faults(audit(rows)) == ["unexplained"]

    def test_a_desk_without_its_clock_is_lost(self) -> None:
        rows = made.rows(clocked=tuple(row for row in made.rows().clocked if row.desk != STATION))
        assert faults(audit(rows)) == ["lost"]


class TestReturns:
    """退单 and 裁定, as the client's log holds them."""

    def world(self, *more: str, ruled: bool = True) -> tuple[Rows, ClientLog]:
        give_back = Answered(service="police", desk=STATION, act="return", object=f"n-{STATION}", at=NOON, version=1)
        ruling = Answered(service="schools", desk=OFFICER, act="ruling", object="arbitration", at=NOON, ruling="uphold", new_desk=EMERGENCY)
        arbitration = made.notice(
            OFFICER, id="arbitration", incident="item", family="arbitration", arbitration_of=f"n-{STATION}", mandates=("GOV-03",)
        )
        fresh = made.notice(EMERGENCY, mandates=("POL-01",))
        kept = [one for name, one in (("arbitration", arbitration), ("fresh", fresh)) if name not in more]
        notices = (*made.changed(STATION, state="redirected"), *kept)
        standing = [made.on_desk(desk, state="withdrawn" if desk == STATION else "open") for desk in DESKS]
        standing += [replace(made.on_desk(one.desk), id=one.id) for one in kept]
        clocks = tuple(replace(row, state="ended") if row.desk == STATION else row for row in made.rows().clocked)
        log = made.log(give_back, *([ruling] if ruled else []))
        return made.rows(notices=notices, on_desk=tuple(standing), clocked=clocks), log

    def test_a_return_that_was_ruled_is_clean(self) -> None:
        assert audit(*self.world()).is_clean

    def test_a_return_without_arbitration_is_lost(self) -> None:
        assert "lost" in faults(audit(*self.world("arbitration", "fresh", ruled=False)))

    def test_a_ruling_that_reached_nobody_is_lost(self) -> None:
        assert "lost" in faults(audit(*self.world("fresh")))

    def test_a_new_desk_without_a_ruling_is_unexplained(self) -> None:
        assert "unexplained" in faults(audit(*self.world(ruled=False)))


def test_a_log_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    written = ClientLog(tmp_path / "log.jsonl")
    entries: list[Stated | Answered] = [made.stated(), made.signed(GATE)]
    for entry in entries:
        written.write(entry)
    read = ClientLog.read(tmp_path / "log.jsonl")
    assert (read.stated, read.answered) == (written.stated, written.answered)
