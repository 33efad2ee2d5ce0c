"""`xietong mandates`: check the rules, and explain what they make of an event."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.commands.both import JSON_HELP, both
from services.commands.errors import Findings, Refused
from services.commands.terminal import terminal_of

if TYPE_CHECKING:
    from contracts.envelope import Event
    from services.routing.core.directory import Directory

GROUP_HELP = both("职责规则", "Mandates")
CHECK_HELP = both("对照名录、事件类型和主题检查职责规则", "Check the mandates against directory, event types and topics")
EXPLAIN_HELP = both("说明一个事件会告知谁、为什么", "Explain whom an event would be told to, and why")
FolderOption = Annotated[
    Path | None,
    typer.Option("--folder", metavar="DIR", help=both("规则目录（默认：随附的规则）", "folder of the rules (default: those shipped)")),
]
DirectoryOption = Annotated[
    Path | None,
    typer.Option(
        "--directory",
        metavar="FILE",
        help=both(
            "名录文件（默认：运行中系统的名录，没有运行则用故事区）",
            "directory file (default: that of the running system, else the story district)",
        ),
    ),
]


class EventUnreadable(Refused):
    """事件文件无法读取。"""

    code = "event-unreadable"
    title_en = "The event file cannot be read"


def check(
    context: typer.Context,
    folder: FolderOption = None,
    directory: DirectoryOption = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    from infra.clock import machine_now
    from services.routing.packs import FOUNDING, load_book
    from services.routing.packs import check as check_book
    from topics.catalogue import Catalogue

    terminal = terminal_of(context)
    book = load_book(folder or FOUNDING)
    findings = check_book(book, asyncio.run(_directory(directory)), Catalogue.load(), at=machine_now())
    if as_json:
        terminal.json([{"level": f.level, "code": f.code, "mandate": f.mandate, "zh": f.zh, "en": f.en} for f in findings])
    else:
        for one in findings:
            terminal.say(str(one))
        count = sum(1 for _ in book)
        terminal.note(both(f"检查了 {count} 条规则，{len(findings)} 处提示或错误", f"checked {count} mandates, {len(findings)} findings"))
    if any(one.level == "error" for one in findings):
        raise Findings


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
    from services.routing.packs import FOUNDING, load_book
    from services.routing.packs import explain as explain_event

    text = explain_event(_read_event(event), load_book(folder or FOUNDING), asyncio.run(_directory(directory)))
    terminal_of(context).say(text)


def _read_event(path: Path) -> "Event":
    """A structured CloudEvent; its data may be the wire form of any registered type."""
    from topics.codec import Undecodable, decode

    try:
        raw = path.read_bytes()
        return decode((("content-type", b"application/cloudevents+json"),), raw)
    except OSError as error:
        raise EventUnreadable(f"{EventUnreadable.title_zh()} {error}", en=f"{EventUnreadable.title_en}: {error}") from error
    except Undecodable as error:
        raise EventUnreadable(f"{EventUnreadable.title_zh()} {error}", en=f"{EventUnreadable.title_en}: {error}") from error


async def _directory(path: Path | None) -> "Directory":
    from services.routing.calendars import load_calendars
    from services.routing.directory import STORY, check_documents, load_documents

    stored = None if path is not None else await _stored_documents()
    documents, version = stored or (load_documents(path or STORY), 0)
    return check_documents(documents, load_calendars(), version)


async def _stored_documents() -> tuple[list[dict[str, Any]], int] | None:
    """The directory of the running system, with its version; None when nothing runs or it is empty."""
    from services.commands.errors import NothingRuns
    from services.commands.system.looking import stored_units
    from services.commands.system.place import find_place

    try:
        rows = await stored_units(find_place())
    except NothingRuns:
        return None
    return ([row["document"] for row in rows], max(row["version"] for row in rows)) if rows else None
