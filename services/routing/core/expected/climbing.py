"""The ladder behind a missing report, as it held when the report began to be owed: its first steps are those who are told instead."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

from contracts.coordination import Ladder
from services.routing.core.calendar import moment
from services.routing.core.clocks.steps import place_of
from services.routing.core.expected.records import Expectation
from services.routing.core.mandates import LadderStep, PeriodicDuty, Place, ToldRow, has_counterpart
from services.routing.core.model import World

SCHOOL = 10
"""Digits of a school's code; a division's has fewer."""


def born_at(rule: PeriodicDuty, expected: Expectation) -> datetime:
    """When it began to be owed: with its period, or with the pack that asked for it first within that."""
    return max(moment(expected.begins, time.min), rule.in_pack.effective_from)


def born_steps(world: World, rule: PeriodicDuty, told: Sequence[ToldRow], expected: Expectation) -> tuple[LadderStep, ...]:
    """One step for each of those who are told, and behind them what the ladder of the desk's place has beside the steps they stand for."""
    if rule.ladder is None:
        return ()
    at = born_at(rule, expected)
    wanted = _written_for(world, rule, rule.ladder, expected, at)
    placed = world.book.ladder(rule.ladder, place_of(world, expected.desk, expected.county, at), at)
    instead = (*wanted, *(wanted[-1] for _ in told))[: len(told)]
    steps = (*instead, *_without(placed, instead))
    return tuple(replace(step, step=number) for number, step in enumerate(steps, 1))


def climbs_at_once(world: World, rule: PeriodicDuty, told: Sequence[ToldRow], expected: Expectation) -> bool:
    """Whether a place goes on sooner, or to more desks, than the rule was written for: it need not wait until all of them are told."""
    if rule.ladder is None:
        return False
    behind = born_steps(world, rule, told, expected)[len(told) :]
    usual = _written_for(world, rule, rule.ladder, expected, born_at(rule, expected))[len(told) :]
    return [(one.offset, one.target) for one in behind[:1]] != [(one.offset, one.target) for one in usual[:1]]


def _written_for(world: World, rule: PeriodicDuty, letter: Ladder, expected: Expectation, at: datetime) -> tuple[LadderStep, ...]:
    """The ladder that the pack of the rule had in view."""
    code = rule.in_pack.jurisdiction
    return world.book.ladder(letter, Place(expected.county, code) if len(code) == SCHOOL else Place(code), at)


def _without(placed: Sequence[LadderStep], instead: Sequence[LadderStep]) -> list[LadderStep]:
    """The steps that nobody stands for; of several that might be meant the last one is."""
    left = list(placed)
    for step in instead:
        meant = next((one for one in reversed(left) if has_counterpart([one], step)), None)
        if meant is not None:
            left.remove(meant)
    return left
