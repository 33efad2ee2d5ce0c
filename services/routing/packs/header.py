"""``pack.yaml``: which pack this is, where it is in force, and from when to when."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from services.routing.core.calendar import BEIJING
from services.routing.core.mandates import LEVELS, Level, PackInfo
from services.routing.packs.faults import Place, RuleRefused
from services.routing.packs.reading import need, one_of, only_known, optional, texts

_PACK = frozenset({"pack", "title", "version", "level", "jurisdiction", "effective_from", "effective_to", "claims"})
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FITS: Mapping[Level, Callable[[str], bool]] = {
    "national": lambda code: not code,
    "province": lambda code: len(code) == 2,
    "city": lambda code: (len(code) == 4 and not code.endswith("00")) or (len(code) == 6 and code.endswith("00") and code[2:4] != "00"),
    "county": lambda code: len(code) == 6 and not code.endswith("00"),
    "school": lambda code: len(code) == 10,
}
"""How the code of a jurisdiction looks at each level; a city's may stand with its zeros."""
_WANTED: Mapping[Level, tuple[str, str]] = {
    "national": ("全国规则包不写辖区", "a national pack names no jurisdiction"),
    "province": ("省级为 2 位区划代码", "a province is 2 digits"),
    "city": ("市级为 4 位（或以 00 结尾的 6 位）区划代码", "a city is 4 digits, or 6 that end with 00"),
    "county": ("县级为 6 位区划代码", "a county is 6 digits"),
    "school": ("校级为学校 10 位代码", "a school is its 10 digits"),
}


def read_header(data: Any, place: Place) -> PackInfo | None:
    """The pack of a parsed ``pack.yaml``, or None with its faults noted."""
    if not isinstance(data, Mapping):
        place.note("pack.yaml 应为对象", "pack.yaml must be an object")
        return None
    try:
        only_known(data, _PACK, place)
        level = one_of(data.get("level"), LEVELS, "level", place)
        pack = PackInfo(
            id=need(data, "pack", str, place),
            title=need(data, "title", str, place),
            version=need(data, "version", int, place),
            level=level,  # type: ignore[arg-type]  # one of LEVELS
            jurisdiction=_jurisdiction(optional(data, "jurisdiction", place) or "", level, place),  # type: ignore[arg-type]
            effective_from=_day(data, "effective_from", place),
            effective_to=_day(data, "effective_to", place) if data.get("effective_to") else None,
            claims=texts(data, "claims", place),
        )
        return _sound(pack, place)
    except RuleRefused:
        return None


def _jurisdiction(code: str, level: Level, place: Place) -> str:
    if not _FITS[level](code) or not (not code or (code.isascii() and code.isdecimal())):
        zh, en = _WANTED[level]
        raise place.refuse(f"jurisdiction 与 level 不符：{zh}", f"jurisdiction does not fit level: {en}")
    return code[:4] if level == "city" else code


def _sound(pack: PackInfo, place: Place) -> PackInfo:
    if not _ID.fullmatch(pack.id):
        raise place.refuse("pack 应由小写字母、数字和连字符组成", "pack is made of lower-case letters, digits and hyphens")
    if pack.version < 1:
        raise place.refuse("version 从 1 起", "version begins at 1")
    if pack.effective_to is not None and pack.effective_to <= pack.effective_from:
        raise place.refuse("effective_to 须晚于 effective_from", "effective_to must be after effective_from")
    return pack


def _day(data: Mapping[str, Any], key: str, place: Place) -> datetime:
    value = data.get(key)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise place.refuse(f"{key} 应为日期", f"{key} must be a date")
    return datetime.combine(value, time.min, tzinfo=BEIJING)
