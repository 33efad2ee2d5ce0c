"""S10 护学岗 with its exact times, on a real database: statements in, the clock's rounds, everything that desks are told."""

from contracts.coordination import EscalationRaised
from tests.integration.routing.guard_town import GuardTown, full
from tests.unit.routing.core.bench import clock_text
from tests.unit.routing.core.guard.places import EDUCATION, LEADER, POLICE_110, SCHOOL_A, SCHOOL_B, STATION

FILLED, VOIDED = "bus.guard-gap.filled", "bus.guard-gap.voided"
SAFETY, LIAISON = "education.safety-desk@edu-990102", "police.liaison-desk@pb-990102"


async def sunday(gates: GuardTown) -> None:
    """The rosters of Monday, in which nobody of the police stands at A-G2 in the morning; Sunday afternoon at B is in order."""
    await gates.give(await gates.roster("A", full("A", but=[("A-G2", "am", "police")])), await gates.roster("B", full("B")))
    await gates.give(await gates.roster("B", full("B"), day="2026-09-20"))
    await gates.checks_in("B-G1", "pm", "police p-9", "09-20 17:25:00")
    await gates.checks_in("B-G1", "pm", "school s-9", "09-20 17:26:00")


async def morning(gates: GuardTown) -> None:
    await gates.checks_in("B-G1", "am", "police p-b", "09-21 06:44:00", device="D-B")
    await gates.checks_in("B-G1", "am", "school s-b", "09-21 06:45:00", device="D-B")
    await gates.checks_in("A-G2", "am", "school s-2", "09-21 06:57:00", device="D-A2")
    await gates.checks_in("A-G1", "am", "police p-1", "09-21 06:58:12")
    await gates.checks_in("A-G1", "am", "school s-1", "09-21 06:59:00")


async def escalated(gates: GuardTown) -> list[tuple[str, str, int, str]]:
    raised = [event.data for event in await gates.town.told("bus.escalation.raised")]
    return [(one.duty, clock_text(one.logical_at), one.step, one.desk) for one in raised if isinstance(one, EscalationRaised)]


async def test_s10_a_planned_gap_a_substitute_and_a_window_that_offline_data_prove_covered(gates: GuardTown) -> None:
    await sunday(gates)
    said = await gates.mark()
    await gates.to("09-20 18:00:00")
    issued = await gates.told("bus.notification.issued", since=said)
    assert {desk: one.kind for desk, one in issued.items()} == {STATION: "acknowledge", SCHOOL_A: "inform"}
    assert await gates.dues(STATION) == "09-20 20:00 / 09-20 22:00"
    assert await gates.gaps() == [("A-G2", "am", "police", "open")]
    await gates.to("09-20 19:30:00")
    await gates.sign(STATION)
    await gates.to("09-20 20:30:00")
    await gates.give(await gates.roster("A", full("A"), revision=2))
    await gates.settle()
    assert {desk: one.by for desk, one in (await gates.told(FILLED)).items()} == {STATION: "roster", SCHOOL_A: "roster"}

    await morning(gates)
    said = await gates.mark()
    await gates.to("09-21 07:05:00")
    assert {(desk, one.kind) for desk, one in (await gates.told("bus.notification.issued", since=said)).items()} == {
        (STATION, "acknowledge"), (SCHOOL_A, "acknowledge"),
    }  # fmt: skip
    assert (await gates.dues(STATION), await gates.dues(SCHOOL_A)) == ("09-21 07:10 / 09-21 07:15", "09-21 07:10 / 09-21 07:10")
    await gates.to("09-21 07:06:00")
    await gates.sign(STATION)
    await gates.to("09-21 07:08:00")
    await gates.sign(SCHOOL_A)
    await gates.starts(SCHOOL_A)
    await gates.checks_in("A-G2", "am", "police sub-A-G2-am", "09-21 07:13:00", device="D-A2")
    filled = await gates.told(FILLED, since=said)
    assert {desk: (one.by, one.minutes) for desk, one in filled.items()} == {STATION: ("substitute", 8), SCHOOL_A: ("substitute", 8)}
    for gate, minute in (("A-G1", 20), ("A-G2", 22)):
        await gates.checks_in(gate, "pm", "police p-1", f"09-21 16:{minute}:00", device=f"D-{gate}")
        await gates.checks_in(gate, "pm", "school s-1", f"09-21 16:{minute + 1}:00", device=f"D-{gate}")
    await gates.to("09-21 17:20:00")
    assert await escalated(gates) == [], "no ladder"

    await afternoon_at_b(gates)
    await report(gates)
    await offline_data(gates)


