"""Reading the keys of a rule: present, of the right type, known; else the rule is refused with file, line and words."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from services.routing.packs.faults import Place
from services.routing.packs.lines import LINE

T = TypeVar("T", str, int)


def need(data: Mapping[str, Any], key: str, kind: type[T], place: Place) -> T:
    """A key that must be there."""
    value = data.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise place.refuse(f"{key} 缺失或类型不符", f"{key} is missing or of the wrong type")
    return value


def optional(data: Mapping[str, Any], key: str, place: Place) -> str | None:
    """A text that may be absent."""
    return need(data, key, str, place) if data.get(key) is not None else None


def one_of(value: Any, known: Collection[str], key: str, place: Place) -> str:
    """A word of a closed list."""
    if not isinstance(value, str) or value not in known:
        raise place.refuse(f"{key} 取值无效：{value!r}", f"{key} has no value {value!r}")
    return value


def part(data: Mapping[str, Any], key: str, place: Place) -> Mapping[str, Any]:
    """A mapping under a key; absent is empty."""
    value = data.get(key, {})
    if not isinstance(value, Mapping):
        raise place.refuse(f"{key} 应为对象", f"{key} must be an object")
    return value


def rows(data: Mapping[str, Any], key: str, place: Place) -> list[Mapping[str, Any]]:
    """A list of mappings that must not be empty."""
    value = data.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(row, Mapping) for row in value):
        raise place.refuse(f"{key} 应为非空列表", f"{key} must be a list that is not empty")
    return value


def texts(data: Mapping[str, Any], key: str, place: Place) -> tuple[str, ...]:
    """A list of texts; absent is empty, a single text is a list of one."""
    value = data.get(key, [])
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise place.refuse(f"{key} 应为文字列表", f"{key} must be a list of texts")
    return tuple(found)


def only_known(data: Mapping[str, Any], known: Collection[str], place: Place) -> None:
    """Refuse keys that no rule has."""
    unknown = sorted(set(data) - set(known) - {LINE})
    if unknown:
        raise place.refuse(f"未知字段 {'、'.join(unknown)}", f"unknown keys {', '.join(unknown)}")
