"""What a person filled in, as the data of a POST; what was left empty is absent. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData

from infra.clock import BEIJING
from infra.http.errors import FieldFault
from services.chassis.pages.filing.fields import FormField

Schools = Mapping[str, str]
"""Name and id of a school → its id."""


class Filled:
    """Reads a form field by field. ``faults`` holds what could not be read, ``kept`` what to show again."""

    def __init__(self, form: FormData, schools: Schools) -> None:
        self._form = form
        self._schools = schools
        self.faults: list[FieldFault] = []

    def data(self, fields: Iterable[FormField], strip: str = "") -> dict[str, Any]:
        """The data of some fields; ``strip``: the path that stands before their own names."""
        found = {one.name.removeprefix(strip): self.value(one) for one in fields}
        return {name: value for name, value in found.items() if value is not None}

    def value(self, one: FormField) -> Any:
        """The value of a field; None when it was left empty. Text that is no number stays text: the model says what is wrong."""
        match one.kind:
            case "group":
                return self.data(one.parts, f"{one.name}.") or None
            case "rows" | "objects":
                rows = [self.data(one.row(number), f"{one.name}.{number}.") for number in one.rows_shown]
                return [row for row in rows if row] or None
            case "choices":
                chosen = [value for value in self._form.getlist(one.name) if isinstance(value, str) and value]
                return chosen if chosen or one.required else None
            case "lines":
                return [line.strip() for line in (self._text(one.name) or "").splitlines() if line.strip()] or None
            case "schools":
                given = [value for value in self._form.getlist(one.name) if isinstance(value, str)]
                return [self._school(one, text.strip()) for text in given if text.strip()] or None
            case _:
                text = self._text(one.name)
                return None if text is None else self._single(one, text)

    def _single(self, one: FormField, text: str) -> Any:
        match one.kind:
            case "number":
                return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 16 else text
            case "decimal":
                return _decimal(text)
            case "yesno":
                return {"yes": True, "no": False}.get(text, text)
            case "school":
                return self._school(one, text)
            case "moment":
                return beijing(text)
            case _:
                return text

    def _school(self, one: FormField, text: str) -> str:
        """An id as it is; a name by the directory."""
        word = text.split()[0] if text.split() and text.split()[0].isdigit() else text
        found = self._schools.get(word)
        if found is not None:
            return found
        if word.isdigit() or word == "unknown":
            return word
        self.faults.append(FieldFault(f"data.{one.name}", "名录中没有这所学校", "The directory holds no such school", "unknown-school"))
        return "unknown"

    def _text(self, name: str) -> str | None:
        value = self._form.get(name)
        return value.strip() or None if isinstance(value, str) else None


def beijing(text: str) -> str:
    """A browser's local date and time is Beijing's; anything else is left for the model to refuse."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.replace(tzinfo=BEIJING).isoformat() if moment.tzinfo is None else text


def _decimal(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
