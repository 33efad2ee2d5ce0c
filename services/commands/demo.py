"""`xietong demo`: a school-day morning, played on everything; `xietong demo forward` moves its clock on."""

import asyncio
from typing import Annotated

import typer

from services.commands.both import JSON_HELP, both
from services.commands.errors import INTERRUPTED
from services.commands.pages import Page, Pages
from services.commands.terminal import Terminal, terminal_of

HELP = both(
    "演示：启动全部服务，演一个上学日的早晨，之后一直运行到 Ctrl-C",
    "Demo: start everything, play a school-day morning, then stay until Ctrl-C",
)
FORWARD_HELP = both(
    "把正在运行的演示的业务时间往前拨，例如 6min、2h（只能向前）",
    "Move the business time of the running demo on, for example 6min, 2h (never back)",
)


def group() -> typer.Typer:
    """The command itself and its one child."""
    app = typer.Typer(cls=Pages, add_completion=False, rich_markup_mode=None, invoke_without_command=True)
    app.callback(invoke_without_command=True)(demo)
    app.command("forward", cls=Page, help=FORWARD_HELP)(forward)
    return app


def demo(
    context: typer.Context,
    once: Annotated[
        bool,
        typer.Option(
            "--once",
            help=both(
                "演完即结束；标准输出的最后一行是 JSON 总结；只有审计无误才以 0 退出",
                "end when played; the last line of standard output is a JSON summary; exit 0 only if the audit is clean",
            ),
        ),
    ] = False,
    speed: Annotated[
        float, typer.Option(metavar="N", min=1, max=60, help=both("演示时业务时间的倍速", "how fast business time runs while it is played"))
    ] = 30,
) -> None:
    if context.invoked_subcommand is not None:
        return
    raise typer.Exit(asyncio.run(_play(terminal_of(context), once=once, speed=speed)))


async def _play(terminal: Terminal, *, once: bool, speed: float) -> int:
    from services.commands.system.running import until_interrupted
    from services.demo.play import Demo

    show = Demo(terminal, once=once, speed=speed)
    interrupted = await until_interrupted(show.run())
    return INTERRUPTED if interrupted and show.summary is None else show.exit_code


def forward(
    context: typer.Context,
    duration: Annotated[
        str, typer.Argument(metavar="DURATION", help=both("时长，如 30s、6min、2h、1d", "how far, for example 30s, 6min, 2h, 1d"))
    ],
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    from services.commands.system.place import find_place
    from services.demo.forward import WALKED, move_on, parse_duration

    terminal = terminal_of(context)
    by, place = parse_duration(duration), find_place()
    if by >= WALKED:
        terminal.note(
            both(
                "在每个护学岗时段停留，等人员到岗签到，最多约两分钟……",
                "stopping at every gate window until its crews are there, for two minutes at most …",
            )
        )
    moved = asyncio.run(move_on(place, by))
    if as_json:
        terminal.json(moved.record())
    else:
        terminal.say(moved.words)
