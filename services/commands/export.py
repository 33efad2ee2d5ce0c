"""`xietong export`: the files of closed tasks for the province's platform: which there are, and one once more."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from services.commands.both import JSON_HELP, both
from services.commands.errors import WrongUse
from services.commands.terminal import terminal_of

GROUP_HELP = both("省级平台归集文件（单向）", "Files for the province's platform (one way)")
DAYS_HELP = both(
    "列出已归集的日期、办结任务数与文件写出时间；文件由时钟进程写入 XIETONG_EXPORT_FOLDER（不设则不归集）",
    "List the days, their closed tasks and when each file was written; the clock writes them to XIETONG_EXPORT_FOLDER (unset: none)",
)
SHOW_HELP = both("重新输出一天的文件内容（JSON Lines），与已写出的逐字节相同", "Print a day's file once more (JSON Lines), the same bytes as written")
MOST_DAYS = 400


def days(context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False) -> None:
    terminal = terminal_of(context)
    found = [dict(row) for row in asyncio.run(_fetch("days", MOST_DAYS))]
    if as_json:
        terminal.json(found)
        return
    heads = [both("日期", "day"), both("办结任务", "closed tasks"), both("文件写出", "file written")]
    terminal.rows(heads, [(row["day"], row["tasks"], row["written_at"] or both("尚未", "not yet")) for row in found])
    if not found:
        terminal.note(both("没有归集过", "nothing was exported"))


def show(
    context: typer.Context,
    day: Annotated[str, typer.Argument(metavar="YYYY-MM-DD", help=both("日期", "the day"))],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help=both("写入文件（默认：标准输出）", "write to a file (default: standard output)")),
    ] = None,
) -> None:
    from services.routing.exports.file import text_of

    terminal, wanted = terminal_of(context), _day(day)
    if all(row["day"] != wanted or not row["gathered"] for row in asyncio.run(_fetch("days", MOST_DAYS))):
        raise WrongUse(f"{day} 没有归集", en=f"{day} was not exported")
    text = text_of(row["line"] for row in asyncio.run(_fetch("lines_of", wanted)))
    if out is not None:
        out.write_text(text, encoding="utf-8")
        terminal.note(both(f"已写入 {out}", f"written to {out}"))
    elif text:
        terminal.say(text.rstrip("\n"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"日期应写作 2026-09-21：{text}", en=f"a day is written 2026-09-21: {text}") from None


async def _fetch(query: str, *arguments: Any) -> list[Any]:
    from infra.postgres.pool import open_pool
    from infra.postgres.unit_of_work import unit_of_work
    from services.commands.system.place import find_place
    from services.routing.exports.round import QUERIES

    pool = await open_pool(find_place().dsn, schema="routing", application="xietong-export", size=(1, 1))
    try:
        async with unit_of_work(pool) as uow:
            return list(await uow.fetch(QUERIES[query], *arguments))
    finally:
        await pool.close()
