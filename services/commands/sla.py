"""`xietong sla report`: what was delivered, signed, acted on and closed in time, and whose lateness it was."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.commands.both import JSON_HELP, both
from services.commands.errors import WrongUse
from services.commands.figures import tell_figures
from services.commands.terminal import terminal_of

if TYPE_CHECKING:
    from infra.postgres.unit_of_work import UnitOfWork
    from services.routing.core.directory import Directory
    from services.routing.core.sla.shapes import Report

GROUP_HELP = both("履职统计", "Service levels")
REPORT_HELP = both(
    "一个月或一周的履职统计：送达、签收、首办、办结是否按时，迟在报送方、总线还是接收方；演练、失效、作废另列",
    "Service levels of a month or a week: delivered, signed, acted and closed in time, and whose lateness; drills, dropped, void apart",
)


def report(
    context: typer.Context,
    month: Annotated[
        str | None, typer.Option("--month", metavar="YYYY-MM", help=both("月份（默认：本月）", "the month (default: this one)"))
    ] = None,
    week: Annotated[
        str | None, typer.Option("--week", metavar="YYYY-Www", help=both("周（周一至周日），代替月份", "a week (Monday to Sunday) instead"))
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="desk|unit|agency|type|county", help=both("按什么分列（默认 agency）", "lines by (default agency)")),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    terminal = terminal_of(context)
    made = asyncio.run(_make(month, week, by))
    if as_json:
        terminal.json(_plain(made))
    else:
        tell_figures(terminal, made)


def _plain(made: "Report") -> Any:
    """As the API answers."""
    from pydantic import TypeAdapter

    from services.routing.core.sla.shapes import Report

    return TypeAdapter(Report).dump_python(made, mode="json")


async def _make(month: str | None, week: str | None, by: str | None) -> "Report":
    from services.routing.core.sla.asking import WrongQuestion, lines_by, period_of
    from services.routing.sla.figures import make_report

    async with _looking() as (uow, directory):
        try:
            period, lines = period_of(month, week, uow.now), lines_by(by)
        except WrongQuestion as wrong:
            raise WrongUse(f"--{wrong.field}：{wrong.zh}", en=f"--{wrong.field}: {wrong.en}") from wrong
        return await make_report(uow, directory, period, lines)


@asynccontextmanager
async def _looking() -> "AsyncIterator[tuple[UnitOfWork, Directory]]":
    """Routing's tables as the owner sees them, and the stored directory."""
    from infra.postgres.pool import open_pool
    from infra.postgres.unit_of_work import unit_of_work
    from services.commands.system.looking import stored_units
    from services.commands.system.place import find_place
    from services.routing.calendars import load_calendars
    from services.routing.directory import check_documents
    from services.routing.sla.read import QUERIES

    place = find_place()
    documents = [row["document"] for row in await stored_units(place)]
    directory = check_documents(documents, load_calendars(), written=False)
    pool = await open_pool(place.dsn, schema="routing", application="xietong-sla", size=(1, 1))
    try:
        async with unit_of_work(pool) as uow:
            await uow.execute(QUERIES["whole"])
            yield uow, directory
    finally:
        await pool.close()
