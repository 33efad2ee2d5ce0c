"""Activating a pack: held against everything that stands, stored with a number of its own, told; or refused whole, and told as well."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.coordination import PackActivated
from contracts.coordination import PackRefused as Refusal
from infra.errors import XietongError
from infra.messaging.outbox import OutboxWriter
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import UnitOfWork, unit_of_work
from services.routing.core.bulletins.activation import Statement, state_pack
from services.routing.core.calendar import Calendars
from services.routing.core.directory import Directory
from services.routing.core.mandates import MandateBook, PackInfo
from services.routing.core.model import Fold, IncidentState, World
from services.routing.loaded import Loaded
from services.routing.packs import Files, Finding, Ground, Pack, PackInvalid, Shelf, check, county_of, header_of, parse_pack, place_of
from services.routing.speak import Speaker
from services.routing.store import QUERIES, save
from services.routing.world import NEEDED, Build, DirectoryUnusable, records_of
from topics.catalogue import Catalogue

TOLD = 50
"""Reasons and warnings that a statement carries; the command prints all of them."""


class PackRefused(XietongError):
    """规则包未启用，原规则包继续有效。"""

    code = "pack-refused"
    status = 422
    title_en = "The pack was refused; the old one stays"

    def __init__(self, reasons: Sequence[tuple[str, str]]) -> None:
        self.reasons = tuple(reasons)
        zh, en = ("\n".join(words) for words in zip(*self.reasons, strict=True))
        super().__init__(f"{self.title_zh()}\n{zh}", en=f"{self.title_en}\n{en}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A pack that is active now. ``already``: it was before, with the same files, and nothing was done."""

    pack: PackInfo
    number: int
    findings: tuple[Finding, ...] = ()
    already: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What a pack is held against: the packs activated before, how often that was, the directory, and business time.

    Read in one unit of work and made when that is over: no connection is held while a large directory is built or looked at."""

    rows: Sequence[Any]
    number: int
    directory: Directory
    now: datetime

    def files_of(self, pack: PackInfo) -> Files | None:
        """The stored files of this very version."""
        return next((row["files"] for row in self.rows if (row["pack"], row["version"]) == (pack.id, pack.version)), None)


@dataclass(frozen=True, slots=True)
class Examined:
    """What a pack was held against, the book with it, and what is only a warning."""

    standing: Standing
    book: MandateBook
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Registrar:
    """Activates packs, one after the other: whoever comes second sees the first one's."""

    pool: Pool
    outbox: OutboxWriter
    shelf: Shelf
    calendars: Calendars
    catalogue: Catalogue
    build: Build = Directory.build

    async def activate(self, name: str, files: Files) -> Outcome:
        """Validate, then store and tell in one transaction. PackInvalid: it cannot be read; PackRefused: every reason. Both are told as well,

        as far as the pack says which one it is. DirectoryUnusable: there is nothing to check it against."""
        try:
            pack = parse_pack(name, files, self.shelf.sources)
            return await self._activated(pack, files)
        except (PackInvalid, PackRefused) as refused:
            try:
                await self._tell_refused(header_of(name, files), refused)
            except DirectoryUnusable as nobody:
                raise refused from nobody
            raise

    async def examine(self, name: str, files: Files) -> tuple[Finding, ...]:
        """What would be found if the pack were activated now (nothing, if it is active); nothing is stored or told. PackInvalid, PackRefused."""
        pack = parse_pack(name, files, self.shelf.sources)
        standing = await self._standing()
        if standing.files_of(pack.info) == dict(files):
            return ()
        return (await asyncio.to_thread(self._examined, pack, standing))[1]

    async def _activated(self, pack: Pack, files: Files) -> Outcome:
        """Examined again whenever another pack or another directory came first."""
        while True:
            standing = await self._standing()
            if standing.files_of(pack.info) == dict(files):
                return Outcome(pack.info, standing.number, already=True)
            book, findings = await asyncio.to_thread(self._examined, pack, standing)
            async with unit_of_work(self.pool, outbox=self.outbox) as uow:
                if await self._still(uow, standing):
                    return await self._take(uow, pack, files, Examined(standing, book, findings))

    async def _still(self, uow: UnitOfWork, standing: Standing) -> bool:
        """Whether everything is as it was examined, under the lock of the activations."""
        number = int(await uow.fetchval(QUERIES["lock_packs"]))
        row = await uow.fetchrow(QUERIES["versions"])
        return row is not None and (number, row["directory"]) == (standing.number, standing.directory.version)

    async def _take(self, uow: UnitOfWork, pack: Pack, files: Files, examined: Examined) -> Outcome:
        info, standing = pack.info, examined.standing
        number = standing.number + 1
        await uow.execute(
            QUERIES["store_pack"],
            info.id,
            info.version,
            number,
            info.level,
            info.jurisdiction,
            info.effective_from,
            info.effective_to,
            dict(files),
        )
        await uow.execute(QUERIES["bump_packs"], number)
        said = PackActivated(
            pack=info.id, title=info.title, level=info.level, jurisdiction=info.jurisdiction, version=info.version,
            effective_from=info.effective_from, effective_to=info.effective_to, rules=len(pack.rules),
            warnings=_few(str(finding) for finding in examined.findings), activated_at=uow.now,
        )  # fmt: skip
        await self._state(uow, said, World(standing.directory, examined.book, examined.book.version), info)
        return Outcome(info, number, examined.findings)

    async def _standing(self) -> Standing:
        """DirectoryUnusable: there is no directory to check against."""
        async with unit_of_work(self.pool) as uow:
            row = await uow.fetchrow(QUERIES["versions"]) or {"directory": 0, "packs": 0}
            packs = await uow.fetch(QUERIES["load_packs"], row["packs"])
            units = await uow.fetch(QUERIES["read_directory"])
        if not units:
            raise DirectoryUnusable()
        directory = await asyncio.to_thread(lambda: self.build(records_of(units), row["directory"], self.calendars))
        return Standing(packs, row["packs"], directory, uow.now)

    def _book(self, standing: Standing, *more: Pack) -> MandateBook:
        stored = [parse_pack(f"{row['pack']}@{row['version']}", row["files"], self.shelf.sources) for row in standing.rows]
        return self.shelf.book([*stored, *more], standing.number + len(more))

    def _examined(self, pack: Pack, standing: Standing) -> tuple[MandateBook, tuple[Finding, ...]]:
        """The book with the pack in it and what is only a warning; PackRefused with everything that is more."""
        info, start = pack.info, pack.info.effective_from
        if standing.files_of(info) is not None:
            raise PackRefused(
                [(f"{info.name} 已启用且内容不同，请提高 version", f"{info.name} is active with other content: raise its version")]
            )
        try:
            book = self._book(standing, pack)
        except PackInvalid as invalid:
            raise PackRefused([(str(fault), fault.en) for fault in invalid.faults]) from invalid
        findings = check(book, Ground(standing.directory, self.catalogue, start, standing.now), only=info)
        reasons = [(str(finding), finding.english) for finding in findings if finding.level == "error"]
        if start < standing.now:
            reasons.insert(0, (f"effective_from {start:%Y-%m-%d} 已过，规则包不得追溯", f"effective_from {start:%Y-%m-%d} is past"))
        reasons += [
            (f"自 {start:%Y-%m-%d} 起缺少 {one}", f"{one} is missing from {start:%Y-%m-%d} on")
            for one in NEEDED
            if not book.by_id(one, start)
        ]
        if reasons:
            raise PackRefused(reasons)
        return book, tuple(findings)

    async def _tell_refused(self, info: PackInfo | None, refused: PackInvalid | PackRefused) -> None:
        """A pack that cannot even say which it is concerns nobody."""
        if info is None:
            return
        reasons = [zh for zh, _ in refused.reasons] if isinstance(refused, PackRefused) else list(map(str, refused.faults))
        standing = await self._standing()
        book = await asyncio.to_thread(self._book, standing)
        async with unit_of_work(self.pool, outbox=self.outbox) as uow:
            said = Refusal(
                pack=info.id, level=info.level, jurisdiction=info.jurisdiction, version=info.version,
                reasons=_few(reasons), refused_at=uow.now,
            )  # fmt: skip
            await self._state(uow, said, World(standing.directory, book, book.version), info)

    async def _state(self, uow: UnitOfWork, said: PackActivated | Refusal, world: World, info: PackInfo) -> None:
        place = place_of(info, county_of(world.directory, uow.now))
        fold = Fold(IncidentState(), world, uow.now, f"pack/{info.name}")
        state_pack(fold, Statement(said, place))
        await save(uow, Loaded(), [fold], [])
        Speaker(self.catalogue).say(uow, fold)


def _few(texts: Iterable[str]) -> tuple[str, ...]:
    """As many as a statement carries, and how many more there are."""
    every = list(texts)
    return (*every[:TOLD], *([f"……另有 {len(every) - TOLD} 条"] if len(every) > TOLD else []))
