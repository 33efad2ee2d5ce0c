"""What differs between the catalogue and the cluster."""

# mypy: untyped-calls-exclude="aiokafka"
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from infra.messaging.admin.client import check
from infra.messaging.outbox import MAX_VALUE
from topics.catalogue import Catalogue
from topics.topic import Topic

DAY_MS = 24 * 3600 * 1000
REPLICAS = 3


@dataclass(frozen=True, slots=True)
class Change:
    """What is to do with a topic. ``differ``: it has too few partitions; more would break the order of keys, so a person decides."""

    topic: str
    kind: Literal["create", "configure", "differ"]
    partitions: int
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cluster:
    brokers: int
    partitions: Mapping[str, int]
    settings: Mapping[str, Mapping[str, str]]


async def look(admin: AIOKafkaAdminClient, catalogue: Catalogue) -> Cluster:
    brokers = len((await admin.describe_cluster())["brokers"])
    there = {one["topic"]: len(one["partitions"]) for one in await admin.describe_topics() if not one["error_code"]}
    wanted = [topic.name for topic in catalogue.topics() if topic.name in there]
    return Cluster(brokers, there, await _settings(admin, wanted))


async def _settings(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    found: dict[str, dict[str, str]] = {}
    answers: list[Any] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    for answer in answers:
        for code, _message, _kind, name, entries in answer.resources:
            check(code, name)
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


def changes_of(wanted: Iterable[Topic], cluster: Cluster) -> list[Change]:
    changes = []
    for topic in wanted:
        settings = settings_of(topic, brokers=cluster.brokers)
        there = cluster.partitions.get(topic.name)
        if there is None:
            changes.append(Change(topic.name, "create", topic.partitions, settings))
            continue
        if there < topic.partitions:
            changes.append(Change(topic.name, "differ", topic.partitions))
        known = cluster.settings.get(topic.name, {})
        if any(known.get(name) != value for name, value in settings.items()):
            changes.append(Change(topic.name, "configure", topic.partitions, settings))
    return changes
