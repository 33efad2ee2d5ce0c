"""Links on a real database: suggested by the clock, decided by desks under the locks of both incidents, whatever crosses or dies."""

import asyncio
from itertools import combinations
from typing import Any

import pytest

from infra.messaging.delivery import DeadLetter, Done
from infra.postgres.pool import Connection, Pool, connect
from infra.postgres.unit_of_work import UnitOfWork, unit_of_work
from services.routing.core.linking import MOST
from services.routing.core.model import World
from services.routing.linking import LinkRound
from tests.integration.routing.answering import rule, send_back
from tests.integration.routing.linked_town import MATTERS, Linked
from tests.integration.routing.quarter import quiet
from tests.integration.routing.town import Town, outbox, reference
from tests.unit.routing.core.places import OTHER_STATION, POLICE_110, RAISED, REPORTED, SCHOOL, STATION, VICE

LINKED, UNLINKED, SUGGESTED = "bus.incident.linked", "bus.incident.unlinked", "bus.link.suggested"


@pytest.fixture
async def linked(town: Town) -> Linked:
    return Linked(town)


async def test_police_and_school_report_one_fight_and_both_are_asked_once(linked: Linked) -> None:
    alarm, report = await linked.both()
    assert await linked.state(alarm, report) == ("suggested", 1)
    told = await linked.told(SUGGESTED)
    assert {"police.110-desk", "police.station-duty", "school.duty-desk"} <= told.keys()
    assert await linked.looks() == 0
    assert len(await linked.town.told(SUGGESTED)) == len(told)


async def test_two_statements_that_two_workers_decide_at_once_still_find_each_other(linked: Linked) -> None:
    """INVARIANT: no pair is missed because both were uncommitted — broken by a watcher that compares in the statement's own work."""
    alarm, report = await linked.fight(), await linked.report()
    pools = [await linked.town.database.pool("routing") for _ in range(2)]
    records = [linked.town.record(event) for event in (alarm, report)]
    await asyncio.gather(
        *(linked.town.give_records([record], handlers=linked.handlers, pool=pool) for record, pool in zip(records, pools, strict=True))
    )
    await linked.looks()
    assert await linked.state(await linked.incident(alarm), await linked.incident(report)) == ("suggested", 1)


async def test_a_batch_of_both_is_one_suggestion(linked: Linked) -> None:
    await linked.gives(await linked.fight(), await linked.report())
    await linked.looks()
    assert list((await linked.states()).values()) == [("suggested", 1)]


async def test_two_clocks_that_look_at_once_suggest_once(linked: Linked) -> None:
    await linked.gives(await linked.fight(), await linked.report())
    clocks = [await linked.town.clock() for _ in range(2)]
    await asyncio.gather(*map(quiet, clocks))
    assert list((await linked.states()).values()) == [("suggested", 1)]
    told = [event.envelope.recipient for event in await linked.town.told(SUGGESTED)]
    assert len(told) == len(set(told))


async def test_a_clock_that_dies_while_it_looks_looks_again(linked: Linked) -> None:
    """INVARIANT: the note of what is to be looked at goes with the suggestion or not at all — broken by a note that is taken before."""
    await linked.gives(await linked.fight(), await linked.report())
    pool = await linked.town.database.pool("routing", role="xt_clock")
    with pytest.raises(RuntimeError, match="dies here"):
        await _look_and_die(pool)
    assert await linked.states() == {}
    await linked.looks()
    assert list((await linked.states()).values()) == [("suggested", 1)]


async def _look_and_die(pool: Pool) -> None:
    looking = LinkRound(MATTERS)
    async with unit_of_work(pool, outbox=outbox()) as uow:
        world = await reference().current(uow)
        things = await looking.due(uow, world)
        assert await looking.look(uow, things[0], world) is not None
        raise RuntimeError("dies here")


async def test_a_look_at_what_stands_alone_waits_for_nobody(linked: Linked) -> None:
    """INVARIANT: a look locks only what it may change — broken by a clock that stands behind every handler for nothing."""
    await linked.gives(await linked.fight())
    async with linked.town.owner.transaction(), asyncio.timeout(5):
        await linked.town.owner.execute("select from routing.incidents for update")
        assert await linked.looks() == 1
    assert await linked.town.count("link_looks") == 0


