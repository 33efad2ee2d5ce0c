"""The read model of the Directory at an agency: names, counties and keys; which duties follow from it is routing's affair."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from contracts.ids import role_of, unit_of
from contracts.roles import role_title
from infra.clock import BEIJING
from infra.errors import XietongError
from infra.http.language import Language
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork

queries = load(Path(__file__).with_name("directory.sql"))


class DirectoryMissing(XietongError):
    """单位名录尚未就绪，请稍后重试。"""

    code = "directory-missing"
    status = 503
    transient = True
    title_en = "The directory has not arrived yet, please try again later"


class UnitUnknown(XietongError):
    """单位名录中没有您的单位，或没有写明它所在的区县。请联系管理员。"""

    code = "unit-unknown"
    status = 403
    title_en = "The directory does not hold your unit, or does not say in which county it is. Please ask your administrator"


def row_at(document: Mapping[str, Any], day: date) -> Mapping[str, Any]:
    """The dated row of a unit that holds on a day; the last one when none does."""
    rows = document.get("rows") or [{}]
    for row in rows:
        if str(row.get("from", "")) <= day.isoformat() and (row.get("to") is None or day.isoformat() < str(row["to"])):
            return dict(row)
    return dict(rows[-1])


def successor_at(document: Mapping[str, Any], day: date) -> str | None:
    """The unit that a unit was merged into by a day; None while it lives, before it begins, and where it ended without an heir."""
    rows = [row for row in document.get("rows") or () if str(row.get("from", "")) <= day.isoformat()]
    ended = bool(rows) and all(row.get("to") is not None and str(row["to"]) <= day.isoformat() for row in rows)
    return rows[-1].get("successor") if ended else None


async def heirs_of(uow: UnitOfWork, units: Iterable[str]) -> dict[str, str]:
    """Unit → the one that it was merged into by today, through every merger; one that was not is left out."""
    day = uow.now.astimezone(BEIJING).date()
    into: dict[str, str | None] = {}
    while asked := {*units, *filter(None, into.values())} - into.keys():
        rows = await uow.fetch(queries["unit_documents"], sorted(asked))
        into |= dict.fromkeys(asked) | {row["id"]: successor_at(row["document"], day) for row in rows}
    return {unit: heir for unit in units if (heir := _last(into, unit)) != unit}


def _last(into: Mapping[str, str | None], unit: str) -> str:
    """The end of a chain of mergers; one that turns in a circle leads nowhere."""
    seen = [unit]
    while (heir := into.get(seen[-1])) and heir not in seen:
        seen.append(heir)
    return unit if heir else seen[-1]


async def names_of(uow: UnitOfWork, units: Iterable[str]) -> dict[str, str]:
    """Unit → its name today; a unit the read model does not hold is left out."""
    day = uow.now.astimezone(BEIJING).date()
    rows = await uow.fetch(queries["unit_documents"], sorted(set(units)))
    return {row["id"]: str(row_at(row["document"], day).get("name", row["id"])) for row in rows}


def desk_title(desk: str, names: Mapping[str, str], language: Language = "zh") -> str:
    """``泉西小学 · 学校值守台``."""
    unit = unit_of(desk)
    return f"{names.get(unit, unit)} · {role_title(role_of(desk), language)}"


async def county_of(uow: UnitOfWork, unit: str) -> str:
    """The county of a unit today. UnitUnknown when nothing tells it, DirectoryMissing when nothing has arrived that could."""
    county = (await counties_of(uow, [unit])).get(unit)
    if county is None:
        await seal_keys(uow)
        raise UnitUnknown()
    return county


async def counties_of(uow: UnitOfWork, units: Iterable[str]) -> dict[str, str]:
    """Unit → its county today: a school's by its place, any other's by its id; left out where neither tells it."""
    asked = sorted(set(units))
    places = await place_codes_of(uow, asked)
    codes = {unit: next((p for p in unit.split("-")[1:] if p.isdigit() and len(p) >= 6), places.get(unit, "")) for unit in asked}
    return {unit: code[:6] for unit, code in codes.items() if len(code) >= 6}


async def place_codes_of(uow: UnitOfWork, units: Iterable[str]) -> dict[str, str]:
    """Unit → the division code of its place today; left out where the Directory says none."""
    day = uow.now.astimezone(BEIJING).date()
    rows = await uow.fetch(queries["unit_documents"], sorted(set(units)))
    return {row["id"]: str(code) for row in rows if (code := row_at(row["document"], day).get("place_code"))}


async def knows_unit(uow: UnitOfWork, unit: str) -> bool:
    """Whether the Directory holds the unit."""
    return bool(await uow.fetchval(queries["has_unit"], unit))


async def seal_keys(uow: UnitOfWork) -> dict[str, str]:
    """Service → public sealing key. DirectoryMissing until they arrived."""
    found = await uow.fetchval(queries["seal_keys"])
    if not found:
        raise DirectoryMissing()
    return dict(found)


async def schools_of(uow: UnitOfWork) -> list[tuple[str, str]]:
    """(id, name) of the schools that exist today; a merged one is left out."""
    day = uow.now.astimezone(BEIJING).date()
    found: list[tuple[str, str]] = []
    for row in await uow.fetch(queries["schools"]):
        today = row_at(row["document"], day)
        if today.get("to") is None or day.isoformat() < str(today["to"]):
            found.append((row["id"], str(today.get("name", row["id"]))))
    return found
