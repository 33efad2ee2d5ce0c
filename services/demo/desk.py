"""A person at a desk: hears what arrives, signs it, reports, or does what the script says of this case."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.demo.business import BusinessClock
from services.demo.cast import MANNERS, SILENT, GiveBack, Manner
from services.demo.client import Client, NotAnswered, Person
from services.demo.morning import Morning

STARTED_TEXT, DONE_TEXT = "已到位，正在处置", "本单位分工已完成"
RULING_TEXT = "依职责分工改派"


@dataclass(slots=True)
class Desk:
    """One desk. ``case_of``: notification's payload and incident → case of the script; a case of an earlier day is none."""

    person: Person
    client: Client
    clock: BusinessClock
    morning: Morning
    case_of: Callable[[Mapping[str, Any]], str | None]
    seen: set[tuple[str, int]] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    acts: set[asyncio.Task[None]] = field(default_factory=set)

    async def attend(self) -> None:
        """Follow the desk's stream until cancelled; each arrival is handled beside the others. NotAnswered ends it."""
        try:
            async for kind, identity in self.client.changes(self.person):
                if kind == "notification":
                    self._begin(identity)
                for act in [act for act in self.acts if act.done()]:
                    self.acts.discard(act)
                    act.result()
        finally:
            for act in self.acts:
                act.cancel()

    def _begin(self, notification: str) -> None:
        self.acts.add(asyncio.create_task(self._handle(notification), name=f"{self.person.desk} {notification}"))

    async def _handle(self, notification: str) -> None:
        shape = await self._look(notification)
        if shape is None or shape["state"] != "open" or (notification, shape["material_version"]) in self.seen:
            return
        self.seen.add((notification, shape["material_version"]))
        case = self.case_of(shape)
        if case is None:
            return
        if shape["arbitration_of"]:
            await self._rule(shape, case)
            return
        match self.morning.apart.get((case, self.person.desk), MANNERS.get(self.person.desk, SILENT)):
            case GiveBack() as wish:
                await self._give_back(shape, wish)
            case Manner() as manner:
                await self._work(shape, manner)

    async def _look(self, notification: str) -> dict[str, Any] | None:
        reply = await self.client.get(self.person, f"/api/notifications/{notification}")
        return reply.body if reply.is_good else None

    async def _work(self, shape: Mapping[str, Any], manner: Manner) -> None:
        if manner.sign is None:
            return
        await self.clock.wait(manner.sign)
        body = {"version": shape["material_version"]}
        if not await self._answer(shape, "acknowledge", body):
            return
        for pause, progress, text in ((manner.start, "started", STARTED_TEXT), (manner.done, "done", DONE_TEXT)):
            if pause is None or (progress == "done" and not shape["part"]):
                return
            await self.clock.wait(pause)
            if not await self._answer(shape, "report", {"progress": progress, "text": text}):
                return

    async def _give_back(self, shape: Mapping[str, Any], wish: GiveBack) -> None:
        await self.clock.wait(wish.after)
        body = {"version": shape["version"], "reason": wish.reason, "suggested_desk": wish.suggested, "text": wish.text}
        await self._answer(shape, "return", body)

    async def _rule(self, shape: Mapping[str, Any], case: str) -> None:
        await self.clock.wait(self.morning.ruling_after)
        body = {"ruling": "uphold", "new_desk": self.morning.ruling[case], "reason": RULING_TEXT}
        path = f"/api/arbitrations/{shape['id']}/ruling"
        reply = await self.client.answer(self.person, path, body, act="ruling", object_=shape["id"])
        if not reply.is_good:
            raise NotAnswered.by(path, reply)

    async def _answer(self, shape: Mapping[str, Any], act: Any, body: Mapping[str, Any]) -> bool:
        """False when it is no longer wanted: withdrawn, redirected, or closed meanwhile (409). Anything else is a fault."""
        path = f"/api/notifications/{shape['id']}/{act}"
        reply = await self.client.answer(self.person, path, body, act=act, object_=shape["id"])
        if reply.is_good:
            return True
        if reply.status != 409:
            raise NotAnswered.by(path, reply)
        self.refused.append(f"{act} {reply.body.get('type', '')}")
        return False
