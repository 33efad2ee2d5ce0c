"""履职月报 on a real database: told once, on the first working day, to whom leads; whatever dies, sleeps or runs twice."""

import asyncio
from typing import Any

import pytest

from contracts.coordination import NotificationDelivered, NotificationIssued, SlaReportPublished
from infra.postgres.unit_of_work import unit_of_work
from services.routing.clock import Clock
from services.routing.directory import load_documents
from services.routing.directory_import import import_directory
from services.routing.sla.monthly import MonthlyReport
from services.routing.speak import Speaker
from tests.integration.routing.town import CALENDARS, CATALOGUE, Town, outbox, reference
from tests.unit.contracts.stating import golden
from tests.unit.routing.core.places import EDU, EDU_IN_CHARGE, POLICE_110, POLICE_IN_CHARGE, SCHOOL

CITY_DUTY = "city.education-duty@city-education-990100"
EVENT = "bus.sla-report.published"


async def clock(town: Town) -> Clock:
    pool = await town.database.pool("routing", role="xt_clock")
    return Clock(pool, outbox(), Speaker(CATALOGUE), reference(), rounds=(MonthlyReport(),))


async def tick(one: Clock) -> None:
    """Until there is nothing left to do."""
    while await one.tick():
        pass


async def reports(town: Town) -> dict[tuple[str, str], set[str]]:
    """(month, division) → who was told."""
    found: dict[tuple[str, str], set[str]] = {}
    for event in await town.told(EVENT):
        assert isinstance(event.data, SlaReportPublished)
        assert event.envelope.recipient is not None
        found.setdefault((event.data.month, event.data.area), set()).add(event.envelope.recipient)
    return found


async def message(town: Town, area: str) -> Any:
    return next(event.data for event in await town.told(EVENT) if isinstance(event.data, SlaReportPublished) and event.data.area == area)


@pytest.fixture
async def september(town: Town) -> Town:
    """One alarm on 21 September: the school signs in time, nobody else does."""
    await town.give(await town.alarm())
    await town.deliver_all()
    await town.at("09-21 10:02:00")
    await town.give(await town.signature((await town.issued())[SCHOOL]))
    return town


async def test_it_is_told_at_nine_on_the_first_working_day_to_every_leader_in_charge_and_to_the_city(september: Town) -> None:
    one = await clock(september)
    await september.at("10-08 08:59:59")
    await tick(one)
    assert await reports(september) == {}
    assert await one.seconds_to_next() <= 1
    await september.at("10-08 09:00:00")
    await tick(one)
    told = await reports(september)
    assert {area for month, area in told if month == "2026-09"} == {"990100", "990102", "990103", "990200", "990202", "985200", "985201"}
    assert {EDU_IN_CHARGE, POLICE_IN_CHARGE} <= told["2026-09", "990102"]
    assert all(".leader-in-charge@" in desk and "-990102" in desk for desk in told["2026-09", "990102"])
    assert told["2026-09", "990100"] == {CITY_DUTY}


async def test_it_carries_the_figures_of_the_division_in_numbers_and_in_words(september: Town) -> None:
    await september.at("10-08 09:00:00")
    await tick(await clock(september))
    county, city = await message(september, "990102"), await message(september, "990100")
    lines = {line.of: line for line in county.lines}
    assert (lines[SCHOOL].ack.counted, lines[SCHOOL].ack.on_time, lines[EDU].ack.on_time) == (1, 1, 0)
    assert lines[POLICE_110].publish.counted == 1
    assert (county.scope, county.total.of, county.total.ack.counted) == ("county", "990102", 3)
    assert county.text.startswith("湖西区2026年9月履职月报：应签 3 件，按时签收 33.3%；超时：报送方 0 分钟、总线 0 分钟、接收方 ")
    assert ([line.of for line in city.lines], city.scope, city.total.ack.counted) == (["990102"], "city", 3)


async def test_each_is_told_by_a_notification_of_gov_07_that_asks_for_nothing(september: Town) -> None:
    await september.at("10-08 09:00:00")
    await tick(await clock(september))
    told = [event.data for event in await september.told() if isinstance(event.data, NotificationIssued) and event.data.event.type == EVENT]
    leader = next(one for one in told if one.desk == EDU_IN_CHARGE)
    assert (leader.kind, leader.view, leader.forms, leader.returnable) == ("inform", "L", (), False)
    assert {basis.mandate for basis in leader.bases} == {"GOV-07"}
    assert leader.payload.keys() == {"month", "scope", "area", "text"}
    data = NotificationDelivered(
        notification=leader.notification, incident=leader.incident, desk=leader.desk, version=1, delivered_at=await september.now()
    )
    await september.give(await september.answer("bus.notification.delivered", data))
    assert await september.count("duties", f"incident = '{leader.incident}'") == 0
    assert await september.count("incidents", f"id = '{leader.incident}' and closed_at is not null") == 1


