"""What the commands read: the rules and the directory, of a file, of the running system, or as they are shipped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.errors import FieldError
from services.commands.both import both
from services.commands.errors import Refused

if TYPE_CHECKING:
    from contracts.envelope import Event
    from services.routing.core.directory import Directory
    from services.routing.core.mandates import MandateBook
    from topics.codec import BadCode

GROUP_HELP = both("职责规则", "Mandates")
FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--folder",
        metavar="DIR",
        help=both(
            "规则目录（默认：运行中系统的规则；没有运行则用 XIETONG_MANDATES_FOLDER，再次用随附的）",
            "folder of the rules (default: those that run, else XIETONG_MANDATES_FOLDER, else those shipped)",
        ),
    ),
]
DirectoryOption = Annotated[
    Path | None,
    typer.Option(
        "--directory",
        metavar="FILE",
        help=both(
            "名录文件（默认：运行中系统的名录，没有运行则用故事区）",
            "directory file (default: that of the running system, else the story district)",
        ),
    ),
]


_UNDECODABLE: "Mapping[BadCode, tuple[str, str]]" = {
    "bad-json": ("不是有效的 JSON", "is not valid JSON"),
    "bad-envelope": ("信封（CloudEvents 属性）缺失或有误", "of the envelope (CloudEvents attributes) is missing or wrong"),
    "unknown-type": ("没有这种事件类型", "is no known event type"),
    "bad-data": ("事件内容（data）缺失或不符合事件类型", "of the data is missing or does not fit the event type"),
    "null-value": ("没有内容", "is empty"),
    "bad-encoding": ("编码不是 UTF-8", "is not UTF-8"),
    "local-only": ("黄色预警只在校内处置，不上协同平台", "stays at the school and is never an event"),
}


class EventUnreadable(Refused):
    """事件文件无法读取。"""

    code = "event-unreadable"
    title_en = "The event file cannot be read"


@dataclass(frozen=True, slots=True)
class Stored:
    """What a running system holds: packs in the order of their activation, unit documents, and business time."""

    packs: tuple[dict[str, Any], ...] = ()
    units: tuple[dict[str, Any], ...] = ()
    now: datetime | None = None


async def stored() -> Stored:
    """What runs; nothing when nothing does."""
    from services.commands.errors import NothingRuns
    from services.commands.system.looking import business_now, stored_packs, stored_units
    from services.commands.system.place import find_place

    try:
        place = find_place()
    except NothingRuns:
        return Stored()
    return Stored(tuple(await stored_packs(place)), tuple(await stored_units(place)), await business_now(place))


def book_of(folder: Path | None, found: Stored) -> "MandateBook":
    """The rules of a folder, else those that the setting names, or shipped, with what was activated. PackInvalid."""
    from services.commands.system.packs import rules_folder
    from services.routing.packs import load_shelf, parse_pack

    shelf = load_shelf(folder or rules_folder())
    rows = found.packs if folder is None else ()
    packs = [parse_pack(f"{row['pack']}@{row['version']}", row["files"], shelf.sources) for row in rows]
    return shelf.book(packs, max((row["number"] for row in rows), default=0))


def directory_of(file: Path | None, found: Stored) -> "Directory":
    """The directory of a file, else the one that runs, else the story district. DirectoryRefused."""
    from services.routing.calendars import load_calendars
    from services.routing.directory import STORY, check_documents, load_documents

    rows = found.units if file is None else ()
    documents = [row["document"] for row in rows] or load_documents(file or STORY)
    return check_documents(documents, load_calendars(), max((row["version"] for row in rows), default=0), written=not rows)


def moment_of(found: Stored) -> datetime:
    """Business time where a system runs, else the time of this machine."""
    from infra.clock import machine_now

    return found.now or machine_now()


def read_event(path: Path) -> "Event":
    """A structured CloudEvent; its data may be the wire form of any registered type. EventUnreadable."""
    from topics.codec import Undecodable, decode

    try:
        raw = path.read_bytes()
        return decode((("content-type", b"application/cloudevents+json"),), raw)
    except Undecodable as error:
        raise EventUnreadable(fields=(FieldError(error.field, *_UNDECODABLE[error.code]),)) from error
