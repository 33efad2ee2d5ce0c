"""What a new version makes of a notification, who signs for whom, and how silence grows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.coordination import EventFacts, NotificationIssued
from contracts.sealed import SealedRow
from contracts.sealing import sealed_places
from infra.http.auth import Actor
from infra.seal import new_private_key, open_row, public_key_of
from services import schools
from services.chassis.desk.issued import Standing, standing, unseal_out
from services.chassis.intake.again import silence_after
from services.chassis.intake.sealing import Sealer, restored, stripped
from services.chassis.rights import leads, sees, signing, visible_desks


def a_version(**changes: Any) -> NotificationIssued:
    facts = EventFacts.model_validate(
        {"type": "police.alarm.raised", "time": "2026-09-21T16:38:00+08:00", "known_at": "2026-09-21T16:38:00+08:00", "status": "actual",
         "county": "990102", "revision": 1, "publisher": None}
    )  # fmt: skip
    fields: dict[str, Any] = {
        "notification": "n", "incident": "i", "number": "XT", "desk": "school.duty-desk@2199000101", "kind": "acknowledge", "version": 2,
        "colour": "red", "ladder": "A", "view": "S", "bases": (), "event": facts, "payload": {},
    }  # fmt: skip
    return NotificationIssued(**{**fields, **changes})


def was(state: str, material_version: int = 1) -> dict[str, Any]:
    return {"state": state, "material_version": material_version, "version": 1}


@pytest.mark.parametrize(
    ("old", "change", "expected"),
    [
        (None, {"version": 1}, Standing("open", 1, True, "loud")),
        (None, {"version": 1, "colour": "orange"}, Standing("open", 1, True, "soft")),
        (None, {"version": 3, "material": False}, Standing("open", 3, True, "loud")),
        (None, {"version": 1, "kind": "inform", "colour": "blue"}, Standing("noted", 1, False, "soft")),
        (None, {"version": 1, "kind": "bulletin", "colour": "blue"}, Standing("open", 1, True, "soft")),
        (was("open"), {}, Standing("open", 2, False, "soft")),
        (was("open"), {"material": False}, Standing("open", 1, False, "quiet")),
        (was("open"), {"kind": "inform", "material": False}, Standing("open", 1, False, "quiet")),
        (was("acknowledged"), {}, Standing("open", 2, True, "loud")),
        (was("acknowledged"), {"material": False}, Standing("acknowledged", 1, False, "quiet")),
        (was("acknowledged"), {"kind": "inform"}, Standing("acknowledged", 2, False, "soft")),
        (was("returned"), {}, Standing("returned", 2, False, "soft")),
        (was("withdrawn"), {}, Standing("open", 2, True, "loud")),
        (was("noted"), {}, Standing("open", 2, True, "loud")),
        (was("noted"), {"kind": "inform", "material": False}, Standing("noted", 1, False, "quiet")),
    ],
)
def test_a_version_asks_for_a_signature_when_it_must(old: dict[str, Any] | None, change: dict[str, Any], expected: Standing) -> None:
    assert standing(old, a_version(**change)) == expected


@pytest.mark.parametrize(
    ("role", "other", "expected"),
    [
        ("school.principal", "school.duty-desk", True),
        ("school.duty-leader", "school.principal", True),
        ("school.duty-leader", "school.duty-desk", False),
        ("police.unit-leader", "police.station-duty", True),
        ("education.leader-in-charge", "education.duty-officer", False),
        ("school.safety-officer", "school.duty-desk", False),
    ],
)
def test_the_leader_of_the_unit_signs_for_its_desks(role: str, other: str, expected: bool) -> None:
    assert leads(role, other) is expected


def at(*desks: str) -> Actor:
    return Actor(ref="p", shown="张*", unit=desks[0].rpartition("@")[2], desks=desks, service="schools")


def test_a_leader_signs_in_its_own_unit_only() -> None:
    principal = at("school.principal@2199000101")
    signed = signing(principal, "school.duty-desk@2199000101")
    assert signed is not None
    assert signed.by_leader
    assert signing(principal, "school.duty-desk@3199000102") is None
    assert signing(at("school.safety-officer@2199000101"), "school.duty-desk@2199000101") is None
    own = signing(at("school.duty-desk@2199000101", "school.principal@2199000101"), "school.duty-desk@2199000101")
    assert own is not None
    assert not own.by_leader


def test_a_person_sees_the_desks_held_and_a_leader_the_unit() -> None:
    assert visible_desks(at("school.duty-desk@1")) == ["school.duty-desk@1"]
    assert visible_desks(at("school.principal@1")) is None
    assert visible_desks(at("school.duty-leader@1")) == ["school.duty-leader@1", "school.principal@1"]


@pytest.mark.parametrize(
    ("role", "event_name", "expected"),
    [
        ("school.moral-director", "police.alarm.raised", True),
        ("school.moral-director", "school.psych-risk.assessed", False),
        ("school.psych-teacher", "school.psych-risk.assessed", True),
        ("school.resident-doctor", "school.psych-risk.assessed", True),
        ("school.safety-officer", "police.alarm.raised", False),
        ("school.principal", "school.psych-risk.assessed", True),
    ],
)
def test_who_may_open_the_rows_sees_the_notification_of_another_desk(role: str, event_name: str, expected: bool) -> None:
    assert sees(at(f"{role}@2199000101"), schools.agency, "school.duty-desk@2199000101", event_name) is expected
    assert sees(at(f"{role}@2199000101"), schools.agency, f"{role}@2199000101", event_name)


def test_silence_grows_to_ten_minutes() -> None:
    minutes = [silence_after(sends) / timedelta(minutes=1) for sends in (1, 2, 3, 4, 5, 6, 100)]
    assert minutes == [1, 2, 4, 8, 10, 10, 10]


SEALED = {"row": "r-1", "alg": "A256GCM", "nonce": "AA", "ciphertext": "AA", "keys": {"schools": "AA"}, "views": ["S"]}


def test_sealed_rows_leave_a_payload_by_number() -> None:
    payload, rows = unseal_out({"kind": "weapon", "pupils": [SEALED], "schools": ["2199000101"]})
    assert payload == {"kind": "weapon", "pupils": [{"row": "r-1"}], "schools": ["2199000101"]}
    assert rows == [SEALED]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("police.alarm.raised", {"pupils": [SEALED], "kind": "weapon"}),
        ("police.alarm.raised.supplemented", {"added": {"pupils": [SEALED]}}),
        ("police.alarm.raised.corrected", {"changes": {"pupils": {"old": None, "new": [SEALED]}}}),
        ("police.alarm.raised.withdrawn", {"code": "invalid"}),
    ],
)
def test_what_rests_in_the_vault_comes_back_as_it_was(name: str, data: dict[str, Any]) -> None:
    resting = stripped(name, data)
    assert "ciphertext" not in str(resting)
    assert restored(name, resting, {"r-1": SEALED}) == data


def test_nothing_is_sealed_where_nothing_is_given() -> None:
    data = {"changes": {"kind": {"old": "theft", "new": "fraud"}}}
    assert Sealer({}, datetime(2026, 9, 21, tzinfo=UTC)).seal_places(data, sealed_places("police.alarm.raised.corrected")) == data


def test_the_row_of_a_list_shows_its_number_and_community_and_holds_them_sealed_too() -> None:
    private = {service: new_private_key() for service in ("schools", "partners")}
    row = {"row_no": 1, "name": "测试甲", "reason": "work", "home_community": "990102001001", "school_id": "3199000102"}
    sealer = Sealer({service: public_key_of(key) for service, key in private.items()}, datetime(2026, 9, 30, tzinfo=UTC))
    name = "school.dropout-list.submitted"
    (sealed,) = sealer.seal_places({"pupils": [row]}, sealed_places(name))["pupils"]
    assert {field: sealed[field] for field in ("school_id", "row_no", "home_community")} == {
        "school_id": "3199000102", "row_no": 1, "home_community": "990102001001",
    }  # fmt: skip
    assert "测试甲" not in str(sealed)
    opened = open_row(SealedRow.model_validate(sealed), service="partners", private_key=private["partners"])
    assert opened == {field: value for field, value in row.items() if field != "school_id"}
