"""JSON Schemas (2020-12) of every event type, generated from the models: closed, each field with its sensitivity and purpose."""

import json
from pathlib import Path
from typing import Any

from contracts.bus_fields import said_of_bus_field
from contracts.registry import EventType, all_types

__all__ = ["export_schemas", "file_name", "schema_of", "stale_schemas"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def file_name(kind: EventType) -> str:
    """``police.alarm.raised.v1.json``."""
    return f"{kind.name}.v{kind.major}.json"


def schema_of(kind: EventType) -> dict[str, Any]:
    """The schema that a writer's data on the wire must satisfy."""
    generated = kind.model.model_json_schema(by_alias=True, mode="validation")
    definitions = generated.pop("$defs", {})
    parts = {kind.model.__name__: generated} | definitions
    for model, part in parts.items():
        if "properties" in part:
            _close(model, part)
    title = {"$schema": DIALECT, "$id": kind.dataschema, "title": kind.title}
    body = {word: value for word, value in generated.items() if word != "title"}
    return title | body | ({"$defs": definitions} if definitions else {})


def _close(model: str, part: dict[str, Any]) -> None:
    part["additionalProperties"] = False
    for field, said in part["properties"].items():
        said.pop("title", None)
        _forbid_null(said)
        if "x-sensitivity" not in said:
            label, sensitivity, purpose = said_of_bus_field(model, field)
            said |= {"x-sensitivity": sensitivity, "x-purpose": purpose, "x-label": label}


def _forbid_null(said: dict[str, Any]) -> None:
    """What is not stated is absent on the wire, never null."""
    if said.get("default", ...) is None:
        del said["default"]
    choices = [choice for choice in said.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del said["anyOf"]
        for word, value in choices[0].items():
            said.setdefault(word, value)
    elif choices:
        said["anyOf"] = choices


def _text(kind: EventType) -> str:
    return json.dumps(schema_of(kind), ensure_ascii=False, indent=2) + "\n"


def stale_schemas(folder: Path) -> tuple[str, ...]:
    """Names of the files that are missing, out of date, or of no type."""
    wanted = {file_name(kind): _text(kind) for kind in all_types()}
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    return tuple(sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)))


def export_schemas(folder: Path) -> tuple[str, ...]:
    """Write every schema into ``folder`` and take away those of no type; gives the names of the changed files."""
    changed = stale_schemas(folder)
    wanted = {file_name(kind): _text(kind) for kind in all_types()}
    folder.mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return changed
