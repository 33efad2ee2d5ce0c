"""Which schools an event names. Pure."""

from collections.abc import Mapping
from typing import Any

SCHOOL_ID = 10
"""Digits of a school's id; a division code has another length."""


def named_schools(picture: Mapping[str, Any]) -> tuple[str, ...]:
    """The schools an event names, alone or each with its distance, and the word ``unknown``."""
    named = picture.get("schools") or ([picture["school_id"]] if picture.get("school_id") else [])
    return tuple(map(school_in, named))


def school_in(named: str | Mapping[str, Any]) -> str:
    """The school in an item of a list of schools: an id, or an object that holds one (``{school_id, metres}``)."""
    return str(named.get("school_id", "")) if isinstance(named, Mapping) else named


def schools_of(picture: Mapping[str, Any]) -> tuple[str, ...]:
    """The schools an event names, also in a scope of divisions; the word ``unknown`` is none."""
    scoped = (code for code in picture.get("scope", ()) if len(code) == SCHOOL_ID)
    return tuple(school for school in dict.fromkeys((*named_schools(picture), *scoped)) if school != "unknown")
