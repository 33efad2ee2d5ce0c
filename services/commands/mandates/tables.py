"""`xietong mandates matrix` and `deadlines`."""

import asyncio
from pathlib import Path
from typing import Annotated, cast

import typer

from services.commands.both import JSON_HELP, both
from services.commands.errors import WrongUse
from services.commands.mandates.reading import FolderOption, book_of, moment_of, stored
from services.commands.terminal import terminal_of

MATRIX_HELP = both(
    "列出哪个部门的事件在多长时间内告知谁（Markdown 或 HTML 表格）", "Show who tells whom by when, as a Markdown or HTML table"
)
DEADLINES_HELP = both(
    "列出全部期限及其依据：法律法规、规范性文件、实践做法或平台默认",
    "List every deadline and what it stands on: law, official document, practice or our default",
)
FORMATS = ("markdown", "html")


def show_matrix(
    context: typer.Context,
    form: Annotated[str, typer.Option("--format", metavar="|".join(FORMATS), help=both("输出格式", "output format"))] = "markdown",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help=both("写入文件（默认：标准输出）", "write to a file (default: standard output)")),
    ] = None,
    folder: FolderOption = None,
) -> None:
    from services.routing.packs import as_text, matrix
    from services.routing.packs.matrix import Format

    if form not in FORMATS:
        raise WrongUse(f"没有格式 {form}：{'、'.join(FORMATS)}", en=f"no format {form}: {', '.join(FORMATS)}")
    terminal, found = terminal_of(context), asyncio.run(stored())
    text = as_text(matrix(book_of(folder, found), moment_of(found)), cast(Format, form))
    if out is None:
        terminal.say(text.rstrip("\n"))
    else:
        out.write_text(text, encoding="utf-8")
        terminal.note(both(f"已写入 {out}", f"written to {out}"))


def deadlines(
    context: typer.Context,
    folder: FolderOption = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    from services.routing.packs import limits
    from services.routing.packs.limits import STANDINGS, duty_words

    terminal, found = terminal_of(context), asyncio.run(stored())
    rows = limits(book_of(folder, found), moment_of(found))
    if as_json:
        names = ("rule", "pack", "who", "duty", "form", "words", "standings", "basis")
        terminal.json([{name: getattr(row, name) for name in names} for row in rows])
        return
    heads = (
        ("规则", "rule"),
        ("对象", "who"),
        ("期限", "duty"),
        ("写法", "form"),
        ("含义", "meaning"),
        ("性质", "standing"),
        ("依据", "basis"),
    )
    lines = [
        (row.rule, row.who, duty_words(row.duty), row.form, row.words, "、".join(STANDINGS[one] for one in row.standings), row.basis)
        for row in rows
    ]
    terminal.rows([both(*head) for head in heads], lines)
