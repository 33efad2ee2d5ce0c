"""What the tests of the families share: data that is posted, its refusals, and the table of who sees which field."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from contracts.fields import ALL_VIEWS, said_of, views_of, wire_name
from contracts.refusals import refusals
from contracts.registry import event_type


def taken(name: str, data: dict[str, Any]) -> BaseModel:
    """Data as an agency posts it, which must be taken."""
    model = event_type(name).intake_model
    assert model is not None
    return model.model_validate(data)


def refused(name: str, data: dict[str, Any]) -> dict[str, str]:
    """Field → code of each refusal of posted data."""
    with pytest.raises(ValidationError) as error:
        taken(name, data)
    return {refusal.field: refusal.code for refusal in refusals(error.value)}


def seen(name: str) -> dict[str, str]:
    """Field → the letters that see it and how sensitive it is: ``S E P work``, ``all work``."""
    model = event_type(name).model
    found = {}
    for attribute, info in model.model_fields.items():
        views = views_of(model)[wire_name(attribute, info)]
        letters = "all" if views == set(ALL_VIEWS) else " ".join(view for view in ALL_VIEWS if view in views)
        found[wire_name(attribute, info)] = f"{letters} {said_of(info)['x-sensitivity']}"
    return found
