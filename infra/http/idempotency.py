"""Idempotency-Key: the same request again gets the stored answer, and one transaction alone does the work."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from infra.http.errors import Conflict, Invalid
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork

KEPT = timedelta(hours=48)
queries = load(Path(__file__).with_name("requests.sql"))


class InFlight(Conflict):
    """相同的请求正在处理，请稍后再试。"""

    code = "request-in-flight"
    title_en = "The same request is being answered right now, please try again in a moment"
    transient = True


class KeyReused(Invalid):
    """同一 Idempotency-Key 已用于另一内容的请求。"""

    code = "idempotency-key-reused"
    title_en = "This Idempotency-Key was used for a request with another content"


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Who sent which request; ``digest`` stands for its whole content."""

    unit: str
    person: str
    key: str
    digest: bytes

    @classmethod
    def of(cls, *, unit: str, person: str, key: str, path: str, body: bytes) -> "RequestKey":
        return cls(unit, person, key, hashlib.sha256(path.encode() + b"\n" + body).digest())


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of a request: status and JSON body."""

    status: int
    body: dict[str, Any]


async def earlier_answer(uow: UnitOfWork, request: RequestKey) -> Answer | None:
    """The stored answer, or None when this transaction is the one to do the work. InFlight, KeyReused."""
    if not await uow.fetchval(queries["claim_key"], request.unit, request.person, request.key):
        raise InFlight()
    row = await uow.fetchrow(queries["find_answer"], request.unit, request.person, request.key)
    if row is None:
        return None
    if row["digest"] != request.digest:
        raise KeyReused()
    return Answer(row["status"], row["answer"])


async def keep_answer(uow: UnitOfWork, request: RequestKey, answer: Answer) -> None:
    """Store the answer in the transaction of the work: both or nothing."""
    await uow.execute(
        queries["keep_answer"], request.unit, request.person, request.key, request.digest, answer.status, answer.body
    )
