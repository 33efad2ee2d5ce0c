"""`xietong sla report`: what was delivered, signed, acted on and closed in time, and whose lateness it was."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.commands.both import JSON_HELP, both
from services.commands.errors import WrongUse
from services.commands.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from infra.postgres.unit_of_work import UnitOfWork
    from services.routing.core.directory import Directory
    from services.routing.core.sla.report import Line, Outcome, Report, Share

GROUP_HELP = both("履职统计", "Service levels")
REPORT_HELP = both(
    "一个月或一周的履职统计：送达、签收、首办、办结是否按时，迟在报送方、总线还是接收方；演练、失效、作废另列",
    "Service levels of a month or a week: delivered, signed, acted and closed in time, and whose lateness; drills, dropped, void apart",
)
HEADS = (
    both("应签", "asked"), both("按时", "in time"), both("逾期", "late"), both("未到期", "open"), both("按时率", "rate"),
    both("中位分", "median"), both("九成分", "p90"), both("首办", "acted"), both("报送", "reported"), both("办结", "closed"),
    both("报送方迟", "publisher late"), both("总线迟", "bus late"), both("接收方迟", "receiver late"), both("发布", "published"),
)  # fmt: skip
BY_HEADS = {
    "desk": both("值守台", "desk"), "agency": both("部门", "agency"), "type": both("事件类型", "type"), "county": both("县区", "county"),
}  # fmt: skip


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
        typer.Option("--by", metavar="desk|agency|type|county", help=both("按什么分列（默认 agency）", "lines by (default agency)")),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    terminal = terminal_of(context)
    made = asyncio.run(_make(month, week, by))
    if as_json:
        terminal.json(_plain(made))
    else:
        _tell(terminal, made)


def _plain(made: "Report") -> Any:
    """As the API answers."""
    from pydantic import TypeAdapter

    from services.routing.core.sla.report import Report

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
    pool = await open_pool(place.dsn, schema="routing", application="xietong-sla", size=(1, 1))
    try:
        async with unit_of_work(pool) as uow:
            await uow.execute(QUERIES["whole"])
            yield uow, check_documents(documents, load_calendars())
    finally:
        await pool.close()


def _tell(terminal: Terminal, made: "Report") -> None:
    heads = (BY_HEADS[made.by], *HEADS)
    total = made.actual.total
    terminal.say(both(f"履职统计 {made.period.name}", f"service levels {made.period.name}"))
    terminal.rows(heads, [_cells(line) for line in (*made.actual.lines, total)])
    if made.exercise.lines:
        terminal.say(both("演练（不计入以上）", "drills (in no figure above)"))
        terminal.rows(heads, [_cells(line) for line in (*made.exercise.lines, made.exercise.total)])
    if made.dropped:
        terminal.say(both("失效（不计入以上）", "dropped (in no figure above)"))
        names = (both("被替代", "superseded"), both("已撤回", "withdrawn"), both("已改派", "redirected"))
        terminal.rows(
            (BY_HEADS[made.by], *names),
            [(_title(one.key, one.title), *map(_count, (one.superseded, one.withdrawn, one.redirected))) for one in made.dropped],
        )  # fmt: skip
    _tell_voided(terminal, made)
    if not made.actual.lines:
        terminal.note(both("这段时间没有通报", "nothing was told in this time"))


def _tell_voided(terminal: Terminal, made: "Report") -> None:
    """Incidents that were void, each with reason and officer."""
    from services.routing.core.sla.naming import type_title

    if not made.voided and not made.voided_hidden:
        return
    terminal.say(both("作废", "void"))
    rows = [(one.number, type_title(one.type), one.code, one.reason, one.officer) for one in made.voided]
    rows += [("—", type_title(name), _count(count), "—", "—") for name, count in made.voided_hidden.items()]
    terminal.rows(
        (both("编号", "number"), both("类型", "type"), both("类别", "code"), both("理由", "reason"), both("责任人", "officer")), rows
    )


def _cells(line: "Line") -> tuple[str, ...]:
    signed = line.signed
    return (
        _title(line.key, line.title),
        *map(_count, (signed.asked, signed.in_time, signed.late, signed.open)),
        _rate(signed.rate),
        *(_number(minutes) for minutes in (line.median_minutes, line.p90_minutes)),
        *map(_outcome, (line.acted, line.reported, line.closed)),
        *map(_share, (line.publisher, line.bus, line.receiver)),
        _outcome(line.published),
    )


def _title(key: str, title: str) -> str:
    return both(title, key or "total")


def _count(count: Any) -> str:
    return both("隐去", "hidden") if count == "hidden" else str(count)


def _rate(rate: float | None) -> str:
    return f"{rate:.1%}" if rate is not None else "—"


def _number(minutes: float | None) -> str:
    return f"{minutes:,.1f}".removesuffix(".0") if minutes is not None else "—"


def _outcome(outcome: "Outcome") -> str:
    """In time of those that are decided."""
    counts = (outcome.in_time, outcome.late)
    if not all(isinstance(count, int) for count in counts):
        return _count(next(count for count in counts if not isinstance(count, int)))
    return f"{counts[0]}/{counts[0] + counts[1]}" if any(counts) else "—"  # type: ignore[operator]  # both are counts


def _share(share: "Share") -> str:
    """How many, and their minutes."""
    if not isinstance(share.late, int):
        return _count(share.late)
    return both(f"{share.late} 件 {_number(share.minutes)} 分", f"{share.late}: {_number(share.minutes)} min") if share.late else "0"
