"""The AsyncAPI 3.0 document: every topic, who writes it, who reads it and what it may carry. Generated from catalogue and contracts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.registry import EventType, event_type
from contracts.schemas import schema_of
from topics.attributes import NAMES
from topics.catalogue import Catalogue
from topics.topic import Topic

DOCUMENT = Path(__file__).with_name("asyncapi.json")
_DAY_MS = 24 * 3600 * 1000
_INSTANTS = frozenset({"time", "knownat", "occurredat"})
_REQUIRED = ("specversion", "id", "source", "type", "subject", "time", "dataschema", "knownat", "county", "revision", "publisher")


def document(catalogue: Catalogue) -> dict[str, Any]:
    """The whole document as JSON data."""
    topics = catalogue.topics()
    kinds = [event_type(name) for name in sorted({name for topic in topics for name in topic.events})]
    return {
        "asyncapi": "3.0.0",
        "id": "urn:xietong:bus",
        "info": {
            "title": "协同 Xietong",
            "version": "1.0.0",
            "description": "Events between the agencies around a school. CloudEvents 1.0 in binary mode over Kafka.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "bus": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "variables": {"bootstrap": {"default": "localhost:9092", "description": "Address of the brokers"}},
            }
        },
        "channels": {topic.name: _channel(topic) for topic in topics},
        "operations": _operations(topics),
        "components": {
            "messages": {kind.name: _message(kind) for kind in kinds},
            "messageTraits": {"envelope": _envelope()},
            "schemas": {name: schema for kind in kinds for name, schema in _schemas(kind).items()},
        },
    }


def _channel(topic: Topic) -> dict[str, Any]:
    policy = ["compact"] if topic.compacted else ["delete"]
    settings: dict[str, Any] = {"cleanup.policy": policy}
    if not topic.compacted:
        settings["retention.ms"] = topic.retention_days * _DAY_MS
    return {
        "address": topic.name,
        "title": f"written by {topic.owner}",
        "description": f"Key: {topic.key}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in topic.events},
        "bindings": {"kafka": {"topic": topic.name, "partitions": topic.partitions, "topicConfiguration": settings}},
    }


def _operations(topics: tuple[Topic, ...]) -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for topic in topics:
        channel = {"$ref": f"#/channels/{topic.name}"}
        operations[f"{topic.owner}-sends-{topic.name}"] = {"action": "send", "channel": channel}
        for reader in topic.readers:
            operations[f"{reader}-receives-{topic.name}"] = {"action": "receive", "channel": channel}
    return operations


def _message(kind: EventType) -> dict[str, Any]:
    return {
        "name": kind.wire,
        "title": kind.title,
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/envelope"}],
        "payload": {"$ref": f"#/components/schemas/{kind.name}"},
    }


def _envelope() -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    instant = text | {"format": "date-time"}
    names = [*NAMES.values(), "partitionkey"]
    return {
        "headers": {
            "type": "object",
            "properties": {f"ce_{name}": instant if name in _INSTANTS else text for name in names} | {"content-type": text},
            "required": [f"ce_{name}" for name in _REQUIRED],
        },
        "bindings": {"kafka": {"key": text}},
    }


def _schemas(kind: EventType) -> Mapping[str, Any]:
    """The schema of the data and its parts, each under a name of its own in the document."""
    schema = schema_of(kind)
    parts = schema.pop("$defs", {})
    root = {word: value for word, value in schema.items() if word not in {"$schema", "$id"}}
    return {kind.name: _moved(root, kind.name)} | {f"{kind.name}.{part}": _moved(body, kind.name) for part, body in parts.items()}


def _moved(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {word: _moved_reference(word, inner, name) for word, inner in value.items()}
    if isinstance(value, list):
        return [_moved(inner, name) for inner in value]
    return value


def _moved_reference(word: str, inner: Any, name: str) -> Any:
    if word == "$ref" and isinstance(inner, str):
        return inner.replace("#/$defs/", f"#/components/schemas/{name}.")
    return _moved(inner, name)


def text_of(catalogue: Catalogue) -> str:
    """The document as it is committed."""
    return json.dumps(document(catalogue), ensure_ascii=False, indent=1) + "\n"


def export_asyncapi(path: Path = DOCUMENT, catalogue: Catalogue | None = None) -> bool:
    """Write the document; gives whether it changed."""
    text = text_of(catalogue or Catalogue.load())
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


if __name__ == "__main__":
    export_asyncapi()
