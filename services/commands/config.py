"""`xietong config show`: the settings of a process, secrets blacked out."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from services.commands.both import JSON_HELP, both
from services.commands.errors import WrongUse
from services.commands.serve import OURS, PROCESSES, settings_of
from services.commands.terminal import terminal_of

GROUP_HELP = both("查看配置", "Look at settings")
SHOW_HELP = both("显示一个进程的配置（已隐去密钥）", "Show the settings of a process (secrets blacked out)")


def show(
    context: typer.Context,
    process: Annotated[str, typer.Argument(metavar="PROCESS", help=both("、".join(PROCESSES), ", ".join(PROCESSES)))],
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    if process not in PROCESSES:
        raise WrongUse(f"没有进程 {process}：{'、'.join(PROCESSES)}", en=f"no process {process}: {', '.join(PROCESSES)}")
    terminal = terminal_of(context)
    with _environment_of(process):
        shown = settings_of(process).read().redacted()
    if as_json:
        terminal.json(shown)
    else:
        terminal.rows([both("设置", "setting"), both("值", "value")], [(f"XIETONG_{name.upper()}", value) for name, value in shown.items()])


@contextmanager
def _environment_of(process: str) -> Iterator[None]:
    """The environment that a running system gives the process; without one, ours."""
    from services.commands.system.environment import Environments
    from services.commands.system.home import home_of
    from services.commands.system.place import place_of_state
    from services.commands.system.secrets import Secrets
    from services.commands.system.state import read_state

    home, before = home_of(), dict(os.environ)
    state = read_state(home)
    try:
        if state is not None:
            mine = Environments(place_of_state(home, state), Secrets.of(home)).of(process, state.ports.get(process, 0))
            os.environ.clear()
            os.environ.update(mine)
        for name in OURS:
            os.environ.pop(name, None)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
