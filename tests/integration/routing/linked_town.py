"""A town whose incidents are held against each other: police and school report one fight, and desks say what the two are."""

from dataclasses import dataclass
from typing import Any

from contracts.coordination import IncidentLinked, IncidentUnlinked
from contracts.envelope import Event
from contracts.ids import role_of
from infra.messaging.delivery import Outcome
from services.matters import load_matters
from services.routing.core.linking import Matters
from services.routing.handle import RoutingHandlers
from services.routing.linking import LinkRound, LinkWatcher
from services.routing.speak import Speaker
from tests.integration.routing.quarter import quiet
from tests.integration.routing.town import CATALOGUE, Town, reference
from tests.unit.routing.core.bench import INCIDENT, person
from tests.unit.routing.core.places import REPORTED, SCHOOL, A

MATTERS = Matters(load_matters())


@dataclass
class Linked:
    """The town with the room of links. ``police``, ``school``: ids of incidents."""

    town: Town

    def __post_init__(self) -> None:
        self.town.watchers = (LinkWatcher(MATTERS),)
        self.town.rounds = lambda: (LinkRound(MATTERS),)

    @property
    def handlers(self) -> RoutingHandlers:
        return RoutingHandlers(Speaker(CATALOGUE), reference().world, self.town.watchers, matters=MATTERS)

    async def gives(self, *events: Event) -> list[Outcome]:
        return await self.town.give(*events, handlers=self.handlers)

    async def fight(self, number: int = 1, **data: Any) -> Event:
        return await self.town.alarm(number, **{"kind": "violence", "severity": "urgent", "relation": "on-campus", **data})

    async def report(self, number: int = 1, **data: Any) -> Event:
        stated = INCIDENT | {"incident_no": f"X-{number}", "kind": "violence", "severity": "urgent", "school_id": A} | data
        return await self.town.statement(REPORTED, SCHOOL, stated)

    async def incident(self, event: Event) -> str:
        """The incident of a decided statement."""
        found = await self.town.owner.fetchval("select incident::text from routing.incident_events where id = $1", event.envelope.id)
        assert found, "the statement was not decided"
        return str(found)

    async def both(self) -> tuple[str, str]:
        """The alarm and the school's own report, decided; the clock has looked."""
        alarm, report = await self.fight(), await self.report()
        await self.gives(alarm)
        await self.gives(report)
        await self.looks()
        return await self.incident(alarm), await self.incident(report)

    async def looks(self) -> int:
        return await quiet(await self.town.clock())

    async def link(self, one: str, other: str, desk: str, relation: Any = "same", *, revision: int = 1) -> Event:
        data = IncidentLinked(
            incident=one, linked=other, relation=relation, desk=desk, text="同一起冲突", linked_at=await self.town.now(), person=person(desk),
            revision=revision,
        )  # fmt: skip
        return await self.town.answer("bus.incident.linked", data)

    async def part(self, one: str, other: str, desk: str, *, revision: int) -> Event:
        data = IncidentUnlinked(
            incident=one, linked=other, desk=desk, text="核实为两起", unlinked_at=await self.town.now(), person=person(desk), revision=revision
        )
        return await self.town.answer("bus.incident.unlinked", data)

    async def states(self) -> dict[frozenset[str], tuple[str, int]]:
        rows = await self.town.owner.fetch("select low::text, high::text, state, revision from routing.incident_links")
        return {frozenset((row["low"], row["high"])): (row["state"], row["revision"]) for row in rows}

    async def state(self, one: str, other: str) -> tuple[str, int] | None:
        return (await self.states()).get(frozenset((one, other)))

    async def told(self, name: str, *, since: int = 0) -> dict[str, Any]:
        """Role → what its desk was told."""
        return {role_of(event.envelope.recipient or ""): event.data for event in await self.town.told(name, since=since)}

    async def said(self) -> int:
        """Number of the last message said so far."""
        return int(await self.town.owner.fetchval("select coalesce(max(seq), 0) from routing.outbox"))

    async def owed(self) -> list[Any]:
        """Everything that anybody owes, was told, or has a part in."""
        tables = ("incidents", "notifications", "duties", "tasks")
        return [
            await self.town.owner.fetch(f"select to_jsonb(t) - 'reissue_after' - 'reissues' as row from routing.{table} as t order by id")
            for table in tables
        ]
