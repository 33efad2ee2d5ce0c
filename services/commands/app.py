"""The tree of commands."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from services.commands import (
    config,
    dead_letters,
    demo,
    directory,
    doctor,
    export,
    mandates,
    migrate,
    schemas,
    serve,
    sla,
    token,
    topics,
    up,
)
from services.commands.both import both
from services.commands.pages import Page, Pages

HELP = both(
    """协同（Xietong）：学校周边各部门的事件总线。

退出码：0 正常；1 失败或查出问题；2 用法不对或没有系统在运行。
环境变量：XIETONG_HOME 数据目录（默认 .xietong）；XIETONG_LANG 语言；NO_COLOR 不用颜色；
XIETONG_DATABASE_DSN 与 XIETONG_KAFKA 指定别处的服务器。""",
    """Xietong: the event bus of the agencies around a school.

Exit codes: 0 good; 1 failed or found faults; 2 wrong use or nothing runs.
Environment: XIETONG_HOME data root (default .xietong); XIETONG_LANG language; NO_COLOR no colours;
XIETONG_DATABASE_DSN and XIETONG_KAFKA name other servers.""",
)

ORDER = (
    "demo", "up", "doctor", "token", "directory", "mandates", "sla", "export", "dead-letters", "topics", "migrate", "schemas", "config", "serve",
)  # fmt: skip
"""As the help page lists them: what most people want first."""
Entry = tuple[str, Callable[..., Any]]
"""Help and function of a command."""


def build() -> TyperGroup:
    """The whole tree, as typer runs it."""
    app = _group(HELP)
    app.callback()(root)
    _add(app, "demo", demo.HELP, group=demo.group())
    _add(app, "up", up.HELP, run=up.up)
    _add(app, "doctor", doctor.HELP, run=doctor.doctor)
    _add(app, "config", config.GROUP_HELP, group=_grouped(show=(config.SHOW_HELP, config.show)))
    _add(app, "migrate", migrate.HELP, run=migrate.migrate)
    _add(app, "topics", topics.GROUP_HELP, group=_grouped(plan=(topics.PLAN_HELP, topics.plan), apply=(topics.APPLY_HELP, topics.apply)))
    rules = _grouped(
        check=(mandates.CHECK_HELP, mandates.check),
        explain=(mandates.EXPLAIN_HELP, mandates.explain),
        matrix=(mandates.MATRIX_HELP, mandates.show_matrix),
        deadlines=(mandates.DEADLINES_HELP, mandates.deadlines),
        activate=(mandates.ACTIVATE_HELP, mandates.activate),
        proposals=(mandates.PROPOSALS_HELP, mandates.proposals),
    )
    _add(app, "mandates", mandates.GROUP_HELP, group=rules)
    _add(app, "sla", sla.GROUP_HELP, group=_grouped(report=(sla.REPORT_HELP, sla.report)))
    _add(app, "export", export.GROUP_HELP, group=_grouped(days=(export.DAYS_HELP, export.days), show=(export.SHOW_HELP, export.show)))
    brought: dict[str, Entry] = {"import": (directory.IMPORT_HELP, directory.bring), "show": (directory.SHOW_HELP, directory.show)}
    units = _grouped(**brought)
    _add(app, "directory", directory.GROUP_HELP, group=units)
    letters = _grouped(
        list=(dead_letters.LIST_HELP, dead_letters.list_),
        show=(dead_letters.SHOW_HELP, dead_letters.show),
        replay=(dead_letters.REPLAY_HELP, dead_letters.replay),
    )
    _add(app, "dead-letters", dead_letters.GROUP_HELP, group=letters)
    _add(app, "token", token.HELP, run=token.token)
    _add(app, "schemas", schemas.GROUP_HELP, group=_grouped(export=(schemas.EXPORT_HELP, schemas.export)))
    _add(app, "serve", serve.HELP, run=serve.serve)
    command = typer.main.get_command(app)
    if not isinstance(command, TyperGroup):
        raise TypeError("the tree of commands is no group")
    command.commands = {name: command.commands[name] for name in ORDER}
    return command


def root(
    language: Annotated[str | None, typer.Option("--lang", metavar="zh|en", help=both("语言：zh 或 en", "language: zh or en"))] = None,
) -> None:
    """Read before typer sees the line; here only for the help page."""


def _group(text: str | None = None) -> typer.Typer:
    return typer.Typer(cls=Pages, help=text, add_completion=False, rich_markup_mode=None, no_args_is_help=True)


def _grouped(**commands: Entry) -> typer.Typer:
    group = _group()
    for name, (text, run) in commands.items():
        group.command(name, cls=Page, help=text)(run)
    return group


def _add(app: typer.Typer, name: str, text: str, *, run: Callable[..., Any] | None = None, group: typer.Typer | None = None) -> None:
    if group is not None:
        app.add_typer(group, name=name, help=text, cls=Pages)
    elif run is not None:
        app.command(name, cls=Page, help=text)(run)
