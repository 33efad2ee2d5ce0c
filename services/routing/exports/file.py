"""One day's file: it holds the whole day or is not there, whenever the process dies or the power fails."""

import json
import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from infra.errors import XietongError


class FolderUnwritable(XietongError):
    """归集目录无法写入。"""

    code = "export-folder-unwritable"
    title_en = "The export folder cannot be written"


def name_of(day: date) -> str:
    """``tasks-2026-09-21.jsonl``."""
    return f"tasks-{day.isoformat()}.jsonl"


def text_of(lines: Iterable[Mapping[str, Any]]) -> str:
    """JSON Lines: the same lines are the same bytes."""
    return "".join(f"{json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(',', ':'))}\n" for line in lines)


def write_day(folder: Path, day: date, text: str) -> None:
    """Replace the file of a day as a whole and make that durable. FolderUnwritable: the day stands as before."""
    try:
        _replace(folder, day, text)
    except OSError as error:
        raise FolderUnwritable(f"{FolderUnwritable.title_zh()} {error}", en=f"{FolderUnwritable.title_en}: {error}") from error


def _replace(folder: Path, day: date, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f".{name_of(day)}.half"
    with half.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(folder / name_of(day))
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
