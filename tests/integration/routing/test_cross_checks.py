"""S14 and its kin: one agency stated it, the other was silent; the suspicion is told, signed, answered, cleared, and never to whom it must not."""

import asyncio
from datetime import datetime

import asyncpg
import pytest

from contracts.coordination import NotificationIssued, NotificationReturned
from infra.postgres.pool import connect
from tests.integration.routing.quarter import A, B, E, climbed, golden, missing, moves, quiet, states, watched
from tests.integration.routing.town import Town
from tests.unit.routing.core.bench import clock_text, person

CDC, REPORTER = "health.cdc-duty@cdc-990102", f"school.infection-reporter@{E}"
PRINCIPAL, EDU = f"school.principal@{E}", "education.duty-officer@edu-990102"
MINOR, EDU_IN_CHARGE = "police.minor-case-desk@pb-990102", "education.leader-in-charge@edu-990102"
LIAISON = "police.liaison-desk@pb-990102"


@pytest.fixture
async def autumn(town: Town) -> Town:
    """The story district on Wed 10-14 09:00, its cross-checks watched."""
    watched(town)
    await town.at("10-14 09:00:00")
    await quiet(await town.clock())
    return town


async def cluster(town: Town) -> None:
    """Health finds a cluster at E; every desk takes delivery and signs at once."""
    await states(town, "health.illness-cluster.detected", CDC, golden("health.illness-cluster.detected"))
    await town.deliver_all()
    await town.give(*[await town.signature(one) for one in (await town.issued()).values() if one.kind != "inform"])


async def suspicions(town: Town, rule: str) -> dict[str, NotificationIssued]:
    """desk → its notification under a cross-check."""
    told = [event.data for event in await town.told()]
    return {one.desk: one for one in told if isinstance(one, NotificationIssued) and one.bases and one.bases[0].mandate == rule}


async def acks(town: Town, rule: str) -> dict[str, str]:
    """desk → its ack due under a cross-check."""
    rows = await town.owner.fetch(
        "select d.desk, d.due from routing.duties as d join routing.notifications as n on n.id::text = d.body ->> 'owner' "
        "where d.kind = 'ack' and n.body -> 'mandates' ? $1", rule,
    )  # fmt: skip
    return {row["desk"]: clock_text(row["due"]) for row in rows}


async def verdict(town: Town, rule: str) -> str:
    state: str = await town.owner.fetchval("select state from routing.cross_checks where rule = $1", rule)
    return state


async def own_report(town: Town) -> None:
    known = (await town.now()).replace(hour=6)
    await states(town, "school.illness-cluster.reported", REPORTER, golden("school.illness-cluster.reported"), known_at=known)


async def test_health_saw_it_first_and_the_school_stays_silent_for_a_day(autumn: Town) -> None:
    """S14: 24 hours after the delivery at E its principal and the bureau must sign within two; E's own report clears it."""
    clock = await autumn.clock()
    await cluster(autumn)
    await moves(autumn, clock, "10-15 08:59:59")
    assert await suspicions(autumn, "XCK-02") == {}
    await moves(autumn, clock, "10-15 09:00:00")
    told = await suspicions(autumn, "XCK-02")
    assert {(desk, one.kind, one.view, one.ladder) for desk, one in told.items()} == {
        (PRINCIPAL, "acknowledge", "L", "B"), (EDU, "acknowledge", "L", "B"),
    }  # fmt: skip
    assert {desk for _, late, desk in await missing(autumn, "XCK-02") if late == REPORTER} == {PRINCIPAL, EDU}
    await autumn.give(*[await autumn.delivery(one) for one in told.values()])
    assert await acks(autumn, "XCK-02") == {PRINCIPAL: "10-15 11:00", EDU: "10-15 11:00"}
    await moves(autumn, clock, "10-15 10:30:00")
    await own_report(autumn)
    await quiet(clock)
    assert await verdict(autumn, "XCK-02") == "answered"
    withdrawn = {event.envelope.recipient: event.data for event in await autumn.told("bus.notification.withdrawn")}
    assert {desk: data.why for desk, data in withdrawn.items()} == {PRINCIPAL: "concluded", EDU: "concluded"}  # type: ignore[attr-defined]
    await moves(autumn, clock, "10-15 13:00:00")
    assert await climbed(autumn, PRINCIPAL) == await climbed(autumn, EDU) == [], "nobody need sign any more"


