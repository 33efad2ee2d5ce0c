"""The reference data that a unit of work decides with: the directory and the packs as they are stored now."""

import asyncio
from collections.abc import Sequence
from typing import Any

from contracts.coordination import UnitRecord
from infra.errors import XietongError
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.calendar import Calendars
from services.routing.core.directory import Directory, DirectoryInvalid
from services.routing.core.mandates import MandateBook
from services.routing.core.model import World
from services.routing.loaded import Versions
from services.routing.packs import Pack, PackInvalid, Shelf, parse_pack
from services.routing.store import QUERIES

NEEDED = ("GOV-01", "GOV-03", "GOV-04")


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


class Reference:
    """Keeps one Directory snapshot and one book, and reads again what has moved in the database. PackIncomplete: nothing can be decided."""

    def __init__(self, shelf: Shelf, calendars: Calendars) -> None:
        book = shelf.book()
        missing = [mandate for mandate in NEEDED if book.by_id(mandate) is None]
        if missing:
            raise PackIncomplete(f"规则包缺少：{'、'.join(missing)}", en=f"the pack lacks {', '.join(missing)}")
        self._shelf = shelf
        self._calendars = calendars
        self._world: World | None = None
        self._versions = Versions()
        self._book = book
        self._read: dict[tuple[str, int], Pack] = {}

    def calendar_covers(self, pending: str) -> bool:
        """Whether the ``<calendar>/<year>`` is loaded."""
        return self._calendars.covers(pending)

    async def world(self, uow: UnitOfWork, versions: Versions) -> World:
        """The world of this unit of work, which found these versions; reads nothing when they are those in hand.

        DirectoryUnusable when there is none yet, or this program refuses a stored document; PacksUnusable likewise: no event is at fault,
        so all of them wait.
        """
        if self._world is None or versions != self._versions:
            book = self._book if versions.packs == self._versions.packs else await self._book_at(uow, versions.packs)
            same = self._world is not None and self._world.directory.version == versions.directory
            directory = self._world.directory if self._world and same else await self._directory_at(uow, versions.directory)
            self._world, self._book, self._versions = World(directory, book, book.version), book, versions
        return self._world

    async def current(self, uow: UnitOfWork) -> World:
        """The world as it is stored now; errors as above."""
        row = await uow.fetchrow(QUERIES["versions"])
        return await self.world(uow, Versions(row["directory"], row["packs"]) if row is not None else Versions())

    async def _directory_at(self, uow: UnitOfWork, version: int) -> Directory:
        rows = await uow.fetch(QUERIES["load_directory"])
        if not rows:
            raise DirectoryUnusable()
        records = [UnitRecord(unit=row["unit"], version=row["version"], document=row["document"]) for row in rows]
        try:
            return Directory.build(records, version, self._calendars)
        except DirectoryInvalid as invalid:
            raise DirectoryUnusable() from invalid

    async def _book_at(self, uow: UnitOfWork, number: int) -> MandateBook:
        """Read beside the loop: a large pack takes its time, and heartbeats go on."""
        rows = await uow.fetch(QUERIES["load_packs"], number)
        try:
            return await asyncio.to_thread(self._book_of, rows, number)
        except PackInvalid as invalid:
            raise PacksUnusable() from invalid

    def _book_of(self, rows: Sequence[Any], number: int) -> MandateBook:
        for row in rows:
            key = (row["pack"], row["version"])
            if key not in self._read:
                self._read[key] = parse_pack("@".join(map(str, key)), row["files"], self._shelf.sources)
        return self._shelf.book([self._read[row["pack"], row["version"]] for row in rows], number)
