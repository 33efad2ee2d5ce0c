import hashlib
import os
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infra.embedded import EmbeddedError
from infra.embedded.kafka.download import Download, trusting_the_machine
from infra.embedded.kafka.jars import ensure_jars, read_list

JARS = {"org.example:kafka_2.13:9.9": b"broker", "org.example:client:1.0": b"client"}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        return None


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository's folder with both jars."""
    for name, content in JARS.items():
        group, artifact, version = name.split(":")
        folder = tmp_path / "shop" / group.replace(".", "/") / artifact / version
        folder.mkdir(parents=True)
        (folder / f"{artifact}-{version}.jar").write_bytes(content)
    return tmp_path / "shop"


@pytest.fixture
def repository(shop: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(shop))) as server:
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    file = tmp_path / "kafka.sha256"
    file.write_text("".join(f"{name} {hashlib.sha256(content).hexdigest()}\n" for name, content in JARS.items()))
    return file


def fetching_from(repository: str, said: list[str] | None = None) -> Download:
    said = [] if said is None else said
    return Download(progress=said.append, abandoned=threading.Event(), repository=repository)


def test_jars_are_fetched_once_and_then_need_no_network(tmp_path: Path, repository: str, listed: Path) -> None:
    said: list[str] = []
    first = ensure_jars(tmp_path / "cache", fetching_from(repository, said), listed=listed)
    again = ensure_jars(tmp_path / "cache", fetching_from("http://127.0.0.1:1", said), listed=listed)
    assert first == again
    assert [file.read_bytes() for file in again.files] == list(JARS.values())
    assert len([line for line in said if "下载 Apache Kafka 9.9" in line]) == 1
    assert not list((tmp_path / "cache").glob("*.half"))


def test_a_jar_that_is_not_the_listed_one_is_refused_and_nothing_is_kept(tmp_path: Path, shop: Path, repository: str, listed: Path) -> None:
    (shop / "org/example/client/1.0/client-1.0.jar").write_bytes(b"another")
    with pytest.raises(EmbeddedError, match=r"sha256 不符.*client-1\.0\.jar"):
        ensure_jars(tmp_path / "cache", fetching_from(repository), listed=listed)
    assert not list((tmp_path / "cache").glob("kafka-9.9*"))


def test_a_jar_changed_in_the_cache_is_refused_and_fetched_again_by_the_next_start(tmp_path: Path, repository: str, listed: Path) -> None:
    jars = ensure_jars(tmp_path / "cache", fetching_from(repository), listed=listed)
    jars.files[1].write_bytes(b"clien")
    with pytest.raises(EmbeddedError, match="sha256 不符"):
        ensure_jars(tmp_path / "cache", fetching_from(repository), listed=listed)
    assert not jars.folder.exists()
    assert ensure_jars(tmp_path / "cache", fetching_from(repository), listed=listed).files[1].read_bytes() == b"client"


def test_a_jar_missing_from_the_cache_is_refused(tmp_path: Path, repository: str, listed: Path) -> None:
    ensure_jars(tmp_path / "cache", fetching_from(repository), listed=listed).files[0].unlink()
    with pytest.raises(EmbeddedError, match="sha256 不符"):
        ensure_jars(tmp_path / "cache", fetching_from(repository), listed=listed)


def test_an_unreachable_repository_leaves_nothing_half_built(tmp_path: Path, listed: Path) -> None:
    with pytest.raises(EmbeddedError, match="没有下载成功"):
        ensure_jars(tmp_path / "cache", fetching_from("http://127.0.0.1:1"), listed=listed)
    assert not list((tmp_path / "cache").glob("kafka-9.9*"))


def test_the_machines_own_trust_is_used_unless_another_was_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.touch()
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CERT", str(bundle))
    with trusting_the_machine():
        assert os.environ["REQUESTS_CA_BUNDLE"] == str(bundle)
    assert "REQUESTS_CA_BUNDLE" not in os.environ
    monkeypatch.setenv("CURL_CA_BUNDLE", "/chosen")
    with trusting_the_machine():
        assert "REQUESTS_CA_BUNDLE" not in os.environ


def test_an_abandoned_download_ends_and_leaves_nothing_half_built(tmp_path: Path, repository: str, listed: Path) -> None:
    download = fetching_from(repository)
    download.abandoned.set()
    with pytest.raises(EmbeddedError, match="已取消"):
        ensure_jars(tmp_path / "cache", download, listed=listed)
    assert not list((tmp_path / "cache").glob("kafka-9.9*"))


def test_what_a_killed_download_left_does_not_disturb_the_next(tmp_path: Path, repository: str, listed: Path) -> None:
    left = tmp_path / "cache" / "kafka-9.9.half" / "download"
    left.mkdir(parents=True)
    (left / "client-1.0.jar").write_bytes(b"cl")
    assert ensure_jars(tmp_path / "cache", fetching_from(repository), listed=listed).files[1].read_bytes() == b"client"


def test_the_committed_list_names_one_kafka_version_throughout() -> None:
    jars = read_list()
    kafka = {jar.version for jar in jars if jar.group == "org.apache.kafka"}
    assert len(kafka) == 1
    assert {"kafka_2.13", "kafka-clients", "log4j-slf4j-impl"} <= {jar.artifact for jar in jars}
    assert len({jar.file for jar in jars}) == len(jars)


def test_the_start_cache_is_bound_to_the_class_path(tmp_path: Path, repository: str, listed: Path) -> None:
    here = ensure_jars(tmp_path / "cache", fetching_from(repository), listed=listed)
    there = ensure_jars(tmp_path / "elsewhere", fetching_from(repository), listed=listed)
    assert here.start_cache.name != there.start_cache.name
