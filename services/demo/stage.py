"""The stage: clients, desks and script brought together for one morning."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta
from typing import Any

from infra.clock import monotonic
from infra.postgres.pool import connect
from services.commands.both import both
from services.commands.system.packs import rules_folder
from services.commands.system.running import System
from services.commands.terminal import Terminal
from services.demo.audit import ClientLog, judge, law_of
from services.demo.board import Board, clock_text
from services.demo.business import DAWN, BusinessClock, business_clock
from services.demo.cast import JUNIOR, MANNERS, SHORT_GATE, SPEAKERS, STATION, actor_at
from services.demo.client import Client, NotAnswered, Person
from services.demo.crews import Crews, Place, stations
from services.demo.desk import Desk
from services.demo.figures import read_cases, read_latency
from services.demo.morning import KEYS, Closing, Morning, Scene, numbers, posted
from services.demo.settle import settle
from services.demo.summary import Summary
from services.demo.tokens import access_token

COUNTY = "990102"
GAP = "bus.guard-gap.opened"
_SHOW_SECONDS = 0.5
_SETTLE_SECONDS = 30.0
_LAST_SECONDS = 15.0
_KEYS = tuple(KEYS.values())


class Stage:
    """Opens clients and streams, plays the scenes at their business times, and sums up. ``board``: to be held open while it plays and counts."""

    def __init__(
        self, system: System, terminal: Terminal, morning: Morning, documents: Sequence[Mapping[str, Any]], log: ClientLog
    ) -> None:
        self._system = system
        self._terminal = terminal
        self._morning = morning
        self._documents = documents
        self._log = log
        self._people: dict[str, Person] = {}
        self._desks: list[Desk] = []
        self._heads: dict[str, str] = {}
        self._faults: list[str] = []

    async def open(self, stack: AsyncExitStack, begins: datetime) -> None:
        """Everybody signs in and listens before the first event is stated."""
        self._begins = begins
        self._clock: BusinessClock = await stack.enter_async_context(business_clock(self._system.place.dsn))
        self._client = Client(self._log)
        stack.push_async_callback(self._client.close)
        self._numbers = numbers(self._morning.scenes, begins.date())
        self._cases = {number: case for case, number in self._numbers.items()}
        gates = stations(self._documents)
        for desk in {*MANNERS, *SPEAKERS, *gates}:
            self._people[desk] = self._person(desk)
        self._desks = [Desk(self._people[desk], self._client, self._clock, self._morning, self._case_of) for desk in MANNERS]
        self._attending = [asyncio.create_task(desk.attend(), name=desk.person.desk) for desk in self._desks]
        stack.push_async_callback(self._leave)
        self._crews = Crews(self._client, self._people, self._clock, gates)
        self._crews.missing = (STATION, Place(*SHORT_GATE))
        await self._crews.dawn(begins.date(), begins)
        await self._clock.set(begins)
        self._watching = asyncio.create_task(self._crews.attend(), name="crews")
        stack.push_async_callback(self._go_home)
        titles = {self._numbers[scene.case]: scene.title for scene in reversed(self._morning.scenes) if not scene.tail}
        titles["/".join((JUNIOR, f"{begins:%Y-%m-%d}", *SHORT_GATE, "live"))] = both(
            "护学岗缺岗 · 实验初中", "a gate of the junior school short of police"
        )
        self.board = Board(self._terminal, titles)

    def _person(self, desk: str) -> Person:
        actor = actor_at(desk, self._documents, self._system.catalogue)
        return Person(actor, access_token(self._system.secrets, actor), self._system.url(actor.service))

    def _case_of(self, shape: Mapping[str, Any]) -> str | None:
        if shape["event_name"] == GAP:
            return "gap"
        number = next((shape["payload"][key] for key in _KEYS if key in shape["payload"]), "")
        return self._cases.get(number)

    async def _leave(self) -> None:
        """Everybody stops acting; whoever was hindered says by what."""
        for task in self._attending:
            task.cancel()
        ended = await asyncio.gather(*self._attending, return_exceptions=True)
        self._faults += [
            f"{desk.person.desk}: {error}" for desk, error in zip(self._desks, ended, strict=True) if isinstance(error, Exception)
        ]
        self._attending, self._desks = [], []

    async def _go_home(self) -> None:
        """The crews leave; whoever was hindered says by what."""
        self._watching.cancel()
        (ended,) = await asyncio.gather(self._watching, return_exceptions=True)
        if isinstance(ended, Exception):
            self._faults.append(f"crews: {ended}")

    async def stay(self) -> None:
        """Until cancelled, the crews come to their gates; a service that does not answer is asked again."""
        while True:
            with suppress(NotAnswered):
                await self._watching
            await asyncio.sleep(_SHOW_SECONDS)
            self._watching = asyncio.create_task(self._crews.attend(), name="crews")

    async def play(self, speed: float) -> None:
        """From 06:50 to the end of the script; then business time runs as the wall clock does."""
        await self._clock.run_at(speed)
        showing = asyncio.create_task(self._show(), name="show")
        ends = self._begins + timedelta(seconds=self._morning.lasts)
        acts: list[tuple[float, Callable[[], Any]]] = [
            *((scene.at, lambda scene=scene: self._state(scene)) for scene in self._morning.scenes),
            (self._morning.stand_in, self._crews.stand_in),
            *((closing.at, lambda closing=closing: self._close(closing)) for closing in self._morning.closings),
        ]
        try:
            for at, act in sorted(acts, key=lambda pair: pair[0]):
                await self._clock.until(self._begins + timedelta(seconds=at))
                await act()
            await self._clock.until(ends)
            await self._finish()
        finally:
            await self._clock.run_at(1)
            showing.cancel()
            await asyncio.wait([showing])
        if not showing.cancelled():
            showing.result()

    async def _finish(self) -> None:
        """On a slow machine somebody is still at it: what was begun may be ended."""
        acts = [act for desk in self._desks for act in desk.acts if not act.done()]
        if acts:
            await asyncio.wait(acts, timeout=_LAST_SECONDS)

    async def _state(self, scene: Scene) -> None:
        path, data = posted(scene, self._numbers[scene.case])
        known = self._clock.now() - timedelta(seconds=scene.known)
        person = self._people[scene.desk]
        stated = await self._client.state(person, path, {"known_at": known.isoformat(), "data": data}, county=COUNTY)
        self._heads.setdefault(scene.case, stated.id)
        self.board.note(f"  {clock_text(stated.time)}  {scene.desk}  {self._terminal.pick(scene.title)}")

    async def _close(self, closing: Closing) -> None:
        """The lead closes the joint task of a case."""
        person, ends = self._people[closing.desk], monotonic() + _LAST_SECONDS
        while (task := await self._task_of(person, closing.case)) is None:
            if monotonic() > ends:
                raise NotAnswered(f"{closing.desk} 没有 {closing.case} 的任务", en=f"{closing.desk} has no task of {closing.case}")
            await asyncio.sleep(_SHOW_SECONDS)
        reply = await self._client.answer(person, f"/api/tasks/{task}/close", {"outcome": closing.outcome}, act="close", object_=task)
        if not reply.is_good:
            raise NotAnswered.by(f"close {closing.case}", reply)

    async def _task_of(self, lead: Person, case: str) -> str | None:
        """The task that a desk leads, found by the incident of the case's first event; None while it is on its way."""
        publisher = next(scene.desk for scene in self._morning.scenes if scene.case == case)
        event = await self._client.get(self._people[publisher], f"/api/events/{self._heads[case]}")
        tasks = await self._client.get(lead, "/api/tasks?limit=200")
        if not (event.is_good and tasks.is_good):
            raise NotAnswered.by(f"/api/tasks {lead.desk}", tasks if event.is_good else event)
        mine = (task for task in tasks.body["items"] if task["incident"] == event.body["incident"] and task["leads"])
        return next((str(task["id"]) for task in mine), None)

    async def sum_up(self, *, machine_since: datetime, alone: bool, speed: float, ready: float, seconds: Callable[[], float]) -> Summary:
        """Wait until nothing is on the road, audit, and count."""
        played = seconds()
        await self._leave()
        place, services = self._system.place, self._system.catalogue.services()
        law = await law_of(place.dsn, rules_folder(), self._system.catalogue)
        rows = await settle(place.dsn, services, law, since=self._begins - DAWN, machine_since=machine_since, within=_SETTLE_SECONDS)
        async with connect(place.dsn, application="xietong-summary") as connection:
            cases = await read_cases(connection, self._begins)
        self.board.show(self._clock.now(), self._clock.speed, cases)
        return Summary(
            posted=len(self._log.stated),
            cases=tuple(cases),
            latency=await read_latency(place.dsn, services, machine_since),
            audit=judge(self._log, law, rows, alone=alone),
            began=self._begins,
            ended=rows.now,
            speed=speed,
            ready_seconds=ready,
            seconds=played,
            faults=tuple(self._faults),
        )

    async def _show(self) -> None:
        async with connect(self._system.place.dsn, application="xietong-demo-table") as connection:
            while True:
                self.board.show(self._clock.now(), self._clock.speed, await read_cases(connection, self._begins))
                await asyncio.sleep(_SHOW_SECONDS)
