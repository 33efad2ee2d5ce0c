"""A town whose expected reports are watched: what the golden events say, time that moves in steps, and who was told of what when."""

from collections.abc import Mapping
from typing import Any

from contracts.coordination import EscalationCleared, EscalationRaised, ReportMissing
from contracts.envelope import Event
from infra.messaging.delivery import Done
from infra.postgres.errors import is_conflict
from services.routing.clock import Clock
from services.routing.expected import CheckRound, DueRound, ExpectedReports, PeriodRound
from tests.integration.routing.town import Town
from tests.unit.routing.core.bench import clock_text
from tests.unit.routing.core.stated import golden

A, B, E = "2199000101", "3199000102", "2199000105"
__all__ = ["A", "B", "E", "cleared", "climbed", "golden", "missing", "moves", "nil_list", "quiet", "states", "states_of", "watched"]


def watched(town: Town) -> Town:
    """The same town with the room of expected reports."""
    town.watchers = (ExpectedReports(),)
    town.rounds = lambda: (PeriodRound(), DueRound(), CheckRound())
    return town


async def states(town: Town, name: str, publisher: str, data: Mapping[str, Any], **about: Any) -> Event:
    """An agency states something now, and it is taken in."""
    event = await town.statement(name, publisher, data, **about)
    assert await town.give(event) == [Done()]
    return event


async def nil_list(town: Town, school: str, month: str = "2026-09") -> Event:
    """零报告 of a school."""
    data = {"school_id": school, "month": month, "nil": True, "count": 0, "signed_by": "p-12"}
    return await states(town, "school.dropout-list.submitted", f"school.duty-desk@{school}", data)


async def quiet(clock: Clock) -> int:
    """The clock ticks until it finds nothing to do, as its own loop does; returns how much it looked at."""
    looked = 0
    for _ in range(200):
        try:
            found = await clock.tick()
        except Exception as error:
            if not is_conflict(error):
                raise
            continue
        if found == 0:
            return looked
        looked += found
    raise AssertionError("the clock finds no rest")


async def moves(town: Town, clock: Clock, *moments: str) -> None:
    """Time moves to each instant; the clock looks there until it is quiet."""
    for moment in moments:
        await town.at(moment)
        await quiet(clock)


async def missing(town: Town, rule: str = "") -> list[tuple[str, str, str]]:
    """(when it was said, the late unit or desk, who was told) of every missing report of a duty."""
    said = [event for event in await town.told("bus.report.missing")]
    reports = [(event, event.data) for event in said if isinstance(event.data, ReportMissing) and event.data.mandate.startswith(rule)]
    return [(clock_text(event.envelope.time), data.publisher, data.desk) for event, data in reports]


async def climbed(town: Town, late: str) -> list[tuple[str, int, str]]:
    """(logical time, step, target) of the ladder of a late desk."""
    raised = [event.data for event in await town.told("bus.escalation.raised")]
    return [
        (clock_text(one.logical_at), one.step, one.desk) for one in raised if isinstance(one, EscalationRaised) and one.late_desk == late
    ]


async def cleared(town: Town, late: str) -> dict[str, str]:
    """desk → why it was told that the miss of a late desk is over."""
    said = [event.data for event in await town.told("bus.escalation.cleared")]
    return {one.desk: one.why for one in said if isinstance(one, EscalationCleared) and one.late_desk == late}


async def states_of(town: Town, rule: str, period: str = "2026-09") -> dict[str, str]:
    """unit → state of what it owed for a period by a duty."""
    rows = await town.owner.fetch("select unit, state from routing.expectations where rule = $1 and period = $2", rule, period)
    return {row["unit"]: row["state"] for row in rows}
