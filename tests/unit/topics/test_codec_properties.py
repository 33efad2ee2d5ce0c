"""Whatever comes, ``decode`` gives an Event or Undecodable."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.envelope import Envelope, Event
from contracts.registry import event_type
from topics.attributes import NAMES
from topics.codec import Undecodable, decode, encode

KIND = event_type("police.alarm.raised")
PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Nd"]), min_size=1, max_size=60)
WORDS = PLAIN.filter(lambda text: bool(text.strip()))
ZONES = st.sampled_from([timezone(timedelta(minutes=minutes)) for minutes in (-720, -210, 0, 345, 480, 840)])
TIMES = st.datetimes(datetime(2000, 1, 2), datetime(2199, 12, 30), timezones=ZONES)
ALARMS = st.fixed_dictionaries(
    {
        "alarm_no": st.from_regex(r"\A[A-Z][0-9]{11,23}\Z"),
        "kind": st.sampled_from(["weapon", "fire", "theft"]),
        "severity": st.sampled_from(["life-risk", "urgent", "routine"]),
        "relation": st.sampled_from(["on-campus", "perimeter", "pupil-only"]),
        "schools": st.lists(st.from_regex(r"\A[0-9]{10}\Z"), min_size=1, max_size=5, unique=True),
        "online": st.booleans(),
        "place_text": WORDS,
        "casualties": st.integers(0, 1_000_000),
        "suspect_at_large": st.booleans(),
        "advice": st.lists(st.sampled_from(["lockdown", "escort", "watch"]), unique=True),
        "first_disposal": st.sampled_from(["none", "dispatched"]),
    },
    optional={"injury_note": WORDS, "suspect_look": WORDS},
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    data = draw(ALARMS)
    optional = {"occurred_at": TIMES, "incident": WORDS, "correlationid": WORDS, "entered_late": WORDS}
    envelope = Envelope(
        id=draw(WORDS),
        source=draw(WORDS),
        type=KIND.wire,
        subject=data["alarm_no"],
        time=draw(TIMES),
        known_at=draw(TIMES),
        dataschema=KIND.dataschema,
        county=draw(st.from_regex(r"\A[0-9]{6}\Z")),
        publisher="police.110-desk@pb-990102",
        revision=draw(st.integers(1, 10**6)),
        **{name: draw(strategy) for name, strategy in optional.items() if draw(st.booleans())},
    )
    return Event(envelope=envelope, data=KIND.model.model_validate(data))


@given(events())
def test_every_event_survives_both_modes(event: Event) -> None:
    encoded = encode(event)
    assert decode(encoded.headers, encoded.value) == event
    document: dict[str, Any] = {name[3:]: value.decode() for name, value in encoded.headers if name.startswith("ce_")}
    document["data"] = json.loads(encoded.value)
    assert decode((("content-type", b"application/cloudevents+json"),), json.dumps(document, ensure_ascii=False).encode()) == event


NAMES_OF_HEADERS = st.sampled_from([f"ce_{name}" for name in NAMES.values()] + ["content-type", "traceparent"]) | st.text(max_size=20)
CONTENT = st.sampled_from([b"application/json", b"application/cloudevents+json", b"", b"text/plain"])
GOOD = st.sampled_from([b"1.0", KIND.wire.encode(), b"2026-09-21T16:38:00+08:00", b"990102", b"police.110-desk@pb-990102", b"1"])
HEADERS = st.lists(st.tuples(NAMES_OF_HEADERS, st.none() | st.binary(max_size=40) | GOOD | CONTENT), max_size=25)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)
VALUES = st.none() | st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode())


CODES = {"bad-json", "bad-envelope", "unknown-type", "bad-data", "null-value", "bad-encoding", "local-only"}


def read(headers: Any, value: bytes | None) -> bool:
    """Whether the record gives an Event or a well-formed Undecodable; any other exception comes through."""
    try:
        return isinstance(decode(headers, value), Event)
    except Undecodable as error:
        return error.code in CODES and bool(error.field) and bool(error.detail)


@settings(max_examples=400)
@given(HEADERS, VALUES)
def test_random_records_give_undecodable_and_nothing_else(headers: list[tuple[str, bytes | None]], value: bytes | None) -> None:
    assert read(headers, value)


@settings(max_examples=400)
@given(events(), st.data())
def test_an_event_damaged_anywhere_gives_undecodable_and_nothing_else(event: Event, data: st.DataObject) -> None:
    encoded = encode(event)
    headers = list(encoded.headers)
    value = encoded.value
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(headers) - 1))
        headers[at] = (headers[at][0], data.draw(st.none() | st.binary(max_size=30)))
    else:
        at = data.draw(st.integers(0, len(value) - 1))
        value = value[:at] + data.draw(st.binary(max_size=4)) + value[at + data.draw(st.integers(0, 4)) :]
    assert read(headers, value)


@settings(max_examples=200)
@given(events(), JSON, st.sampled_from([*sorted(NAMES.values()), "data", "datacontenttype"]))
def test_a_document_with_any_json_in_any_place_gives_undecodable_and_nothing_else(event: Event, junk: Any, place: str) -> None:
    encoded = encode(event)
    document: dict[str, Any] = {name[3:]: value.decode() for name, value in encoded.headers if name.startswith("ce_")}
    document |= {"data": json.loads(encoded.value), place: junk}
    assert read((("content-type", b"application/cloudevents+json"),), json.dumps(document).encode())
