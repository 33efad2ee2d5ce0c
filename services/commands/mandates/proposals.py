"""`xietong mandates proposals`: what rulings on returns propose for the next pack."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from services.commands.both import JSON_HELP, both
from services.commands.terminal import terminal_of

PROPOSALS_HELP = both(
    "列出退单裁定留下的规则建议：某类事件在某地应由谁承办，供下一版规则包采用",
    "List what rulings on returns propose for the next pack: what sort of event goes to whom, and where",
)
MOST = 1000


def proposals(
    context: typer.Context,
    rule: Annotated[str | None, typer.Option("--rule", metavar="ID", help=both("只列某条规则的", "of one rule alone"))] = None,
    as_json: Annotated[bool, typer.Option("--json", help=JSON_HELP)] = False,
) -> None:
    terminal = terminal_of(context)
    rows = [row for row in asyncio.run(_fetch()) if rule is None or rule in row["proposal"]["mandates"]]
    if as_json:
        terminal.json([{"number": row["number"], "county": row["county"], **row["proposal"]} for row in rows])
        return
    heads = [
        both("事由编号", "number"),
        both("规则", "rules"),
        both("事件", "event"),
        both("何类", "kind"),
        both("何处", "place"),
        both("退单台", "returned by"),
        both("建议承办", "goes to"),
        both("裁定", "ruling"),
        both("时间", "at"),
    ]
    terminal.rows(heads, [_line(row) for row in rows])
    if not rows:
        terminal.note(both("没有规则建议", "no proposals"))


def _line(row: Mapping[str, Any]) -> tuple[str, ...]:
    from datetime import datetime

    from contracts.codes import LABELS
    from infra.clock import BEIJING

    one = row["proposal"]
    place = "、".join(one["schools"]) or one["place_code"] or row["county"]
    ruling = both(LABELS["ruling"].get(one["ruling"], one["ruling"]), one["ruling"])
    at = f"{datetime.fromisoformat(one['ruled_at']).astimezone(BEIJING):%Y-%m-%d %H:%M}"
    return (
        row["number"], "、".join(one["mandates"]), one["event"], _kind(one["event"], one["codes"]), place, one["returned_by"],
        "、".join(one["goes_to"]), ruling, at,
    )  # fmt: skip


def _kind(event: str, codes: Mapping[str, str]) -> str:
    """The codes of a proposal by their labels, and as they are in English."""
    from contracts.codes import LABELS
    from contracts.fields import codes_of
    from contracts.registry import UnknownType, event_type

    try:
        lists: Mapping[str, str] = codes_of(event_type(event).model)
    except UnknownType:
        lists = {}
    named = [LABELS.get(lists.get(field, ""), {}).get(code, code) for field, code in codes.items()]
    return both("、".join(named), ", ".join(codes.values())) if codes else "—"


async def _fetch() -> list[Any]:
    from services.commands.system.looking import ruled_proposals
    from services.commands.system.place import find_place

    return await ruled_proposals(find_place(), MOST)
