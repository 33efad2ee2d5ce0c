"""What the road may have lost is said again; what must not be said again holds nothing to say."""

import asyncio

from contracts.coordination import NotificationIssued, UnitRecord
from services.routing.directory import load_documents
from services.routing.reconcile import reissue_undelivered, tell_directory
from services.routing.speak import Speaker
from tests.integration.routing.town import CATALOGUE, Town, outbox
from tests.unit.routing.core.places import POLICE_110, RAISED, SCHOOL, VICE, A, B
from topics.codec import decode


async def a_minute_passes(town: Town) -> None:
    """Machine time: what waits for its delivery is due to be issued again."""
    await town.owner.execute("update routing.notifications set reissue_after = clock_timestamp() where reissue_after is not null")


async def again(town: Town) -> int:
    return await reissue_undelivered(town.pool, outbox(), Speaker(CATALOGUE))


async def test_what_no_desk_has_answered_is_issued_again_under_the_same_number(town: Town) -> None:
    await town.give(await town.alarm())
    assert await again(town) == 0, "a minute has to pass"
    await a_minute_passes(town)
    assert await again(town) == 4
    events = [event for event in await town.told() if event.envelope.recipient == SCHOOL]
    assert len({event.envelope.id for event in events}) == 2, "a new message, or the desk would not answer it"
    first, second = (event.data for event in events)
    assert isinstance(first, NotificationIssued)
    assert first == second


async def test_what_was_delivered_is_not_issued_again(town: Town) -> None:
    await town.give(await town.alarm())
    await town.deliver_all()
    assert await town.count("notifications", "reissue_after is not null") == 0


async def test_a_desk_that_never_answers_is_asked_less_and_less_often(town: Town) -> None:
    """INVARIANT: a desk that parks what it is told does not fill its dead letters by the minute — broken by a fixed interval."""
    await town.give(await town.alarm())
    waits = []
    for _ in range(8):
        await a_minute_passes(town)
        await again(town)
        sql = "select extract(epoch from max(reissue_after) - clock_timestamp()) / 60 from routing.notifications"
        waits.append(round(float(await town.owner.fetchval(sql))))
    assert waits == [2, 4, 8, 16, 32, 64, 64, 64]


async def test_two_reconcilers_say_it_once(town: Town) -> None:
    await town.give(*[await town.alarm(n) for n in range(1, 6)])
    await a_minute_passes(town)
    counts = await asyncio.gather(again(town), again(town), again(town))
    assert sum(counts) == 20
    ids = [event.envelope.id for event in await town.told()]
    assert len(ids) == len(set(ids)) == 40


async def test_a_version_that_was_not_delivered_is_issued_again_although_the_first_one_was(town: Town) -> None:
    alarm = await town.alarm()
    await town.give(alarm)
    await town.deliver_all()
    changes = {"kind": {"old": "weapon", "new": "violence"}}
    corrected = {"alarm_no": alarm.envelope.subject, "changes": changes, "reason": "核实"}
    await town.give(await town.statement(f"{RAISED}.corrected", POLICE_110, corrected, revision=2))
    await a_minute_passes(town)
    assert await again(town) == 4
    assert {event.data.version for event in (await town.told())[-4:]} == {2}


async def test_a_notification_that_was_hidden_holds_no_data_any_more_and_is_never_issued_again(town: Town) -> None:
    """INVARIANT: what a correction hides is gone from what routing would send — broken by keeping the message for the reconciler."""
    alarm = await town.alarm(suspect_look="黑色上衣灰裤")
    await town.give(alarm)
    changes = {"schools": {"old": [A], "new": [B]}}
    corrected = {"alarm_no": alarm.envelope.subject, "changes": changes, "reason": "核实"}
    await town.give(await town.statement(f"{RAISED}.corrected", POLICE_110, corrected, revision=2))
    rows = await town.owner.fetch("select body, body::text as text from routing.notifications where desk = any ($1)", [SCHOOL, VICE])
    assert [(row["body"]["state"], row["body"]["issued"]) for row in rows] == [("withdrawn", {})] * 2
    assert not any("黑色上衣" in row["text"] for row in rows)
    await a_minute_passes(town)
    before = len(await town.told())
    await again(town)
    assert not {SCHOOL, VICE} & {event.envelope.recipient for event in (await town.told())[before:]}


async def test_the_whole_directory_is_told_again_under_new_numbers(town: Town) -> None:
    first = await directory_events(town)
    assert await tell_directory(town.pool, outbox()) == len(load_documents())
    await tell_directory(town.pool, outbox())
    records = await directory_events(town)
    assert len(records) == 3 * len(first) == len({identity for identity, _ in records})
    assert {record.unit for _, record in records} == {str(document["unit"]) for document in load_documents()}
    assert {record.version for _, record in records} == {1}


async def directory_events(town: Town) -> list[tuple[str, UnitRecord]]:
    rows = await town.owner.fetch("select headers, value from routing.outbox where topic = 'xietong.routing.directory.v1' order by seq")
    events = [decode(tuple((k, v.encode()) for k, v in row["headers"].items()), row["value"]) for row in rows]
    return [(event.envelope.id, event.data) for event in events if isinstance(event.data, UnitRecord)]
