"""`xietong migrate`: bring the schemas to their head."""

import asyncio
from typing import Annotated, Literal

import typer

from services.commands.both import JSON_HELP, both
from services.commands.terminal import terminal_of

HELP = both("执行数据库迁移", "Apply the database migrations")


def migrate(
    context: typer.Context,
    phase: Annotated[
        Literal["pre", "post", "all"],
        typer.Option(
            metavar="PHASE",
            help=both(
                "pre：新版本启动前；post：旧版本全部停止后；all：两者", "pre: before new code runs; post: when no old code runs; all: both"
            ),
        ),
    ] = "all",
    plan: Annotated[bool, typer.Option("--plan", help=both("只列出待执行的迁移", "only list what is waiting"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    from infra.postgres.migrate import migrate as apply
    from infra.postgres.migrate import pending
    from services.commands.system.place import find_place
    from services.commands.system.secrets import Secrets
    from services.schemas import SCHEMA_PLANS

    terminal, place = terminal_of(context), find_place()
    password = Secrets.of(place.home).password
    names = asyncio.run(pending(place.dsn, SCHEMA_PLANS) if plan else apply(place.dsn, SCHEMA_PLANS, phase, password=password))
    if as_json:
        terminal.json({"pending" if plan else "applied": names})
        return
    for name in names:
        terminal.say(name)
    if not names:
        terminal.note(both("没有待执行的迁移", "nothing is waiting"))
