import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaConnectionError

from infra.embedded import Servers
from infra.errors import Unavailable
from infra.messaging.admin import TopicsDiffer, TopicsRefused, apply, places_of, plan
from infra.messaging.admin.client import administration
from infra.postgres.errors import is_transient
from tests.servers import until
from topics.catalogue import Catalogue
from topics.loading import Declared
from topics.topic import Topic


def catalogue(*topics: Topic) -> Catalogue:
    declared = Declared(
        topics=topics,
        hosts={},
        services=("police",),
        routing="routing",
        told={},
        answers={},
        directory="d",
        dead_letters_form="dlq.{group}.{topic}",
        patient=frozenset(),
    )
    return Catalogue.of(declared)


def topic(name: str, *, partitions: int = 2, retention_days: int = 7, compacted: bool = False) -> Topic:
    return Topic(
        name=name, owner="police", events=("police.alarm.raised",), key="alarm_no", partitions=partitions, retention_days=retention_days,
        compacted=compacted, readers=("routing",), dead_letters_of="x",
    )  # fmt: skip


async def test_a_catalogue_becomes_topics_and_applying_it_again_changes_nothing(servers: Servers) -> None:
    wanted = catalogue(topic("admin.a.v1"), topic("admin.b.v1", partitions=1, compacted=True))
    assert [(one.topic, one.kind) for one in await plan(wanted, servers.bootstrap)] == [("admin.a.v1", "create"), ("admin.b.v1", "create")]
    assert len(await apply(wanted, servers.bootstrap)) == 2
    assert await plan(wanted, servers.bootstrap) == []
    assert await apply(wanted, servers.bootstrap) == []
    assert len(await places_of(["admin.a.v1", "admin.b.v1", "not.there"], servers.bootstrap)) == 3


async def test_a_changed_retention_is_configured(servers: Servers) -> None:
    await apply(catalogue(topic("admin.c.v1")), servers.bootstrap)
    longer = catalogue(topic("admin.c.v1", retention_days=9))
    (change,) = await plan(longer, servers.bootstrap)
    assert (change.kind, change.settings["retention.ms"]) == ("configure", str(9 * 86_400_000))
    await apply(longer, servers.bootstrap)
    assert await plan(longer, servers.bootstrap) == []


async def test_a_topic_with_more_partitions_is_left_as_it_is(servers: Servers) -> None:
    await apply(catalogue(topic("admin.g.v1", partitions=4)), servers.bootstrap)
    fewer = catalogue(topic("admin.g.v1", partitions=1))
    assert await plan(fewer, servers.bootstrap) == []
    assert await apply(fewer, servers.bootstrap) == []
    assert len(await places_of(["admin.g.v1"], servers.bootstrap)) == 4


async def test_too_few_partitions_are_for_a_person_to_decide(servers: Servers) -> None:
    """INVARIANT: a key keeps its partition — broken by adding the partitions that the catalogue wants more."""
    await apply(catalogue(topic("admin.d.v1")), servers.bootstrap)
    more = catalogue(topic("admin.d.v1", partitions=4), topic("admin.e.v1"))
    with pytest.raises(TopicsDiffer, match=r"admin\.d\.v1"):
        await apply(more, servers.bootstrap)
    assert len(await places_of(["admin.d.v1"], servers.bootstrap)) == 2
    assert len(await places_of(["admin.e.v1"], servers.bootstrap)) == 2


async def test_what_kafka_refuses_is_an_error_with_the_topics_name(servers: Servers) -> None:
    with pytest.raises(TopicsRefused, match="not lawful"):
        await apply(catalogue(topic("not lawful")), servers.bootstrap)


async def test_a_topic_that_came_meanwhile_is_no_error(servers: Servers) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=list(servers.bootstrap))
    await admin.start()
    await admin.create_topics([NewTopic("admin.f.v1", 2, 1)])
    await admin.close()

    async def is_seen() -> bool:
        return [one.kind for one in await plan(catalogue(topic("admin.f.v1")), servers.bootstrap)] != ["create"]

    await until(is_seen)
    assert [one.kind for one in await apply(catalogue(topic("admin.f.v1")), servers.bootstrap)] == ["configure"]


async def test_without_a_broker_it_says_so() -> None:
    with pytest.raises(Unavailable):
        await plan(Catalogue.load(), ("127.0.0.1:9",))


async def test_the_real_catalogue_can_be_made(servers: Servers) -> None:
    real = Catalogue.load()
    await apply(real, servers.bootstrap)
    assert await plan(real, servers.bootstrap) == []


async def test_a_broker_that_goes_in_the_middle_is_an_error_that_time_heals(servers: Servers) -> None:
    """What if the broker dies between connecting and answering: whoever asked tries again, and no process ends for it."""

    async def cut_off() -> None:
        async with administration(servers.bootstrap):
            raise KafkaConnectionError

    with pytest.raises(Unavailable) as caught:
        await cut_off()
    assert is_transient(caught.value)
