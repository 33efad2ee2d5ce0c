"""Who took a unit over, as an agency reads it from the record of the unit."""

from datetime import date
from typing import Any

import pytest

from services.chassis.directory import successor_at

BEFORE = {"from": "2024-09-01", "to": "2025-09-01", "name": "曲水教学点"}
LAST = {"from": "2025-09-01", "to": "2026-09-01", "name": "曲水小学", "successor": "2199000101"}


@pytest.mark.parametrize(
    ("rows", "heir"),
    [
        ([BEFORE, LAST], "2199000101"),
        ([BEFORE, LAST | {"to": "2026-09-22"}], None),
        ([LAST | {"to": "2026-09-21"}], "2199000101"),
        ([{"from": "2025-09-01", "to": "2026-09-01", "name": "停办"}], None),
        ([LAST | {"from": "2027-09-01", "to": "2028-09-01"}], None),
        ([LAST, {"from": "2026-09-01", "name": "复办"}], None),
        ([], None),
    ],
    ids=["merged", "not yet", "from that day on", "closed without heir", "not begun", "opened again", "no rows"],
)
def test_a_unit_has_an_heir_from_the_day_on_which_its_last_row_ends(rows: list[dict[str, Any]], heir: str | None) -> None:
    assert successor_at({"unit": "2199000109", "rows": rows}, date(2026, 9, 21)) == heir