async def test_what_was_stated_while_a_look_found_nobody_is_found_behind_its_end(linked: Linked) -> None:
    alarm = await linked.fight()
    await linked.gives(alarm)
    late = asyncio.Event()

    class Slow(LinkRound):
        async def _others(self, uow: UnitOfWork, thing: str, world: World) -> tuple[list[str], list[str]]:
            found = await super()._others(uow, thing, world)
            if not late.is_set():
                late.set()
                await linked.gives(await linked.report())
                await linked.town.owner.execute("delete from routing.link_looks where incident <> $1::uuid", thing)
            return found

    linked.town.rounds = lambda: (Slow(MATTERS),)
    await linked.looks()
    assert [state for state, _ in (await linked.states()).values()] == ["suggested"]


async def both_sides(linked: Linked, county: str, **data: Any) -> dict[frozenset[str], tuple[str, int]]:
    """What is suggested of a fight that the police of another county state, and the school's own report."""
    stated = (await linked.fight(**data)).data.model_dump(exclude_none=True)
    alarm = await linked.town.statement(RAISED, f"police.110-desk@pb-{county}", stated, county=county)
    await linked.gives(await linked.report(), alarm)
    await linked.looks()
    return await linked.states()


async def test_the_police_of_another_county_of_the_city_may_have_taken_the_call(linked: Linked) -> None:
    """INVARIANT: a border between two counties hides nothing — broken by candidates of the own county alone."""
    assert list((await both_sides(linked, "990103")).values()) == [("suggested", 1)]
    told = {event.envelope.recipient for event in await linked.town.told(SUGGESTED)}
    assert {"police.110-desk@pb-990103", SCHOOL} <= told


async def test_a_desk_across_the_border_decides_of_it_as_any_other_does(linked: Linked) -> None:
    ((pair, _),) = (await both_sides(linked, "990103")).items()
    one, other = pair
    mine = await linked.town.owner.fetchval("select id::text from routing.incidents where county = '990103' and id = any ($1::uuid[])", [one, other])
    theirs = other if mine == one else one
    await linked.gives(await linked.link(mine, theirs, "police.110-desk@pb-990103"))
    assert await linked.state(one, other) == ("merged", 2)


async def test_two_counties_of_two_cities_are_left_apart(linked: Linked) -> None:
    assert await both_sides(linked, "990202") == {}


async def test_an_alarm_across_the_border_that_names_another_school_is_left_apart(linked: Linked) -> None:
    assert await both_sides(linked, "990103", schools=["2199000105"]) == {}


async def test_a_person_is_asked_about_five_at_most(linked: Linked) -> None:
    await linked.gives(await linked.report())
    for number in range(1, MOST + 3):
        await linked.gives(await linked.fight(number))
        await linked.looks()
    assert len(await linked.states()) == MOST


async def test_a_person_links_and_nobody_owes_more_or_less(linked: Linked) -> None:
    """INVARIANT: no notification, duty, deadline, signature or task is lost or silenced by a link — broken by a fold that ends one."""
    alarm, report = await linked.both()
    await linked.town.deliver_all()
    before = await linked.owed()
    assert await linked.gives(await linked.link(alarm, report, SCHOOL)) == [Done()]
    assert await linked.state(alarm, report) == ("merged", 2)
    assert await linked.owed() == before
    assert await linked.gives(await linked.part(report, alarm, POLICE_110, revision=2)) == [Done()]
    assert await linked.state(alarm, report) == ("unlinked", 3)
    assert await linked.owed() == before
    assert (await linked.told(LINKED)).keys() == (await linked.told(UNLINKED)).keys()


async def test_each_word_is_kept_with_its_person_and_desk(linked: Linked) -> None:
    alarm, report = await linked.both()
    await linked.gives(await linked.link(alarm, report, SCHOOL, "related"))
    await linked.gives(await linked.link(alarm, report, STATION, "same", revision=2))
    await linked.gives(await linked.part(alarm, report, SCHOOL, revision=3))
    rows = await linked.town.owner.fetch("select revision, desk, state, body from routing.incident_link_decisions order by revision")
    assert [(row["revision"], row["desk"], row["state"]) for row in rows] == [
        (2, SCHOOL, "linked"), (3, STATION, "merged"), (4, SCHOOL, "unlinked"),
    ]  # fmt: skip
    assert {row["body"]["person"]["shown"] for row in rows} == {"张*"}


