"""`xietong mandates activate`: a pack is held against everything that stands, and activated or refused whole."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.commands.both import JSON_HELP, both
from services.commands.mandates.checking import as_rows
from services.commands.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from services.routing.activate import Outcome

ACTIVATE_HELP = both(
    "校验并启用一个规则包；有一处放宽或一项法定职责落空即整包拒绝",
    "Check a pack and activate it; one loosening, or one statutory duty that nobody fills, refuses it whole",
)


def activate(
    context: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help=both("规则包目录（含 pack.yaml）", "folder of the pack (with its pack.yaml)"),
            exists=True,
            file_okay=False,
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=both("只校验，不启用", "check only, activate nothing"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    from services.commands.system.packs import bring_pack, examine_pack
    from services.commands.system.place import find_place
    from services.routing.packs import pack_files

    terminal, place, files = terminal_of(context), find_place(), pack_files(folder)
    name = folder.resolve().name
    if dry_run:
        findings = asyncio.run(examine_pack(place, name, files))
        if as_json:
            terminal.json({"findings": as_rows(findings)})
        for one in () if as_json else findings:
            terminal.say(str(one))
        terminal.note(both("校验通过，未启用", "the pack may be activated; nothing was done"))
        return
    _tell(terminal, asyncio.run(bring_pack(place, name, files)), as_json=as_json)


def _tell(terminal: Terminal, outcome: "Outcome", *, as_json: bool) -> None:
    pack = outcome.pack
    if as_json:
        terminal.json({
            "pack": pack.id, "version": pack.version, "number": outcome.number, "already": outcome.already,
            "effective_from": pack.effective_from.isoformat(), "findings": as_rows(outcome.findings),
        })  # fmt: skip
        return
    for one in outcome.findings:
        terminal.say(str(one))
    if outcome.already:
        terminal.note(both(f"{pack.name} 此前已启用，没有变化", f"{pack.name} was active before; nothing changed"))
    else:
        start = f"{pack.effective_from:%Y-%m-%d}"
        terminal.note(both(f"已启用 {pack.name}，自 {start} 00:00 起生效", f"{pack.name} is activated; in force from {start} 00:00 on"))
