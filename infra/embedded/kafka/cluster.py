"""The brokers as one server: start, stop, kill, wipe."""

import asyncio
import base64
import json
import shutil
import uuid
from functools import partial
from pathlib import Path

from infra.embedded import ports
from infra.embedded.backoff import SERVER_BACKOFF
from infra.embedded.errors import EmbeddedError
from infra.embedded.files import write_whole
from infra.embedded.kafka.config import NodePorts
from infra.embedded.kafka.jars import Jars
from infra.embedded.kafka.node import Node, NodeFiles
from infra.embedded.kafka.probe import ask
from infra.embedded.keeper import Keeper
from infra.embedded.ports import LOOPBACK
from infra.embedded.process import Child
from infra.embedded.ready import wait_ready
from infra.embedded.records import Records


class KafkaCluster:
    """Real Apache Kafka (KRaft) under `<root>/kafka`; a broker that dies by itself is restarted, one that was told to stop is not."""

    def __init__(
        self, root: Path, jars: Jars, *, brokers: int, records: Records, flags: tuple[str, ...] = (), patience: float = 20.0
    ) -> None:
        self.folder = root / "kafka"
        self._numbers = tuple(range(1, brokers + 1))
        self._ports: dict[int, NodePorts] = {}
        self._nodes = {
            number: Node(
                number=number,
                files=NodeFiles(self.folder / f"node-{number}", root / "logs" / f"kafka-{number}.log"),
                jars=jars,
                flags=flags,
                patience=patience,
            )
            for number in self._numbers
        }
        self._keepers = {
            number: Keeper(node.name, partial(self._prepare, number), records=records, backoff=SERVER_BACKOFF)
            for number, node in self._nodes.items()
        }

    @property
    def bootstrap(self) -> tuple[str, ...]:
        """`host:port` of each broker; the same after every restart as long as no one else took a port meanwhile."""
        return tuple(f"{LOOPBACK}:{self._ports[number].client}" for number in self._numbers)

    @property
    def pids(self) -> dict[int, int | None]:
        """By node number, from 1; None for one that is not running."""
        return {number: keeper.pid for number, keeper in self._keepers.items()}

    async def start(self, node: int | None = None, *, within: float = 90.0) -> None:
        """Returns when every broker meant (all of them, or the one named) is a member of a cluster with a leader.

        :raises EmbeddedError: not within the seconds; the text carries the end of the broker's log.
        """
        meant = self._meant(node)
        self._check_size()
        if node is None:
            self._claim_ports()
            resting = [self._nodes[number] for number in self._resting()]
            await asyncio.gather(*(each.write(self._ports, self._cluster_id()) for each in resting))
        await asyncio.gather(*(self._keepers[number].start() for number in meant))
        await asyncio.gather(*(self._wait(number, meant, within) for number in meant))

    async def stop(self, node: int | None = None) -> None:
        """SIGTERM; exit code 143 is the clean one."""
        await asyncio.gather(*(self._keepers[number].stop() for number in self._meant(node)))

    async def kill(self, node: int | None = None) -> None:
        """SIGKILL, as a power cut would; `start` brings it back."""
        await asyncio.gather(*(self._keepers[number].kill() for number in self._meant(node)))

    async def wipe(self) -> None:
        """Stops all brokers and deletes everything they hold; the next `start` makes an empty cluster on the same ports."""
        await self.kill()
        for node in self._nodes.values():
            shutil.rmtree(node.files.folder, ignore_errors=True)
        (self.folder / "cluster.json").unlink(missing_ok=True)

    def _meant(self, node: int | None) -> tuple[int, ...]:
        return self._numbers if node is None else (node,)

    async def _prepare(self, number: int) -> Child:
        node = self._nodes[number]
        self._claim_ports(only=number)
        await node.write(self._ports, self._cluster_id())
        return node.child()

    async def _wait(self, number: int, meant: tuple[int, ...], within: float) -> None:
        async def ready() -> bool:
            seen = await ask(self._ports[number].client)
            return seen is not None and seen.controller is not None and seen.brokers.keys() >= set(meant)

        files = self._nodes[number].files
        await wait_ready(self._keepers[number], ready, within=within, logs=(files.output, files.log))

    def _claim_ports(self, *, only: int | None = None) -> None:
        wanted = [number for number in self._resting() if only in (None, number)]
        names = [f"{kind}-{number}" for number in wanted for kind in ("client", "controller")]
        got = ports.claim(names, kept_in=self.folder / "ports.json")
        for number in wanted:
            self._ports[number] = NodePorts(client=got[f"client-{number}"], controller=got[f"controller-{number}"])

    def _resting(self) -> list[int]:
        return [number for number, keeper in self._keepers.items() if keeper.pid is None]

    def _cluster_id(self) -> str:
        return str(self._stored()["cluster_id"])

    def _check_size(self) -> None:
        stored, brokers = self._stored()["brokers"], len(self._numbers)
        if stored != brokers:
            raise EmbeddedError(
                f"{self.folder} 是 {stored} 个节点的 Kafka 数据，不能用 {brokers} 个节点启动；请换一个数据目录或先清除它",
                en=f"{self.folder} holds the data of {stored} brokers and cannot start as {brokers}; take another folder, or clear it",
            )

    def _stored(self) -> dict[str, object]:
        """`cluster.json`, made with the first start: an id of 22 characters and the number of brokers."""
        file = self.folder / "cluster.json"
        if not file.exists():
            name = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "_")
            write_whole(file, json.dumps({"cluster_id": name, "brokers": len(self._numbers)}))
        stored: dict[str, object] = json.loads(file.read_text())
        return stored