async def afternoon_at_b(gates: GuardTown) -> None:
    """The station never signs: the ladder climbs until the window is over."""
    await gates.checks_in("B-G1", "pm", "school s-b", "09-21 17:24:00", device="D-B")
    said = await gates.mark()
    await gates.to("09-21 17:35:00")
    assert (await gates.dues(STATION), await gates.dues(SCHOOL_B)) == ("09-21 17:40 / 09-21 17:45", "09-21 17:40 / 09-21 17:40")
    await gates.to("09-21 17:36:00")
    await gates.sign(SCHOOL_B)
    await gates.starts(SCHOOL_B)
    await gates.to("09-21 18:09:59")
    climbed = await escalated(gates)
    assert [(when, step, desk) for duty, when, step, desk in climbed if duty == "ack"] == [
        ("09-21 17:40", 1, LEADER), ("09-21 17:45", 2, POLICE_110), ("09-21 17:50", 3, EDUCATION),
    ]  # fmt: skip
    held = {(one.data.desk, one.data.escalation) for one in await gates.town.told("bus.escalation.raised")}
    assert {desk for desk, _ in held} == {LEADER, POLICE_110, EDUCATION}
    assert len(held) == 3, "the first action's ladder updates what they hold already"
    await gates.to("09-21 18:10:00")
    assert ("B-G1", "pm", "police", "uncovered") in await gates.gaps()
    assert await escalated(gates) == climbed, "the end of the window starts no ladder"
    assert {desk for desk, one in (await gates.told("bus.task.closed", since=said)).items()} >= {
        STATION,
        SCHOOL_B,
        LEADER,
        POLICE_110,
        EDUCATION,
    }
    covered = await gates.coverage()
    assert (covered.scheduled, covered.covered, covered.uncovered, covered.filled, covered.late) == (6, 5, 1, 1, 0)


async def report(gates: GuardTown) -> None:
    said = await gates.mark()
    await gates.to("09-21 18:30:00")
    report = await gates.told("bus.notification.issued", since=said)
    assert {desk: (one.kind, one.bases[0].mandate) for desk, one in report.items()} == {
        SAFETY: ("inform", "GRD-04"),
        LIAISON: ("inform", "GRD-04"),
    }
    assert report[SAFETY].payload["uncovered"] == 1


async def offline_data(gates: GuardTown) -> None:
    """They prove that the window was covered; the same batch again, under its own id or another, is nothing."""
    said = await gates.mark()
    await gates.to("09-21 18:40:00")
    offline = await gates.batch([gates.item("B-G1", "pm", "police p-b", "09-21 17:27:00", device="D-OFF")], device="D-OFF", offline=True)
    await gates.give(offline)
    await gates.settle()
    voided = await gates.told(VOIDED, since=said)
    assert voided.keys() == {STATION, SCHOOL_B, LEADER, POLICE_110, EDUCATION}, "everybody who was told is told again"
    assert {one.batch_no for one in voided.values()} == {"D-OFF-1"}
    covered = await gates.coverage()
    assert (covered.covered, covered.uncovered, covered.late) == (6, 0, 1)
    assert await gates.town.count("duties", "(body ->> 'missed_at') is not null and not (body ->> 'voided')::boolean") == 0

    digest, said = await gates.town.digest(), await gates.mark()
    again = offline.envelope.model_copy(update={"id": "01a0c38d-2f88-7000-8000-00000000aaaa", "revision": 9})
    await gates.give(offline)
    await gates.give(type(offline)(again, offline.data))
    await gates.settle()
    assert await gates.told(VOIDED, since=said) == {}
    assert (await gates.town.digest())["notifications"] == digest["notifications"]
    assert await gates.town.count("guard_checkins", "device = 'D-OFF'") == 1