async def test_the_first_action_of_the_school_is_its_own_report(autumn: Town) -> None:
    """HLT-04: missed at 09:00 the next day, done with the report at 10:30; a report in time meets it."""
    clock = await autumn.clock()
    await cluster(autumn)
    await moves(autumn, clock, "10-15 10:30:00")
    assert (await climbed(autumn, REPORTER))[0] == ("10-15 09:00", 1, PRINCIPAL)
    await own_report(autumn)
    await quiet(clock)
    duty = await autumn.owner.fetchval("select body from routing.duties where desk = $1 and kind = 'first-action'", REPORTER)
    assert (duty["state"], clock_text_of(duty["met_at"])) == ("met", "10-15 10:30")


async def test_a_report_within_the_window_meets_both(autumn: Town) -> None:
    clock = await autumn.clock()
    await cluster(autumn)
    await moves(autumn, clock, "10-14 15:00:00")
    await own_report(autumn)
    await quiet(clock)
    duty = await autumn.owner.fetchval("select body from routing.duties where desk = $1 and kind = 'first-action'", REPORTER)
    assert (duty["state"], duty["missed_at"]) == ("met", None)
    await moves(autumn, clock, "10-16 09:00:00")
    assert (await verdict(autumn, "XCK-02"), await suspicions(autumn, "XCK-02")) == ("met", {})


async def test_a_report_before_health_saw_it_is_the_first_action_too(autumn: Town) -> None:
    clock = await autumn.clock()
    await own_report(autumn)
    await moves(autumn, clock, "10-14 12:00:00")
    await cluster(autumn)
    await quiet(clock)
    duty = await autumn.owner.fetchval("select body from routing.duties where desk = $1 and kind = 'first-action'", REPORTER)
    assert (duty["state"], await verdict(autumn, "XCK-02")) == ("met", "met")


async def test_the_window_runs_from_the_delivery_that_came_late(autumn: Town) -> None:
    """E's desks were down for two hours: its 24 hours began when they had the row."""
    clock = await autumn.clock()
    await states(autumn, "health.illness-cluster.detected", CDC, golden("health.illness-cluster.detected"))
    await moves(autumn, clock, "10-14 11:00:00")
    await autumn.deliver_all()
    await moves(autumn, clock, "10-15 09:00:00", "10-15 10:59:59")
    assert await suspicions(autumn, "XCK-02") == {}
    await moves(autumn, clock, "10-15 11:00:00")
    assert set(await suspicions(autumn, "XCK-02")) == {PRINCIPAL, EDU}


@pytest.mark.parametrize(
    ("reason", "said"), [("duplicate", "已在别处报告"), ("not-my-duty", "不属本单位")], ids=["reported-elsewhere", "not-ours"]
)
async def test_the_school_answers_instead_of_reporting(autumn: Town, reason: str, said: str) -> None:
    """A suspicion is no verdict: the principal's answer ends its own duty and is read by the bureau, which still signs."""
    clock = await autumn.clock()
    await cluster(autumn)
    await moves(autumn, clock, "10-15 09:00:00")
    told = await suspicions(autumn, "XCK-02")
    await autumn.give(*[await autumn.delivery(one) for one in told.values()])
    assert {desk: one.returnable for desk, one in told.items()} == {PRINCIPAL: True, EDU: False}
    await autumn.at("10-15 09:20:00")
    mine = told[PRINCIPAL]
    answer = NotificationReturned(
        notification=mine.notification, incident=mine.incident, desk=PRINCIPAL, version=1, returned_at=await autumn.now(),
        reason=reason, text="已向区疾控电话报告", person=person(PRINCIPAL),
    )  # fmt: skip
    await autumn.give(await autumn.answer("bus.notification.returned", answer))
    await quiet(clock)
    assert await verdict(autumn, "XCK-02") == "answered"
    assert said in (await suspicions(autumn, "XCK-02"))[EDU].note
    await moves(autumn, clock, "10-15 11:00:00")
    assert await climbed(autumn, PRINCIPAL) == []
    assert (await climbed(autumn, EDU))[0][:2] == ("10-15 11:00", 1)


