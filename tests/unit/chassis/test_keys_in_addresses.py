"""The key in an address: of one field or of several, it fills what the body leaves out and contradicts nothing."""

from typing import Any

import pytest
from starlette.routing import Match

from infra.http.errors import Invalid
from infra.http.language import Language
from services import cyberspace, health, market, partners, police, schools
from services.chassis.agency import Agency
from services.chassis.intake.accept import Posting, whole_data
from services.chassis.intake.body import Stated, body_model
from services.chassis.pages.filing.filing import Filing
from services.chassis.routes.events import intake_routes

CORRECTED = next(one for one in police.agency.inlets() if one.stated.name == "police.guard-roster.published.corrected")
NEED = {"gate_id": "A-G1", "peak": "am", "slot": "police", "count": 1}
BODY: dict[str, Any] = {"reason": "加派", "changes": {"required": {"old": [NEED], "new": [NEED | {"count": 2}]}}}


def posted(key: str, **data: Any) -> dict[str, Any]:
    body = body_model(CORRECTED).model_validate({"data": BODY | data})
    return whole_data(Posting(CORRECTED, Stated(), body.data, None, key))


def test_the_address_names_school_and_day() -> None:
    assert "{key}" in CORRECTED.path
    whole = posted("2199000101/2026-09-21")
    assert (whole["school_id"], whole["date"]) == ("2199000101", "2026-09-21")
    assert posted("2199000101/2026-09-21", date="2026-09-21") == whole


@pytest.mark.parametrize(
    ("key", "data", "field"),
    [
        ("2199000101/2026-09-21", {"date": "2026-09-22"}, "data.date"),
        ("2199000101", {}, "data.school_id"),
        ("2199000101/monday", {}, "data.date"),
    ],
)
def test_a_key_that_is_not_whole_or_differs_is_refused(key: str, data: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        posted(key, **data)
    assert [fault.field for fault in refused.value.fields] == [field]


def test_a_form_has_room_for_what_its_declaration_says() -> None:
    inlet = next(one for one in police.agency.inlets() if one.form == "guard-roster")
    rooms = {one.name: len(one.rows_shown) for one in Filing(inlet).fields("zh") if one.listed}
    assert rooms == {"rows": 12, "required": 12}


@pytest.mark.parametrize(("language", "label"), [("zh", "紧急程度"), ("en", "Severity")])
def test_the_level_that_is_changed_is_called_as_its_field_is(language: Language, label: str) -> None:
    inlet = next(one for one in police.agency.inlets() if one.stated.name == "police.alarm.raised.level-changed")
    (level,) = [one for one in Filing(inlet, key="J-1").fields(language) if one.name == "field"]
    assert level.options == (("severity", label),)


@pytest.mark.parametrize("agency", [one.agency for one in (police, schools, health, market, cyberspace, partners)], ids=lambda one: one.name)
@pytest.mark.parametrize("key", ["K-1", "2199000101/2026-09-21"])
def test_every_address_takes_its_own_type(agency: Agency, key: str) -> None:
    """INVARIANT: an address reaches the type that declares it — broken by a key with slashes that takes in the end of a longer address."""
    router = intake_routes(agency)
    for inlet in agency.inlets():
        address = f"/api{inlet.path}".replace("{key}", key)
        scope = {"type": "http", "method": "POST", "path": address, "headers": []}
        taker = next(route for route in router.routes if route.matches(scope)[0] is Match.FULL)
        assert getattr(taker, "name", None) == inlet.stated.name, address
