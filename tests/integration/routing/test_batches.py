"""Whole batches through the message machine: repeated, interrupted, side by side, and with a poison inside."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from contracts.coordination import MessageParked, NotificationDelivered, NotificationIssued
from contracts.envelope import Envelope, Event, wire_type
from contracts.ids import OPS_DESK, uuid7
from contracts.registry import event_type
from infra.messaging.delivery import DeadLetter, Done, Received, Retry
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.handle import RoutingHandlers
from services.routing.speak import Speaker
from tests.integration.routing.town import CATALOGUE, Town, outbox, reference
from tests.unit.routing.core.bench import ALARM, INCIDENT
from tests.unit.routing.core.places import EDU, POLICE_110, RAISED, REPORTED, SCHOOL, SCHOOL_B, STATION, A


class Breaks(RoutingHandlers):
    """Does all the work of a batch and then dies, as a process does before its commit."""

    def __init__(self, error: Exception) -> None:
        super().__init__(Speaker(CATALOGUE), reference().world)
        self._error = error

    async def handle(self, uow: UnitOfWork, events: Sequence[Received]) -> None:
        await super().handle(uow, events)
        await uow.flush()
        raise self._error


async def test_a_batch_that_comes_again_changes_nothing(town: Town) -> None:
    """INVARIANT: a batch takes effect once — broken by any write that is not tied to the inbox."""
    alarm = await town.alarm()
    first = [town.record(alarm)]
    assert await town.give_records(first) == [Done()]
    deliveries = [town.record(await town.delivery(one)) for one in (await town.issued()).values()]
    signatures = [town.record(await town.signature((await town.issued())[SCHOOL]))]
    assert await town.give_records([*deliveries, *signatures]) == [Done()] * 5
    before = await town.digest()
    for batch in (first, deliveries, signatures, [*first, *deliveries, *signatures], [*signatures, *first, *deliveries]):
        assert await town.give_records(batch) == [Done()] * len(batch)
    assert await town.digest() == before


async def test_a_process_that_dies_before_its_commit_leaves_nothing_and_the_repetition_everything(town: Town) -> None:
    batch = [town.record(await town.alarm(n)) for n in (1, 2)]
    before = await town.digest()
    assert await town.give_records(batch, handlers=Breaks(ConnectionError())) == [Retry(0.1)] * 2
    assert await town.digest() == before
    assert await town.give_records(batch) == [Done()] * 2
    assert await town.count("incidents") == 2


async def test_what_is_told_again_after_a_repetition_has_the_same_identity(town: Town) -> None:
    """The ids of all that routing says are derived: a process that dies after its commit and repeats says the same again."""
    alarm = await town.alarm()
    await town.give(alarm)
    said = {event.envelope.id for event in await town.told()}
    await town.owner.execute("truncate routing.incidents, routing.outbox, routing.inbox, routing.incident_events cascade")
    await town.give(alarm)
    assert {event.envelope.id for event in await town.told()} == said


async def test_alarm_follow_up_and_answers_in_one_batch_are_folded_in_order(town: Town) -> None:
    alarm = await town.alarm()
    await town.give(alarm)
    issued = await town.issued()
    incident = issued[SCHOOL].incident
    added = {"alarm_no": alarm.envelope.subject, "added": {"suspect_look": "黑衣"}}
    more = await town.statement(f"{RAISED}.supplemented", POLICE_110, added, revision=2)
    batch = [await town.delivery(issued[SCHOOL]), more, await town.signature(issued[SCHOOL]), await town.alarm(2)]
    assert await town.give(*batch) == [Done()] * 4
    row = await town.owner.fetchrow("select body from routing.notifications where desk = $1 and incident = $2::uuid", SCHOOL, incident)
    assert (row["body"]["version"], row["body"]["delivered_version"], row["body"]["state"]) == (2, 1, "acknowledged")


async def test_a_poison_inside_a_batch_stands_alone(town: Town) -> None:
    good = [await town.alarm(n) for n in range(1, 8)]
    contradiction = await town.alarm(3, casualties=4)
    assert await town.give(*good[:4], contradiction, *good[4:]) == [Done()] * 4 + [DeadLetter("conflict")] + [Done()] * 3
    assert await town.count("incidents") == 7
    (parked,) = await town.told("bus.message.parked")
    assert parked.envelope.recipient == POLICE_110
    letter = await town.owner.fetchrow("select detail, reason from routing.dead_letters")
    assert letter["reason"] == "conflict"
    assert await town.count("inbox") == 7


@pytest.mark.parametrize(("recipient", "told"), [(OPS_DESK, 1), ("bus.routing@bus-990100", 0)])
async def test_what_a_service_has_parked_for_operations_is_handed_on_to_them(town: Town, recipient: str, told: int) -> None:
    """An agency has no topic to operations: what it addresses to them goes over routing, once."""
    parked = MessageParked(
        consumer="police", topic="xietong.routing.to-police.v1", partition=0, offset=7, reason="local-only", event_id="e-1"
    )
    now = await town.now()
    envelope = Envelope(
        id=uuid7(now, bytes(10)), source="/police", type=wire_type("bus.message.parked"), subject=event_type("bus.message.parked").key(parked),
        time=now, dataschema=event_type("bus.message.parked").dataschema, known_at=now, county="990102", publisher=STATION, recipient=recipient,
    )  # fmt: skip
    for _ in range(2):
        assert await town.give(Event(envelope, parked)) == [Done()]
    heard = await town.told("bus.message.parked")
    assert [(event.envelope.recipient, event.data.event_id) for event in heard] == [(OPS_DESK, "e-1")] * told


@pytest.mark.parametrize(
    ("desk", "code"),
    [("police.station-duty@ps-990102-01", "wrong-desk"), (SCHOOL, "unknown-notification")],
)
async def test_an_answer_that_fits_nothing_is_parked_and_signs_nothing(town: Town, desk: str, code: str) -> None:
    await town.give(await town.alarm())
    await town.deliver_all()
    issued = (await town.issued())[SCHOOL]
    forged = issued if code == "wrong-desk" else issued.model_copy(update={"notification": "01a0c1b1-0900-8000-8000-000000000000"})
    event = await town.signature(forged.model_copy(update={"desk": desk}))
    assert await town.give(event) == [DeadLetter(code)]
    assert await town.count("duties", "state = 'met'") == 0


async def test_a_service_speaks_for_its_own_desks_alone(town: Town) -> None:
    """INVARIANT: a topic speaks for the desks of its writer — broken by trusting the publisher that a message names."""
    await town.give(await town.alarm())
    await town.deliver_all()
    signature = await town.signature((await town.issued())[SCHOOL])
    assert await town.give_records([town.record(signature, topic="xietong.police.answer.v1")]) == [DeadLetter("not-the-writer")]
    assert await town.give_records([town.record(signature, topic="xietong.schools.answer.v1")]) == [Done()]


async def test_a_desk_states_only_what_it_may(town: Town) -> None:
    stated = await town.statement(RAISED, "police.liaison-desk@pb-990102", ALARM)
    assert await town.give(stated) == [DeadLetter("not-a-publisher")]


async def test_two_workers_that_open_the_same_key_at_once_open_it_once(town: Town) -> None:
    one, other = await town.alarm(1), await town.alarm(1, suspect_at_large=False)
    duplicate = await town.alarm(1)
    outcomes = await asyncio.gather(*(town.give(event) for event in (one, duplicate, other)))
    assert await town.count("incidents") == 1
    assert sorted(str(outcome) for [outcome] in outcomes).count(str(Done())) >= 1
    assert await town.count("incident_events") + await town.count("dead_letters") == 3
    assert len([n for n in await town.told() if n.envelope.recipient == SCHOOL]) == 1


async def test_workers_that_hold_the_same_incidents_over_different_topics_never_wait_for_each_other_in_turn(town: Town) -> None:
    """INVARIANT: roots are locked in one order — broken by locking in the order of arrival."""
    await town.give(*[await town.alarm(n) for n in range(1, 9)])
    issued = [event.data for event in await town.told() if isinstance(event.data, NotificationIssued)]
    schools = [town.record(await town.delivery(one)) for one in issued if one.desk in (SCHOOL, EDU)]
    police = [town.record(await town.delivery(one)) for one in reversed(issued) if one.desk == STATION]
    pools = [await town.database.pool("routing") for _ in range(2)]
    outcomes = await asyncio.gather(town.give_records(schools, pool=pools[0]), town.give_records(police, pool=pools[1]))
    assert [type(outcome) for found in outcomes for outcome in found] == [Done] * len(schools + police)
    assert await town.count("duties", "kind = 'ack'") == 24


async def test_the_same_batch_at_two_workers_takes_effect_once(town: Town) -> None:
    batch = [town.record(await town.alarm(n)) for n in range(1, 6)]
    pools = [await town.database.pool("routing") for _ in range(2)]
    outcomes = await asyncio.gather(*(town.give_records(batch, pool=pool) for pool in pools))
    assert all(outcome == Done() for found in outcomes for outcome in found)
    assert (await town.count("incidents"), await town.count("incident_events"), await town.count("inbox")) == (5, 5, 5)
    assert len(await town.told()) == 20


async def test_a_large_batch_costs_no_more_round_trips_than_a_small_one(town: Town) -> None:
    counting = Counting(Speaker(CATALOGUE), reference().world)
    await town.give(*[await town.alarm(n) for n in range(1, 3)], handlers=counting)
    await town.give(*[await town.alarm(n) for n in range(3, 303)], handlers=counting)
    assert await town.count("incidents") == 302
    small, large = counting.statements
    assert large <= small


@dataclass
class Counted:
    """A unit of work that counts its statements."""

    uow: UnitOfWork
    statements: int = 0

    def __getattr__(self, name: str) -> Any:
        if name in ("fetch", "fetchrow", "fetchval", "execute"):
            self.statements += 1
        return getattr(self.uow, name)


class Counting(RoutingHandlers):
    """Counts the statements of each batch."""

    def __init__(self, speaker: Speaker, world: Any) -> None:
        super().__init__(speaker, world)
        self.statements: list[int] = []

    async def handle(self, uow: UnitOfWork, events: Sequence[Received]) -> None:
        counted: Any = Counted(uow)
        await super().handle(counted, events)
        self.statements.append(counted.statements)


async def test_two_workers_and_one_contradiction_end_with_one_incident_and_one_dead_letter(town: Town) -> None:
    await town.give(await town.alarm(1))
    batches = [[await town.alarm(1, casualties=n), await town.alarm(n)] for n in (2, 3)]
    outcomes = await asyncio.gather(*(town.give(*batch) for batch in batches))
    assert outcomes == [[DeadLetter("conflict"), Done()]] * 2
    assert await town.count("incidents") == 3


async def test_a_school_and_the_police_have_incidents_of_their_own(town: Town) -> None:
    campus = await town.statement(REPORTED, SCHOOL_B, INCIDENT)
    other = await town.statement(REPORTED, f"school.duty-desk@{A}", INCIDENT | {"school_id": A})
    assert await town.give(campus, other, await town.alarm()) == [Done()] * 3
    assert await town.count("incidents") == 3


async def test_deliveries_of_one_incident_by_two_workers_are_both_kept(town: Town) -> None:
    await town.give(await town.alarm())
    issued = await town.issued()
    await asyncio.gather(*[town.give(await town.delivery(one)) for one in issued.values()])
    states = await town.owner.fetch("select state from routing.notifications")
    assert {row["state"] for row in states} == {"delivered"}
    assert await town.count("duties", "kind = 'ack'") == 3


async def test_an_answer_of_a_desk_that_answers_again_is_dropped_by_its_number(town: Town) -> None:
    await town.give(await town.alarm())
    delivery = await town.delivery((await town.issued())[SCHOOL])
    assert isinstance(delivery.data, NotificationDelivered)
    for _ in range(3):
        assert await town.give_records([town.record(delivery)]) == [Done()]
    assert await town.count("duties", f"desk = '{SCHOOL}' and kind = 'ack'") == 1
    assert outbox().service == "routing"
