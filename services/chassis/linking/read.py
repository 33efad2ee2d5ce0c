"""Reading links: beside an incident, by themselves, and those that wait for a decision."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.http.auth import Actor
from infra.http.errors import NotFound
from infra.postgres.pool import Row
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.linking.shapes import LinkList, LinkShape, SideShape
from services.chassis.rights import visible_desks

queries = load(Path(__file__).with_name("queries.sql"))
MOMENTS = ("linked_at", "unlinked_at", "lapsed_at", "suggested_at")
"""When what stands was said, by the kind of message that said it."""


async def links_of(uow: UnitOfWork, incident: str, desks: Sequence[str] | None) -> list[LinkShape]:
    """The links of an incident as some desks were told of them, seen from this incident."""
    rows = await uow.fetch(queries["links_of"], [incident], desks)
    return [await _shape(uow, row, incident) for row in rows]


async def open_suggestions(uow: UnitOfWork, actor: Actor, limit: int) -> LinkList:
    """What the person's desks may decide and nobody has decided yet."""
    rows = await uow.fetch(queries["open_suggestions"], visible_desks(actor), limit)
    return LinkList(items=[await _shape(uow, row, row["incident"]) for row in rows])


async def read_link(uow: UnitOfWork, actor: Actor, link: str, desk: str | None) -> LinkShape:
    """One link at one of the person's desks, first at one that may decide; NotFound when it is not the person's to see."""
    desks = visible_desks(actor)
    ends = await uow.fetchrow(queries["ends_of"], link, desks)
    rows = await uow.fetch(queries["links_of"], [ends["incident"]], desks) if ends is not None else []
    mine = [row for row in rows if row["id"] == link and desk in (None, row["desk"])]
    if not mine:
        raise NotFound()
    row = max(mine, key=lambda one: one["message"]["decidable"])
    return await _shape(uow, row, row["incident"])


async def _shape(uow: UnitOfWork, row: Row, incident: str) -> LinkShape:
    message = row["message"]
    sides = {side["incident"]: side for side in message["sides"]}
    standing = {one["incident"]: one for one in await uow.fetch(queries["standing"], list(sides), row["desk"])}
    own, other = (_side(sides[one], standing[one]) for one in _ends(row, incident))
    fields = {name: value for name, value in row.items() if name in LinkShape.model_fields}
    decided = row["state"] not in ("suggested", "lapsed")
    return LinkShape(
        **{**fields, "fits": row["fits"].get("fits", [])},
        own=own,
        other=other,
        matter=row["fits"].get("matter", ""),
        relation=message.get("relation"),
        said_by=message["desk"] if decided else None,
        person=message["person"] if decided else None,
        text=message.get("text", ""),
        at=next(message[moment] for moment in MOMENTS if message.get(moment)),
        decidable=message["decidable"],
    )


def _ends(row: Row, incident: str) -> Iterable[str]:
    other = row["linked"] if incident == row["incident"] else row["incident"]
    return incident, other


def _side(side: Mapping[str, Any], standing: Row) -> SideShape:
    return SideShape(**side, notification=standing["notification"], event=standing["event"])
