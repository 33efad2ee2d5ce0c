"""The public HTTP APIs as an agency's client uses them: bearer token, Idempotency-Key, the same request again when no answer came."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from contracts.envelope import WIRE_TYPE
from infra.errors import XietongError
from infra.http.auth import Actor
from services.demo.audit.log import Act, Answered, ClientLog, Stated

_TIMEOUT = aiohttp.ClientTimeout(total=20)
_STREAM = aiohttp.ClientTimeout(total=None, sock_read=45)
_TRIES = 6
_PAUSE = 0.2


class NotAnswered(XietongError):
    """服务没有应答，或给出了不该有的应答。"""

    code = "not-answered"
    title_en = "A service did not answer, or answered with what a correct client must not get"

    @classmethod
    def by(cls, what: str, reply: "Reply") -> "NotAnswered":
        """Names the request and the answer's status and problem; never a person's data."""
        body = reply.body if isinstance(reply.body, dict) else {}
        problem = " ".join(str(body[name]) for name in ("type", "title", "detail", "fields") if name in body)
        return cls(f"{what}：{reply.status} {problem}", en=f"{what}: {reply.status} {problem}")


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and JSON body of an answer."""

    status: int
    body: Any

    @property
    def is_good(self) -> bool:
        return self.status < 300


@dataclass(frozen=True, slots=True)
class Person:
    """An actor with a token of its own, and where its service listens."""

    actor: Actor
    token: str
    url: str

    @property
    def desk(self) -> str:
        return self.actor.desks[0]


class Client:
    """One HTTP client for everybody; what is accepted goes into the log before anything else happens."""

    def __init__(self, log: ClientLog) -> None:
        self.log = log
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT)

    async def close(self) -> None:
        await self._session.close()

    async def state(self, person: Person, path: str, body: Mapping[str, Any], *, county: str) -> Stated:
        """Post an event; NotAnswered when it is not accepted."""
        reply = await self._send(person, "POST", path, body, key=secrets.token_hex(16))
        if reply.status != 202:
            raise NotAnswered.by(path, reply)
        stated = _stated(person, reply.body, body, county)
        self.log.write(stated)
        return stated

    async def answer(self, person: Person, path: str, body: Mapping[str, Any], *, act: Act, object_: str) -> Reply:
        """Answer a notification or a task; a refusal (4xx) is the caller's to judge."""
        reply = await self._send(person, "POST", path, body)
        if reply.is_good:
            self.log.write(
                Answered(
                    service=person.actor.service,
                    desk=person.desk,
                    act=act,
                    object=object_,
                    at=datetime.fromisoformat(reply.body["at"]),
                    version=body.get("version"),
                    ruling=body.get("ruling"),
                    new_desk=body.get("new_desk"),
                    of_desk=body.get("of_desk"),
                    score=body.get("score"),
                    schools=body.get("schools"),
                    mandate=body.get("mandate"),
                )
            )
        return reply

    async def get(self, person: Person, path: str) -> Reply:
        return await self._send(person, "GET", path, None)

    async def changes(self, person: Person) -> AsyncIterator[tuple[str, str]]:
        """(kind, id) of everything at the person's desk and of what changes there; a broken stream is taken up where it broke."""
        reached = "0"
        while True:
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                async for place, kind, identity in self._stream(person, reached):
                    reached = place
                    yield kind, identity
            await asyncio.sleep(_PAUSE)

    async def _stream(self, person: Person, after: str) -> AsyncIterator[tuple[str, str, str]]:
        headers = {**_headers(person), "Last-Event-ID": after}
        async with self._session.get(f"{person.url}/api/stream", headers=headers, timeout=_STREAM) as answer:
            _check_stream(answer.status, person)
            async for found in _events(aiter(answer.content)):
                yield found

    async def _send(self, person: Person, method: str, path: str, body: Mapping[str, Any] | None, *, key: str | None = None) -> Reply:
        headers = {**_headers(person), **({"Idempotency-Key": key} if key else {})}
        for attempt in range(_TRIES):
            try:
                async with self._session.request(method, person.url + path, json=body, headers=headers) as answer:
                    reply = Reply(answer.status, await answer.json(content_type=None))
                if reply.status < 500:
                    return reply
            except (aiohttp.ClientError, TimeoutError, OSError):
                reply = Reply(503, None)
            await asyncio.sleep(0.1 * 2**attempt)
        raise NotAnswered.by(f"{method} {path}", reply)


def _check_stream(status: int, person: Person) -> None:
    if status >= 500:
        raise aiohttp.ClientError(status)
    if status != 200:
        raise NotAnswered.by(f"/api/stream {person.desk}", Reply(status, None))


def _headers(person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.token}"}


def _stated(person: Person, accepted: Mapping[str, Any], body: Mapping[str, Any], county: str) -> Stated:
    match = WIRE_TYPE.match(accepted["type"])
    time = datetime.fromisoformat(accepted["time"])
    return Stated(
        service=person.actor.service,
        publisher=person.desk,
        source=accepted["source"],
        id=accepted["id"],
        name=match["name"] if match else accepted["type"],
        subject=accepted["subject"],
        revision=accepted["revision"],
        time=time,
        known_at=datetime.fromisoformat(body["known_at"]) if "known_at" in body else time,
        county=body.get("county", county),
        data=body["data"],
        status=body.get("status", "actual"),
        place_code=body.get("place_code"),
    )


async def _events(lines: AsyncIterable[bytes]) -> AsyncIterator[tuple[str, str, str]]:
    """(place, kind, object) of a stream's events; its clock and its comments are passed over."""
    found: dict[str, str] = {}
    async for line in lines:
        name, colon, value = line.decode().rstrip("\r\n").partition(":")
        if colon and name:
            found[name] = value.strip()
        elif not name and "event" in found:
            identity = json.loads(found.get("data", "{}")).get("id")
            if identity:
                yield found.get("id", "0"), found["event"], str(identity)
            found = {}
