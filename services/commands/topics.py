"""`xietong topics`: make the cluster's topics what the catalogue declares."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from services.commands.both import JSON_HELP, both
from services.commands.terminal import Terminal, terminal_of

if TYPE_CHECKING:
    from infra.messaging.admin import Change

GROUP_HELP = both("Kafka 主题", "Kafka topics")
PLAN_HELP = both("列出集群与主题目录的差别", "List how the cluster differs from the catalogue")
APPLY_HELP = both("建立或调整主题", "Make or adjust the topics")
_KINDS = {
    "create": both("新建", "create"),
    "configure": both("调整", "configure"),
    "differ": both("分区数不足", "too few partitions"),
}
AsJson = Annotated[bool, typer.Option("--json", help=JSON_HELP)]


def plan(context: typer.Context, as_json: AsJson = False) -> None:
    from infra.messaging import admin
    from services.commands.system.place import find_place
    from topics.catalogue import Catalogue

    place = find_place()
    _tell(terminal_of(context), asyncio.run(admin.plan(Catalogue.load(), place.kafka)), as_json)


def apply(context: typer.Context, as_json: AsJson = False) -> None:
    from infra.messaging import admin
    from services.commands.system.place import find_place
    from topics.catalogue import Catalogue

    place = find_place()
    _tell(terminal_of(context), asyncio.run(admin.apply(Catalogue.load(), place.kafka)), as_json)


def _tell(terminal: Terminal, changes: "Sequence[Change]", as_json: bool) -> None:
    if as_json:
        terminal.json([{"topic": c.topic, "kind": c.kind, "partitions": c.partitions, "settings": dict(c.settings)} for c in changes])
        return
    for change in changes:
        settings = " ".join(f"{name}={value}" for name, value in change.settings.items())
        terminal.say(f"{terminal.pick(_KINDS[change.kind])}  {change.topic}  {change.partitions}  {settings}".rstrip())
    if not changes:
        terminal.note(both("集群与主题目录一致", "the cluster is as the catalogue says"))
