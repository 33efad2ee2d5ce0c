"""The catalogue made real: topics are created and their settings kept; nothing is ever deleted, and partitions are never added."""

# mypy: untyped-calls-exclude="aiokafka"
import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from infra.errors import Unavailable, XietongError
from infra.messaging.outbox import MAX_VALUE
from topics.catalogue import Catalogue
from topics.topic import Topic

DAY_MS = 24 * 3600 * 1000
ALREADY_THERE = 36
LEADER_SECONDS = 30.0
REPLICAS = 3


class TopicsDiffer(XietongError):
    """主题与目录不符。"""

    code = "topics-differ"
    title_en = "The topics of the cluster differ from the catalogue"


class TopicsRefused(XietongError):
    """Kafka 拒绝了主题的变更。"""

    code = "topics-refused"
    title_en = "Kafka refused a change of a topic"


@dataclass(frozen=True, slots=True)
class Change:
    """What is to do with a topic. ``differ``: its partitions do not fit; more would break the order of keys, so a person decides."""

    topic: str
    kind: Literal["create", "configure", "differ"]
    partitions: int
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Cluster:
    brokers: int
    partitions: Mapping[str, int]
    settings: Mapping[str, Mapping[str, str]]


async def plan(catalogue: Catalogue, bootstrap: Sequence[str]) -> list[Change]:
    """What differs between catalogue and cluster; nothing is changed. Unavailable while no broker answers."""
    async with _admin(bootstrap) as admin:
        return _changes(catalogue.topics(), await _look(admin, catalogue))


async def apply(catalogue: Catalogue, bootstrap: Sequence[str]) -> list[Change]:
    """Create and configure what differs, wait until every topic has its leaders; returns what was done.

    TopicsDiffer if partitions do not fit (everything else is done then), TopicsRefused, Unavailable.
    """
    async with _admin(bootstrap) as admin:
        cluster = await _look(admin, catalogue)
        changes = _changes(catalogue.topics(), cluster)
        await _create(admin, [one for one in changes if one.kind == "create"], replicas=min(REPLICAS, cluster.brokers))
        await _configure(admin, [one for one in changes if one.kind == "configure"])
        await _wait_for_leaders(admin, [topic.name for topic in catalogue.topics()])
    differing = [one.topic for one in changes if one.kind == "differ"]
    if differing:
        names = ", ".join(differing)
        raise TopicsDiffer(f"分区数与目录不符:{names}", en=f"the partitions differ from the catalogue: {names}")
    return changes


async def restore(catalogue: Catalogue, bootstrap: Sequence[str], *, owner: str) -> list[Change]:
    """Create the topics of one service that are gone (a wiped broker has none); existing ones are left as they are. Unavailable."""
    async with _admin(bootstrap) as admin:
        cluster = await _look(admin, catalogue)
        missing = [one for one in _changes(catalogue.topics(), cluster) if one.kind == "create"]
        own = {topic.name for topic in catalogue.topics() if topic.owner == owner}
        changes = [one for one in missing if one.topic in own]
        await _create(admin, changes, replicas=min(REPLICAS, cluster.brokers))
        await _wait_for_leaders(admin, [one.topic for one in changes])
    return changes


async def places_of(topics: Sequence[str], bootstrap: Sequence[str]) -> list[TopicPartition]:
    """Every partition of those topics that are there. Unavailable while no broker answers."""
    async with _admin(bootstrap) as admin:
        found = await admin.describe_topics(list(topics))
    return [TopicPartition(one["topic"], each["partition"]) for one in found if not one["error_code"] for each in one["partitions"]]


@asynccontextmanager
async def _admin(bootstrap: Sequence[str]) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=list(bootstrap), client_id="xietong-topics", request_timeout_ms=15_000)
    try:
        await admin.start()
    except (KafkaError, OSError) as error:
        await admin.close()
        raise Unavailable(en="no Kafka broker answers") from error
    try:
        yield admin
    finally:
        await admin.close()


async def _look(admin: AIOKafkaAdminClient, catalogue: Catalogue) -> _Cluster:
    brokers = len((await admin.describe_cluster())["brokers"])
    there = {one["topic"]: len(one["partitions"]) for one in await admin.describe_topics() if not one["error_code"]}
    wanted = [topic.name for topic in catalogue.topics() if topic.name in there]
    return _Cluster(brokers, there, await _settings(admin, wanted))


async def _settings(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    found: dict[str, dict[str, str]] = {}
    answers: list[Any] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    for answer in answers:
        for code, _message, _kind, name, entries in answer.resources:
            _check(code, name)
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found


def settings_of(topic: Topic, *, brokers: int) -> dict[str, str]:
    """What the cluster keeps of a topic: its own settings, nothing of the broker's."""
    settings = {
        "cleanup.policy": "compact" if topic.compacted else "delete",
        "min.insync.replicas": "2" if brokers >= REPLICAS else "1",
        "max.message.bytes": str(MAX_VALUE + 128 * 1024),
    }
    return settings if topic.compacted else {**settings, "retention.ms": str(topic.retention_days * DAY_MS)}


def _changes(wanted: Iterable[Topic], cluster: _Cluster) -> list[Change]:
    changes = []
    for topic in wanted:
        settings = settings_of(topic, brokers=cluster.brokers)
        there = cluster.partitions.get(topic.name)
        if there is None:
            changes.append(Change(topic.name, "create", topic.partitions, settings))
            continue
        if there != topic.partitions:
            changes.append(Change(topic.name, "differ", topic.partitions))
        known = cluster.settings.get(topic.name, {})
        if any(known.get(name) != value for name, value in settings.items()):
            changes.append(Change(topic.name, "configure", topic.partitions, settings))
    return changes


async def _create(admin: AIOKafkaAdminClient, changes: Sequence[Change], *, replicas: int) -> None:
    if not changes:
        return
    new = [NewTopic(one.topic, one.partitions, replicas, topic_configs=dict(one.settings)) for one in changes]
    answer: Any = await admin.create_topics(new)
    for error in answer.topic_errors:
        if error[1] != ALREADY_THERE:
            _check(error[1], error[0])


async def _configure(admin: AIOKafkaAdminClient, changes: Sequence[Change]) -> None:
    if not changes:
        return
    wanted = [ConfigResource(ConfigResourceType.TOPIC, one.topic, dict(one.settings)) for one in changes]
    answers: list[Any] = await admin.alter_configs(wanted)
    for answer in answers:
        for resource in answer.resources:
            _check(resource[0], resource[3])


async def _wait_for_leaders(admin: AIOKafkaAdminClient, names: Sequence[str]) -> None:
    if not names:
        return
    try:
        async with asyncio.timeout(LEADER_SECONDS):
            while not all(map(_led, await admin.describe_topics(list(names)))):  # noqa: ASYNC110  the broker calls nobody back
                await asyncio.sleep(0.1)
    except TimeoutError as error:
        raise Unavailable(en="a new topic has no leader") from error


def _led(topic: Mapping[str, Any]) -> bool:
    return not topic["error_code"] and all(one["leader"] >= 0 for one in topic["partitions"])


def _check(code: int, topic: str) -> None:
    if code:
        name = for_code(code).__name__
        raise TopicsRefused(f"Kafka 拒绝主题 {topic}:{name}", en=f"Kafka refused the topic {topic}: {name}")
