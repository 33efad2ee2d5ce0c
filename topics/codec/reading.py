"""Records into events: binary and structured mode. Of any bytes ``decode`` makes an Event or Undecodable."""

from collections.abc import Iterable, Mapping
from typing import Any

import pydantic_core
from pydantic import BaseModel, ValidationError

from contracts.envelope import Envelope, Event
from contracts.registry import UnknownType, type_on_wire
from topics.attributes import FIELD_OF
from topics.codec.faults import Undecodable, undecodable
from topics.unstorable import holds_nul

Headers = Iterable[tuple[str, bytes | None]]

STRUCTURED = "application/cloudevents+json"


def decode(headers: Headers, value: bytes | None) -> Event:
    """The event of a record; Undecodable for every input that is none."""
    if value is None:
        raise Undecodable("null-value", "value", "A record of this bus always has a value")
    texts = _texts(headers)
    content = texts.get("content-type", "").lower()
    media = content.partition(";")[0].strip()
    if "charset=" in content and "utf-8" not in content:
        raise Undecodable("bad-encoding", "content-type", "Only UTF-8 is read")
    if media.startswith("application/cloudevents"):
        return _structured(media, value)
    if media not in {"", "application/json"}:
        raise Undecodable("bad-encoding", "content-type", "Only application/json and application/cloudevents+json are read")
    envelope = _envelope({name[3:]: text for name, text in texts.items() if name.startswith("ce_")}, texts.get("traceparent"))
    return Event(envelope=envelope, data=_data(envelope, value, binary=True))


def _texts(headers: Headers) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, raw in headers:
        lower = name.lower()
        if not (lower.startswith("ce_") or lower in {"content-type", "traceparent"}):
            continue
        if raw is None:
            raise Undecodable("bad-envelope", lower[:60], "A header of the envelope has no value")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            raise Undecodable("bad-encoding", lower[:60], "A header is not UTF-8") from None
        if texts.setdefault(lower, text) != text:
            raise Undecodable("bad-envelope", lower[:60], "A header is given twice with different values")
    return texts


def _structured(media: str, value: bytes) -> Event:
    if media != STRUCTURED:
        raise Undecodable("bad-encoding", "content-type", f"Of the structured modes only {STRUCTURED} is read")
    try:
        document = pydantic_core.from_json(value)
    except ValueError:
        raise Undecodable("bad-json", "value", "The value is not JSON") from None
    if not isinstance(document, dict):
        raise Undecodable("bad-json", "value", "The value is not a JSON object")
    if "data" not in document:
        raise Undecodable("bad-data", "data", "A structured event of this bus carries its data as JSON in data")
    envelope = _envelope(document, None)
    return Event(envelope=envelope, data=_data(envelope, document["data"], binary=False))


def _envelope(attributes: Mapping[str, Any], traceparent: str | None) -> Envelope:
    content = attributes.get("datacontenttype")
    if content is not None and content != "application/json":
        raise Undecodable("bad-encoding", "datacontenttype", "The data must be application/json")
    fields = {FIELD_OF[name]: given for name, given in attributes.items() if name in FIELD_OF and given is not None}
    if traceparent is not None:
        fields.setdefault("traceparent", traceparent)
    try:
        return Envelope.model_validate(fields)
    except ValidationError as error:
        raise undecodable("bad-envelope", error, None) from None


def _data(envelope: Envelope, value: Any, *, binary: bool) -> BaseModel:
    try:
        kind = type_on_wire(envelope.type)
    except UnknownType as error:
        raise Undecodable("unknown-type", "type", str(error), envelope=envelope) from None
    try:
        data = kind.model.model_validate_json(value, extra="ignore") if binary else kind.model.model_validate(value, extra="ignore")
    except ValidationError as error:
        raise undecodable("bad-data", error, envelope) from None
    if holds_nul(value):
        raise Undecodable("bad-data", "data", "The data holds the character U+0000", envelope=envelope)
    if envelope.subject != kind.key(data):
        raise Undecodable("bad-envelope", "subject", "The subject is not the key of the data", envelope=envelope)
    return data