async def test_an_answer_that_arrives_twice_changes_once(linked: Linked) -> None:
    alarm, report = await linked.both()
    answer = await linked.link(alarm, report, SCHOOL)
    record = linked.town.record(answer)
    await linked.town.give_records([record], handlers=linked.handlers)
    after = await linked.town.digest()
    await linked.town.give_records([record], handlers=linked.handlers)
    assert await linked.town.digest() == after
    assert await linked.state(alarm, report) == ("merged", 2)


async def test_of_a_link_and_a_dismissal_that_cross_one_stands_and_the_other_desk_learns_it(linked: Linked) -> None:
    alarm, report = await linked.both()
    said = await linked.said()
    events = [await linked.link(alarm, report, POLICE_110), await linked.part(report, alarm, SCHOOL, revision=1)]
    records = [linked.town.record(event) for event in events]
    pools = [await linked.town.database.pool("routing") for _ in range(2)]
    outcomes = await asyncio.gather(
        *(linked.town.give_records([record], handlers=linked.handlers, pool=pool) for record, pool in zip(records, pools, strict=True))
    )
    assert outcomes == [[Done()], [Done()]]
    state = await linked.state(alarm, report)
    assert state in (("merged", 2), ("dismissed", 2))
    loser = SCHOOL if state == ("merged", 2) else POLICE_110
    refused = [
        event for name in (LINKED, UNLINKED) for event in await linked.town.told(name, since=said) if getattr(event.data, "refused", None)
    ]
    assert [(event.envelope.recipient, event.data.refused) for event in refused] == [(loser, "crossed")]  # type: ignore[attr-defined]


async def test_many_links_of_a_ring_at_once_neither_wait_for_each_other_nor_lose_one(linked: Linked) -> None:
    """INVARIANT: both roots are locked at once in the order of their ids — broken by locking the named one first."""
    incidents = []
    for number in range(1, 5):
        alarm = await linked.fight(number, kind="theft")
        await linked.gives(alarm)
        incidents.append(await linked.incident(alarm))
    pairs = [pair[:: (-1) ** place] for place, pair in enumerate(combinations(incidents, 2))]
    answers = [await linked.link(one, other, STATION, revision=0) for one, other in pairs]
    pools = [await linked.town.database.pool("routing") for _ in range(3)]
    given = [
        linked.town.give_records([linked.town.record(answer)], handlers=linked.handlers, pool=pools[place % 3])
        for place, answer in enumerate(answers)
    ]
    assert await asyncio.gather(*given) == [[Done()]] * 6
    assert await linked.states() == {frozenset(pair): ("merged", 1) for pair in pairs}


async def test_a_chain_is_undone_link_by_link(linked: Linked) -> None:
    events = [await linked.fight(number, kind="theft") for number in range(1, 4)]
    await linked.gives(*events)
    one, two, three = [await linked.incident(event) for event in events]
    await linked.gives(await linked.link(one, two, STATION, revision=0), await linked.link(two, three, STATION, revision=0))
    await linked.gives(await linked.part(two, one, STATION, revision=1))
    assert await linked.state(one, two) == ("unlinked", 2)
    assert await linked.state(two, three) == ("merged", 1)
    assert await linked.state(one, three) is None


@pytest.mark.parametrize("end", ["corrected", "withdrawn", "duplicate"])
async def test_a_link_stays_whatever_happens_to_one_of_its_incidents(linked: Linked, end: str) -> None:
    alarm, report = await linked.both()
    await linked.gives(await linked.link(alarm, report, SCHOOL))
    number = (await linked.fight()).envelope.subject
    await linked.gives(await _follow(linked, number, end))
    await linked.looks()
    assert await linked.state(alarm, report) == ("merged", 2)
    assert await linked.gives(await linked.part(alarm, report, STATION, revision=2)) == [Done()]
    assert await linked.state(alarm, report) == ("unlinked", 3)


async def _follow(linked: Linked, number: str, end: str) -> Any:
    if end == "duplicate":
        return await linked.fight()
    data: dict[str, Any] = {"alarm_no": number, "reason": "核实更正"}
    if end == "corrected":
        data["changes"] = {"casualties": {"old": 0, "new": 2}}
    else:
        data |= {"code": "duplicate", "officer": "p-1"}
    return await linked.town.statement(f"{RAISED}.{end}", POLICE_110, data, revision=2)


async def test_a_dismissed_pair_is_never_suggested_again(linked: Linked) -> None:
    alarm, report = await linked.both()
    await linked.gives(await linked.part(alarm, report, SCHOOL, revision=1))
    added = {"incident_no": "X-1", "added": {"injury_note": "轻微擦伤"}}
    await linked.gives(await linked.town.statement(f"{REPORTED}.supplemented", SCHOOL, added, revision=2))
    await linked.looks()
    assert await linked.state(alarm, report) == ("dismissed", 2)


