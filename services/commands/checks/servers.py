"""What must be true of running servers and processes."""

import asyncio
from datetime import date, datetime

from infra.clock import BEIJING, machine_now
from infra.errors import XietongError
from infra.messaging import admin
from infra.postgres.migrate import pending
from infra.postgres.pool import connect
from services.commands.checks.result import Check
from services.commands.system.children import is_ready
from services.commands.system.looking import business_now, stored_units, waiting_letters
from services.commands.system.place import Place
from services.commands.system.prepare import BUS_UNIT
from services.routing.calendars import load_calendars
from services.routing.core.calendar import DayUnknown
from services.schemas import SCHEMA_PLANS
from topics.catalogue import Catalogue

PATIENCE = 15.0
"""Seconds: a busy machine is no fault."""
MONTH_OF_NOTICE = 12
"""Next year's notice is out by December."""


async def check_postgres(place: Place) -> Check:
    title = ("PostgreSQL", "PostgreSQL")
    try:
        async with connect(place.dsn, application="xietong-doctor") as connection:
            version = str(await connection.fetchval("show server_version"))
    except Exception as error:
        return Check.of(False, "postgresql", title, (f"连不上：{type(error).__name__}", f"cannot be reached: {type(error).__name__}"))
    return Check.of(True, "postgresql", title, (version, version))


async def check_kafka(place: Place) -> Check:
    title, servers = ("Kafka", "Kafka"), ",".join(place.kafka)
    try:
        await admin.plan(Catalogue.load(), place.kafka)
    except XietongError as error:
        return Check.of(False, "kafka", title, (f"{servers}：{error.zh}", f"{servers}: {error.en}"))
    return Check.of(True, "kafka", title, (servers, servers))


async def check_migrations(place: Place) -> Check:
    waiting = await pending(place.dsn, SCHEMA_PLANS)
    words = (
        (f"{len(waiting)} 个待执行：xietong migrate", f"{len(waiting)} waiting: xietong migrate") if waiting else ("已到最新", "at head")
    )
    return Check.of(not waiting, "migrations", ("迁移", "migrations"), words)


async def check_directory(place: Place) -> Check:
    """Without units nobody can sign in and say anything; without the platform's own nothing about pupils can be sealed."""
    units = {unit["unit"] for unit in await stored_units(place)}
    title = ("单位名录", "directory")
    if not units:
        return Check.note("directory", *title, "空：xietong directory import", "empty: xietong directory import")
    if BUS_UNIT not in units:
        zh, en = f"没有平台单位 {BUS_UNIT}：涉及学生的上报不能密封", f"no unit {BUS_UNIT}: what is filed about pupils cannot be sealed"
        return Check.note("directory", *title, zh, en)
    return Check.of(True, "directory", title, (f"{len(units)} 个单位", f"{len(units)} units"))


async def check_letters(place: Place) -> Check:
    """What could not be handled is no fault of the system, but waits for somebody."""
    waiting = await waiting_letters(place, [plan.schema for plan in SCHEMA_PLANS])
    if not waiting:
        return Check.of(True, "dead-letters", ("死信", "dead letters"), ("没有", "none"))
    told = [f"{service} {count}" for service, count in waiting.items()]
    zh, en = f"{'、'.join(told)}：xietong dead-letters list", f"{', '.join(told)}: xietong dead-letters list"
    return Check.note("dead-letters", "死信", "dead letters", zh, en)


async def check_topics(place: Place) -> Check:
    changes = await admin.plan(Catalogue.load(), place.kafka)
    names = [change.topic for change in changes]
    words = (f"与目录不符：{'、'.join(names)}", f"differ: {', '.join(names)}") if names else ("与目录一致", "as catalogued")
    return Check.of(not changes, "topics", ("主题", "topics"), words)


async def check_processes(place: Place) -> list[Check]:
    answers = await asyncio.gather(*(is_ready(port, patience=PATIENCE) for port in place.ports.values()))
    return [_process(process, port, good) for (process, port), good in zip(place.ports.items(), answers, strict=True)]


def _process(process: str, port: int, good: bool) -> Check:
    words = (f"端口 {port}，{'就绪' if good else '未就绪'}", f"port {port}, {'ready' if good else 'not ready'}")
    return Check.of(good, process, (process, process), words)


async def check_calendar(place: Place | None) -> Check:
    """The State Council's notice for this year of business time, and from December on for the next."""
    now = await _business_now(place)
    years = [now.year, *([now.year + 1] if now.month >= MONTH_OF_NOTICE else [])]
    missing = [str(year) for year in years if not _covered(year)]
    words = (
        (f"缺 {'、'.join(missing)} 年", f"{', '.join(missing)} missing") if missing else (f"{years[-1]} 年已载入", f"{years[-1]} is loaded")
    )
    return Check.of(not missing, "calendar", ("节假日日历", "calendar"), words)


async def _business_now(place: Place | None) -> datetime:
    known = await business_now(place) if place is not None else None
    return (known or machine_now()).astimezone(BEIJING)


def _covered(year: int) -> bool:
    calendars = load_calendars()
    try:
        calendars.working(date(year, 1, 1))
        calendars.working(date(year, 12, 31))
    except DayUnknown:
        return False
    return True
