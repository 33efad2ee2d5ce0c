"""Operations hear of next year's missing calendar from 1 December on, once from each clock, as one event."""

from datetime import date, datetime
from typing import Any

import pytest

from contracts.coordination import CalendarMissing
from services.routing.calendars import load_calendars
from services.routing.core.calendar import BEIJING, Calendars, CityTerms, Gazette, Term
from services.routing.core.model import OPS_DESK
from services.routing.rounds import CalendarRound
from tests.integration.routing import town as towns
from tests.integration.routing.town import Town
from tests.unit.routing.core.places import SCHOOL, A
from tests.unit.routing.core.stated import golden
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


def known_until(last: date) -> Calendars:
    """The notice of 2027 is there; the school calendar of the story's city ends on a day of that year, with a spring term from 1 March."""
    shipped = load_calendars()
    notice = Gazette("2027-test", date(2027, 1, 1), date(2027, 12, 31), frozenset(), frozenset())
    city = shipped._terms["990100"]
    spring = (Term(date(2027, 3, 1), last),) if last > date(2027, 3, 1) else ()
    longer = CityTerms("990100", f"{city.version}+{last}", city.first, last, (*city.terms, *spring))
    return Calendars((*shipped._gazettes, notice), [longer, *(terms for name, terms in shipped._terms.items() if name != "990100")])


async def waiting(town: Town) -> tuple[datetime | None, str | None]:
    row: Any = await town.owner.fetchrow("select due, pending_calendar from routing.duties where desk = $1 and kind = 'ack'", SCHOOL)
    return row["due"], row["pending_calendar"]


async def test_a_school_calendar_that_ends_within_the_year_computes_what_it_covers(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """INVARIANT: what is known is computed — broken by waiting for a school calendar that covers a year to its last day."""
    town.rounds = rounds
    monkeypatch.setattr(towns, "CALENDARS", known_until(date(2027, 1, 29)))
    await town.owner.execute("select bus.set_business_time('2027-01-29 10:00:00+08', 0)")
    finding = golden("market.finding.issued", schools=[{"school_id": A, "metres": 85}], object="food-shop", grade="major", ill_pupils=0)
    await town.give(await town.statement("market.finding.issued", "market.station@mkt-990102-01", finding))
    await town.deliver_all()
    clock = await town.clock()
    await clock.tick()
    assert await waiting(town) == (None, "terms-990100/2027")
    assert await clock.tick() == 0, "what still waits is not looked at again and again"
    monkeypatch.setattr(towns, "CALENDARS", known_until(date(2027, 7, 9)))
    later = await town.clock()
    await later.tick()
    assert await waiting(town) == (datetime(2027, 3, 1, 18, tzinfo=BEIJING), None)
