import struct
from pathlib import Path

from infra.embedded.kafka.config import NodePorts, server_properties
from infra.embedded.kafka.probe import Membership, decode_metadata


def string(text: str) -> bytes:
    return struct.pack(">h", len(text)) + text.encode()


def answer(*brokers: tuple[int, int], controller: int) -> bytes:
    rows = b"".join(struct.pack(">i", node) + string("127.0.0.1") + struct.pack(">ih", port, -1) for node, port in brokers)
    return struct.pack(">ii", 1, len(brokers)) + rows + struct.pack(">ii", controller, 0)


def test_the_members_and_the_controller_are_read_from_the_answer() -> None:
    seen = decode_metadata(answer((1, 9092), (3, 9094), controller=3))
    assert seen == Membership(brokers={1: 9092, 3: 9094}, controller=3)


def test_a_cluster_without_a_leader_has_no_controller() -> None:
    assert decode_metadata(answer((1, 9092), controller=-1)).controller is None


def test_three_brokers_keep_three_copies_and_one_keeps_one() -> None:
    three = {number: NodePorts(client=9000 + number, controller=9100 + number) for number in (1, 2, 3)}
    settings = server_properties(2, three, data=Path("/data"))
    assert "default.replication.factor=3\nmin.insync.replicas=2\n" in settings
    assert "controller.quorum.voters=1@127.0.0.1:9101,2@127.0.0.1:9102,3@127.0.0.1:9103\n" in settings
    assert "advertised.listeners=CLIENT://127.0.0.1:9002\n" in settings
    one = server_properties(1, {1: three[1]}, data=Path("/data"))
    assert "default.replication.factor=1\nmin.insync.replicas=1\n" in one
