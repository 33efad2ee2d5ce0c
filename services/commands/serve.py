"""`xietong serve`: one process of the system, configured by its environment alone."""

import asyncio
import importlib
import os
import signal
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.collector import keep_what_is_there, look_seldom
from infra.loop import run
from services.commands.both import both
from services.commands.errors import WrongUse
from services.commands.language import VARIABLE as LANG_VARIABLE
from services.commands.terminal import terminal_of

if TYPE_CHECKING:
    from infra.settings import ProcessSettings

HELP = both("运行一个进程（设置只来自环境变量）", "Run one process (its settings come from the environment alone)")
PROCESSES = ("police", "health", "market", "cyberspace", "schools", "partners", "routing", "clock")
OURS = (LANG_VARIABLE, "XIETONG_HOME")
"""Variables of the command line itself: no process knows them."""


def serve(
    context: typer.Context,
    process: Annotated[str, typer.Argument(metavar="PROCESS", help=both("、".join(PROCESSES), ", ".join(PROCESSES)))],
) -> None:
    if process not in PROCESSES:
        raise WrongUse(f"没有进程 {process}：{'、'.join(PROCESSES)}", en=f"no process {process}: {', '.join(PROCESSES)}")
    terminal_of(context)
    look_seldom()
    for name in OURS:
        os.environ.pop(name, None)
    raise typer.Exit(run(_serve(process)))


async def _serve(process: str) -> int:
    from infra.log import set_up

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    settings = settings_of(process).read()
    set_up(service=process, level=settings.log_level)
    await _main_of(process, settings, stop)
    return 0


def settings_of(process: str) -> "type[ProcessSettings]":
    """The settings class of a process."""
    from infra.settings import AgencySettings, ClockSettings, ProcessSettings, RoutingSettings

    classes: dict[str, type[ProcessSettings]] = {"routing": RoutingSettings, "clock": ClockSettings}
    return classes.get(process, AgencySettings)


def known_variables() -> frozenset[str]:
    """Every variable that some process or the command line itself knows."""
    from infra.settings import names_of

    return frozenset(OURS).union(*(names_of(settings_of(process)) for process in PROCESSES))


def _main_of(process: str, settings: Any, stop: asyncio.Event) -> Awaitable[None]:
    def listening(_: int) -> None:
        keep_what_is_there()

    if process == "routing":
        from services.routing.run import serve as routing

        return routing(settings, stop, transport=settings.transport, on_port=listening)
    if process == "clock":
        from services.routing.run import serve_clock

        return serve_clock(settings, stop, on_port=listening)
    from services.chassis.run import serve as agency_process

    agency = importlib.import_module(f"services.{process}").agency
    return agency_process(agency, settings, stop, on_port=listening)