async def test_a_suspicion_that_is_not_signed_climbs_ladder_b_without_a_publisher(autumn: Town) -> None:
    clock = await autumn.clock()
    await cluster(autumn)
    await moves(autumn, clock, "10-15 09:00:00")
    await autumn.give(*[await autumn.delivery(one) for one in (await suspicions(autumn, "XCK-02")).values()])
    await moves(autumn, clock, "10-15 11:30:00")
    assert await climbed(autumn, PRINCIPAL) == [("10-15 11:00", 1, f"school.duty-leader@{E}"), ("10-15 11:30", 2, EDU)]


async def test_the_hospital_reported_and_the_school_did_not(autumn: Town) -> None:
    """XCK-01: two hours after the hospital knew; a single case is no evidence until a second comes."""
    clock = await autumn.clock()
    er = "health.hospital-er@hos-990102-er"
    await states(autumn, "health.food-illness.reported", er, golden("health.food-illness.reported", schools=[A], ill=1))
    assert await autumn.count("cross_checks") == 0
    second = golden("health.food-illness.reported", schools=[A], report_no="ER-777")
    known = await autumn.now()
    await autumn.at("10-14 11:00:00")
    await states(autumn, "health.food-illness.reported", er, second, known_at=known)
    await quiet(clock)
    assert set(await suspicions(autumn, "XCK-01")) == {f"school.principal@{A}", EDU}, "known at 09:00, so the window is over at once"


async def test_a_school_that_said_it_before_the_hospital_is_not_suspected(autumn: Town) -> None:
    clock = await autumn.clock()
    await states(autumn, "school.food-illness.suspected", f"school.principal@{A}", golden("school.food-illness.suspected"))
    await moves(autumn, clock, "10-14 12:00:00")
    er = "health.hospital-er@hos-990102-er"
    await states(autumn, "health.food-illness.reported", er, golden("health.food-illness.reported", schools=[A]))
    await moves(autumn, clock, "10-14 14:00:00")
    assert (await verdict(autumn, "XCK-01"), await suspicions(autumn, "XCK-01")) == ("met", {})


async def test_bullying_of_a_sexual_kind_without_a_forced_report_is_never_told_to_the_school(autumn: Town) -> None:
    """XCK-03: half an hour after it was published; and no step of the ladder, no copy, no hand-on reaches the school."""
    clock = await autumn.clock()
    case = golden("school.bullying.reported", channels=["sexual"])
    case = {key: value for key, value in case.items() if key != "post_urls"}
    await states(autumn, "school.bullying.reported", f"school.moral-director@{B}", case)
    await moves(autumn, clock, "10-14 09:29:59")
    assert await suspicions(autumn, "XCK-03") == {}
    await moves(autumn, clock, "10-14 09:30:00")
    told = await suspicions(autumn, "XCK-03")
    assert set(told) == {MINOR, EDU_IN_CHARGE}
    await autumn.give(*[await autumn.delivery(one) for one in told.values()])
    await moves(autumn, clock, "10-15 12:00:00")
    item = told[MINOR].incident
    heard = {event.envelope.recipient for name in ("bus.escalation.raised", "bus.report.missing", "bus.duty.missed", "bus.notification.issued")
             for event in await autumn.told(name) if event.envelope.incident == item}  # fmt: skip
    assert heard
    assert not [desk for desk in heard if desk and "school." in desk]


