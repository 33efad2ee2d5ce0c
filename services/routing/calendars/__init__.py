"""Calendars as data: State Council notices and school terms, one YAML file each."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from infra.errors import XietongError
from services.routing.core.calendar import ONE_DAY, Calendars, CityTerms, Gazette, Term

LOADED = Path(__file__).parent


class CalendarInvalid(XietongError):
    """日历文件有误，未载入。"""

    code = "calendar-invalid"
    status = 422
    title_en = "The calendar file is invalid and was not loaded"


def load_calendars(folder: Path = LOADED) -> Calendars:
    """Every ``state-council-*.yaml`` and ``terms-*.yaml`` of a folder; CalendarInvalid names the file."""
    return build_calendars({path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))})


def build_calendars(files: Mapping[str, Any]) -> Calendars:
    """Calendars from parsed files by name: a file with a city holds school terms, any other a notice."""
    gazettes: list[Gazette] = []
    terms: list[CityTerms] = []
    for name, data in files.items():
        try:
            if "city" in data:
                terms.append(_city_terms(data))
            else:
                gazettes.append(_gazette(data))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CalendarInvalid(f"日历 {name} 有误：{error}", en=f"calendar {name} is invalid: {error}") from error
    _once([str(year) for gazette in gazettes for year in range(gazette.first.year, gazette.last.year + 1)])
    _once([row.city for row in terms])
    return Calendars(gazettes, terms)


def _once(covered: list[str]) -> None:
    """Two files for the same year or city would make the answer depend on their names."""
    twice = sorted({name for name in covered if covered.count(name) > 1})
    if twice:
        raise CalendarInvalid(f"日历重复：{'、'.join(twice)}", en=f"two calendars for {', '.join(twice)}")


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise CalendarInvalid(f"日历文件 {path.name} 无法读取", en=f"the calendar file {path.name} cannot be read") from error


def _gazette(data: Mapping[str, Any]) -> Gazette:
    first, last = _range(data["covers"])
    off = frozenset(day for holiday in data["holidays"] for day in _days(holiday["rest"]))
    makeup = frozenset(_date(day) for holiday in data["holidays"] for day in holiday.get("makeup", ()))
    _refuse([day for day in off | makeup if not first <= day <= last], "日期超出 covers 范围 (outside what the notice covers)")
    _refuse([day for day in makeup if day.weekday() < 5], "调休上班日应为周末 (a make-up day is a weekend day)")
    _refuse([day for day in makeup if day in off], "既放假又上班 (both off and worked)")
    return Gazette(str(data["version"]), first, last, off, makeup)


def _city_terms(data: Mapping[str, Any]) -> CityTerms:
    first, last = _range(data["covers"])
    terms = tuple(Term(*_range(row), frozenset(row["kinds"]) if "kinds" in row else None) for row in data["terms"])
    _refuse(
        [term.first for term in terms if term.first < first or term.last > last], "学期超出范围 (a term outside covers)"
    )
    return CityTerms(str(data["city"]), str(data["version"]), first, last, terms)


def _range(row: Mapping[str, Any]) -> tuple[date, date]:
    first, last = _date(row["from"]), _date(row["to"])
    if last < first:
        raise ValueError(f"止日早于起日 (ends before it begins): {first} – {last}")
    return first, last


def _days(pair: list[Any]) -> Iterator[date]:
    """One day, or the first and the last of a range."""
    day, last = _date(pair[0]), _date(pair[-1])
    _refuse([last] if last < day or len(pair) > 2 else [], "放假区间有误 (not a range)")
    while day <= last:
        yield day
        day += ONE_DAY


def _date(value: Any) -> date:
    return value if type(value) is date else date.fromisoformat(value)


def _refuse(days: list[date], why: str) -> None:
    if days:
        raise ValueError(f"{why}: {'、'.join(day.isoformat() for day in sorted(days))}")
