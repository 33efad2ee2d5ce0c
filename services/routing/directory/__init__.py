"""Directory documents from files: the short form of a district, expanded to one document per unit."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from infra.errors import FieldError, XietongError
from services.routing.core.calendar import Calendars
from services.routing.core.directory import KINDS, Directory, DirectoryInvalid, Problem, stray_windows, unit_name, unknown_fields

STORY = Path(__file__).parent / "story.yaml"
_ROW = ("name", "place_code", "parent", "kind", "successor", "onboarding", "serves", "responsible", "duty", "way", "pupils", "boarding")


class DirectoryRefused(XietongError):
    """名录有误，未导入。"""

    code = "directory-invalid"
    status = 422
    title_en = "The directory is invalid and was not imported"


def load_documents(path: Path = STORY) -> list[dict[str, Any]]:
    """One JSON document per unit, of a district file in the short form or of a JSON list of documents. DirectoryRefused when it cannot be read."""
    is_whole = path.suffix == ".json"
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text) if is_whole else yaml.safe_load(text)
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise _unreadable(path, "不是有效的 JSON" if is_whole else "不是有效的 YAML", "not valid JSON" if is_whole else "not valid YAML") from error
    if is_whole:
        return _entries(path, found)
    if not isinstance(found, dict) or not isinstance(found.get("from"), date):
        raise _unreadable(path, "缺少 from（生效日期，如 2025-09-01）", "from is missing (the day it begins, for example 2025-09-01)")
    return [_expand(entry, found["from"]) for entry in _entries(path, found.get("units"))]


def _entries(path: Path, found: object) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not found:
        raise _unreadable(path, "应为单位的列表", "it must hold a list of units")
    for place, entry in enumerate(found, start=1):
        if not isinstance(entry, dict) or not isinstance(entry.get("unit"), str):
            raise _unreadable(path, f"第 {place} 项缺少单位编号 unit", f"entry {place} has no unit id (unit)")
        if not entry.get("people", "*"):
            raise _unreadable(path, f"第 {place} 项（{entry['unit']}）的 people 为空", f"entry {place} ({entry['unit']}) names no people")
    return found


def _unreadable(path: Path, zh: str, en: str) -> DirectoryRefused:
    return DirectoryRefused(f"名录文件 {path.name} 无法读取：{zh}", en=f"the directory file {path.name} cannot be read: {en}")


def check_documents(documents: Iterable[Mapping[str, Any]], calendars: Calendars, version: int = 0, *, written: bool = True) -> Directory:
    """Build a Directory. DirectoryRefused names unit and field of each fault.

    ``written``: a person writes the documents now, so unknown fields, and windows of gates that are not there, are faults too."""
    documents = list(documents)
    problems: list[Problem] = [problem for document in documents if written for problem in (*unknown_fields(document), *stray_windows(document))]
    try:
        directory = Directory.build(documents, version, calendars)
    except DirectoryInvalid as invalid:
        raise _refused([*problems, *invalid.problems]) from invalid
    if problems:
        raise _refused(problems)
    return directory


def _refused(problems: list[Problem]) -> DirectoryRefused:
    fields = tuple(FieldError(f"{problem.unit}.{problem.field}", problem.zh, problem.en) for problem in problems)
    return DirectoryRefused(fields=fields)


def _expand(entry: Mapping[str, Any], since: date) -> dict[str, Any]:
    """Short form → document: fields of a row beside the unit become its one row, ``people`` its rosters without end."""
    document = {key: value for key, value in entry.items() if key not in ("people", *_ROW)}
    row = {key: entry[key] for key in _ROW if key in entry}
    if row:
        document["rows"] = [{"from": since, **row}]
    if "people" in entry:
        document["rosters"] = _standing(str(entry["unit"]), str(entry["people"]), entry.get("desks"), since)
    plain = _plain(document)
    return dict(plain)


def _standing(unit: str, surnames: str, desks: list[str] | None, since: date) -> list[dict[str, Any]]:
    """Somebody at every desk of the unit, for good: an opaque reference and a masked name."""
    name = unit_name(unit)
    roles = desks or (KINDS[name.kind].desks if name and name.kind in KINDS else ())
    return [
        {"role": role, "person": person_ref(f"{role}@{unit}"), "shown": f"{surnames[n % len(surnames)]}*", "from": since}
        for n, role in enumerate(roles)
    ]


def person_ref(desk: str) -> str:
    """An opaque reference that is always the same for the same desk."""
    return f"p-{hashlib.blake2b(desk.encode(), digest_size=6).hexdigest()}"


def _plain(value: Any) -> Any:
    """JSON values: dates become texts."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
