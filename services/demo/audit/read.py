"""Reads what an audit needs from the databases, as their owner, who sees every row."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from infra.postgres.pool import Connection, Row, connect
from infra.postgres.queries import load
from services.demo.audit.district import District
from services.demo.audit.judge import Law
from services.demo.audit.rows import Clocked, Decided, Gap, Intake, Joint, Kept, Notice, OnDesk, Rated, Rows, Sent, Word
from services.demo.audit.rules import read_rules
from topics.catalogue import Catalogue

QUERIES = load(Path(__file__).with_name("queries.sql"))
ROUTING = "routing"
T = TypeVar("T")


async def law_of(dsn: str, mandates: Path, catalogue: Catalogue) -> Law:
    """The rules of a folder and of the packs that were activated, the Directory as it is stored, and the readers of the topics."""
    async with connect(dsn, application="xietong-audit") as connection:
        documents = [row["document"] for row in await connection.fetch(QUERIES["documents"])]
        activated = [row["files"] for row in await connection.fetch(QUERIES["activated"])]
    readers = {topic.name: tuple(topic.readers) for topic in catalogue.topics() if not topic.dead_letters_of}
    return Law(read_rules(mandates, activated), District(documents), readers)


async def read_rows(dsn: str, services: Sequence[str], *, since: datetime, machine_since: datetime) -> Rows:
    """Everything about incidents opened since that business time and messages written since that machine time."""
    async with connect(dsn, application="xietong-audit") as connection:
        now: datetime = await connection.fetchval(QUERIES["now"])
        decided = _made(Decided, await connection.fetch(QUERIES["decided"], since))
        notices = [_notice(row) for row in await connection.fetch(QUERIES["notices"], since)]
        clocked = [_clocked(row) for row in await connection.fetch(QUERIES["clocked"], since)]
        joints = [_joint(row) for row in await connection.fetch(QUERIES["joints"], since)]
        gaps = _made(Gap, await connection.fetch(QUERIES["gaps"], since))
    schemas = (*services, ROUTING)
    held = [await _of_schema(dsn, schema, since, machine_since) for schema in schemas]
    return Rows(
        now=now,
        intake=tuple(row for one in held for row in one.intake),
        decided=tuple(decided),
        notices=tuple(notices),
        clocked=tuple(clocked),
        gaps=tuple(gaps),
        joints=tuple(joints),
        words=tuple(row for one in held for row in one.words),
        kept=tuple(row for one in held for row in one.kept),
        on_desk=tuple(row for one in held for row in one.on_desk),
        sent=tuple(row for one in held for row in one.sent),
        taken={schema: one.taken[schema] for schema, one in zip(schemas, held, strict=True)},
        parked={schema: one.parked[schema] for schema, one in zip(schemas, held, strict=True)},
    )


async def _of_schema(dsn: str, schema: str, since: datetime, machine_since: datetime) -> Rows:
    async with connect(dsn, application="xietong-audit", search_path=f"{schema}, bus") as connection:
        own = schema != ROUTING
        intake = [Intake(service=schema, **dict(row)) for row in await connection.fetch(QUERIES["intake"], since)] if own else []
        on_desk = [OnDesk(service=schema, **dict(row)) for row in await connection.fetch(QUERIES["on_desk"], since)] if own else []
        words = [Word(service=schema, **dict(row)) for row in await connection.fetch(QUERIES["words"], since)] if own else []
        kept = [Kept(service=schema, **dict(row)) for row in await connection.fetch(QUERIES["kept"], since)] if own else []
        sent = [_sent(schema, row) for row in await connection.fetch(QUERIES["sent"], machine_since)]
        taken = await _pairs(connection, QUERIES["taken"], machine_since)
        parked = await _pairs(connection, QUERIES["parked"])
        now: datetime = await connection.fetchval(QUERIES["now"])
    return Rows(
        now=now, intake=tuple(intake), on_desk=tuple(on_desk), sent=tuple(sent), words=tuple(words), kept=tuple(kept),
        taken={schema: taken}, parked={schema: parked},
    )  # fmt: skip


async def _pairs(connection: Connection, sql: str, *args: Any) -> frozenset[tuple[str, str]]:
    return frozenset((row["source"], row["id"]) for row in await connection.fetch(sql, *args))


def _made(kind: type[T], rows: Sequence[Row]) -> list[T]:
    names = [one.name for one in fields(kind)]  # type: ignore[arg-type]  # all of them are dataclasses
    return [kind(**{name: row[name] for name in names}) for row in rows]


def _notice(row: Row) -> Notice:
    return Notice(**{**dict(row), "mandates": tuple(row["mandates"])})


def _clocked(row: Row) -> Clocked:
    return Clocked(**{**dict(row), "forms": tuple(row["forms"])})


def _joint(row: Row) -> Joint:
    return Joint(
        id=row["id"], incident=row["incident"], lead=row["lead"], closed_at=row["closed_at"], members=tuple(row["members"]),
        excused=tuple(row["excused"]),
        ratings=tuple(Rated(by=one["by"], of=one["of"], score=one["score"], at=_instant(one["at"])) for one in row["ratings"] or ()),
        waits=tuple((_instant(one["start"]), _instant(one["end"]) if one["end"] else None) for one in row["waits"] or ()),
        follow_ups=tuple(_instant(one["at"]) for one in row["follow_ups"] or ()),
    )  # fmt: skip


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _sent(schema: str, row: Row) -> Sent:
    return Sent(
        schema=schema, seq=row["seq"], topic=row["topic"], key=row["key"], source=row["source"], id=row["id"],
        partition=row["sent_partition"], offset=row["sent_offset"],
    )  # fmt: skip
