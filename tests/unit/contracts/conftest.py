from typing import Any

import pytest


@pytest.fixture
def alarm() -> dict[str, Any]:
    """An alarm as the police post it."""
    return {
        "alarm_no": "J370100202609210412",
        "kind": "weapon",
        "severity": "life-risk",
        "relation": "perimeter",
        "schools": ["2199000101"],
        "online": False,
        "place_text": "北门外五十米",
        "place_point": {"lon": 117.02, "lat": 36.66, "crs": "CGCS2000"},
        "casualties": 1,
        "injury_note": "手臂划伤",
        "suspect_at_large": True,
        "suspect_look": "灰色外套",
        "advice": ["lockdown", "hold-dismissal"],
        "pupils": [{"name": "李小明", "class": "三年级一班", "age_band": "6-13", "guardian_phone": "13800138000"}],
        "first_disposal": "dispatched",
    }


@pytest.fixture
def campus() -> dict[str, Any]:
    """A campus incident as a school posts it."""
    return {
        "incident_no": "X-0921-1",
        "kind": "accident",
        "severity": "urgent",
        "school_id": "2199000101",
        "place_in_school": "playground",
        "casualties": 1,
        "dead": 0,
        "outsider_involved": False,
        "actions_taken": ["first-aid", "120-called"],
    }


@pytest.fixture
def row() -> dict[str, Any]:
    """A sealed row of the first school."""
    return {
        "row": "p1",
        "school_id": "2199000101",
        "alg": "A256GCM",
        "nonce": "AAEC",
        "ciphertext": "q83v",
        "keys": {"schools": "AAEC", "police": "AAEC"},
        "views": ["S", "P"],
    }
