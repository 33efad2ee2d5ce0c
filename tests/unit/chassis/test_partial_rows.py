"""A plain row that some views see in part: each opens its own sealed row, and nothing more."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.registry import event_type
from contracts.sealed import SealedRow
from contracts.sealing import sealed_places
from infra.seal import SealBroken, new_private_key, open_row, public_key_of
from services.chassis.intake.sealing import NoSealingKey, Sealer, restored, stripped

NOW = datetime(2026, 10, 21, 1, 40, tzinfo=UTC)
POLICE, PARTNERS = new_private_key(), new_private_key()
KEYS = {"police": public_key_of(POLICE), "partners": public_key_of(PARTNERS)}
NAME = "health.forced-report.filed"
CHILD = {"name": "李小明", "age_band": "6-13", "sex": "male", "address": "芙蓉社区三号楼", "guardian_phone": "13800138000"}
REPORT: dict[str, Any] = {
    "report_no": "QB-1", "kind": "injury", "suspect_relation": "unknown", "imminent": True, "pupils": [CHILD], "account": [{"text": "全身瘀伤"}],
    "reporter": [{"name": "王医生"}], "guardian_may_be_told": False,
}  # fmt: skip


def sealed(data: dict[str, Any]) -> tuple[dict[str, Any], Sealer]:
    sealer = Sealer(KEYS, NOW)
    return sealer.seal_places(data, sealed_places(NAME)), sealer


def opened(row: dict[str, Any], service: str, private_key: str) -> dict[str, Any]:
    return open_row(SealedRow.model_validate(row), service=service, private_key=private_key)


def test_each_service_opens_what_its_view_holds_and_no_other_row() -> None:
    wire, _ = sealed(REPORT)
    whole, part = wire["pupils"]
    assert (whole["views"], set(whole["keys"])) == (["P"], {"police"})
    assert (part["views"], set(part["keys"])) == (["W"], {"partners"})
    assert opened(whole, "police", POLICE) == CHILD
    assert opened(part, "partners", PARTNERS) == {"age_band": "6-13", "address": "芙蓉社区三号楼"}
    for row, service, key in ((whole, "partners", PARTNERS), (part, "police", POLICE), (wire["reporter"][0], "partners", PARTNERS)):
        with pytest.raises(SealBroken):
            opened(row, service, key)
    assert "school_id" not in whole.keys() | part.keys()


def test_what_is_sealed_fits_the_wire_and_rests_by_number() -> None:
    wire, sealer = sealed(REPORT)
    assert event_type(NAME).model.model_validate(wire)
    kept = stripped(NAME, wire)
    assert kept["pupils"] == [{"row": row["row"]} for row in wire["pupils"]]
    assert restored(NAME, kept, {row["row"]: row for row in sealer.rows}) == wire


def test_a_row_is_not_sealed_while_one_of_its_readers_has_no_key() -> None:
    with pytest.raises(NoSealingKey):
        Sealer({"police": KEYS["police"]}, NOW).seal_places(REPORT, sealed_places(NAME))
