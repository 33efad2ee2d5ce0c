"""Bringing the cluster to the catalogue."""

# mypy: untyped-calls-exclude="aiokafka"
import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from infra.errors import Unavailable
from infra.messaging.admin.client import TopicsDiffer, administration, check
from infra.messaging.admin.difference import REPLICAS, Change, changes_of, look
from topics.catalogue import Catalogue

ALREADY_THERE = 36
LEADER_SECONDS = 30.0


async def plan(catalogue: Catalogue, bootstrap: Sequence[str]) -> list[Change]:
    """What differs between catalogue and cluster; nothing is changed. Unavailable while no broker answers."""
    async with administration(bootstrap) as admin:
        return changes_of(catalogue.topics(), await look(admin, catalogue))


async def apply(catalogue: Catalogue, bootstrap: Sequence[str]) -> list[Change]:
    """Create and configure what differs, wait until every topic has its leaders; returns what was done.

    TopicsDiffer if a topic has too few partitions (everything else is done then), TopicsRefused, Unavailable.
    """
    async with administration(bootstrap) as admin:
        cluster = await look(admin, catalogue)
        changes = changes_of(catalogue.topics(), cluster)
        await _create(admin, [one for one in changes if one.kind == "create"], replicas=min(REPLICAS, cluster.brokers))
        await _configure(admin, [one for one in changes if one.kind == "configure"])
        await _wait_for_leaders(admin, [topic.name for topic in catalogue.topics()])
    differing = [one.topic for one in changes if one.kind == "differ"]
    if differing:
        names = ", ".join(differing)
        raise TopicsDiffer(f"分区数少于目录：{names}", en=f"fewer partitions than in the catalogue: {names}")
    return changes


async def restore(catalogue: Catalogue, bootstrap: Sequence[str], *, owner: str) -> list[Change]:
    """Create the topics of one service that are gone (a wiped broker has none); existing ones are left as they are. Unavailable."""
    async with administration(bootstrap) as admin:
        cluster = await look(admin, catalogue)
        missing = [one for one in changes_of(catalogue.topics(), cluster) if one.kind == "create"]
        own = {topic.name for topic in catalogue.topics() if topic.owner == owner}
        changes = [one for one in missing if one.topic in own]
        await _create(admin, changes, replicas=min(REPLICAS, cluster.brokers))
        await _wait_for_leaders(admin, [one.topic for one in changes])
    return changes


async def _create(admin: AIOKafkaAdminClient, changes: Sequence[Change], *, replicas: int) -> None:
    if not changes:
        return
    new = [NewTopic(one.topic, one.partitions, replicas, topic_configs=dict(one.settings)) for one in changes]
    answer: Any = await admin.create_topics(new)
    for error in answer.topic_errors:
        if error[1] != ALREADY_THERE:
            check(error[1], error[0])


async def _configure(admin: AIOKafkaAdminClient, changes: Sequence[Change]) -> None:
    if not changes:
        return
    wanted = [ConfigResource(ConfigResourceType.TOPIC, one.topic, dict(one.settings)) for one in changes]
    answers: list[Any] = await admin.alter_configs(wanted)
    for answer in answers:
        for resource in answer.resources:
            check(resource[0], resource[3])


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
