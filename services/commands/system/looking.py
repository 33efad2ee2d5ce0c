"""What commands ask a running system's database."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.clock import monotonic
from infra.errors import XietongError
from infra.postgres.pool import connect
from infra.postgres.queries import load
from services.commands.system.place import Place

QUERIES = load(Path(__file__).with_name("queries.sql"))
_LOOK_SECONDS = 0.2


class DirectoryLate(XietongError):
    """单位名录没有及时到达各部门服务。"""

    code = "directory-late"
    title_en = "The directory has not reached every agency in time"


async def stored_units(place: Place, unit: str | None = None) -> list[dict[str, Any]]:
    """``unit``, ``version`` and ``document`` of the Directory's units, or of one."""
    async with connect(place.dsn, application="xietong-directory") as connection:
        return [dict(row) for row in await connection.fetch(QUERIES["units"], unit)]


async def stored_packs(place: Place) -> list[dict[str, Any]]:
    """``pack``, ``version``, ``number`` and ``files`` of every pack that was activated, in order."""
    async with connect(place.dsn, application="xietong-packs") as connection:
        return [dict(row) for row in await connection.fetch(QUERIES["packs"])]


async def ruled_proposals(place: Place, most: int) -> list[dict[str, Any]]:
    """``number``, ``county`` and ``proposal`` of what rulings propose, the newest first."""
    async with connect(place.dsn, application="xietong-packs") as connection:
        return [dict(row) for row in await connection.fetch(QUERIES["proposals"], most)]


async def waiting_letters(place: Place, services: Sequence[str]) -> dict[str, int]:
    """Service → its dead letters that nobody has had delivered again; services without any are left out."""
    found = {}
    for service in services:
        async with connect(place.dsn, application="xietong-doctor", search_path=f"{service}, bus") as connection:
            found[service] = await connection.fetchval(QUERIES["waiting_letters"])
    return {service: count for service, count in found.items() if count}


async def business_now(place: Place) -> datetime | None:
    """Business time; None before the first migration."""
    async with connect(place.dsn, application="xietong-time") as connection:
        if not await connection.fetchval(QUERIES["has_business_time"]):
            return None
        moment: datetime = await connection.fetchval(QUERIES["business_now"])
        return moment


async def directory_arrived(place: Place, services: Sequence[str], *, within: float) -> None:
    """Wait until every agency holds the Directory as routing does. DirectoryLate after ``within`` seconds."""
    ends = monotonic() + within
    wanted = await _extent(place, "routing", QUERIES["held"])
    for service in services:
        while await _extent(place, service, QUERIES["arrived"]) != wanted:
            if monotonic() > ends:
                raise DirectoryLate()
            await asyncio.sleep(_LOOK_SECONDS)


async def _extent(place: Place, schema: str, sql: str) -> tuple[int, int]:
    async with connect(place.dsn, application="xietong-directory", search_path=f"{schema}, bus") as connection:
        row = await connection.fetchrow(sql)
    return (row["units"], row["version"]) if row is not None else (0, 0)
