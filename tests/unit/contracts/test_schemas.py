import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import contracts.schemas
from contracts.bus_fields import FIELDS, said_of_bus_field
from contracts.registry import EventType, all_types, event_type
from contracts.schemas import DIALECT, export_schemas, file_name, schema_of, stale_schemas

COMMITTED = Path(contracts.schemas.__file__).parent


@pytest.fixture(params=all_types(), ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> EventType:
    return request.param  # type: ignore[no-any-return]


def parts_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The root and every definition that is an object with named fields."""
    return [part for part in (schema, *schema.get("$defs", {}).values()) if "properties" in part]


def test_the_committed_schemas_are_those_of_the_models() -> None:
    assert stale_schemas(COMMITTED) == ()


def test_a_schema_satisfies_its_metaschema(kind: EventType) -> None:
    schema = json.loads((COMMITTED / file_name(kind)).read_text(encoding="utf-8"))
    assert (schema["$schema"], schema["$id"], schema["title"]) == (DIALECT, kind.dataschema, kind.title)
    Draft202012Validator.check_schema(schema)


def test_a_schema_is_closed_and_says_of_every_field_whom_it_serves(kind: EventType) -> None:
    for part in parts_of(schema_of(kind)):
        assert part["additionalProperties"] is False
        for field, said in part["properties"].items():
            assert said["x-sensitivity"] in {"public", "work", "personal", "minor"}, field
            assert said["x-purpose"], field
            assert said["x-label"], field


def test_a_schema_knows_no_null(kind: EventType) -> None:
    for part in parts_of(schema_of(kind)):
        for field, said in part["properties"].items():
            assert {"type": "null"} not in said.get("anyOf", []), field
            assert said.get("default", ...) is not None, field


def names_in(kind: EventType) -> set[str]:
    """The rows of the table that a bus event's fields use."""
    whole = kind.model.model_json_schema()
    parts = {kind.model.__name__: whole, **whole.get("$defs", {})}
    fields = {(name, field) for name, part in parts.items() for field in part.get("properties", {})}
    return {f"{name}.{field}" if f"{name}.{field}" in FIELDS else field for name, field in fields}


def test_every_description_of_a_bus_field_is_used() -> None:
    used = [names_in(kind) for kind in all_types() if kind.name.startswith("bus.")]
    assert set(FIELDS) - set().union(*used) == set()


def test_a_bus_field_that_nobody_described_is_an_error() -> None:
    with pytest.raises(KeyError):
        said_of_bus_field("DecisionMade", "surprise")


def test_a_field_that_the_schema_refuses_the_model_refuses_too() -> None:
    validator = Draft202012Validator(schema_of(event_type("police.alarm.concluded")))
    good = {"alarm_no": "J370100202609210412", "outcome": "mediated"}
    assert validator.is_valid(good)
    for bad in (good | {"advice": None}, good | {"x": 1}, good | {"outcome": "x"}, {"outcome": "mediated"}, good | {"alarm_no": "1"}):
        assert not validator.is_valid(bad), bad


def test_export_writes_repairs_and_takes_away(tmp_path: Path) -> None:
    assert set(export_schemas(tmp_path)) == {file_name(kind) for kind in all_types()}
    assert export_schemas(tmp_path) == ()
    one = tmp_path / "police.alarm.raised.v1.json"
    before = one.read_text(encoding="utf-8")
    one.write_text("{}", encoding="utf-8")
    (tmp_path / "police.gone.v1.json").write_text("{}", encoding="utf-8")
    assert set(export_schemas(tmp_path)) == {"police.alarm.raised.v1.json", "police.gone.v1.json"}
    assert one.read_text(encoding="utf-8") == before
    assert not (tmp_path / "police.gone.v1.json").exists()


def test_generating_a_schema_leaves_the_model_as_it_was() -> None:
    kind = event_type("bus.duty.timed")
    before = copy.deepcopy(kind.model.model_json_schema())
    schema_of(kind)
    assert kind.model.model_json_schema() == before
