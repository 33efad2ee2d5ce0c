"""`xietong schemas export`: the JSON Schemas of every event, for other systems."""

import json
from pathlib import Path
from typing import Annotated

import typer

from services.commands.both import JSON_HELP, both
from services.commands.terminal import terminal_of

GROUP_HELP = both("事件的 JSON Schema", "JSON Schemas of the events")
EXPORT_HELP = both("把全部事件的 JSON Schema 写入一个目录", "Write the JSON Schema of every event into a folder")


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=both("目录（没有则建立）", "the folder (made when missing)"))],
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    terminal = terminal_of(context)
    written = write_schemas(folder)
    if as_json:
        terminal.json([str(path) for path in written])
    else:
        terminal.note(both(f"写入 {len(written)} 个文件：{folder}", f"wrote {len(written)} files: {folder}"))


def write_schemas(folder: Path) -> list[Path]:
    """One file per event type; other files of the folder are left alone."""
    from contracts.registry import all_types
    from contracts.schemas import file_name, schema_of

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in all_types():
        path = folder / file_name(kind)
        path.write_text(json.dumps(schema_of(kind), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written.append(path)
    return written
