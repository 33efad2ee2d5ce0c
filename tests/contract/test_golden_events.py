"""The golden events: every released version, read by today's models and by software that nobody here wrote."""

import json
from pathlib import Path
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, from_structured, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from jsonschema import Draft202012Validator, FormatChecker

from contracts.registry import all_types, type_on_wire
from contracts.schemas import schema_of
from topics.codec import decode, encode

FOLDER = Path(__file__).parent / "golden"
FILES = sorted(FOLDER.glob("*/*.json"))
STRUCTURED = {"content-type": b"application/cloudevents+json"}


@pytest.fixture(params=FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def path(request: pytest.FixtureRequest) -> Path:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def document(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_every_type_has_a_golden_event() -> None:
    assert {path.parent.name for path in FILES} >= {f"{kind.name}.v{kind.major}" for kind in all_types()}


def test_a_golden_event_is_read_and_written_without_loss(path: Path, document: dict[str, Any]) -> None:
    event = decode(tuple(STRUCTURED.items()), path.read_bytes())
    assert f"xietong.{path.parent.name}" == event.envelope.type
    encoded = encode(event)
    assert decode(encoded.headers, encoded.value) == event
    written = json.loads(encoded.value)
    assert {field: written[field] for field in document["data"]} == document["data"]
    assert encoded.key.decode() == document["partitionkey"]


def test_what_a_golden_event_says_is_in_its_schema(document: dict[str, Any]) -> None:
    schema = schema_of(type_on_wire(document["type"]))
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    assert [error.message for error in validator.iter_errors(document["data"])] == []
    written = encode(decode(tuple(STRUCTURED.items()), json.dumps(document).encode())).value
    assert [error.message for error in validator.iter_errors(json.loads(written))] == []


def test_the_cloudevents_sdk_reads_what_we_write(path: Path) -> None:
    event = decode(tuple(STRUCTURED.items()), path.read_bytes())
    encoded = encode(event)
    theirs = from_binary(KafkaMessage(headers=dict(encoded.headers), key=encoded.key, value=encoded.value), JSONFormat(), CloudEvent)
    assert (theirs.get_source(), theirs.get_id(), theirs.get_type()) == (*event.identity, event.envelope.type)
    assert theirs.get_time() == event.envelope.time
    assert theirs.get_subject() == theirs.get_extension("partitionkey") == event.envelope.subject
    assert theirs.get_data() == json.loads(encoded.value)


def test_we_read_what_the_cloudevents_sdk_writes_in_both_modes(path: Path) -> None:
    event = decode(tuple(STRUCTURED.items()), path.read_bytes())
    theirs = from_structured(KafkaMessage(headers=STRUCTURED, key=None, value=path.read_bytes()), JSONFormat(), CloudEvent)
    for message in (to_binary(theirs, JSONFormat()), to_structured(theirs, JSONFormat())):
        assert decode(tuple(message.headers.items()), message.value) == event
