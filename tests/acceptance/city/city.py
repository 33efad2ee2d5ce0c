"""The city of a story: its processes, its time, its desks, and the account of everything that was told."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from aiokafka import TopicPartition

from infra.clock import machine_now
from infra.embedded import KafkaCluster
from infra.messaging.admin import apply
from infra.postgres.pool import Connection
from services.demo.audit import ClientLog, judge, judge_answers, law_of, read_rows
from services.routing.packs import FOUNDING
from tests.acceptance.city.agencies import ALARM, CAMPUS, Agency, Stated, state
from tests.acceptance.city.board import Board
from tests.acceptance.city.desk import Desk
from tests.acceptance.city.engine import Engine
from tests.acceptance.city.expect import Key, Sight
from tests.acceptance.city.places import B_DUTY, POLICE_110
from tests.acceptance.city.quiet import Road
from tests.acceptance.city.times import instant, spoken

LONGEST_JOURNEY = 500
NEXT_ACT = """select least(
    (select min(next_at) from routing.duties where next_at > bus.business_now()),
    (select min(look_at) from routing.guard_posts where look_at > bus.business_now()),
    (select min(next_at) from routing.expectations where next_at > bus.business_now()),
    (select min(next_at) from routing.cross_checks where next_at > bus.business_now()))"""


class City:
    """Acts bring it to rest; ``at`` and ``fast_forward`` first make sure that nothing unexpected happened so far."""

    def __init__(self, engine: Engine, owner: Connection, road: Road, kafka: KafkaCluster, *, owner_dsn: str, opens: datetime) -> None:
        self.engine = engine
        self.catalogue = engine.keys.catalogue
        self.owner = owner
        self.road = road
        self.now = self._opens = opens
        self._owner_dsn = owner_dsn
        self.board = Board()
        self.cut = False
        self.log = ClientLog()
        self.audited = True
        self._began = machine_now()
        self.begin: Mapping[TopicPartition, int] = {}
        self._kafka = kafka
        self._taken: set[Key] = set()
        self.police = Agency(self, path="/alarms", number="alarm_no", desk=POLICE_110, usual=ALARM, prefix="J99010220260921")
        self.schools = Agency(self, path="/campus-incidents", number="incident_no", desk=B_DUTY, usual=CAMPUS, prefix="X2026-")

    def dsn(self, role: str) -> str:
        """The story's database as a role sees it."""
        return self.engine.dsn(role)

    def desk(self, desk: str) -> Desk:
        return Desk(self, desk)

    async def states(self, desk: str, path: str, data: Mapping[str, Any], *, key: str, **about: Any) -> Stated:
        """Any desk states any event: ``path`` below ``/api``, ``key`` its business number. The auditor judges alarms and campus incidents
        alone, so this story is told without it."""
        self.audited = False
        return await state(self, self.desk(desk), path, dict(data), about, key=key, root=path)

    def task(self, of: Stated | str) -> "TaskView":
        return TaskView(self, of if isinstance(of, str) else of.incident)

    def sight(self) -> Sight:
        return Sight(self.board, frozenset(self._taken), self.now)

    def take(self, keys: Iterable[Key]) -> None:
        """These arrivals are explained."""
        self._taken |= set(keys)

    def take_everything(self) -> None:
        """What happened so far is not what this story is about."""
        self.take(one.key for one in self.board.arrivals())

    def take_task(self, *, version: int) -> None:
        """A new version of the joint task is not what this story is about."""
        self.take(("task", row["id"], row["desk"], version) for row in self.board.rows["tasks"] if row["version"] == version)

    def nothing_else(self) -> None:
        """What was told and never expected, and hand-ons to desks that they do not concern, fail the story."""
        surprises = [str(one) for one in self.board.arrivals() if one.key not in self._taken]
        surprises += [f"stray {one}" for one in self.board.strays() if one.key not in self._taken]
        assert not surprises, "not expected:\n" + "\n".join(surprises)

    async def audit(self) -> None:
        """The auditor, who shares no code with routing, explains every row of this story from what was accepted.

        What it cannot judge as a whole, it judges by what desks said of joint work."""
        services = self.catalogue.services()
        rows = await read_rows(self._owner_dsn, services, since=self._opens, machine_since=self._began)
        law = await law_of(self._owner_dsn, FOUNDING, self.catalogue)
        report = judge(self.log, law, rows) if self.audited else judge_answers(self.log, rows)
        assert report.is_clean, "the audit found:\n" + "\n".join(f"{one.fault}: {one.what}" for one in report.findings)

    async def settle(self) -> None:
        """Wait until nothing is under way, then look at every desk."""
        await self.road.rest(cut=self.cut)
        self.engine.check()
        self.board = await Board.read(self.owner, self.catalogue.services())

    async def at(self, said: str) -> None:
        """Go forward to a time, resting at every instant at which the clock has something to do."""
        self.nothing_else()
        target = instant(said, self.now)
        assert target >= self.now, f"{said} has passed: it is {spoken(self.now)}"
        for _ in range(LONGEST_JOURNEY):
            due = await self.owner.fetchval(NEXT_ACT)
            if due is None or due >= target:
                break
            await self._set_time(due)
        await self._set_time(target)

    async def jump(self, said: str) -> None:
        """Go forward in one step, as for a clock that slept."""
        self.nothing_else()
        await self._set_time(instant(said, self.now))

    async def fast_forward(self, **span: float) -> None:
        """``minutes=6``: as ``at``."""
        target = self.now + timedelta(**span)
        await self.at(f"{target:%Y-%m-%d %H:%M:%S}")

    async def _set_time(self, moment: datetime) -> None:
        await self.owner.execute("select bus.set_business_time($1, 0)", moment)
        self.now = moment.astimezone(self.now.tzinfo)
        await self.settle()

    async def cut_kafka(self) -> None:
        """The brokers are away; agencies, desks and the clock go on."""
        await self._kafka.stop()
        self.cut = True

    async def join_kafka(self) -> None:
        """The brokers are back; everything that waited goes its way."""
        await self._kafka.start()
        self.cut = False
        await self.settle()

    async def wipe_kafka(self) -> None:
        """The brokers come back with nothing of what they held; everything that waited goes its way."""
        await self._kafka.wipe()
        self.road.wiped = True
        self.begin = dict.fromkeys(self.begin, 0)
        await self.join_kafka()
        await apply(self.catalogue, self._kafka.bootstrap)

    async def routing(self, table: str) -> list[Mapping[str, Any]]:
        """Routing's own rows as JSON, for what no desk shows."""
        return [row["row"] for row in await self.owner.fetch(f"select to_jsonb(t) as row from routing.{table} as t")]


