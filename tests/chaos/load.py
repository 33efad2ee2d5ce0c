"""Open-loop load: events at fixed times whatever happened to the ones before, a few desks that sign, and what it took (machine time)."""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from infra.clock import machine_now, monotonic
from tests.chaos.client import Client, GaveUp

STATIONS = {"2199000101": "ps-990102-01", "3199000102": "ps-990102-01", "3499000103": "ps-990102-01", "2199000105": "ps-990102-02"}
SIGNERS = (
    "police.station-duty@ps-990102-01", "police.station-duty@ps-990102-02", "education.duty-officer@edu-990102",
    "health.emergency-office@hb-990102", "school.duty-desk@2199000101", "school.duty-desk@3199000102",
)  # fmt: skip
GRAVE_IN_HUNDRED, CAMPUS_IN_HUNDRED, FOLLOWED_IN_HUNDRED = 3, 30, 25
SUPPLEMENTS = (1, 2)
EVENTS_A_STORY = 1 + FOLLOWED_IN_HUNDRED / 100 * sum(SUPPLEMENTS) / len(SUPPLEMENTS)
SIGN_PAUSE_SECONDS = 1.0


@dataclass
class Sent:
    """Event id → when it was to be sent: a stall counts against whoever caused it."""

    scheduled: dict[str, datetime] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


class Load:
    """``rate`` events a second, supplements among them; the same seed gives the same events."""

    def __init__(self, client: Client, *, rate: float, seed: int = 20260901) -> None:
        self.sent = Sent()
        self._client = client
        self._rate = rate
        self._random = random.Random(seed)
        self._numbers = count(1)
        self._run = f"{self._random.getrandbits(24):06X}{machine_now():%H%M%S}"
        self._stories: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Sent]:
        """Events flow and desks sign for the length of the block; at its end every story that began is told to its end."""
        over = asyncio.Event()
        flow = asyncio.create_task(self._flow(over))
        signers = [asyncio.create_task(self._sign(desk, over)) for desk in SIGNERS]
        try:
            yield self.sent
        finally:
            over.set()
            await asyncio.gather(flow, *signers)
            await asyncio.gather(*self._stories)

    async def _flow(self, over: asyncio.Event) -> None:
        began, wall = monotonic(), machine_now()
        for number in count():
            at = number * EVENTS_A_STORY / self._rate
            await asyncio.sleep(max(0.0, began + at - monotonic()))
            if over.is_set():
                return
            task = asyncio.create_task(self._tell(wall + timedelta(seconds=at)))
            self._stories.add(task)
            task.add_done_callback(self._stories.discard)

    async def _tell(self, scheduled: datetime) -> None:
        """One event, sometimes with supplements after it."""
        desk, path, data, key = self._story()
        try:
            stated = await self._client.state(desk, path, data)
            self.sent.scheduled[stated.id] = scheduled
            for casualties in range(1, self._random.choice(SUPPLEMENTS) + 1) if self._chance(FOLLOWED_IN_HUNDRED) else ():
                await self._client.state(desk, f"{path}/{key}/supplemented", {"added": {"injury_note": f"轻伤{casualties}人"}})
        except GaveUp as failed:
            self.sent.failures.append(str(failed))

    def _story(self) -> tuple[str, str, Mapping[str, Any], str]:
        school = self._random.choice(tuple(STATIONS))
        number = next(self._numbers)
        if self._chance(CAMPUS_IN_HUNDRED):
            key = f"X{self._run}-{number}"
            return f"school.duty-desk@{school}", "/campus-incidents", {**CAMPUS, "incident_no": key, "school_id": school}, key
        key = f"J{self._run}{number:06}"
        grave = {"severity": "life-risk", "casualties": 1} if self._chance(GRAVE_IN_HUNDRED) else {}
        desk = self._random.choice(("police.110-desk@pb-990102", f"police.station-duty@{STATIONS[school]}"))
        return desk, "/alarms", {**ALARM, **grave, "alarm_no": key, "schools": [school]}, key

    def _chance(self, in_hundred: int) -> bool:
        return self._random.randrange(100) < in_hundred

    async def _sign(self, desk: str, over: asyncio.Event) -> None:
        """A person at a desk: signs the most urgent thing, then the next."""
        while not over.is_set():
            try:
                for item in (await self._client.open_notifications(desk))[:2]:
                    await self._client.sign(desk, item["id"], item["version"])
            except GaveUp as failed:
                self.sent.failures.append(str(failed))
            await asyncio.sleep(SIGN_PAUSE_SECONDS)


ALARM: Mapping[str, Any] = {
    "kind": "other", "kind_note": "便道堆物", "severity": "routine", "relation": "perimeter", "online": False, "place_text": "校门外便道", "casualties": 0,
    "suspect_at_large": False, "advice": ["watch"], "first_disposal": "dispatched",
}  # fmt: skip
CAMPUS: Mapping[str, Any] = {
    "kind": "theft", "severity": "routine", "place_in_school": "classroom", "casualties": 0, "dead": 0, "outsider_involved": False,
    "actions_taken": ["none"],
}  # fmt: skip
