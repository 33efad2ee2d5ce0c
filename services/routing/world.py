"""The reference data that a unit of work decides with: the directory and the packs as they are stored now."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import structlog

from contracts.coordination import UnitRecord
from infra.errors import XietongError
from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Pool, Row
from infra.postgres.unit_of_work import UnitOfWork, unit_of_work
from infra.waiting import first_of
from services.routing.core.calendar import Calendars
from services.routing.core.directory import Directory, DirectoryInvalid
from services.routing.core.mandates import MandateBook
from services.routing.core.model import World
from services.routing.loaded import Versions
from services.routing.packs import Pack, PackInvalid, Shelf, parse_pack
from services.routing.store import QUERIES

NEEDED = ("GOV-01", "GOV-03", "GOV-04")
LOOK_SECONDS, AGAIN_SECONDS = 1.0, 0.5
"""How often the versions are looked at when nobody asks, and how long after one that cannot be read."""
Build = Callable[[Iterable[UnitRecord | Mapping[str, Any]], int, Calendars], Directory]
log = structlog.get_logger()


class PackIncomplete(XietongError):
    """规则包缺少平台自身运行所需的规则。"""

    code = "pack-incomplete"
    title_en = "The pack lacks a mandate that routing itself needs"


class DirectoryUnusable(XietongError):
    """名录无法使用，研判等待名录恢复。"""

    code = "directory-unusable"
    status = 503
    transient = True
    title_en = "The stored directory cannot be used; routing waits for a good one"


class PacksUnusable(XietongError):
    """已启用的规则包无法使用，研判等待。"""

    code = "packs-unusable"
    status = 503
    transient = True
    title_en = "A stored rule pack cannot be used; routing waits for a program that reads it"


class ReferenceMoved(XietongError):
    """名录或规则包有新版本，正在装载，请稍后再试。"""

    code = "reference-moved"
    status = 503
    transient = True
    title_en = "Directory or packs have a new version, which is being loaded; please try again in a moment"


class Fetched(NamedTuple):
    """What moved, as it is stored at these versions; None: that part did not move."""

    versions: Versions
    units: Sequence[Row] | None
    packs: Sequence[Row] | None


class Reference:
    """Keeps one Directory snapshot and one book, and reads again what has moved in the database. PackIncomplete: nothing can be decided.

    Building them takes a processor for seconds where there are many units. ``followed``: the process has a loop (``follow``) that does so
    while no connection is held; a unit of work that finds other versions than those in hand is repeated when they are there. Without it
    whoever asks first waits in its own unit of work. ``build``: makes a Directory of documents."""

    def __init__(self, shelf: Shelf, calendars: Calendars, *, followed: bool = False, build: Build = Directory.build) -> None:
        book = shelf.book()
        missing = [mandate for mandate in NEEDED if book.by_id(mandate) is None]
        if missing:
            raise PackIncomplete(f"规则包缺少：{'、'.join(missing)}", en=f"the pack lacks {', '.join(missing)}")
        self._shelf = shelf
        self._calendars = calendars
        self._followed = followed
        self._build = build
        self._world: World | None = None
        self._versions = Versions()
        self._book = book
        self._read: dict[tuple[str, int], Pack] = {}
        self._asked = asyncio.Event()
        self._trouble: type[XietongError] = ReferenceMoved

    def calendar_covers(self, pending: str) -> bool:
        """Whether the ``<calendar>/<year>`` is loaded."""
        return self._calendars.covers(pending)

    async def world(self, uow: UnitOfWork, versions: Versions) -> World:
        """The world of this unit of work, which found these versions; reads nothing when they are those in hand.

        ReferenceMoved while the loop loads them. DirectoryUnusable when there is none yet, or this program refuses a stored
        document; PacksUnusable likewise: no event is at fault, so all of them wait.
        """
        if self._world is not None and versions == self._versions:
            return self._world
        if self._followed:
            self._asked.set()
            raise self._trouble()
        return await self._take(await self._fetch(uow, versions))

    async def current(self, uow: UnitOfWork) -> World:
        """The world as it is stored now; errors as above."""
        return await self.world(uow, await _versions_in(uow))

    async def refresh(self, pool: Pool) -> None:
        """Take in what has moved: read in a unit of work of its own, made when that is over. DirectoryUnusable, PacksUnusable."""
        async with unit_of_work(pool) as uow:
            versions, fetched = await _versions_in(uow), None
            while self._world is None or versions != self._versions:
                fetched = await self._fetch(uow, versions)
                versions = await _versions_in(uow)
                if versions == fetched.versions:
                    break
        if fetched is not None:
            await self._take(fetched)

    async def follow(self, pool: Pool, stop: asyncio.Event) -> None:
        """Refresh until told to stop: as soon as a unit of work asks, and every second. What cannot be used now is tried again."""
        while not stop.is_set():
            try:
                await self.refresh(pool)
                self._trouble = ReferenceMoved
            except Exception as error:
                if not is_transient(error):
                    raise
                self._note(error)
                await asyncio.sleep(AGAIN_SECONDS)
            await first_of(self._asked, stop, seconds=LOOK_SECONDS)
            self._asked.clear()

    def _note(self, error: Exception) -> None:
        """Those who ask meanwhile get the same answer; it is logged once."""
        found = type(error) if isinstance(error, XietongError) else ReferenceMoved
        if found is not self._trouble:
            log.warning("reference_waits", error=describe(error))
        self._trouble = found

    async def _fetch(self, uow: UnitOfWork, versions: Versions) -> Fetched:
        same = self._world is not None and self._world.directory.version == versions.directory
        units = None if same else await uow.fetch(QUERIES["read_directory"])
        packs = None if versions.packs == self._versions.packs else await uow.fetch(QUERIES["load_packs"], versions.packs)
        return Fetched(versions, units, packs)

    async def _take(self, fetched: Fetched) -> World:
        """Made beside the loop: heartbeats go on."""
        self._world = world = await asyncio.to_thread(self._made, fetched, self._world)
        self._book, self._versions = world.book, fetched.versions
        return world

    def _made(self, fetched: Fetched, before: World | None) -> World:
        book = self._book if fetched.packs is None else self._book_at(fetched.packs, fetched.versions.packs)
        directory = before.directory if before is not None and fetched.units is None else self._directory_of(fetched)
        return World(directory, book, book.version)

    def _directory_of(self, fetched: Fetched) -> Directory:
        if not fetched.units:
            raise DirectoryUnusable()
        try:
            return self._build(records_of(fetched.units), fetched.versions.directory, self._calendars)
        except DirectoryInvalid as invalid:
            raise DirectoryUnusable() from invalid

    def _book_at(self, rows: Sequence[Row], number: int) -> MandateBook:
        try:
            return self._book_of(rows, number)
        except PackInvalid as invalid:
            raise PacksUnusable() from invalid

    def _book_of(self, rows: Sequence[Row], number: int) -> MandateBook:
        for row in rows:
            key = (row["pack"], row["version"])
            if key not in self._read:
                self._read[key] = parse_pack("@".join(map(str, key)), row["files"], self._shelf.sources)
        return self._shelf.book([self._read[row["pack"], row["version"]] for row in rows], number)


async def _versions_in(uow: UnitOfWork) -> Versions:
    row = await uow.fetchrow(QUERIES["versions"])
    return Versions(row["directory"], row["packs"]) if row is not None else Versions()


def records_of(rows: Iterable[Row]) -> list[UnitRecord]:
    """Unit records from rows whose document is text."""
    return [UnitRecord(unit=row["unit"], version=row["version"], document=json.loads(row["document"])) for row in rows]