async def test_who_comes_to_stand_in_both_later_learns_of_the_link(linked: Linked) -> None:
    alarm, report = await linked.both()
    await linked.gives(await linked.link(alarm, report, SCHOOL))
    known, said = await linked.told(LINKED), await linked.said()
    worse = {"incident_no": "X-1", "field": "severity", "from": "urgent", "to": "life-risk", "by": "值班校长", "why": "伤者昏迷"}
    await linked.gives(await linked.town.statement(f"{REPORTED}.level-changed", SCHOOL, worse, revision=2))
    await linked.looks()
    later = await linked.told(LINKED, since=said)
    assert "education.duty-officer" not in known
    assert later.keys() == {"education.duty-officer"}
    assert {said.revision for said in later.values()} == {2}


async def test_who_takes_over_by_a_ruling_learns_of_the_link_and_may_undo_it(linked: Linked) -> None:
    """INVARIANT: whoever leads one of two knows what it is linked with — broken by telling at statements alone."""
    alarm, report = await linked.both()
    await linked.gives(await linked.link(alarm, report, SCHOOL))
    returned = next(one for one in [e.data for e in await linked.town.told()] if (one.desk, one.incident) == (STATION, alarm))  # type: ignore[attr-defined]
    await send_back(linked.town, returned)
    item = next(one for one in [e.data for e in await linked.town.told()] if one.arbitration_of == returned.notification)  # type: ignore[attr-defined]
    said = await linked.said()
    await rule(linked.town, item, OTHER_STATION)
    await linked.looks()
    ((to, message),) = [(event.envelope.recipient, event.data) for event in await linked.town.told(LINKED, since=said)]
    assert (to, message.incident, message.revision) == (OTHER_STATION, alarm, 2)  # type: ignore[attr-defined]
    assert await linked.gives(await linked.part(alarm, report, OTHER_STATION, revision=2)) == [Done()]
    assert await linked.state(alarm, report) == ("unlinked", 3)


async def test_an_exercise_and_an_actual_report_are_left_apart(linked: Linked) -> None:
    drilled = await linked.town.statement(RAISED, POLICE_110, (await linked.fight()).data.model_dump(exclude_none=True), status="exercise")
    await linked.gives(drilled, await linked.report())
    await linked.looks()
    assert await linked.states() == {}


async def test_a_link_to_what_routing_never_heard_of_lies_with_the_dead_letters(linked: Linked) -> None:
    alarm, report = await linked.both()
    answer = await linked.link(alarm, "00000000-0000-8000-8000-000000000000", SCHOOL)
    (outcome,) = await linked.gives(answer)
    assert isinstance(outcome, DeadLetter)
    assert outcome.reason == "unknown-incident"
    assert await linked.state(alarm, report) == ("suggested", 1)


async def test_a_desk_that_may_not_say_it_changes_nothing(linked: Linked) -> None:
    alarm, report = await linked.both()
    said = await linked.said()
    assert await linked.gives(await linked.link(alarm, report, VICE)) == [Done()]
    assert await linked.state(alarm, report) == ("suggested", 1)
    (event,) = await linked.town.told(LINKED, since=said)
    assert (event.envelope.recipient, event.data.refused, event.data.sides) == (VICE, "not-entitled", ())  # type: ignore[attr-defined]


async def _units(connection: Connection) -> set[str]:
    return {row["unit"] for row in await connection.fetch("select unit from routing.incident_link_decisions")}


async def test_what_was_said_of_a_link_is_seen_by_the_unit_that_said_it(linked: Linked) -> None:
    """INVARIANT: a reason in words is its unit's own — broken by a table without FORCE, or a policy that is too wide."""
    alarm, report = await linked.both()
    await linked.gives(await linked.link(alarm, report, SCHOOL))
    async with connect(linked.town.database.dsn("xt_console"), application="test") as console:
        assert await _units(console) == set()
        async with console.transaction():
            await console.execute("select set_config('xietong.unit', '2199000101', true)")
            assert await _units(console) == {"2199000101"}
        assert await console.fetchval("select count(state) from routing.incident_links") == 1
        with pytest.raises(Exception, match="permission denied"):
            await console.fetch("select body from routing.incident_links")
