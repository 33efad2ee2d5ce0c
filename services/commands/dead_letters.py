"""`xietong dead-letters`: what could never be handled, seen and delivered once more. Letters are named ``<service>/<number>``."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.clock import BEIJING
from services.commands.both import JSON_HELP, both
from services.commands.errors import Findings, WrongUse
from services.commands.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from infra.messaging.dead_letters import Letter
    from infra.postgres.unit_of_work import UnitOfWork

GROUP_HELP = both("死信：永远无法处理的消息", "Dead letters: messages that can never be handled")
LIST_HELP = both("列出各服务的死信", "List the dead letters of every service")
SHOW_HELP = both("显示一封死信；内容只在加 --content 时显示", "Show one; its content only with --content")
REPLAY_HELP = both("请所属服务重新投递", "Ask the owner's process to deliver it once more")
OPERATOR = "cli"
PAGE = 200
STATUS: Mapping[str, str] = {
    "parked": both("待处理", "parked"),
    "requested": both("已请求重放", "replay requested"),
    "replayed": both("已重放", "replayed"),
}
ITEMS: Mapping[str, str] = {
    "letter": both("编号", "letter"),
    "consumer": both("由谁读取", "consumer"),
    "source": both("来源", "source"),
    "event_id": both("事件编号", "event id"),
    "type": both("类型", "type"),
    "topic": both("主题", "topic"),
    "partition": both("分区", "partition"),
    "offset": both("位移", "offset"),
    "reason": both("原因", "reason"),
    "detail": both("说明", "detail"),
    "attempts": both("次数", "attempts"),
    "parked_at": both("首见", "first seen"),
    "status": both("状态", "status"),
    "requested_at": both("请求重放", "replay requested"),
    "requested_by": both("请求人", "requested by"),
    "replayed_at": both("已重放", "replayed"),
    "content": both("内容", "content"),
}
"""What a person reads of a letter, in this order."""
_NUMBER = re.compile(r"[0-9]{1,18}")
AsJson = Annotated[bool, typer.Option("--json", help=JSON_HELP)]
Names = Annotated[list[str], typer.Argument(metavar="LETTER", help=both("死信编号，如 schools/3", "letter, for example schools/3"))]


def list_(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=both("也列出已重放的", "replayed ones too"))] = False,
    as_json: AsJson = False,
) -> None:
    terminal = terminal_of(context)
    found = asyncio.run(_all(everything))
    if as_json:
        terminal.json([{"letter": f"{service}/{letter.id}", **asdict(letter)} for service, letter in found])
        return
    heads = [
        both("编号", "letter"),
        both("原因", "reason"),
        both("类型", "type"),
        both("主题", "topic"),
        both("次数", "attempts"),
        both("状态", "status"),
        both("首见", "first seen"),
    ]
    terminal.rows(heads, [_line(service, letter) for service, letter in found])
    if not found:
        terminal.note(both("没有死信", "no dead letters"))


def _line(service: str, letter: "Letter") -> tuple[str, ...]:
    return (
        f"{service}/{letter.id}", letter.reason, letter.type or "?", f"{letter.topic}[{letter.partition}]@{letter.offset}",
        _words("attempts", letter.attempts), _words("status", letter.status), _words("parked_at", letter.parked_at),
    )  # fmt: skip


def _words(item: str, value: Any) -> str:
    """A value as people read it: times are Beijing's."""
    match value:
        case None | "":
            return "—"
        case datetime():
            return f"{value.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    return STATUS.get(value, str(value)) if item == "status" else str(value)


def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="LETTER", help=both("死信编号，如 schools/3", "letter, for example schools/3"))],
    content: Annotated[
        bool, typer.Option("--content", help=both("显示消息内容（可能含个人信息）", "show the content (may hold personal data)"))
    ] = False,
    as_json: AsJson = False,
) -> None:
    terminal = terminal_of(context)
    shown = asyncio.run(_one(name, content))
    if as_json:
        terminal.json(shown)
    else:
        lines = [(words, _words(item, shown[item])) for item, words in ITEMS.items() if item in shown]
        terminal.rows([both("项", "item"), both("值", "value")], lines)


def replay(context: typer.Context, names: Names, as_json: AsJson = False) -> None:
    terminal = terminal_of(context)
    asked = {name: asyncio.run(_ask(name)) for name in names}
    if as_json:
        terminal.json(asked)
    else:
        _tell(terminal, asked)
    if not all(asked.values()):
        raise Findings


def _tell(terminal: Terminal, asked: dict[str, bool]) -> None:
    for name, done in asked.items():
        yes = both(f"{name}：已请求重放", f"{name}: replay requested")
        no = both(f"{name}：没有这封死信，或已请求过重放", f"{name}: no such letter, or its replay was asked for before")
        terminal.say(yes if done else no)


async def _all(everything: bool) -> list[tuple[str, "Letter"]]:
    from infra.messaging.dead_letters import OPEN, list_letters
    from services.schemas import SCHEMA_PLANS

    status = (*OPEN, "replayed") if everything else OPEN
    found = []
    for plan in SCHEMA_PLANS:
        async with _at(plan.schema) as uow:
            page = await list_letters(uow, limit=PAGE, status=status)
            while page:
                found += [(plan.schema, letter) for letter in page]
                page = await list_letters(uow, before=page[-1].id, limit=PAGE, status=status)
    return found


async def _one(name: str, content: bool) -> dict[str, Any]:
    from infra.messaging.dead_letters import show_letter

    service, number = _parts(name)
    async with _at(service) as uow:
        found = await show_letter(uow, number)
    if found is None:
        raise WrongUse(f"没有死信 {name}", en=f"no dead letter {name}")
    letter, record = found
    value = (record.value or b"").decode("utf-8", "replace")
    return {"letter": name, **asdict(letter), **({"content": value} if content else {})}


async def _ask(name: str) -> bool:
    from infra.messaging.dead_letters import ask_replay

    service, number = _parts(name)
    async with _at(service) as uow:
        return await ask_replay(uow, number, by=OPERATOR)


def _parts(name: str) -> tuple[str, int]:
    from services.schemas import SCHEMA_PLANS

    service, _, number = name.partition("/")
    if not _NUMBER.fullmatch(number) or service not in {plan.schema for plan in SCHEMA_PLANS}:
        raise WrongUse(f"死信编号应如 schools/3，不是 {name}", en=f"a letter is named like schools/3, not {name}")
    return service, int(number)


@asynccontextmanager
async def _at(schema: str) -> "AsyncIterator[UnitOfWork]":
    from infra.postgres.pool import open_pool
    from infra.postgres.unit_of_work import unit_of_work
    from services.commands.system.place import find_place

    pool = await open_pool(find_place().dsn, schema=schema, application="xietong-dead-letters", size=(1, 1))
    try:
        async with unit_of_work(pool) as uow:
            yield uow
    finally:
        await pool.close()
