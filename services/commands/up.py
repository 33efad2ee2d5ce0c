"""`xietong up`: everything, without a story."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from services.commands.both import both
from services.commands.errors import INTERRUPTED
from services.commands.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from services.commands.system.place import Place

HELP = both(
    "启动全部：Kafka、PostgreSQL、各部门服务、路由和时钟；Ctrl-C 结束",
    "Start everything: Kafka, PostgreSQL, the agencies, routing and the clock; Ctrl-C ends it",
)


def up(
    context: typer.Context,
    external: Annotated[
        bool,
        typer.Option(
            "--external",
            help=both(
                "不启动内置服务器，改用 XIETONG_DATABASE_DSN 与 XIETONG_KAFKA 所指的服务器",
                "use the servers that XIETONG_DATABASE_DSN and XIETONG_KAFKA name instead of embedded ones",
            ),
        ),
    ] = False,
) -> None:
    raise typer.Exit(asyncio.run(_up(terminal_of(context), external)))


async def _up(terminal: Terminal, external: bool) -> int:
    from services.commands.system.home import home_of
    from services.commands.system.running import running_system, until_interrupted

    ready = False

    async def work() -> None:
        nonlocal ready
        async with running_system(home_of(), "up", terminal.note, external=external) as system:
            ready = True
            terminal.note(both("全部就绪，Ctrl-C 结束：", "everything is ready, Ctrl-C ends it:"))
            for process, port in system.place.ports.items():
                terminal.note(f"  {process}  http://127.0.0.1:{port}")
            await _tell_empty_directory(system.place, terminal)
            await asyncio.Event().wait()

    await until_interrupted(work())
    return 0 if ready else INTERRUPTED


async def _tell_empty_directory(place: "Place", terminal: Terminal) -> None:
    from services.commands.system.looking import stored_units

    if not await stored_units(place):
        hint = "xietong directory import services/routing/directory/story.yaml"
        terminal.note(both(f"单位名录是空的：请先导入，例如 {hint}", f"the directory is empty: import one, for example {hint}"))
