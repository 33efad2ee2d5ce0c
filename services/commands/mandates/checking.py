"""`xietong mandates check` and `explain`."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.commands.both import JSON_HELP, both
from services.commands.errors import Findings
from services.commands.mandates.reading import DirectoryOption, FolderOption, book_of, directory_of, moment_of, read_event, stored
from services.commands.terminal import terminal_of

if TYPE_CHECKING:
    from services.routing.packs import Finding

CHECK_HELP = both("对照名录、事件类型和主题检查职责规则", "Check the mandates against directory, event types and topics")
EXPLAIN_HELP = both("说明一个事件会告知谁、为什么", "Explain whom an event would be told to, and why")


def check(
    context: typer.Context,
    folder: FolderOption = None,
    directory: DirectoryOption = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    from services.routing.packs import Ground
    from services.routing.packs import check as check_book
    from topics.catalogue import Catalogue

    terminal, found = terminal_of(context), asyncio.run(stored())
    book, units, now = book_of(folder, found), directory_of(directory, found), moment_of(found)
    ground = Ground(units, Catalogue.load(), now)
    coming = [pack for pack in book.packs if pack.effective_from > now]
    later = (check_book(book, Ground(units, ground.catalogue, pack.effective_from, now), only=pack) for pack in coming)
    findings = list(dict.fromkeys([*check_book(book, ground), *(one for each in later for one in each)]))
    if as_json:
        terminal.json(as_rows(findings))
    else:
        for one in findings:
            terminal.say(str(one))
        count = sum(1 for _ in book)
        terminal.note(both(f"检查了 {count} 条规则，{len(findings)} 处提示或错误", f"checked {count} mandates, {len(findings)} findings"))
    if any(one.level == "error" for one in findings):
        raise Findings


def as_rows(findings: Iterable["Finding"]) -> list[dict[str, Any]]:
    """Findings as JSON objects."""
    names = ("level", "code", "pack", "mandate", "place", "zh", "en")
    return [{name: getattr(finding, name) for name in names} for finding in findings]


def explain(
    context: typer.Context,
    event: Annotated[
        Path,
        typer.Argument(
            metavar="EVENT", help=both("事件的 JSON 文件（CloudEvents 结构化格式）", "JSON file of an event (structured CloudEvents)")
        ),
    ],
    folder: FolderOption = None,
    directory: DirectoryOption = None,
) -> None:
    from services.routing.packs import explain as explain_event

    read, found = read_event(event), asyncio.run(stored())
    terminal_of(context).say(explain_event(read, book_of(folder, found), directory_of(directory, found)))
