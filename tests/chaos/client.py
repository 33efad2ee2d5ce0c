"""A client that never gives up: the same request with the same key until it is answered; what is accepted goes into the log."""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import aiohttp

from contracts.envelope import WIRE_TYPE
from contracts.ids import role_of
from infra.clock import machine_now, monotonic
from services.demo.audit import Answered, ClientLog, Stated
from tests.chaos.stack import Stack

COUNTY = "990102"
PATIENCE_SECONDS, TRY_SECONDS = 90.0, 10.0
ALREADY = 409


class GaveUp(AssertionError):
    """A service did not take a good request within the patience, or refused it."""


class Client:
    """Counts how often it had to repeat itself."""

    def __init__(self, stack: Stack, log: ClientLog) -> None:
        self.stack = stack
        self.log = log
        self.repeats = 0
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TRY_SECONDS), connector=aiohttp.TCPConnector(limit=0))

    async def close(self) -> None:
        await self._session.close()

    async def state(self, desk: str, path: str, data: Mapping[str, Any], *, county: str = COUNTY) -> Stated:
        """Post an event until it is accepted."""
        status, body = await self._ask("POST", desk, path, {"data": data}, key=secrets.token_hex(16))
        if status != 202:
            raise GaveUp(f"POST {path}: {status} {body}")
        match = WIRE_TYPE.match(body["type"])
        time = datetime.fromisoformat(body["time"])
        stated = Stated(
            service=self.stack.catalogue.host_of(role_of(desk)), publisher=desk, source=body["source"], id=body["id"],
            name=match["name"] if match else body["type"], subject=body["subject"], revision=body["revision"],
            time=time, known_at=time, county=county, data=data,
        )  # fmt: skip
        self.log.write(stated)
        return stated

    async def open_notifications(self, desk: str) -> list[dict[str, Any]]:
        """What the desk has to sign, the most urgent first."""
        status, body = await self._ask("GET", desk, "/notifications?state=open&limit=50", None)
        if status != 200:
            raise GaveUp(f"GET notifications: {status} {body}")
        items: list[dict[str, Any]] = body["items"]
        return items

    async def sign(self, desk: str, notification: str, version: int) -> None:
        """签收 and a first report. Somebody's earlier try may have arrived without its answer: that counts as ours."""
        path = f"/notifications/{notification}"
        status, body = await self._ask("POST", desk, f"{path}/acknowledge", {"version": version})
        if status not in (200, ALREADY):
            raise GaveUp(f"POST {path}/acknowledge: {status} {body}")
        at = datetime.fromisoformat(body["at"]) if status == 200 else machine_now()
        self._answered(desk, "acknowledge", notification, at, version)
        status, body = await self._ask("POST", desk, f"{path}/report", {"progress": "started"})
        if status == 200:
            self._answered(desk, "report", notification, datetime.fromisoformat(body["at"]), None)

    def _answered(self, desk: str, act: Any, notification: str, at: datetime, version: int | None) -> None:
        service = self.stack.catalogue.host_of(role_of(desk))
        self.log.write(Answered(service=service, desk=desk, act=act, object=notification, at=at, version=version))

    async def _ask(self, method: str, desk: str, path: str, body: Any, *, key: str = "") -> tuple[int, Any]:
        """The answer, however long the service is away."""
        headers = {"Authorization": f"Bearer {self.stack.token_of(desk)}", **({"Idempotency-Key": key} if key else {})}
        ends, pause = monotonic() + PATIENCE_SECONDS, 0.1
        while monotonic() < ends:
            status, answer = await self._try(method, f"{self.stack.url_of(desk)}/api{path}", body, headers)
            if status < 500 and not (key and status == ALREADY):
                return status, answer
            self.repeats += 1
            await asyncio.sleep(pause)
            pause = min(2.0, pause * 2)
        raise GaveUp(f"{method} {path}: no answer within {PATIENCE_SECONDS:.0f} s")

    async def _try(self, method: str, url: str, body: Any, headers: Mapping[str, str]) -> tuple[int, Any]:
        """One request; 503 when nobody is there or the connection breaks."""
        try:
            async with self._session.request(method, url, json=body, headers=headers) as answer:
                return answer.status, await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 503, None
