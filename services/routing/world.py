"""The reference data that a unit of work decides with: the mandates of this process and the directory as it is stored now."""

from contracts.coordination import UnitRecord
from infra.errors import XietongError
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.calendar import Calendars
from services.routing.core.directory import Directory, DirectoryInvalid
from services.routing.core.mandates import MandateBook
from services.routing.core.model import World
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


class Reference:
    """Keeps one Directory snapshot and reads it again when its version in the database has moved. PackIncomplete: nothing can be decided."""

    def __init__(self, book: MandateBook, calendars: Calendars, pack_version: str) -> None:
        missing = [mandate for mandate in NEEDED if book.by_id(mandate) is None]
        if missing:
            raise PackIncomplete(f"规则包缺少：{'、'.join(missing)}", en=f"the pack lacks {', '.join(missing)}")
        self._book = book
        self._calendars = calendars
        self._pack_version = pack_version
        self._world: World | None = None

    def calendar_covers(self, pending: str) -> bool:
        """Whether the ``<calendar>/<year>`` is loaded."""
        return self._calendars.covers(pending)

    async def world(self, uow: UnitOfWork, version: int) -> World:
        """The world of this unit of work, which found the directory at ``version``; reads nothing when that is the one in hand.

        DirectoryUnusable when there is none yet, or this program refuses a stored document: no event is at fault, so all of them wait.
        """
        if self._world is None or self._world.directory.version != version:
            rows = await uow.fetch(QUERIES["load_directory"])
            if not rows:
                raise DirectoryUnusable()
            records = [UnitRecord(unit=row["unit"], version=row["version"], document=row["document"]) for row in rows]
            try:
                directory = Directory.build(records, version, self._calendars)
            except DirectoryInvalid as invalid:
                raise DirectoryUnusable() from invalid
            self._world = World(directory, self._book, self._pack_version)
        return self._world

    async def current(self, uow: UnitOfWork) -> World:
        """The world at the directory's version of now; DirectoryUnusable as above."""
        return await self.world(uow, await uow.fetchval(QUERIES["directory_version"]))
