"""One message in ten can never succeed: the others do not notice, and it can be delivered once more when its cause is gone."""

from collections import Counter
from collections.abc import Sequence

import pytest

from contracts.envelope import Event
from contracts.ids import derived_id, uuid7
from infra.messaging.dead_letters import ask_replay
from infra.postgres.unit_of_work import unit_of_work
from tests.conformance.alarms import ALARMS, MONDAY, Message, alarm, history, message
from tests.conformance.audit import audit
from tests.conformance.patience import until
from tests.conformance.scene import Scene

pytestmark = pytest.mark.slow

NOBODYS = uuid7(MONDAY, bytes(10))
GOOD_PER_POISON, POISON = 9, 10
BAD = 1000


def bad_json(key: int) -> Message:
    good = message(alarm(key))
    return Message(good.key, b'{"alarm_no": ', good.headers)


def wrong_schema(key: int) -> Message:
    good = message(alarm(key))
    return Message(good.key, good.value.replace(b'"online":false', b'"online":"perhaps"'), good.headers)


def unknown_type(key: int) -> Message:
    return message(alarm(key)).but(ce_type="xietong.police.alarm.sung.v1")


def unknown_incident(key: int) -> Message:
    return message(alarm(key, incident=NOBODYS))


def too_early(key: int) -> Message:
    return message(follow_up(key))


def follow_up(key: int) -> Event:
    """It names the incident of an alarm that nobody has raised yet."""
    head = alarm(key)
    return history(key, incident=derived_id(head.envelope.time, *head.identity))[1]


KINDS = (
    ("bad-json", bad_json), ("bad-data", wrong_schema), ("unknown-type", unknown_type), ("unknown-incident", unknown_incident),
    ("unknown-incident", too_early),
)  # fmt: skip


async def test_poison_is_put_aside_with_its_reason_and_heals_when_its_cause_is_gone(scene: Scene) -> None:
    """INVARIANT: a message that can never succeed stops nobody — broken by a batch that fails whole, or an inbox row for a dead letter."""
    await scene.worker()
    early = [BAD + number for number in range(POISON) if KINDS[number % len(KINDS)][1] is too_early]
    await _mixed(scene)
    await scene.settled()
    await _all_aside(scene)
    await audit(scene)
    await scene.state(*(alarm(key) for key in early))
    await scene.settled()
    await _replay(scene, [follow_up(key) for key in early])
    await scene.settled()
    await audit(scene)


async def _mixed(scene: Scene) -> None:
    """Good ones with a bad one after every nine, all through the same partitions."""
    for number in range(POISON):
        keys = range(number * GOOD_PER_POISON, (number + 1) * GOOD_PER_POISON)
        await scene.state(*(alarm(key) for key in keys))
        await scene.send([KINDS[number % len(KINDS)][1](BAD + number)])


async def _all_aside(scene: Scene) -> None:
    wanted = Counter(KINDS[number % len(KINDS)][0] for number in range(POISON))

    async def there() -> bool:
        rows = await scene.eyes.rows("select reason, count(*) as count from dead_letters where status = 'parked' group by reason")
        return Counter({row["reason"]: row["count"] for row in rows}) == wanted

    await until(there)
    copies = await scene.ground.ends([scene.ground.catalogue.dead_letters("routing", ALARMS)])
    assert sum(copies.values()) >= POISON


async def _replay(scene: Scene, healed: Sequence[Event]) -> None:
    """Ask for all of them once more: those whose cause is gone are first arrivals, the others stay aside, tried twice."""
    pool = await scene.database.pool("routing")
    async with unit_of_work(pool) as uow:
        for row in await uow.fetch("select id from dead_letters"):
            assert await ask_replay(uow, row["id"], by="test")

    async def answered() -> bool:
        return bool(await scene.eyes.value("select count(*) = 0 from dead_letters where status = 'requested'"))

    await until(answered)
    rows = await scene.eyes.rows("select event_id, status, attempts from dead_letters")
    assert {row["event_id"] for row in rows if row["status"] == "replayed"} == {event.envelope.id for event in healed}
    assert {row["attempts"] for row in rows if row["status"] == "parked"} == {2}
    scene.events += healed
