"""`xietong doctor`: is everything here that the system needs?"""

import asyncio
from typing import Annotated

import typer

from services.commands.both import JSON_HELP, both
from services.commands.errors import Findings
from services.commands.terminal import terminal_of

HELP = both("体检：环境、服务器、迁移、主题、日历、密钥", "Check-up: machine, servers, migrations, topics, calendars, keys")
_MARKS = {"ok": both("正常", "ok"), "note": both("注意", "note"), "fail": both("故障", "fail")}


def doctor(context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False) -> None:
    from services.commands.checks import examine

    terminal = terminal_of(context)
    found = asyncio.run(examine())
    if as_json:
        terminal.json([{"check": one.name, "state": one.state, "detail": terminal.pick(one.words)} for one in found])
    else:
        terminal.rows(
            [both("项目", "check"), both("状态", "state"), both("说明", "detail")],
            [(one.title, _MARKS[one.state], one.words) for one in found],
        )
    if any(one.state == "fail" for one in found):
        raise Findings
