"""What must be there when it is over: each event decided once, each notification issued once and sent, nothing more, nothing less."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer

from tests.conformance.alarms import RAISED, TOLD
from tests.conformance.patience import SECONDS, until
from tests.conformance.scene import Scene

ISSUED = "bus.notification.issued"
AGAIN = "reconcile"
"""The cause of a notification that is issued again because no desk has answered for a minute."""


Logs = dict[str, list[tuple[bytes, str]]]
"""Topic → key and event id of every record, in the order of the logs."""


@dataclass(frozen=True)
class Said:
    """One message that routing said, in the order of its outbox."""

    id: str
    topic: str
    key: bytes
    name: str
    data: Mapping[str, Any]
    again: bool


async def audit(scene: Scene, *, ordered: bool = True) -> None:
    """Compare what was stated with everything routing holds and said. ``ordered`` False: a log was wiped, what was sent came again."""
    await _decided_once(scene)
    await _told_once(scene)
    await _read_to_the_end(scene)
    said, logs = await _at_rest(scene)
    _said_once(scene, said)
    _sent(scene, said, logs, ordered=ordered)


async def _at_rest(scene: Scene) -> tuple[list[Said], Logs]:
    """The outbox and the logs with nothing said in between: what no desk answers for is issued again each minute."""
    async with asyncio.timeout(SECONDS):
        while True:
            said = await _said(scene)
            await scene.eyes.until_sent()
            logs = await _logs(scene)
            if said == await _said(scene):
                return said, logs


async def _decided_once(scene: Scene) -> None:
    """Decisions and inbox hold exactly what was stated."""
    stated = Counter(event.identity for event in scene.events)
    decided = Counter((row["source"], row["id"]) for row in await scene.eyes.rows("select source, id from incident_events"))
    assert decided == stated, difference(stated, decided)
    known = Counter((row["source"], row["id"]) for row in await scene.eyes.rows("select source, id from inbox where consumer = 'routing'"))
    assert known == stated, difference(stated, known)
    outcomes = {row["outcome"] for row in await scene.eyes.rows("select distinct outcome from incident_events")}
    assert outcomes == {"routed"}


async def _told_once(scene: Scene) -> None:
    """Each incident has one notification for each desk, and no other."""
    incidents = {event.envelope.subject for event in scene.events if event.name == RAISED}
    wanted = Counter((key, desk) for key in incidents for desk in TOLD)
    sql = "select i.key, n.desk from notifications as n join incidents as i on i.id = n.incident"
    told = Counter((row["key"], row["desk"]) for row in await scene.eyes.rows(sql))
    assert told == wanted, difference(wanted, told)


async def _read_to_the_end(scene: Scene) -> None:
    """The ledger stands at the end of each log that holds anything."""
    ends = {(place.topic, place.partition): end for place, end in (await scene.ground.ends(read_by_routing(scene))).items() if end}
    sql = "select topic, partition, next_offset from ledger where consumer = 'routing'"
    read = {(row["topic"], row["partition"]): row["next_offset"] for row in await scene.eyes.rows(sql)}
    behind = {place: (read.get(place), end) for place, end in ends.items() if read.get(place) not in (None, end)}
    assert not behind, behind


def read_by_routing(scene: Scene) -> tuple[str, ...]:
    return scene.ground.catalogue.read_by("routing")


async def _said(scene: Scene) -> list[Said]:
    rows = await scene.eyes.rows("select topic, key, headers::text as headers, value from outbox order by seq")
    found = [(row, json.loads(row["headers"])) for row in rows]
    return [
        Said(
            headers["ce_id"], row["topic"], row["key"], headers["ce_type"].removeprefix("xietong.").removesuffix(".v1"),
            json.loads(row["value"]), headers.get("ce_causationid") == AGAIN,
        )
        for row, headers in found
        if row["topic"] in to_services(scene)
    ]  # fmt: skip


def to_services(scene: Scene) -> list[str]:
    return [scene.ground.catalogue.to_service(service) for service in scene.ground.catalogue.services()]


def _said_once(scene: Scene, said: Iterable[Said]) -> None:
    """No message twice in the outbox; every event's decision told to its publisher once; versions of a notification 1, 2, 3 … in order."""
    first = [one for one in said if not one.again]
    twice = {id: count for id, count in Counter(one.id for one in said).items() if count > 1}
    assert not twice, twice
    _decisions_in_order(scene, [(one.key, one.data["event_id"]) for one in first if one.name == "bus.decision.made"])
    versions: dict[str, list[int]] = {}
    for one in first:
        if one.name == ISSUED:
            versions.setdefault(one.data["notification"], []).append(one.data["version"])
    assert versions
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in versions.values()), versions


def _decisions_in_order(scene: Scene, told: Sequence[tuple[bytes, str]]) -> None:
    """Every event's decision is told to its publisher once, those of an incident in the order in which they were stated."""
    stated = _by_key([(event.envelope.subject.encode(), event.envelope.id) for event in scene.events])
    found = _by_key(told)
    assert sorted(found.values()) == sorted(stated.values())


def _sent(scene: Scene, said: Iterable[Said], logs: Logs, *, ordered: bool) -> None:
    """The to-topics hold all that was said; where it was said once, in the order of the outbox for each incident."""
    for topic in to_services(scene):
        wanted = [one for one in said if one.topic == topic]
        found = logs.get(topic, [])
        there, said_there = Counter({id for _, id in found}), Counter(one.id for one in wanted)
        assert there == said_there, f"{topic}: {difference(said_there, there)}"
        if ordered:
            firsts = list(dict.fromkeys(found))
            assert _by_key(firsts) == _by_key([(one.key, one.id) for one in wanted]), topic


def _by_key(pairs: Iterable[tuple[bytes, str]]) -> dict[bytes, list[str]]:
    found: dict[bytes, list[str]] = {}
    for key, id in pairs:
        found.setdefault(key, []).append(id)
    return found


async def heard_everything(scene: Scene) -> None:
    """Wait until the to-topics hold all that was ever said."""

    async def there() -> bool:
        wanted = {one.id for one in await _said(scene)}
        return wanted <= {id for records in (await _logs(scene)).values() for _, id in records}

    await until(there)


async def _logs(scene: Scene) -> Logs:
    """Key and event id of every record in the to-topics, in the order of the logs."""
    found: Logs = {}
    settings = {"bootstrap_servers": list(scene.servers.bootstrap), "enable_auto_commit": False, "auto_offset_reset": "earliest"}
    async with AIOKafkaConsumer(**settings) as consumer, asyncio.timeout(60):
        places = scene.ground.places(to_services(scene))
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            fetched = await consumer.getmany(timeout_ms=100)
            for record in [one for records in fetched.values() for one in records]:
                found.setdefault(record.topic, []).append((record.key, dict(record.headers)["ce_id"].decode()))
    return found


def difference(wanted: Mapping[Any, int], found: Mapping[Any, int]) -> str:
    """What is missing, and what is there without being wanted."""
    missing, extra = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    return f"{missing.total()} missing, {extra.total()} too many, such as {missing.most_common(3)} and {extra.most_common(3)}"
