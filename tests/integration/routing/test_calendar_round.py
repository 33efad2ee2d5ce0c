"""Operations hear of next year's missing calendar from 1 December on, once from each clock, as one event."""

from contracts.coordination import CalendarMissing
from services.routing.core.model import OPS_DESK
from services.routing.rounds import CalendarRound
from tests.integration.routing.town import Town
from topics.catalogue import Catalogue


def rounds() -> tuple[CalendarRound, ...]:
    catalogue = Catalogue.load()
    return (CalendarRound(lambda role: catalogue.to_service(catalogue.host_of(role))),)


async def missed(town: Town) -> list[tuple[str, int]]:
    said = [event for event in await town.told("bus.calendar.missing") if isinstance(event.data, CalendarMissing)]
    assert {event.envelope.recipient for event in said} <= {OPS_DESK}
    return [(event.envelope.id, event.data.year) for event in said if isinstance(event.data, CalendarMissing)]


async def test_next_year_is_missed_from_the_first_of_december_and_said_once(town: Town) -> None:
    town.rounds = rounds
    clock, another = await town.clock(), await town.clock()
    await town.at("11-30 23:59:00")
    await clock.tick()
    assert await missed(town) == []
    await town.at("12-01 00:00:00")
    assert [await clock.tick(), await clock.tick()] == [1, 0]
    await another.tick()
    said = await missed(town)
    assert {year for _, year in said} == {2027}
    assert len({identity for identity, _ in said}) == 1
