"""The reference data that a unit of work decides with: the mandates of this process and the directory as it is stored now."""

from contracts.coordination import UnitRecord
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.calendar import Calendars
from services.routing.core.directory import Directory
from services.routing.core.mandates import MandateBook
from services.routing.core.model import World
from services.routing.store import QUERIES


class Reference:
    """Keeps one Directory snapshot and reads it again when its version in the database has moved."""

    def __init__(self, book: MandateBook, calendars: Calendars, pack_version: str) -> None:
        self._book = book
        self._calendars = calendars
        self._pack_version = pack_version
        self._world: World | None = None

    async def world(self, uow: UnitOfWork, version: int) -> World:
        """The world of this unit of work, which found the directory at ``version``; reads nothing when that is the one in hand."""
        if self._world is None or self._world.directory.version != version:
            rows = await uow.fetch(QUERIES["load_directory"])
            records = [UnitRecord(unit=row["unit"], version=row["version"], document=row["document"]) for row in rows]
            self._world = World(Directory.build(records, version, self._calendars), self._book, self._pack_version)
        return self._world
