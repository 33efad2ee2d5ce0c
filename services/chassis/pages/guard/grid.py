"""Between a roster and the fields of its form: a text for each place, a number of people needed, or lines of CSV. Pure."""

import csv
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.datastructures import FormData

from infra.http.errors import FieldFault, Invalid
from services.chassis.guard.roster import Place, Roster, SchoolGates, row_of

LINES, COLUMNS, MOST = "csv", (4, 5), 99
NEEDED = ("police", "school", "parent")
"""Slots of which a roster says how many it wants; auxiliaries stand for the police."""


def shown(school: SchoolGates, roster: Roster | None, form: FormData | None) -> Mapping[str, str]:
    """What stands in the fields: what was filled in, else the roster, else the numbers of the Directory."""
    if form is not None:
        return {name: value for name, value in form.multi_items() if isinstance(value, str)}
    values = {f"n:{place.field}": str(place.required) for place in school.places}
    for row in roster.rows if roster else ():
        field = f"p:{row['gate_id']}:{row['peak']}:{row['slot']}"
        name = row["person_ref"] + (f"/{row['substitute_ref']}" if row.get("substitute_ref") else "")
        values[field] = f"{values[field]} {name}" if field in values else name
    values |= {f"n:{need['gate_id']}:{need['peak']}:{need['slot']}": str(need["count"]) for need in (roster.required if roster else ())}
    return values


def filled(school: SchoolGates, station: str, form: FormData) -> Roster:
    """The roster of a form; Invalid names every field and line that is not right."""
    faults: list[FieldFault] = []
    lines = _text(form, LINES)
    rows = (
        list(_of_lines(school, station, lines, faults))
        if lines
        else [row for place in school.places for row in _of_place(school, station, place, form)]
    )
    required = [need for place in school.places if (need := _need(place, form, faults)) is not None]
    if faults:
        raise Invalid(fields=tuple(faults))
    return Roster(rows, required)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def _of_place(school: SchoolGates, station: str, place: Place, form: FormData) -> Iterator[dict[str, Any]]:
    for word in _text(form, f"p:{place.field}").replace("、", " ").replace("，", " ").replace(",", " ").split():
        person, _, substitute = word.replace("／", "/").partition("/")
        yield row_of(school, station, place.key, (person, substitute))


def _need(place: Place, form: FormData, faults: list[FieldFault]) -> dict[str, Any] | None:
    """How many are needed at a place: as the Directory says, unless the form says otherwise."""
    if place.slot not in NEEDED:
        return None
    text = _text(form, f"n:{place.field}") or str(place.required)
    if not (text.isascii() and text.isdigit() and int(text) <= MOST):
        faults.append(
            FieldFault(f"n:{place.field}", f"应到人数须为 0 到 {MOST} 的整数", f"Must be a whole number from 0 to {MOST}", "not-a-count")
        )
        return None
    return {"gate_id": place.gate, "peak": place.peak, "slot": place.slot, "count": int(text)}


def _of_lines(school: SchoolGates, station: str, text: str, faults: list[FieldFault]) -> Iterator[dict[str, Any]]:
    """A row for each line; a line that is not right is a fault under its number, a head line is passed over."""
    known = {place.key for place in school.places}
    for number, line in enumerate(csv.reader(text.replace("，", ",").splitlines()), start=1):
        cells = [cell.strip() for cell in line]
        if not any(cells) or (number == 1 and cells[0] in ("gate_id", "校门编号")):
            continue
        key = (cells[0], cells[1], cells[2]) if len(cells) in COLUMNS else None
        if key is None:
            faults.append(_fault(number, "须为 4 或 5 列", "Must have 4 or 5 columns", "columns"))
        elif key not in known:
            faults.append(
                _fault(
                    number,
                    f"本校当天没有该校门、时段或岗位：{','.join(key)}",
                    f"No such gate, peak or slot that day: {','.join(key)}",
                    "no-place",
                )
            )
        elif not cells[3]:
            faults.append(_fault(number, "缺少人员编号", "The person code is missing", "missing"))
        else:
            yield row_of(school, station, key, (cells[3], cells[4] if len(cells) > min(COLUMNS) else ""))


def _fault(number: int, zh: str, en: str, code: str) -> FieldFault:
    return FieldFault(f"{LINES}.{number}", f"第 {number} 行：{zh}", f"Line {number}: {en}", code)
