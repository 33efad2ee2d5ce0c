import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.envelope import Event
from contracts.police import AlarmConcluded
from topics.codec import MAX_DETAIL, Encoded, NotOurs, Undecodable, decode, encode

GOLDEN = Path(__file__).parents[2] / "contract" / "golden"
STRUCTURED = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)


def structured(encoded: Encoded) -> dict[str, Any]:
    """The same event as a structured document."""
    attributes: dict[str, Any] = {name[3:]: value.decode() for name, value in encoded.headers if name.startswith("ce_")}
    attributes["revision"] = int(attributes["revision"])
    return attributes | {"datacontenttype": "application/json", "data": json.loads(encoded.value)}


def refused(headers: Any, value: bytes | None) -> Undecodable:
    with pytest.raises(Undecodable) as error:
        decode(headers, value)
    return error.value


def without(encoded: Encoded, name: str, *, instead: bytes | None = None) -> list[tuple[str, bytes]]:
    kept = [header for header in encoded.headers if header[0] != name]
    return kept if instead is None else [*kept, (name, instead)]


def test_an_event_survives_the_road_in_binary_mode(event: Event) -> None:
    encoded = encode(event)
    assert decode(encoded.headers, encoded.value) == event


def test_an_event_survives_the_road_in_structured_mode(event: Event) -> None:
    assert decode(STRUCTURED, json.dumps(structured(encode(event))).encode()) == event


def test_the_key_is_the_partition_key_is_the_subject(event: Event) -> None:
    encoded = encode(event)
    assert encoded.key == dict(encoded.headers)["ce_partitionkey"] == event.envelope.subject.encode()


def test_the_value_is_plain_json_in_utf_8_and_absent_stays_absent(event: Event) -> None:
    value = encode(event).value
    assert "北门外".encode() in value
    assert b"null" not in value
    assert "injury_note" not in json.loads(value)


def test_attribute_names_are_lower_case_letters_and_digits(event: Event) -> None:
    names = [name.removeprefix("ce_") for name, _ in encode(event).headers if name != "content-type"]
    assert all(name.isalnum() and name == name.lower() and len(name) <= 20 for name in names)
    assert len(set(names)) == len(names)


def test_a_record_without_value_is_refused(event: Event) -> None:
    assert refused(encode(event).headers, None).code == "null-value"


@pytest.mark.parametrize("value", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"alarm_no": NaNa}'])
def test_what_is_not_json_is_refused(event: Event, value: bytes) -> None:
    assert refused(encode(event).headers, value).code == "bad-json"
    assert refused(STRUCTURED, value).code == "bad-json"


@pytest.mark.parametrize("value", [b"null", b"[]", b"1", b'"text"', b"{}"])
def test_json_that_is_no_data_is_refused(event: Event, value: bytes) -> None:
    assert refused(encode(event).headers, value).code == "bad-data"


@pytest.mark.parametrize("value", [b"null", b"[]", b"1", b'"text"'])
def test_json_that_is_no_document_is_refused(value: bytes) -> None:
    assert refused(STRUCTURED, value).code == "bad-json"


def test_a_document_without_data_is_refused(event: Event) -> None:
    document = structured(encode(event))
    del document["data"]
    assert refused(STRUCTURED, json.dumps(document).encode()).code == "bad-data"


@pytest.mark.parametrize("name", ["id", "source", "type", "subject", "time", "knownat", "county", "publisher", "dataschema"])
def test_a_missing_attribute_is_named(event: Event, name: str) -> None:
    encoded = encode(event)
    error = refused(without(encoded, f"ce_{name}"), encoded.value)
    assert error.code == "bad-envelope"
    assert error.field == {"knownat": "known_at"}.get(name, name)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("ce_time", b"2026-09-21T16:38:00", "bad-envelope"),
        ("ce_time", b"1790000000", "bad-envelope"),
        ("ce_knownat", b"0001-01-01T00:00:00+14:00", "bad-envelope"),
        ("ce_specversion", b"0.3", "bad-envelope"),
        ("ce_county", b"99", "bad-envelope"),
        ("ce_revision", b"0", "bad-envelope"),
        ("ce_revision", b"one", "bad-envelope"),
        ("ce_publisher", b"nobody", "bad-envelope"),
        ("ce_status", b"real", "bad-envelope"),
        ("ce_id", b"a\x00b", "bad-envelope"),
        ("ce_subject", b"another-key", "bad-envelope"),
        ("ce_type", b"xietong.police.alarm.raised.v2", "unknown-type"),
        ("ce_type", b"xietong.tax.levy.raised.v1", "unknown-type"),
        ("ce_type", b"com.example.thing", "bad-envelope"),
        ("ce_source", b"\xff\xfe", "bad-encoding"),
        ("ce_datacontenttype", b"text/xml", "bad-encoding"),
        ("content-type", b"text/plain", "bad-encoding"),
        ("content-type", b"application/json; charset=gbk", "bad-encoding"),
        ("content-type", b"application/cloudevents-batch+json", "bad-encoding"),
        ("content-type", b"application/cloudevents+avro", "bad-encoding"),
    ],
)
def test_a_bad_attribute_is_refused_with_its_code(event: Event, name: str, value: bytes, code: str) -> None:
    encoded = encode(event)
    assert refused(without(encoded, name, instead=value), encoded.value).code == code