async def test_two_clocks_at_once_tell_it_once(september: Town) -> None:
    """INVARIANT: a month is told once — broken by a report that is sent before its row is claimed."""
    await september.at("10-08 09:00:00")
    clocks = [await clock(september) for _ in range(2)]
    await asyncio.gather(*(tick(one) for one in clocks))
    messages = [(event.data.area, event.envelope.recipient) for event in await september.told(EVENT)]  # type: ignore[attr-defined]
    assert len(messages) == len(set(messages)) > 20
    assert await september.count("sla_reports") == 7


async def test_a_clock_that_dies_while_it_tells_has_told_nothing(september: Town) -> None:
    await september.at("10-08 09:00:00")
    dying, thing = MonthlyReport(), ("2026-09", "990102")
    pool = await september.database.pool("routing", role="xt_clock")

    async def begin() -> None:
        async with unit_of_work(pool, outbox=outbox()) as uow:
            assert await dying.look(uow, thing, await reference().current(uow)) is not None
            raise ConnectionError("killed")

    with pytest.raises(ConnectionError, match="killed"):
        await begin()
    assert (await september.count("sla_reports"), await reports(september)) == (0, {})
    await tick(await clock(september))
    assert ("2026-09", "990102") in await reports(september)


async def test_it_is_not_told_again_by_the_same_clock_or_the_next(september: Town) -> None:
    await september.at("10-08 09:00:00")
    one = await clock(september)
    await tick(one)
    said = len(await september.told(EVENT))
    await september.at("10-20 12:00:00")
    await tick(one)
    await tick(await clock(september))
    assert len(await september.told(EVENT)) == said


async def test_a_clock_that_slept_tells_the_months_it_missed(september: Town) -> None:
    await september.at("12-03 12:00:00")
    await tick(await clock(september))
    assert sorted({month for month, _ in await reports(september)}) == ["2026-09", "2026-10", "2026-11"]


async def test_a_bus_that_delivered_nothing_yet_has_nothing_to_tell(town: Town) -> None:
    one = await clock(town)
    assert await one.tick() == 0
    await town.give(await town.alarm())
    await town.deliver_all()
    await tick(one)
    assert await reports(town) == {}, "the months before the first delivery are told to nobody"


async def test_without_a_calendar_of_the_year_it_waits_and_stops_no_deadline(september: Town) -> None:
    await september.at("12-31 23:00:00")
    one = await clock(september)
    await tick(one)
    assert ("2026-12", "990102") not in await reports(september)
    await september.owner.execute("select bus.set_business_time('2027-01-20 12:00:00+08', 0)")
    await tick(one)
    assert {month for month, _ in await reports(september)} == {"2026-09", "2026-10", "2026-11"}


async def test_a_county_that_is_not_live_is_not_told(september: Town) -> None:
    await _in_shadow(september, "990202")
    await september.at("10-08 09:00:00")
    await tick(await clock(september))
    assert {"990202", "990200"}.isdisjoint({area for _, area in await reports(september)})


async def test_few_matters_of_pupils_are_told_as_few(september: Town) -> None:
    crisis = golden("school.psych-risk.assessed", "red")
    await september.at("09-22 09:00:00")
    await september.give(await september.statement("school.psych-risk.assessed", "school.psych-teacher@3199000102", crisis))
    await september.deliver_all()
    await september.at("10-08 09:00:00")
    await tick(await clock(september))
    county = await message(september, "990102")
    teacher = next(line for line in county.lines if line.of == "school.psych-teacher@3199000102")
    assert teacher.publish.counted == "<10"
    principal = next(line for line in county.lines if line.of == "school.principal@3199000102")
    assert (principal.ack.counted, principal.median_minutes) == ("<10", None)


async def test_drills_of_the_month_are_told_in_a_report_of_their_own(september: Town) -> None:
    drill = await september.alarm(2)
    await september.give(type(drill)(drill.envelope.model_copy(update={"status": "exercise"}), drill.data))
    await september.deliver_all()
    await september.at("10-08 09:00:00")
    await tick(await clock(september))
    told = [
        event.data for event in await september.told(EVENT) if isinstance(event.data, SlaReportPublished) and event.data.area == "990102"
    ]
    assert {(one.report, one.exercise, one.total.ack.counted) for one in told} == {
        ("2026-09/990102", False, 3), ("2026-09/990102/exercise", True, 3),
    }  # fmt: skip


async def test_a_county_that_only_looks_on_is_not_counted_and_its_city_desk_is(september: Town) -> None:
    """INVARIANT: what is shown for trial is no figure (directory §2) — broken by a city's sums that hold the desks of such a county."""
    await _in_shadow(september, "990103")
    await september.at("09-22 10:00:00")
    await september.give(await september.alarm(2, schools=["3199000301"]))
    await september.deliver_all()
    await september.at("10-08 09:00:00")
    await tick(await clock(september))
    city = await message(september, "990100")
    assert [line.of for line in city.lines] == ["990100", "990102"]
    assert [line.ack.counted for line in city.lines if line.of == "990100"] == [2], "its police and its education"


async def _in_shadow(september: Town, county: str) -> None:
    """Let a county only look on."""
    documents = load_documents()
    area = next(one for one in documents if one["unit"] == f"area-{county}")
    area["rows"][0]["onboarding"] = "shadow"
    await import_directory(september.pool, documents, outbox(), CALENDARS)
