"""Codes, fields and times as people read them, in both languages."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from contracts.bus_fields import FIELDS
from contracts.codes import LABELS
from contracts.fields import codes_of, item_model, labels_of
from contracts.registry import UnknownType, event_type
from infra.clock import BEIJING
from infra.http.language import Language

_DAYS = {"zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"), "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_NO_SCHOOL = {"zh": "学校不明", "en": "school not known"}
UNKNOWN_SCHOOL = "unknown"
_YES_NO = {"zh": ("是", "否"), "en": ("yes", "no")}


def plain(code: str) -> str:
    """A code or a field name as English words."""
    return code.replace("-", " ").replace("_", " ")


def code_label(listed: str, code: str, language: Language) -> str:
    """The label of a code in a closed list."""
    return LABELS.get(listed, {}).get(code, code) if language == "zh" else plain(code)


def field_label(model: type[BaseModel], field: str, language: Language) -> str:
    """The label of a field on the wire; those of the bus's own events are said in one table."""
    if language == "zh":
        ours = FIELDS.get(f"{model.__name__}.{field}") or FIELDS.get(field)
        return labels_of(model).get(field) or (ours[0] if ours else field)
    text = plain(field)
    return text[:1].upper() + text[1:]


def type_title(name: str, language: Language) -> str:
    """The title of an event type."""
    try:
        title = event_type(name).title
    except UnknownType:
        return name
    agency, _, rest = plain(name).partition(".")
    return title if language == "zh" else f"{agency.capitalize()}: {rest.replace('.', ', ')}"


def moment(at: datetime | str | None, language: Language, *, now: datetime | None = None) -> str:
    """11月23日（周一）07:21, with the year when it is not this one."""
    if at is None:
        return "—"
    local = (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(BEIJING)
    day = _DAYS[language][local.weekday()]
    other_year = now is not None and now.astimezone(BEIJING).year != local.year
    if language == "zh":
        return f"{f'{local.year}年' if other_year else ''}{local.month}月{local.day}日（{day}）{local:%H:%M}"
    return f"{day} {local.day} {local:%b}{f' {local.year}' if other_year else ''} {local:%H:%M}"


def clock(at: datetime | str | None, language: Language = "zh", *, now: datetime | None = None) -> str:
    """07:21:02, in Beijing; with its day when that is not the day of ``now``."""
    if at is None:
        return "—"
    local = (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(BEIJING)
    is_today = now is None or now.astimezone(BEIJING).date() == local.date()
    return f"{local:%H:%M:%S}" if is_today else f"{moment(local, language, now=now)}:{local:%S}"


def shown_value(model: type[BaseModel], field: str, value: Any, language: Language, names: Mapping[str, str]) -> str:
    """A field's value as text: codes by their labels, schools by their names, times as people say them."""
    if isinstance(value, bool):
        return _YES_NO[language][0 if value else 1]
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(shown_value(model, field, one, language, names) for one in value)
    if isinstance(value, Mapping):
        return " ".join(_parts_shown(item_model(model, field) or model, value, language, names))
    listed = codes_of(model).get(field)
    if listed:
        return code_label(listed, str(value), language)
    if value == UNKNOWN_SCHOOL and field in ("schools", "school_id"):
        return _NO_SCHOOL[language]
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return moment(value, language)
    return names.get(str(value), str(value))


def _parts_shown(model: type[BaseModel], value: Mapping[str, Any], language: Language, names: Mapping[str, str]) -> Iterator[str]:
    """The parts of a value in the order of its model; a bare number says what it counts."""
    order = [info.alias or name for name, info in model.model_fields.items()]
    for name in sorted(value, key=lambda one: order.index(one) if one in order else len(order)):
        shown = shown_value(model, name, value[name], language, names)
        counts = isinstance(value[name], int | float) and not isinstance(value[name], bool)
        yield f"{field_label(model, name, language)} {shown}" if counts else shown


def duration(seconds: float, language: Language) -> str:
    """1 时 05 分 / 4 分 / 30 秒; days from two days on."""
    whole = int(abs(seconds))
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if language == "zh":
        parts = (f"{days} 日", f"{hours} 时 {minutes % 60:02d} 分", f"{minutes} 分", f"{whole} 秒")
    else:
        parts = (f"{days} d", f"{hours} h {minutes % 60:02d} min", f"{minutes} min", f"{whole} s")
    return parts[0 if days >= 2 else 1 if hours else 2 if minutes else 3]
