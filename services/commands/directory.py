"""`xietong directory`: bring the units in, and look at them."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from services.commands.both import JSON_HELP, both
from services.commands.errors import Findings
from services.commands.terminal import terminal_of

GROUP_HELP = both("单位名录", "The directory of units")
IMPORT_HELP = both(
    "导入名录文件（YAML 简表或 JSON 单位文档），整份校验", "Import a directory file (YAML short form or JSON documents), checked as a whole"
)
SHOW_HELP = both("列出单位，或显示一个单位的全部有效期行", "List the units, or show all dated rows of one")


def bring(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=both("名录文件", "the directory file"), exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    from services.commands.system.place import find_place
    from services.commands.system.prepare import bring_directory
    from services.commands.system.secrets import Secrets
    from services.routing.directory import load_documents
    from topics.catalogue import Catalogue

    terminal, place = terminal_of(context), find_place()
    documents = load_documents(file)
    changed = asyncio.run(bring_directory(place, Secrets.of(place.home), Catalogue.load(), documents))
    if as_json:
        terminal.json({"units": len(documents), "changed": changed})
    else:
        terminal.note(both(f"{len(documents)} 个单位，其中 {changed} 个有变化", f"{len(documents)} units, {changed} changed"))


def show(
    context: typer.Context,
    unit: Annotated[str | None, typer.Argument(metavar="UNIT", help=both("单位编号", "unit id"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    from services.commands.system.looking import stored_units
    from services.commands.system.place import find_place

    terminal = terminal_of(context)
    documents = asyncio.run(stored_units(find_place(), unit))
    if unit is not None and not documents:
        terminal.note(both(f"名录中没有单位 {unit}", f"the directory has no unit {unit}"))
        raise Findings
    if unit is not None:
        terminal.say(json.dumps(documents[0], ensure_ascii=False, indent=None if as_json else 2))
    elif as_json:
        terminal.json(documents)
    else:
        terminal.rows([both("单位", "unit"), both("名称", "name"), both("版本", "version")], [_line(document) for document in documents])


def _line(document: dict[str, Any]) -> tuple[str, str, int]:
    rows = document["document"].get("rows") or [{}]
    return document["unit"], str(rows[-1].get("name", "")), document["version"]