class TaskView:
    """The joint task of an incident as every desk with a part in it sees it."""

    def __init__(self, city: City, incident: str) -> None:
        self._city = city
        self._incident = incident

    def expects(
        self, *, lead: str, assist: Iterable[str] = (), report: str | None, close: str | None, version: int = 1, title: str | None = None
    ) -> None:
        """Exactly these desks have a part, they all see the same, and the lead knows both dues."""
        rows = [row for row in self._city.board.rows["tasks"] if row["incident"] == self._incident and row["version"] == version]
        assert {row["desk"] for row in rows} == {lead, *assist}, f"the task is with {sorted(row['desk'] for row in rows)}"
        for row in rows:
            message = row["message"]
            parts = {part["desk"]: part for part in message["parts"]}
            assert message["lead"] == lead, f"{row['desk']} sees {message['lead']} as lead"
            assert row["leads"] == (row["desk"] == lead)
            assert parts.keys() == {lead, *assist}, f"{row['desk']} sees {sorted(parts)}"
            assert all(part["text"] for part in parts.values()), f"a part without words: {parts}"
            assert title is None or message["title"] == title
        self._check_dues(rows[0]["id"], lead, {"report": report, "close": close})
        self._city.take(("task", row["id"], row["desk"], version) for row in rows)

    def _check_dues(self, task: str, lead: str, wanted: Mapping[str, str | None]) -> None:
        for kind, said in wanted.items():
            due = self._city.board.due(task, lead, kind)
            assert due == (instant(said, self._city.now) if said else None), f"{kind} is due {spoken(due)}, expected {said}"
