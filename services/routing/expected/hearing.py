"""The watcher: what a decided statement meets, which cross-checks it begins, and what is owed step by step from it on."""

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.registry import event_type
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Heard
from services.routing.core.expected.hearing import COUNTED, Said, checks_of, claims_of, reports_of, stands
from services.routing.core.expected.once import owed_by
from services.routing.core.expected.records import Check
from services.routing.core.expected.series import following, is_open, series_of
from services.routing.core.model import World
from services.routing.expected.store import QUERIES, as_json, check_of
from services.routing.waking import waking


class ExpectedReports:
    """Writes rows of its own alone; whatever has to be told because of them is told by the clock."""

    async def heard(self, uow: UnitOfWork, statements: Sequence[Heard], world: World) -> None:
        """Take in the decided statements of a batch, in their order."""
        said = [Said(one.event, one.incident, world) for one in statements if stands(one.event, one.outcome)]
        await self._count(uow, said)
        for one in statements:
            await self._follow(uow, one, world)
            await self._owe(uow, one, world)
        await self._take_back(uow, statements, world)

    async def _count(self, uow: UnitOfWork, said: Sequence[Said]) -> None:
        reports = [as_json(report) for one in said for report in reports_of(one)]
        if reports:
            await waking(uow, QUERIES["hear"], reports, uow.now)
        checks = [_begun(check, one.world) for one in said for check in checks_of(one)]
        if checks:
            await waking(uow, QUERIES["begin_checks"], checks, uow.now)

    async def _follow(self, uow: UnitOfWork, heard: Heard, world: World) -> None:
        """What is owed again and again while an incident is open: met by each statement of it, and owed anew from there."""
        if heard.event.envelope.status != "actual":
            return
        for duty, part in series_of(world.book, heard.event, heard.incident):
            said = Said(heard.event, heard.incident, world)
            step = following(said, duty, part) if stands(heard.event, heard.outcome) else None
            if step is not None:
                source = heard.event.envelope.id
                await waking(uow, QUERIES["follow"], duty.id, heard.incident.id, said.at, source, uow.now, as_json(step))
            elif not is_open(said, part):
                await waking(uow, QUERIES["end_subject"], duty.id, heard.incident.id, uow.now)

    async def _owe(self, uow: UnitOfWork, heard: Heard, world: World) -> None:
        """What is owed once because of a statement: owed while that stands, and met at once where it came before."""
        if heard.event.envelope.status != "actual" or heard.outcome not in COUNTED:
            return
        for owed in owed_by(Said(heard.event, heard.incident, world), heard.outcome):
            if owed.expectation is None:
                await waking(uow, QUERIES["end_once"], owed.id, uow.now)
                continue
            await uow.execute(QUERIES["owe_again"], owed.id)
            await uow.fetch(QUERIES["expect"], [as_json(owed.expectation)], world.directory.calendars.version, None, False)
            await uow.fetch(QUERIES["settle"], [owed.id], uow.now)

    async def _take_back(self, uow: UnitOfWork, statements: Sequence[Heard], world: World) -> None:
        """What a corrected or withdrawn statement counted for counts no more; what rests on it is looked at again."""
        newest = {one.incident.id: one for one in statements}
        changed = dict.fromkeys(one.incident.id for one in statements if event_type(one.event.name).mark in ("W", "C"))
        if not changed:
            return
        said = (Said(newest[incident].event, newest[incident].incident, world) for incident in changed)
        kept = [as_json(claim) for one in said for claim in claims_of(one)]
        reopened = [row["id"] for row in await uow.fetch(QUERIES["unsay"], list(changed), kept)]
        await uow.execute(QUERIES["settle"], reopened, uow.now)
        await waking(uow, QUERIES["check_again"], list(changed), uow.now)


def _begun(row: Check, world: World) -> Mapping[str, Any]:
    check = check_of(world.book, row)
    return {**as_json(row), "acts": check is not None and check.acts}