async def test_a_console_sees_what_its_unit_owes_and_no_suspicion(autumn: Town) -> None:
    """INVARIANT: what nobody tells a unit it does not read either — broken by a right on the tables behind the checks."""
    await cluster(autumn)
    async with connect(autumn.database.dsn("xt_console"), application="test") as console:
        assert await console.fetch("select * from routing.expectations") == []
        for table in ("cross_checks", "reports_heard", "expected_plans"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await console.fetch(f"select * from routing.{table}")
        async with console.transaction():
            await console.execute("select set_config('xietong.unit', $1, true)", B)
            assert {row["unit"] for row in await console.fetch("select unit from routing.expectations")} == {B}


async def test_the_forced_report_of_the_same_unit_is_what_was_awaited(autumn: Town) -> None:
    clock = await autumn.clock()
    case = golden("school.bullying.reported", channels=["sexual"])
    case = {key: value for key, value in case.items() if key != "post_urls"}
    await states(autumn, "school.bullying.reported", f"school.moral-director@{B}", case)
    await moves(autumn, clock, "10-14 09:20:00")
    await states(autumn, "school.forced-report.filed", f"school.principal@{B}", golden("school.forced-report.filed"))
    await moves(autumn, clock, "10-14 09:30:00")
    assert (await verdict(autumn, "XCK-03"), await suspicions(autumn, "XCK-03")) == ("met", {})


async def test_a_school_told_110_and_no_alarm_names_it(autumn: Town) -> None:
    """XCK-04: an alarm that names the school between two hours before and two after settles it."""
    clock = await autumn.clock()
    told = golden("school.campus-incident.reported", kind="crowd", actions_taken=["110-called"], casualties=0)
    told = {key: value for key, value in told.items() if key not in ("injury_note", "pupils")}
    await states(autumn, "school.campus-incident.reported", f"school.duty-desk@{A}", told)
    await autumn.at("10-14 10:30:00")
    assert await autumn.give(await autumn.alarm(9, schools=[B])) != []
    await moves(autumn, clock, "10-14 11:00:00")
    assert set(await suspicions(autumn, "XCK-04")) == {LIAISON}
    await autumn.at("10-14 11:30:00")
    await autumn.give(await autumn.alarm(10))
    await quiet(clock)
    assert await verdict(autumn, "XCK-04") == "answered"


async def test_evidence_that_is_withdrawn_ends_the_check_and_the_suspicion(autumn: Town) -> None:
    clock = await autumn.clock()
    await cluster(autumn)
    await moves(autumn, clock, "10-15 09:00:00")
    gone = {"cluster_no": "CDC-77", "code": "invalid", "reason": "实验室排除", "officer": "o-1"}
    await states(autumn, "health.illness-cluster.detected.withdrawn", CDC, gone, revision=2)
    await quiet(clock)
    assert await verdict(autumn, "XCK-02") == "ended"
    withdrawn = {event.envelope.recipient for event in await autumn.told("bus.notification.withdrawn")}
    assert {PRINCIPAL, EDU} <= withdrawn


async def test_two_clocks_suspect_once(autumn: Town) -> None:
    clocks = [await autumn.clock() for _ in range(2)]
    await cluster(autumn)
    await autumn.at("10-15 09:00:00")
    await asyncio.gather(*(quiet(clock) for clock in clocks))
    assert await autumn.count("incidents", "family = 'cross-check'") == 1
    told = [event.data.desk for event in await autumn.told() if isinstance(event.data, NotificationIssued)]
    assert told.count(PRINCIPAL) == 1


async def test_a_clock_that_slept_over_window_and_answer_suspects_nobody(autumn: Town) -> None:
    """The word came, late, before anybody was told: it is written down as answered, and nobody is asked to sign for the past."""
    clock = await autumn.clock()
    await cluster(autumn)
    await autumn.at("10-15 10:30:00")
    await own_report(autumn)
    await autumn.at("10-16 09:00:00")
    await quiet(clock)
    assert (await verdict(autumn, "XCK-02"), await suspicions(autumn, "XCK-02")) == ("answered", {})


def clock_text_of(moment: str) -> str:
    return clock_text(datetime.fromisoformat(moment))
