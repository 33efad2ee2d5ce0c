"""The story district with guard posts: rosters and check-ins go in as statements, the clock takes its rounds, desks take delivery at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.coordination import GuardPostChanged, NotificationIssued, PartReported
from contracts.envelope import Event
from infra.messaging.delivery import Outcome
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import unit_of_work
from services.routing.clock import Clock
from services.routing.core.gaps import Coverage
from services.routing.directory import load_documents
from services.routing.guard import GuardAnswers, GuardWatcher, PlanRound, PostRound, ReportRound, StateRound, coverage
from services.routing.handle import RoutingHandlers
from services.routing.speak import Speaker
from services.routing.store import QUERIES
from services.routing.world import Reference
from tests.integration.routing.town import CATALOGUE, Town, outbox, reference
from tests.unit.routing.core.bench import BEIJING, at, clock_text, person
from tests.unit.routing.core.guard.places import MONDAY, STATION

ROSTER, CHECKINS = "police.guard-roster.published", "police.guard-checkins.recorded"
GATES: Mapping[str, tuple[str, tuple[str, ...]]] = {"A": ("2199000101", ("A-G1", "A-G2")), "B": ("3199000102", ("B-G1",))}


def guarded_documents(*schools: str) -> list[dict[str, Any]]:
    """The story district in which only these schools have gates."""
    kept = {GATES[one][0] for one in schools}
    return [one if one["unit"] in kept else {key: value for key, value in one.items() if key != "gates"} for one in load_documents()]


def row(gate: str, peak: str, slot: str, substitute: str | None = None) -> dict[str, Any]:
    """One person of a roster."""
    unit = "ps-990102-01" if slot in ("police", "auxiliary") else GATES[gate[0]][0]
    found = {"gate_id": gate, "peak": peak, "slot": slot, "unit": unit, "person_ref": f"p-{slot}-{gate}-{peak}"}
    return found | ({"substitute_ref": substitute} if substitute else {})


def full(school: str, *, but: Iterable[tuple[str, str, str]] = ()) -> list[dict[str, Any]]:
    """A policeman with a substitute and somebody of the school at each gate in both peaks, ``but`` some (gate, peak, slot)."""
    wanted = [(gate, peak, slot) for gate in GATES[school][1] for peak in ("am", "pm") for slot in ("police", "school")]
    return [row(*one, substitute=f"sub-{one[0]}-{one[1]}" if one[2] == "police" else None) for one in wanted if one not in but]


@dataclass
class GuardTown:
    """``town`` with guard rounds; ``to`` moves time as the clock would see it pass."""

    town: Town
    pool: Pool
    clock: Clock
    rounds: Sequence[Any]
    reference: Reference
    delivered: set[tuple[str, int]] = field(default_factory=set)
    items: dict[str, int] = field(default_factory=dict)

    @classmethod
    async def found(cls, town: Town) -> "GuardTown":
        pool = await town.database.pool("routing", role="xt_clock")
        rounds = (PlanRound(), PostRound(), ReportRound())
        return cls(town, pool, cls.clock_of(pool, rounds), rounds, reference())

    @staticmethod
    def clock_of(pool: Pool, rounds: Sequence[Any]) -> Clock:
        return Clock(pool, outbox(), Speaker(CATALOGUE), reference(), rounds)

    async def tell_states(self) -> list[GuardPostChanged]:
        """The clock tells how posts stand, until nothing is left to tell; what it said."""
        said, states = await self.mark(), StateRound(lambda role: CATALOGUE.to_service(CATALOGUE.host_of(role)))
        clock = self.clock_of(self.pool, (states,))
        while await clock.tick():
            pass
        return [event.data for event in await self.town.told("bus.guard-post.changed", since=said)]

    async def another_clock(self) -> Clock:
        """A second clock process."""
        pool = await self.town.database.pool("routing", role="xt_clock")
        return self.clock_of(pool, (PlanRound(), PostRound(), ReportRound()))

    @property
    def handlers(self) -> RoutingHandlers:
        return RoutingHandlers(Speaker(CATALOGUE), self.reference.world, (GuardWatcher(),), (GuardAnswers(),))

    async def give(self, *events: Event) -> list[Outcome]:
        return await self.town.give(*events, handlers=self.handlers)

    async def roster(self, school: str, rows: Sequence[Mapping[str, Any]], *, day: str = "2026-09-21", revision: int = 1) -> Event:
        """A roster of one of the schools, published now."""
        required = [
            {"gate_id": gate, "peak": peak, "slot": slot, "count": 1}
            for gate in GATES[school][1]
            for peak in ("am", "pm")
            for slot in ("police", "school")
        ]
        data = {"school_id": GATES[school][0], "date": day, "rows": list(rows), "required": required}
        return await self.town.statement(ROSTER, STATION, data, revision=revision)

    def item(self, gate: str, peak: str, who: str, when: str, *, device: str = "D-1", act: str = "in") -> dict[str, Any]:
        """``who``: ``police p-1``; ``when``: ``09-21 06:58:12``."""
        slot, who_ref = who.split()
        self.items[device] = self.items.get(device, 0) + 1
        return {
            "item_no": self.items[device], "gate_id": gate, "peak": peak, "slot": slot, "person_ref": who_ref, "act": act,
            "checked_at": at(when).isoformat(), "method": "nfc",
        }  # fmt: skip

    async def batch(self, items: Sequence[Mapping[str, Any]], *, device: str = "D-1", publisher: str = STATION, **about: Any) -> Event:
        """A batch of check-ins of one gate, uploaded now."""
        now = (await self.town.now()).astimezone(BEIJING)
        data = {
            "gate_id": items[0]["gate_id"], "batch_no": f"{device}-{items[0]['item_no']}", "device_id": device, "offline": False,
            "items": list(items), "uploaded_at": now.isoformat(),
        }  # fmt: skip
        revision = about.pop("revision", items[0]["item_no"])
        return await self.town.statement(CHECKINS, publisher, data | about, revision=revision)

    async def checks_in(self, gate: str, peak: str, who: str, when: str, *, device: str = "D-1") -> None:
        """Somebody checks in online: time goes on to that moment, and the batch arrives."""
        await self.to(when)
        await self.give(await self.batch([self.item(gate, peak, who, when, device=device)], device=device))
        await self.settle()

    async def settle(self) -> None:
        """The clock looks until there is nothing more to do, and every desk takes delivery."""
        for _ in range(30):
            looked = await self.clock.tick()
            new = [event.data for event in await self.town.told() if isinstance(event.data, NotificationIssued)]
            waiting = [one for one in new if (one.notification, one.version) not in self.delivered]
            if waiting:
                self.delivered |= {(one.notification, one.version) for one in waiting}
                await self.town.give(*[await self.town.delivery(one) for one in waiting], handlers=self.handlers)
            elif not looked:
                return
        raise AssertionError("the clock does not come to rest")

    async def to(self, moment: str) -> None:
        """Time goes on, stopping wherever the clock has something to do."""
        while (due := await self._next()) is not None and due < at(moment):
            await self.town.owner.execute("select bus.set_business_time($1, 0)", due)
            await self.settle()
        await self.town.at(moment)
        await self.settle()

    async def _next(self) -> datetime | None:
        async with unit_of_work(self.pool) as uow:
            row = await uow.fetchrow(QUERIES["next_wake"], [])
            found = [row["at"] if row else None, *[await one.next_at(uow) for one in self.rounds]]
            return min((moment for moment in found if moment is not None and moment > uow.now), default=None)

    async def sign(self, desk: str) -> None:
        await self.town.give(await self.town.signature((await self.town.issued())[desk]), handlers=self.handlers)
        await self.settle()

    async def starts(self, desk: str) -> None:
        """The desk reports that it has begun."""
        issued = (await self.town.issued())[desk]
        data = PartReported(incident=issued.incident, desk=desk, progress="started", reported_at=await self.town.now(), person=person(desk))
        await self.town.give(await self.town.answer("bus.part.reported", data), handlers=self.handlers)
        await self.settle()

    async def told(self, name: str, *, since: int = 0) -> dict[str, Any]:
        """desk → the last message of a name."""
        return {str(event.envelope.recipient): event.data for event in await self.town.told(name, since=since)}

    async def dues(self, desk: str) -> str:
        """The ack and first-action dues of the newest notification of a desk."""
        issued = (await self.town.issued())[desk]
        rows = await self.town.owner.fetch("select kind, due from routing.duties where body ->> 'owner' = $1", issued.notification)
        found = {row["kind"]: clock_text(row["due"]) for row in rows}
        return f"{found.get('ack', '-')} / {found.get('first-action', '-')}"

    async def gaps(self, where: str = "true") -> list[tuple[str, str, str, str]]:
        """(gate, peak, slot, state) of the gaps, in the order of their opening."""
        rows = await self.town.owner.fetch(f"select * from routing.guard_gaps where {where} order by opened_at, gate, slot")
        return [(row["gate"], row["peak"], row["slot"], row["state"]) for row in rows]

    async def mark(self) -> int:
        """The last thing that was said."""
        return int(await self.town.owner.fetchval("select coalesce(max(seq), 0) from routing.outbox"))

    async def coverage(self, county: str = "990102") -> Coverage:
        async with unit_of_work(self.pool) as uow:
            return await coverage(uow, MONDAY, county)


async def monday(gates: GuardTown, *, but: list[str] | None = None) -> None:
    """Mon 07:04:59: the rosters are full, everybody has checked in but the police at A-G2 (or ``but``), and nothing is open."""
    missing = ["A-G2 police"] if but is None else but
    await gates.give(
        await gates.roster("A", full("A")), await gates.roster("B", full("B")), await gates.roster("B", full("B"), day="2026-09-20")
    )
    await gates.checks_in("B-G1", "pm", "police p-9", "09-20 17:25:00")
    await gates.checks_in("B-G1", "pm", "school s-9", "09-20 17:26:00")
    await gates.to("09-21 06:40:00")
    for gate in ("A-G1", "A-G2", "B-G1"):
        here = [slot for slot in ("police", "school") if f"{gate} {slot}" not in missing]
        items = [gates.item(gate, "am", f"{slot} p-{gate}-{slot}", "09-21 06:39:00", device=f"D-{gate}") for slot in here]
        await gates.give(await gates.batch(items, device=f"D-{gate}"))
    await gates.to("09-21 07:04:59")
    assert await gates.gaps("state = 'open'") == []
