from typing import Any

import pytest

from contracts import registry
from contracts.envelope import Envelope
from contracts.event_type import EventType, key_of
from contracts.police import AlarmConcluded
from contracts.registry import UnknownType, all_types, event_type, parse, register, type_on_wire
from contracts.sealing import sealed_places


def envelope(name: str, subject: str) -> Envelope:
    kind = event_type(name)
    return Envelope(
        id="1",
        source="/police/pb-990102",
        type=kind.wire,
        subject=subject,
        time="2026-09-21T16:38:00+08:00",
        known_at="2026-09-21T16:36:30+08:00",
        dataschema=kind.dataschema,
        county="990102",
        publisher="police.110-desk@pb-990102",
    )


def test_a_type_is_found_by_name_and_on_the_wire() -> None:
    for kind in all_types():
        assert event_type(kind.name) is kind
        assert type_on_wire(kind.wire) is kind
        assert kind.dataschema == f"urn:xietong:schema:{kind.name}:v1"


@pytest.mark.parametrize("name", ["police.alarm", "", "xietong.police.alarm.raised.v1"])
def test_an_unknown_name_is_no_type(name: str) -> None:
    with pytest.raises(UnknownType):
        event_type(name)


def test_an_unknown_wire_type_is_told_without_repeating_strange_text() -> None:
    with pytest.raises(UnknownType, match=r"xietong\.police\.alarm\.raised\.v2"):
        type_on_wire("xietong.police.alarm.raised.v2")
    with pytest.raises(UnknownType) as unknown:
        type_on_wire("张三 13800138000")
    assert "张三" not in str(unknown.value)


def test_a_reader_ignores_what_a_newer_writer_adds(alarm: dict[str, Any], row: dict[str, Any]) -> None:
    data = alarm | {"pupils": [row | {"colour": "x"}], "drone_seen": True}
    parsed = parse(envelope("police.alarm.raised", alarm["alarm_no"]), data)
    assert parsed.model_dump(mode="json", exclude_none=True) == alarm | {"pupils": [row]}


def test_only_agencies_types_can_be_posted_and_each_names_its_publishers() -> None:
    for kind in all_types():
        bus = kind.name.startswith("bus.")
        assert (kind.intake_model is None) is bus
        assert bool(kind.publishers) is not bus


def test_a_new_agency_s_types_can_be_registered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_BY_NAME", dict(registry._BY_NAME))
    monkeypatch.setattr(registry, "_BY_WIRE", dict(registry._BY_WIRE))
    kind = EventType(
        name="tax.levy.raised", title="税", model=AlarmConcluded, key=key_of("alarm_no"), family="levy", publishers=("tax.desk",)
    )
    register([kind])
    register([kind])
    assert event_type("tax.levy.raised") is kind
    other = EventType(
        name="tax.levy.raised", title="税", model=AlarmConcluded, key=key_of("outcome"), family="levy", publishers=("tax.desk",)
    )
    with pytest.raises(ValueError, match="declared twice"):
        register([other])


def test_sealed_rows_stand_where_the_type_says() -> None:
    paths = {
        name: [place.path for place in sealed_places(f"police.alarm.raised{name}")]
        for name in ("", ".supplemented", ".corrected", ".withdrawn")
    }
    assert paths == {
        "": [("pupils",)],
        ".supplemented": [("added", "pupils")],
        ".corrected": [("changes", "pupils", "old"), ("changes", "pupils", "new")],
        ".withdrawn": [],
    }
    assert sealed_places("police.alarm.raised")[0].views == {"S", "P"}
    assert sealed_places("bus.duty.timed") == ()