def test_a_header_without_value_or_told_twice_is_refused(event: Event) -> None:
    encoded = encode(event)
    assert refused([*without(encoded, "ce_id"), ("ce_id", None)], encoded.value).field == "ce_id"
    assert refused([*encoded.headers, ("ce_id", b"other")], encoded.value).field == "ce_id"
    assert decode([*encoded.headers, encoded.headers[2]], encoded.value) == event


def test_strange_headers_are_ignored(event: Event) -> None:
    encoded = encode(event)
    extra = [("ce_sampledrate", b"5"), ("x-proxy", b"\xff"), ("retry", None)]
    assert decode([*encoded.headers, *extra], encoded.value) == event


def test_a_plain_traceparent_is_taken_when_there_is_no_other(event: Event) -> None:
    encoded = encode(event)
    moved = [*without(encoded, "ce_traceparent"), ("traceparent", b"00-aa-bb-01")]
    assert decode(moved, encoded.value).envelope.traceparent == "00-aa-bb-01"
    assert decode([*encoded.headers, ("traceparent", b"00-aa-bb-01")], encoded.value) == event


def test_fields_of_a_newer_writer_are_ignored(event: Event) -> None:
    encoded = encode(event)
    newer = json.dumps(json.loads(encoded.value) | {"drone_seen": True}).encode()
    assert decode(encoded.headers, newer) == event


@pytest.mark.parametrize("place", ['"injury_note": "a\\u0000b"', '"drone": {"a": ["\\u0000"]}', '"dro\\u0000ne": 1'])
def test_a_nul_that_no_database_stores_is_refused_wherever_it_stands(event: Event, place: str) -> None:
    encoded = encode(event)
    value = encoded.value.replace(b"{", f"{{{place},".encode(), 1)
    assert refused(encoded.headers, value).code == "bad-data"


def test_the_six_characters_backslash_u0000_are_no_nul(event: Event) -> None:
    encoded = encode(event)
    value = encoded.value.replace(b"{", b'{"drone": "\\\\u0000",', 1)
    assert decode(encoded.headers, value) == event


def test_a_refusal_repeats_no_value_and_keeps_the_envelope_when_only_the_data_is_bad(event: Event) -> None:
    encoded = encode(event)
    secret = "李小明13800138000"
    error = refused(encoded.headers, json.dumps(json.loads(encoded.value) | {"place_text": secret, "kind": secret}).encode())
    assert secret not in str(error)
    assert (error.code, error.envelope) == ("bad-data", event.envelope)
    assert refused(without(encoded, "ce_county", instead=secret.encode()), encoded.value).envelope is None


def test_a_detail_stays_short(event: Event) -> None:
    encoded = encode(event)
    many = json.dumps({f"f{number}" * 50: 1 for number in range(50)}).encode()
    assert len(refused(encoded.headers, many).detail) <= MAX_DETAIL


def test_an_event_whose_parts_do_not_fit_is_not_sent(event: Event) -> None:
    other = AlarmConcluded(alarm_no="J370100202609210412", outcome="no-case")
    with pytest.raises(NotOurs, match="carries AlarmRaised"):
        encode(replace(event, data=other))
    with pytest.raises(NotOurs, match="subject"):
        encode(replace(event, envelope=event.envelope.model_copy(update={"subject": "x"})))
    with pytest.raises(NotOurs, match="dataschema"):
        encode(replace(event, envelope=event.envelope.model_copy(update={"dataschema": "x"})))


def test_what_should_never_have_left_a_school_is_told_apart() -> None:
    """INVARIANT: a yellow case is parked as what it is — broken by a consumer that calls it bad data, or by another fault beside it."""
    document = json.loads((GOLDEN / "school.psych-risk.assessed.v1" / "red.json").read_text(encoding="utf-8"))
    document["data"] |= {"level": "yellow", "companion": "nobody"}
    error = refused(STRUCTURED, json.dumps(document).encode())
    assert (error.code, error.field) == ("local-only", "level")
    assert error.envelope is not None
