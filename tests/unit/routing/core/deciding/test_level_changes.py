"""级别变更: who is added, who must sign again by when, and what becomes of those the new level no longer concerns."""

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from services.routing.core.deciding.change import eased
from services.routing.core.model import Duty, World
from tests.unit.routing.core.bench import ALARM, Bench, at
from tests.unit.routing.core.places import EDU, HEALTH, POLICE_110, PRINCIPAL, RAISED, SAFETY, SCHOOL, STATION, VICE, A


class Moved(BaseModel):
    """A level change of a field that is no code."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: bool | int = Field(alias="from")
    to: bool | int


CROWD = ALARM | {"kind": "crowd", "severity": "urgent"}


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, at("09-21 10:00:00"))


def move(bench: Bench, old: str, new: str) -> Any:
    changed = {"alarm_no": ALARM["alarm_no"], "field": "severity", "from": old, "to": new, "by": "值班长", "why": "现场核实"}
    return bench.state_event(f"{RAISED}.level-changed", POLICE_110, changed)


def newest(bench: Bench, desk: str, kind: str = "ack") -> Duty:
    found = [d for d in bench.duties() if (d.desk, d.kind) == (desk, kind)]
    return max(found, key=lambda d: (d.version, d.start))


def issued(bench: Bench, desk: str) -> list[Any]:
    return [data for to, data in bench.heard("bus.notification.issued") if to == desk]


def test_a_higher_level_gives_unsigned_desks_the_tighter_due(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.to(at("09-21 10:10:00"))
    move(bench, "urgent", "life-risk")
    assert bench.dues("ack", "first-action")[SCHOOL] == "09-21 10:15 / 09-21 10:15"
    assert bench.dues("ack", "first-action")[EDU] == "09-21 10:20 / 09-21 10:40"
    assert [d.state for d in bench.duties() if d.desk == SCHOOL and d.kind == "ack"].count("open") == 1
    assert issued(bench, SCHOOL)[-1].material is True
    assert issued(bench, SCHOOL)[-1].ladder == "A"


def test_an_old_due_that_is_nearer_than_the_new_clock_stands(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.to(at("09-21 10:27:00"))
    move(bench, "urgent", "life-risk")
    duty = newest(bench, SCHOOL)
    assert (duty.due, duty.ladder) == (at("09-21 10:30:00"), "A")
    bench.to(at("09-21 10:36:00"))
    of_ack = [(d.logical_at, d.step, d.desk) for _, d in bench.heard("bus.escalation.raised") if (d.late_desk, d.duty) == (SCHOOL, "ack")]
    assert of_ack[:2] == [(at("09-21 10:30:00"), 1, PRINCIPAL), (at("09-21 10:35:00"), 2, EDU)]


def test_a_signed_desk_signs_again_within_a_fresh_clock(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.to(at("09-21 10:05:00"))
    bench.sign(STATION)
    bench.to(at("09-21 10:10:00"))
    move(bench, "urgent", "life-risk")
    duty = newest(bench, STATION)
    assert (duty.due, duty.state) == (at("09-21 10:15:00"), "open")
    bench.sign(STATION)
    assert newest(bench, STATION).state == "met"


def test_what_was_done_at_a_lower_level_is_no_first_action_at_a_higher_one(bench: Bench) -> None:
    """INVARIANT: a mandate that newly matches runs from its own delivery — broken by what was done in a day for what wants it in minutes."""
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.sign(STATION)
    bench.report(STATION, "started", incident=bench.task().incident)
    bench.to(at("09-21 10:10:00"))
    move(bench, "urgent", "life-risk")
    duty = newest(bench, STATION, "first-action")
    assert (duty.due, duty.state) == (at("09-21 10:15:00"), "open")
    bench.to(at("09-21 10:12:00"))
    bench.report(STATION, "started", incident=bench.task().incident)
    assert newest(bench, STATION, "first-action").met_at == at("09-21 10:12:00")


def test_a_level_at_which_the_same_is_asked_keeps_what_was_done(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD | {"severity": "routine"})
    bench.sign(STATION)
    bench.report(STATION, "started", incident=bench.task().incident)
    bench.to(at("09-21 10:10:00"))
    move(bench, "routine", "urgent")
    assert [d.state for d in bench.duties() if (d.desk, d.kind) == (STATION, "first-action")] == ["met"]


def test_a_miss_stays_missed_and_climbs_the_graver_ladder_from_there(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.to(at("09-21 10:31:00"))
    assert ("09-21 10:30", 1, PRINCIPAL) in bench.escalated()
    move(bench, "urgent", "life-risk")
    bench.to(at("09-21 10:37:00"))
    of_ack = [(d.logical_at, d.step, d.desk) for _, d in bench.heard("bus.escalation.raised") if (d.late_desk, d.duty) == (SCHOOL, "ack")]
    assert of_ack[0] == (at("09-21 10:30:00"), 1, PRINCIPAL)
    assert (at("09-21 10:36:00"), 2, EDU) in of_ack
    missed = [d for to, d in bench.heard("bus.duty.missed") if (to, d.desk, d.duty) == (SCHOOL, SCHOOL, "ack")]
    assert [d.due for d in missed] == [at("09-21 10:30:00")]
    bench.sign(SCHOOL)
    assert newest(bench, SCHOOL).state == "met"


def test_a_desk_that_no_longer_matches_is_superseded_while_unsigned(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    move(bench, "urgent", "life-risk")
    gone = [(to, d.why, d.hide) for to, d in bench.heard("bus.notification.withdrawn")]
    assert gone == [(SAFETY, "superseded", False)]
    assert newest(bench, SAFETY).state == "ended"
    bench.to(at("09-23 10:00:00"))
    assert not [d for _, d in bench.heard("bus.duty.missed") if d.desk == SAFETY]


def test_a_desk_that_has_signed_and_no_longer_matches_is_informed(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.sign(SAFETY)
    move(bench, "urgent", "life-risk")
    assert bench.heard("bus.notification.withdrawn") == []
    last = issued(bench, SAFETY)[-1]
    assert (last.version, last.material, last.payload["severity"]) == (2, False, "life-risk")
    assert bench.notification(SAFETY).signed


def test_a_desk_that_missed_and_no_longer_matches_stays_missed(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM | {"casualties": 1})
    bench.to(at("09-21 10:11:00"))
    move(bench, "life-risk", "routine")
    duty = newest(bench, HEALTH)
    assert (duty.state, duty.missed_at) == ("open", at("09-21 10:10:00"))
    assert newest(bench, HEALTH, "first-action").state == "ended"
    assert not [to for to, _ in bench.heard("bus.notification.withdrawn") if to == HEALTH]
    bench.sign(HEALTH)
    assert newest(bench, HEALTH).met_at == at("09-21 10:11:00")


def test_what_was_signed_late_before_is_no_reason_to_ask_for_another_signature(bench: Bench) -> None:
    """INVARIANT: unsigned and not yet due is superseded — broken by a miss of the signature before, which left a row that nobody asks for."""
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-21 10:11:00"))
    move(bench, "life-risk", "urgent")
    bench.sign(EDU)
    move(bench, "urgent", "life-risk")
    move(bench, "life-risk", "urgent")
    assert (bench.notification(EDU).state, [d.missed_at for d in bench.duties() if (d.desk, d.kind) == (EDU, "ack")]) == (
        "superseded", [at("09-21 10:10:00"), None],
    )  # fmt: skip


def test_what_is_on_its_way_to_a_desk_that_had_signed_is_superseded_too(bench: Bench) -> None:
    """INVARIANT: no clock starts for a level that moved on — broken by a signature under what came before."""
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.sign(SAFETY)
    bench.deaf.add(SAFETY)
    move(bench, "urgent", "routine")
    move(bench, "routine", "life-risk")
    assert bench.notification(SAFETY).state == "superseded"
    bench.deliver(bench.undelivered[0])
    assert [d.state for d in bench.duties() if d.desk == SAFETY] == ["met"]


def test_a_missed_signature_is_not_asked_for_by_another_clock_once_the_level_moved_away(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM | {"casualties": 1})
    bench.to(at("09-21 10:11:00"))
    bench.deaf.add(HEALTH)
    move(bench, "life-risk", "urgent")
    move(bench, "urgent", "routine")
    bench.deliver(bench.undelivered[-1])
    assert [(d.state, d.missed_at) for d in bench.duties() if (d.desk, d.kind) == (HEALTH, "ack")] == [("open", at("09-21 10:10:00"))]


def test_a_lower_level_starts_the_new_clock_and_supersedes_the_old_duty(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.sign(STATION)
    bench.to(at("09-21 10:02:00"))
    move(bench, "life-risk", "urgent")
    assert bench.dues("ack", "first-action")[SCHOOL] == "09-21 10:32 / 09-22 00:00"
    assert bench.dues("ack")[STATION] == "09-21 10:32"
    bench.to(at("09-21 10:31:00"))
    assert [d for _, d in bench.heard("bus.duty.missed") if d.desk == SCHOOL] == []
    assert issued(bench, SCHOOL)[-1].ladder == "B"


def test_a_lower_level_ends_the_escalation_of_what_was_missed(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-21 10:06:00"))
    assert ("09-21 10:05", 1, PRINCIPAL) in bench.escalated()
    move(bench, "life-risk", "urgent")
    why = {d.why for to, d in bench.heard("bus.escalation.cleared") if to == PRINCIPAL}
    assert why == {"superseded"}
    first = min((d for d in bench.duties() if (d.desk, d.kind) == (SCHOOL, "ack")), key=lambda d: d.version)
    assert (first.state, first.missed_at) == ("ended", at("09-21 10:05:00"))


def test_up_and_down_again_are_two_versions(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.wait(minutes=3)
    move(bench, "urgent", "life-risk")
    bench.wait(minutes=3)
    move(bench, "life-risk", "urgent")
    assert [data.version for data in issued(bench, SCHOOL)] == [1, 2, 3]
    assert bench.dues("ack")[SCHOOL] == "09-21 10:36"
    assert bench.notification(SAFETY).round == 2


def test_a_part_that_was_begun_stays_with_its_desk(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.sign(EDU)
    bench.report(EDU, "started", incident=bench.task().incident)
    move(bench, "life-risk", "urgent")
    assert {part.desk: part.state for part in bench.task().parts}[EDU] == "started"


def test_a_part_that_was_not_begun_is_excused(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    move(bench, "life-risk", "urgent")
    assert {part.desk: part.state for part in bench.task().parts}[EDU] == "excused"


def test_the_lead_moves_with_the_higher_rank_and_its_dues_begin_anew(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    bench.sign(STATION)
    assert bench.dues("report", "close")[STATION] == "09-22 17:30 / 09-24 17:30"
    bench.to(at("09-21 10:10:00"))
    move(bench, "urgent", "life-risk")
    assert bench.dues("report", "close")[STATION] == "09-22 10:10 / 09-24 17:30"
    assert (bench.task().mandate, bench.task().rank) == ("POL-01", 30)


def test_an_inform_stays_an_inform(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    move(bench, "urgent", "life-risk")
    assert [data.kind for data in issued(bench, VICE)] == ["inform", "inform"]
    assert [d for d in bench.duties() if d.desk == VICE] == []


def test_a_publisher_that_hears_of_a_graver_level_from_another_desk_must_act(bench: Bench) -> None:
    bench.state_event(RAISED, STATION, CROWD)
    assert issued(bench, STATION) == []
    bench.wait(minutes=1)
    move(bench, "urgent", "life-risk")
    assert bench.dues("ack")[STATION] == "09-21 10:06"


def test_a_desk_that_moves_the_level_itself_keeps_its_notification(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, CROWD)
    changed = {"alarm_no": ALARM["alarm_no"], "field": "severity", "from": "urgent", "to": "life-risk", "by": "民警", "why": "到场核实"}
    bench.state_event(f"{RAISED}.level-changed", STATION, changed)
    assert not [to for to, _ in bench.heard("bus.notification.withdrawn") if to == STATION]
    assert bench.notification(STATION).live
    assert newest(bench, STATION).state == "open"


def test_the_delivery_of_the_first_version_starts_its_own_clock_although_the_second_is_out(bench: Bench) -> None:
    bench.deaf.add(SCHOOL)
    bench.state_event(RAISED, POLICE_110, CROWD)
    first = bench.undelivered[-1]
    bench.to(at("09-21 10:02:00"))
    move(bench, "urgent", "life-risk")
    second = bench.undelivered[-1]
    bench.deliver(first)
    assert bench.dues("ack")[SCHOOL] == "09-21 10:32"
    bench.deliver(second)
    assert bench.dues("ack")[SCHOOL] == "09-21 10:07"


def test_a_school_that_was_deaf_has_one_ack_duty_per_version_it_got(bench: Bench) -> None:
    bench.deaf.add(SCHOOL)
    bench.state_event(RAISED, POLICE_110, CROWD)
    move(bench, "urgent", "life-risk")
    bench.wait(minutes=4)
    bench.deliver(bench.undelivered[-1])
    assert [d.due for d in bench.duties() if (d.desk, d.kind) == (SCHOOL, "ack")] == [at("09-21 10:09:00")]
    assert A in bench.notification(SCHOOL).desk


def test_a_level_change_that_is_stated_twice_asks_nobody_twice(bench: Bench) -> None:
    """INVARIANT: the same content under another id tells nobody twice — broken by a second click, which everybody had to sign for."""
    bench.state_event(RAISED, POLICE_110, CROWD)
    move(bench, "urgent", "life-risk")
    bench.sign(STATION)
    before = len(bench.heard("bus.notification.issued"))
    assert move(bench, "urgent", "life-risk")["outcome"] == "duplicate-of"
    assert (len(bench.heard("bus.notification.issued")), bench.notification(STATION).signed) == (before, True)


def test_a_level_that_crosses_another_is_measured_from_what_stands(bench: Bench) -> None:
    """INVARIANT: level down, the new mandate's clock — broken by a change whose desk did not know yet how grave it had become."""
    bench.state_event(RAISED, POLICE_110, CROWD | {"severity": "routine"})
    bench.to(at("09-21 10:10:00"))
    move(bench, "routine", "life-risk")
    assert bench.dues("ack")[SCHOOL] == "09-21 10:15"
    bench.to(at("09-21 10:11:00"))
    move(bench, "routine", "urgent")
    assert (newest(bench, SCHOOL).due, newest(bench, SCHOOL).ladder) == (at("09-21 10:41:00"), "B")


@pytest.mark.parametrize(("old", "new", "eases"), [(3, 1, True), (0, 2, False), (True, False, True), (False, True, False)])
def test_a_count_and_a_yes_grow_graver_upwards(old: int, new: int, eases: bool) -> None:
    assert eased(Moved.model_validate({"from": old, "to": new})) is eases


def test_a_level_that_moves_to_and_fro_says_each_part_once(bench: Bench) -> None:
    """INVARIANT: a part reads as the mandates say it now, and what was begun besides — broken by joining what was joined before."""
    bench.state_event(RAISED, POLICE_110, CROWD)
    move(bench, "urgent", "life-risk")
    bench.report(STATION, "started", incident=bench.task().incident)
    move(bench, "life-risk", "urgent")
    move(bench, "urgent", "life-risk")
    move(bench, "life-risk", "urgent")
    texts = {part.desk: part.text.split("；") for part in bench.task().parts}
    assert texts[STATION] == ["处置并反馈", "处警控制"]
    assert texts[SCHOOL] == ["校内防范、安抚学生"]
