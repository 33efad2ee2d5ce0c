"""The administration's connection to Kafka, and what every answer is checked for."""

# mypy: untyped-calls-exclude="aiokafka"
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, for_code

from infra.errors import Unavailable, XietongError


class TopicsDiffer(XietongError):
    """主题与目录不符。"""

    code = "topics-differ"
    title_en = "The topics of the cluster differ from the catalogue"


class TopicsRefused(XietongError):
    """Kafka 拒绝了主题的变更。"""

    code = "topics-refused"
    title_en = "Kafka refused a change of a topic"


@asynccontextmanager
async def administration(bootstrap: Sequence[str]) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=list(bootstrap), client_id="xietong-topics", request_timeout_ms=15_000)
    try:
        await admin.start()
    except (KafkaError, OSError) as error:
        await admin.close()
        raise Unavailable(en="no Kafka broker answers") from error
    try:
        yield admin
    except (KafkaError, OSError) as error:
        raise Unavailable(en=f"Kafka broke off: {type(error).__name__}") from error
    finally:
        await admin.close()


async def places_of(topics: Sequence[str], bootstrap: Sequence[str]) -> list[TopicPartition]:
    """Every partition of those topics that are there. Unavailable while no broker answers."""
    async with administration(bootstrap) as admin:
        found = await admin.describe_topics(list(topics))
    return [TopicPartition(one["topic"], each["partition"]) for one in found if not one["error_code"] for each in one["partitions"]]


def check(code: int, topic: str) -> None:
    if code:
        name = for_code(code).__name__
        raise TopicsRefused(f"Kafka 拒绝主题 {topic}:{name}", en=f"Kafka refused the topic {topic}: {name}")
