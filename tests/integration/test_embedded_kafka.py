import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.embedded import EmbeddedError, default_root, embedded_servers
from infra.embedded.kafka import Jars, KafkaCluster, obtain_jars
from infra.embedded.kafka.probe import ask
from infra.embedded.process import identity
from infra.embedded.records import Records

CACHE = default_root() / "cache"
TOPIC = "embedded"


@pytest.fixture(scope="module")
async def jars() -> Jars:
    return await obtain_jars(CACHE, lambda line: None)


@pytest.fixture(scope="module")
async def kafka(jars: Jars, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[KafkaCluster]:
    root = tmp_path_factory.mktemp("kafka")
    cluster = KafkaCluster(root, jars, brokers=1, records=Records(root / "run"))
    await cluster.start()
    yield cluster
    await cluster.stop()


async def send(kafka: KafkaCluster, value: bytes) -> int:
    async with AIOKafkaProducer(bootstrap_servers=list(kafka.bootstrap), enable_idempotence=True, request_timeout_ms=15_000) as producer:
        sent = await producer.send_and_wait(TOPIC, value)
    return int(sent.offset)


async def topics(kafka: KafkaCluster) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=list(kafka.bootstrap), request_timeout_ms=15_000)
    await admin.start()
    try:
        return sorted(await admin.list_topics())
    finally:
        await admin.close()


async def make_topic(kafka: KafkaCluster) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=list(kafka.bootstrap), request_timeout_ms=15_000)
    await admin.start()
    try:
        answer = await admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()
    assert [row[1] for row in answer.topic_errors] in ([0], [36])


async def read_all(kafka: KafkaCluster, count: int) -> list[bytes]:
    """The first messages, read as a member of a group, so that the coordinator is up too."""
    consumer = AIOKafkaConsumer(
        TOPIC,
        bootstrap_servers=list(kafka.bootstrap),
        group_id="reader",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    async with asyncio.timeout(60), consumer:
        return [(await consumer.getone()).value for _ in range(count)]


async def test_what_was_acknowledged_is_there_after_a_stop_on_the_same_port(kafka: KafkaCluster) -> None:
    await make_topic(kafka)
    bootstrap, offset = kafka.bootstrap, await send(kafka, b"kept")
    await kafka.stop()
    assert kafka.pids == {1: None}
    await kafka.start()
    assert kafka.bootstrap == bootstrap
    assert (await read_all(kafka, offset + 1))[-1] == b"kept"


async def test_what_was_acknowledged_is_there_after_a_kill(kafka: KafkaCluster) -> None:
    await make_topic(kafka)
    offset = await send(kafka, b"before the kill")
    await kafka.kill()
    assert await ask(int(kafka.bootstrap[0].rpartition(":")[2])) is None
    await kafka.start()
    assert (await read_all(kafka, offset + 1))[-1] == b"before the kill"
    assert await send(kafka, b"after the kill") == offset + 1


async def test_a_broker_killed_from_outside_comes_back_by_itself(kafka: KafkaCluster) -> None:
    await make_topic(kafka)
    before = kafka.pids[1]
    assert before
    os.kill(before, signal.SIGKILL)
    async with asyncio.timeout(60):
        while kafka.pids[1] in (None, before):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await kafka.start()
    await send(kafka, b"back")


async def test_no_topic_appears_by_itself(kafka: KafkaCluster) -> None:
    async with AIOKafkaConsumer(bootstrap_servers=list(kafka.bootstrap)) as consumer:
        assert await consumer.topics() is not None
    assert "misspelt" not in await topics(kafka)


async def test_wiping_leaves_an_empty_broker_on_the_same_port(kafka: KafkaCluster) -> None:
    await make_topic(kafka)
    bootstrap = kafka.bootstrap
    await send(kafka, b"gone")
    await kafka.wipe()
    await kafka.start()
    assert kafka.bootstrap == bootstrap
    assert TOPIC not in await topics(kafka)


async def test_data_of_one_broker_is_not_started_as_three(kafka: KafkaCluster, jars: Jars) -> None:
    root = kafka.folder.parent
    three = KafkaCluster(root, jars, brokers=3, records=Records(root / "run-three"))
    with pytest.raises(EmbeddedError, match="1 个节点的 Kafka 数据，不能用 3 个节点"):
        await three.start()


async def test_a_broker_that_cannot_start_is_reported_with_the_end_of_its_log(jars: Jars, tmp_path: Path) -> None:
    broken = KafkaCluster(tmp_path, jars, brokers=1, records=Records(tmp_path / "run"), flags=("-XX:NoSuchFlag",))
    try:
        with pytest.raises(EmbeddedError, match=r"kafka-1 反复退出[\s\S]*NoSuchFlag"):
            await broken.start()
    finally:
        await broken.stop()


HOST = """
import asyncio, sys
from pathlib import Path
from infra.embedded import embedded_servers

async def main():
    root, cache = map(Path, sys.argv[1:])
    async with embedded_servers(root, cache=cache):
        (root / "up").touch()
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_both_servers_go_with_a_killed_host_and_come_back_with_the_next(jars: Jars, tmp_path: Path) -> None:
    host = await asyncio.create_subprocess_exec(sys.executable, "-c", HOST, str(tmp_path), str(CACHE), stdout=asyncio.subprocess.DEVNULL)
    async with asyncio.timeout(90):
        while not (tmp_path / "up").exists():
            assert host.returncode is None
            await asyncio.sleep(0.05)
    with pytest.raises(EmbeddedError, match="正由另一个进程使用"):
        async with embedded_servers(tmp_path, cache=CACHE):
            pytest.fail("two hosts on the same data")
    pids = [record.pid for record in Records(tmp_path / "run" / "servers").read()]
    assert len(pids) == 2
    host.kill()
    await host.wait()
    async with asyncio.timeout(30):
        while any(identity(pid) for pid in pids):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    async with embedded_servers(tmp_path, cache=CACHE) as servers:
        assert servers.kafka.pids[1]
        assert servers.postgres.pid
