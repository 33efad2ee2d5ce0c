"""The brokers as one server: start, stop, kill, wipe."""

import asyncio
import base64
import json
import shutil
import uuid
from functools import partial
from pathlib import Path

from infra.embedded import ports
from infra.embedded.errors import EmbeddedError
from infra.embedded.kafka.config import NodePorts
from infra.embedded.kafka.jars import Jars
from infra.embedded.kafka.node import Node, NodeFiles, format_all
from infra.embedded.kafka.probe import ask
from infra.embedded.keeper import Keeper
from infra.embedded.ports import LOOPBACK
from infra.embedded.process import Child, Records
from infra.embedded.supervisor import wait_ready


class KafkaCluster:
    """Real Apache Kafka (KRaft) under `<root>/kafka`; a broker that dies by itself is restarted, one that was told to stop is not."""

    def __init__(self, root: Path, jars: Jars, *, brokers: int, records: Records, aot: Path | None = None) -> None:
        self._folder = root / "kafka"
        self._numbers = tuple(range(1, brokers + 1))
        self._ports: dict[int, NodePorts] = {}
        self._nodes = {
            number: Node(number, NodeFiles(self._folder / f"node-{number}", root / "logs" / f"kafka-{number}.log"), jars, aot)
            for number in self._numbers
        }
        self._keepers = {number: Keeper(node.name, partial(self._prepare, number), records=records) for number, node in self._nodes.items()}
        self._check_size(brokers)

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
        if node is None:
            self._claim_ports()
            await format_all(list(self._nodes.values()), self._ports, self._cluster_id())
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
        (self._folder / "cluster.json").unlink(missing_ok=True)

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

        node = self._nodes[number]
        await wait_ready(node.name, ready, within=within, log=node.files.log if node.files.log.exists() else node.files.output)

    def _claim_ports(self, *, only: int | None = None) -> None:
        running = {number for number, keeper in self._keepers.items() if keeper.pid is not None}
        wanted = [number for number in self._numbers if number not in running and only in (None, number)]
        names = [f"{kind}-{number}" for number in wanted for kind in ("client", "controller")]
        got = ports.claim(names, kept_in=self._folder / "ports.json")
        for number in wanted:
            self._ports[number] = NodePorts(client=got[f"client-{number}"], controller=got[f"controller-{number}"])

    def _cluster_id(self) -> str:
        return str(self._stored()["cluster_id"])

    def _check_size(self, brokers: int) -> None:
        stored = self._stored(brokers)["brokers"]
        if stored != brokers:
            raise EmbeddedError(f"{self._folder} 是 {stored} 个节点的 Kafka 数据,不能用 {brokers} 个节点启动;请换一个数据目录或先清除它")

    def _stored(self, brokers: int | None = None) -> dict[str, object]:
        file = self._folder / "cluster.json"
        if not file.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            name = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "_")
            file.write_text(json.dumps({"cluster_id": name, "brokers": brokers or len(self._numbers)}))
        stored: dict[str, object] = json.loads(file.read_text())
        return stored
