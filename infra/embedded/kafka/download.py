"""Fetching the broker's jars from the public Java repository: each by its full name, none by a resolver's choice."""

import os
import shutil
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from jgo.config import GlobalSettings
from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import MavenContext, PythonResolver

from infra.embedded.errors import EmbeddedError

_PARALLEL = 4
_TIMEOUT = 60
_TELL_EVERY = 10 * 1024 * 1024
_PAUSES = (0.5, 2.0)
_CHOSEN = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Jar:
    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


@dataclass
class Download:
    """`progress` is called from the threads of the download; setting `abandoned` ends it at the next piece."""

    progress: Callable[[str], None]
    abandoned: threading.Event
    repository: str = MAVEN_CENTRAL_URL
    _received: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fetch(self, jars: tuple[Jar, ...], folder: Path) -> None:
        """All jars into `folder`, unchecked: the repository's own check sums are only warned about.

        :raises EmbeddedError: one could not be fetched, or the download was abandoned.
        """
        download = folder / "download"
        context = self._context(download)
        try:
            with trusting_the_machine(), ThreadPoolExecutor(_PARALLEL) as threads:
                fetched = threads.map(lambda jar: _fetch(context, jar), jars)
                for jar, path in zip(jars, fetched, strict=True):
                    path.rename(folder / jar.file)
        except (OSError, RuntimeError) as failed:
            reason = f"{type(failed).__name__}: {failed}"[:300]
            raise EmbeddedError(
                f"Kafka 没有下载成功（{reason}）；已删除半成品，请检查网络后重试",
                en=f"Kafka could not be fetched ({reason}); what had come is deleted: check the network and try again",
            ) from failed
        shutil.rmtree(download)

    def _context(self, download: Path) -> MavenContext:
        """A mirror named in jgo's own settings file goes before the public repository; the list guards against either."""
        repositories = {**GlobalSettings.load().repositories, "central": self.repository}
        resolver = PythonResolver(progress_callback=self._file)
        return MavenContext(resolver=resolver, repo_cache=download, remote_repos=repositories, timeout=_TIMEOUT)

    @contextmanager
    def _file(self, name: str, size: int) -> Iterator[Callable[[int], None]]:
        del name, size
        yield self._piece

    def _piece(self, size: int) -> None:
        if self.abandoned.is_set():
            raise EmbeddedError("下载已取消", en="the download was given up")
        with self._lock:
            before, self._received = self._received, self._received + size
        if self._received // _TELL_EVERY > before // _TELL_EVERY:
            self.progress(f"已下载 {self._received // 1024 // 1024} MB")


def _fetch(context: MavenContext, jar: Jar) -> Path:
    for pause in _PAUSES:
        try:
            return _fetch_once(context, jar)
        except (OSError, RuntimeError) as failed:
            log.info("download_retried", jar=jar.file, error=type(failed).__name__)
            time.sleep(pause)
    return _fetch_once(context, jar)


def _fetch_once(context: MavenContext, jar: Jar) -> Path:
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    if artifact.cached_path is not None:
        artifact.cached_path.unlink(missing_ok=True)  # a piece of an attempt that broke off would be taken for whole
    return Path(artifact.resolve())


@contextmanager
def trusting_the_machine() -> Iterator[None]:
    """The authorities that this machine trusts instead of a packaged list: behind a company's proxy only they fit."""
    bundle = _machine_bundle()
    if bundle is None or any(name in os.environ for name in _CHOSEN):
        yield
        return
    os.environ[_CHOSEN[0]] = str(bundle)
    try:
        yield
    finally:
        del os.environ[_CHOSEN[0]]


def _machine_bundle() -> Path | None:
    named = (os.environ.get("PIP_CERT"), os.environ.get("SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile, *_BUNDLES)
    return next((Path(name) for name in named if name and Path(name).is_file()), None)
