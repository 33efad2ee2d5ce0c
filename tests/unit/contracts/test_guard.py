from typing import Any

import pytest

from contracts.registry import event_type, follow_ups
from services.routing.core.matching.views import project
from tests.unit.contracts.stating import posted, refused, table_of, written

ROSTER, CHECKINS = "police.guard-roster.published", "police.guard-checkins.recorded"
A = "2199000101"
POST: dict[str, Any] = {"gate_id": "A-G1", "peak": "am", "slot": "police", "unit": "ps-990102-01", "person_ref": "p-88"}
NEED: dict[str, Any] = {"gate_id": "A-G1", "peak": "am", "slot": "police", "count": 1}
DAY: dict[str, Any] = {"school_id": A, "date": "2026-09-21", "rows": [POST], "required": [NEED]}
POINT = {"lon": 117.0, "lat": 36.6, "crs": "CGCS2000"}
ITEM: dict[str, Any] = {
    "item_no": 1, "gate_id": "A-G1", "peak": "am", "slot": "police", "person_ref": "p-88", "act": "in",
    "checked_at": "2026-09-21T06:58:12+08:00", "point": POINT, "method": "nfc",
}  # fmt: skip
BATCH: dict[str, Any] = {
    "gate_id": "A-G1", "school_id": A, "batch_no": "D17-20260921-0701", "device_id": "D17", "offline": False, "items": [ITEM],
    "uploaded_at": "2026-09-21T07:01:00+08:00",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "change", "refusal"),
    [
        (ROSTER, DAY, {"rows": [POST, POST | {"slot": "auxiliary"}]}, {"rows": "repeated-item"}),
        (ROSTER, DAY, {"rows": [POST | {"person_ref": "余民警"}]}, {"rows.0.person_ref": "string-pattern-mismatch"}),
        (ROSTER, DAY, {"required": [NEED, NEED | {"count": 2}]}, {"required": "repeated-item"}),
        (ROSTER, DAY, {"required": [NEED | {"count": -1}]}, {"required.0.count": "greater-than-equal"}),
        (ROSTER, DAY, {"date": "2026-9-21"}, {"date": "day-not-iso"}),
        (CHECKINS, BATCH, {"items": [ITEM, ITEM]}, {"items": "repeated-item"}),
        (CHECKINS, BATCH, {"items": [ITEM | {"item_no": n} for n in range(1, 502)]}, {"items": "too-long"}),
        (CHECKINS, BATCH, {"items": [ITEM | {"gate_id": "A-G2"}]}, {"items.0.gate_id": "gate-not-in-event"}),
        (CHECKINS, BATCH, {"items": [ITEM | {"checked_at": "06:58:12"}]}, {"items.0.checked_at": "time-without-offset"}),
        (CHECKINS, BATCH, {"items": []}, {"items": "too-short"}),
    ],
)
def test_what_the_table_forbids_is_refused(name: str, data: dict[str, Any], change: dict[str, Any], refusal: dict[str, str]) -> None:
    assert posted(name, data)
    assert refused(name, data | change) == refusal


def test_who_sees_a_roster_and_the_check_ins() -> None:
    assert table_of(ROSTER) == written("""
        school_id SEPL
        date SEPL
        rows SP personal
        required SEPL
    """)
    assert table_of(CHECKINS) == written("""
        gate_id SPL
        school_id SPL
        batch_no PL
        device_id P
        offline PL
        items SP personal
        uploaded_at PL
    """)


def test_a_roster_s_key_is_school_and_day() -> None:
    kind = event_type(ROSTER)
    assert kind.key(posted(ROSTER, DAY)) == "2199000101/2026-09-21"
    corrected = {
        "school_id": A,
        "date": "2026-09-21",
        "changes": {"required": {"old": [NEED], "new": [NEED | {"count": 2}]}},
        "reason": "加派",
    }
    assert event_type(f"{ROSTER}.corrected").key(posted(f"{ROSTER}.corrected", corrected)) == "2199000101/2026-09-21"
    moved = corrected | {"changes": {"date": {"old": "2026-09-21", "new": "2026-09-22"}}}
    assert refused(f"{ROSTER}.corrected", moved) == {"changes.date": "extra-forbidden"}


def test_a_school_sees_the_check_ins_of_its_own_gate_without_their_points() -> None:
    assert project(CHECKINS, BATCH, "P", school=None)[0]["items"] == [ITEM]
    (own,) = project(CHECKINS, BATCH, "S", school=A)[0]["items"]
    assert own == {name: value for name, value in ITEM.items() if name != "point"}
    assert "items" not in project(CHECKINS, BATCH, "S", school="3199000102")[0]


def test_nobody_is_taken_for_the_school_of_a_gate_whose_school_was_not_said() -> None:
    unsaid = {name: value for name, value in BATCH.items() if name != "school_id"}
    assert posted(CHECKINS, unsaid)
    assert "items" not in project(CHECKINS, unsaid, "S", school=A)[0]


def test_what_was_sent_at_once_has_a_minute_and_what_was_kept_until_after_its_window() -> None:
    kind = event_type(CHECKINS)
    assert [kind.publish_form(BATCH | {"offline": held}) for held in (True, False)] == ["4h from window_ends", "1min"]
    assert [one.mark for name in (ROSTER, CHECKINS) for one in follow_ups(name)] == ["C", "C"]
