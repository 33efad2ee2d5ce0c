"""The table of matters, read from its file and held against the contracts. Routing and every agency read it at their start."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import yaml

from contracts.codes import LABELS
from contracts.fields import codes_of
from contracts.matters import OF_ONE_CHILD, Matter, Place, Statement
from contracts.registry import UnknownType, event_type
from infra.errors import XietongError

FILE = Path(__file__).with_name("matters.yaml")
PLACES = frozenset(get_args(Place))
KEYS = frozenset({"matter", "within", "places", "statements", "metres"})
_WITHIN = re.compile(r"^([1-9][0-9]{0,3})(min|h|d)$")
_UNITS = {"min": "minutes", "h": "hours", "d": "days"}


class MattersInvalid(XietongError):
    """同一事由对照表有误，未载入。"""

    code = "matters-invalid"
    status = 422
    title_en = "The table of matters is invalid and was not loaded"


def load_matters(file: Path = FILE) -> tuple[Matter, ...]:
    """The table of a file; MattersInvalid names the matter and what is wrong with it."""
    try:
        rows = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise _invalid(file.name, "无法读取", "cannot be read") from error
    return build_matters(rows)


def build_matters(rows: Any) -> tuple[Matter, ...]:
    """The table of parsed rows."""
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) and row.get("matter") for row in rows):
        raise _invalid("matters", "应为事项列表", "must be a list of matters")
    matters = tuple(map(_matter, rows))
    names = [matter.name for matter in matters]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise _invalid(twice[0], "事项重复", "stands twice")
    return matters


def _matter(row: Mapping[str, Any]) -> Matter:
    name = str(row["matter"])
    if unknown := sorted(set(row) - KEYS):
        raise _invalid(name, f"未知字段 {unknown[0]}", f"has an unknown key {unknown[0]}")
    within = _WITHIN.match(str(row.get("within")))
    if within is None:
        raise _invalid(name, "within 应如 2h、30min、7d", "within is not like 2h, 30min, 7d")
    places, metres, statements = row.get("places"), row.get("metres", 0), row.get("statements")
    if not isinstance(places, list) or not places or not set(places) <= PLACES:
        raise _invalid(name, "places 取值无效", "places holds no known places")
    if ("point" in places) != (isinstance(metres, int) and metres > 0):
        raise _invalid(name, "metres 应与 point 同时出现", "metres belongs to the place point")
    if not isinstance(statements, list) or not statements:
        raise _invalid(name, "statements 应为非空列表", "statements must be a list that is not empty")
    span = timedelta(**{_UNITS[within[2]]: int(within[1])})
    return Matter(name, span, tuple(places), _statements(name, statements), metres)


def _statements(name: str, rows: Sequence[Any]) -> tuple[Statement, ...]:
    return tuple(_statement(name, row) for row in rows)


def _statement(name: str, row: Any) -> Statement:
    if not isinstance(row, Mapping) or not 1 <= len(row) <= 2 or "type" not in row:
        raise _invalid(name, "每项应有 type，至多再有一个字段", "a statement has a type and at most one field")
    try:
        kind = event_type(str(row["type"]))
    except UnknownType as error:
        raise _invalid(name, f"没有事件类型 {row['type']}", f"there is no event type {row['type']}") from error
    if kind.head is not None or kind.joins or kind.family in OF_ONE_CHILD:
        raise _invalid(name, f"{kind.name} 不能关联", f"{kind.name} cannot be linked")
    field = next((one for one in row if one != "type"), None)
    if field is None:
        return Statement(kind.name)
    known = LABELS.get(codes_of(kind.model).get(field, ""), {})
    codes = row[field]
    if not isinstance(codes, list) or not codes or not set(codes) <= known.keys():
        raise _invalid(name, f"{kind.name} 的 {field} 取值无效", f"{field} of {kind.name} has no such codes")
    return Statement(kind.name, field, frozenset(codes))


def _invalid(name: str, zh: str, en: str) -> MattersInvalid:
    return MattersInvalid(f"事项 {name}：{zh}", en=f"matter {name} {en}")
