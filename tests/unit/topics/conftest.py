from typing import Any

import pytest

from contracts.envelope import Envelope, Event
from contracts.registry import event_type

ALARM = {
    "alarm_no": "J370100202609210412",
    "kind": "weapon",
    "severity": "life-risk",
    "relation": "perimeter",
    "schools": ["2199000101"],
    "online": False,
    "place_text": "北门外",
    "casualties": 0,
    "suspect_at_large": True,
    "advice": ["lockdown"],
    "first_disposal": "none",
}


@pytest.fixture
def event() -> Event:
    """An alarm as it travels."""
    return event_of("police.alarm.raised", ALARM, ALARM["alarm_no"])


def event_of(name: str, data: dict[str, Any], subject: Any) -> Event:
    kind = event_type(name)
    envelope = Envelope(
        id="01999e2a-0000-7000-8000-000000000001",
        source="/police/pb-990102",
        type=kind.wire,
        subject=subject,
        time="2026-09-21T16:38:00.250+08:00",
        known_at="2026-09-21T16:36:30+08:00",
        dataschema=kind.dataschema,
        county="990102",
        publisher="police.110-desk@pb-990102",
        entered_late="先电话报告,后补录",
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )
    return Event(envelope=envelope, data=kind.model.model_validate(data))
