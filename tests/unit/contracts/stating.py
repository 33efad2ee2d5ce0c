"""What tests of single types need: a golden event's data to start from, what is refused in a POST, the table of its views."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from contracts.fields import said_of, wire_name
from contracts.refusals import refusals
from contracts.registry import event_type

GOLDEN = Path(__file__).parents[2] / "contract" / "golden"


def golden(name: str, file: str) -> dict[str, Any]:
    """The data of a golden event."""
    return dict(json.loads((GOLDEN / f"{name}.v1" / f"{file}.json").read_text(encoding="utf-8"))["data"])


def posted(name: str, data: dict[str, Any]) -> BaseModel:
    """The data as a POST takes it."""
    model = event_type(name).intake_model
    assert model is not None
    return model.model_validate(data)


def refused(name: str, data: dict[str, Any]) -> dict[str, str]:
    """Field → code of its refusal."""
    with pytest.raises(ValidationError) as error:
        posted(name, data)
    return {one.field: one.code for one in refusals(error.value)}


def table_of(name: str) -> dict[str, str]:
    """Field on the wire → letters of its views, and its sensitivity (``S E work``)."""
    fields = event_type(name).model.model_fields
    said = {wire_name(field, info): said_of(info) for field, info in fields.items()}
    return {field: " ".join([*sorted(one["x-views"]), one["x-sensitivity"]]) for field, one in said.items()}


def written(table: str) -> dict[str, str]:
    """A table written down: one line for each field, its views and, where it is not work, its sensitivity."""
    rows = [line.split() for line in table.strip().splitlines()]
    return {row[0]: " ".join([*sorted(row[1].replace("all", "SVEPHMCKUWL")), *(row[2:] or ["work"])]) for row in rows}
