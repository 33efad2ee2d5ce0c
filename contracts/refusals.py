"""Why data is refused, for people: the field, a code, and one sentence in Chinese and in English. Never the value that was given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from contracts.refusal_texts import TEXTS, UNKNOWN


@dataclass(frozen=True, slots=True)
class FieldRefusal:
    """``field``: path with dots (``pupils.0.name``), empty for the whole."""

    field: str
    code: str
    zh: str
    en: str


def refusals(error: ValidationError, *, prefix: str = "") -> list[FieldRefusal]:
    """One refusal per field and code, in the order of the fields. ``prefix``: path of the validated part (``data``)."""
    return refused(error.errors(include_url=False, include_input=False), prefix=prefix)


def refused(errors: Sequence[Mapping[str, Any]], *, prefix: str = "") -> list[FieldRefusal]:
    """The same of errors as pydantic lists them."""
    found: dict[tuple[str, str], FieldRefusal] = {}
    lists = {one["loc"][:place] for one in errors for place, step in enumerate(one["loc"]) if isinstance(step, int)}
    for one in errors:
        if one["type"] == "too_short" and one["loc"] in lists:
            continue  # pydantic does not count the items that it refused
        said = refusal(one["type"], one["loc"], one.get("ctx") or {}, prefix=prefix)
        found.setdefault((said.field, said.code), said)
    return list(found.values())


_OF_TEXT = {"too_short": "string_too_short", "too_long": "string_too_long"}
"""Limits set behind a text's own validators: pydantic then counts its characters as items of a “Value”."""


def refusal(kind: str, loc: tuple[int | str, ...], context: Mapping[str, Any], *, prefix: str = "") -> FieldRefusal:
    """One error of pydantic (its type, path and context) as a refusal."""
    if context.get("field_type") == "Value":
        kind = _OF_TEXT.get(kind, kind)
    zh, en = TEXTS.get(kind, UNKNOWN)
    words = {name: str(value) for name, value in context.items()}
    path = [str(step) for step in ((prefix,) if prefix else ()) + loc]
    if "field" in words:
        path.append(words["field"])
    return FieldRefusal(
        field=".".join(path),
        code=kind.replace("_", "-"),
        zh=zh.format_map(_Words({name: _listed(word) for name, word in words.items()})),
        en=en.format_map(_Words(words)),
    )


def _listed(word: str) -> str:
    """The codes that pydantic names, as a Chinese sentence lists them: ``'a', 'b' or 'c'`` → ``a、b、c``."""
    return word.replace(" or ", "、").replace("', '", "'、'").replace("'", "")


class _Words(dict[str, str]):
    """A word that pydantic did not give is shown as “…”: telling an error must not fail."""

    def __missing__(self, key: str) -> str:
        return "…"
