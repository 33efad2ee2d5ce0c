"""Rows of the room as the core's records, and back."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from infra.postgres.pool import Row
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.expected.records import Check, Claim, Expectation, Report
from services.routing.core.mandates import CrossCheck, Expected, MandateBook, PeriodicDuty

QUERIES = load(Path(__file__).with_name("queries.sql"))
_ADAPTERS: Mapping[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in (Expectation, Check, Report, Claim)}
_NAMES: Mapping[type, frozenset[str]] = {kind: frozenset(one.name for one in fields(kind)) for kind in (Expectation, Check)}


def as_json(record: Expectation | Check | Report | Claim) -> dict[str, Any]:
    """A record as the statements take it."""
    row: dict[str, Any] = _ADAPTERS[type(record)].dump_python(record, mode="json")
    return row


async def hold_expectation(uow: UnitOfWork, identity: str, calendars: str) -> Expectation | None:
    """One expectation locked for this unit of work; None while another clock looks at it, or when there is nothing to look at any more."""
    row = await uow.fetchrow(QUERIES["hold_expectation"], identity)
    if row is None:
        return None
    due = row["next_at"] is not None and row["next_at"] <= uow.now
    if not due and (row["pending"] is None or row["calendars"] == calendars):
        return None
    return Expectation(**{**_known(row, Expectation), "missing": tuple(row["missing"])})


async def keep_expectation(uow: UnitOfWork, expected: Expectation, calendars: str) -> None:
    await uow.execute(QUERIES["keep_expectation"], as_json(expected), calendars)


async def hold_check(uow: UnitOfWork, identity: str) -> Check | None:
    """One cross-check locked for this unit of work; None while another clock looks at it."""
    row = await uow.fetchrow(QUERIES["hold_check"], identity)
    return Check(**_known(row, Check)) if row is not None else None


async def keep_check(uow: UnitOfWork, check: Check) -> None:
    await uow.execute(QUERIES["keep_check"], as_json(check))


def _known(row: Row, kind: type) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in _NAMES[kind]}


def duty_of(book: MandateBook, expected: Expectation) -> tuple[PeriodicDuty, Expected] | None:
    """The duty an expectation was made by, in that version if it is still there; None when no pack has it any more."""
    versions = [duty for duty in book.periodic if duty.id == expected.rule]
    duty = next((one for one in versions if one.stamp == expected.stamp), versions[-1] if versions else None)
    part = duty.part(expected.part) if duty else None
    return (duty, part) if duty is not None and part is not None else None


def check_of(book: MandateBook, row: Check) -> CrossCheck | None:
    """The check in the version it began by if that is still there, else the newest; None when no pack has it any more."""
    versions = [check for check in book.crosschecks if check.id == row.rule]
    same = (check for check in versions if check.stamp == row.stamp)
    return next(same, versions[-1] if versions else None)
