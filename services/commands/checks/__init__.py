"""What the doctor looks at, in the order in which one thing needs the other."""

from services.commands.checks.machine import check_disk, check_keys, check_ports, check_python
from services.commands.checks.result import Check
from services.commands.checks.servers import (
    check_calendar,
    check_directory,
    check_kafka,
    check_letters,
    check_migrations,
    check_postgres,
    check_processes,
    check_topics,
)
from services.commands.errors import NothingRuns
from services.commands.system.home import home_of
from services.commands.system.place import Place, find_place

__all__ = ["Check", "examine"]


async def examine() -> list[Check]:
    """Every check; those that need running servers say so when nothing runs."""
    home = home_of()
    found = [check_python(), check_disk(home), check_ports(home), check_keys(home)]
    try:
        place = find_place()
    except NothingRuns:
        return [*found, Check.note("servers", "服务器", "servers", "没有运行", "not running"), await check_calendar(None)]
    return [*found, *await _of_running(place)]


async def _of_running(place: Place) -> list[Check]:
    postgres, kafka = await check_postgres(place), await check_kafka(place)
    found = [postgres, kafka]
    if postgres.state == "ok":
        migrations = await check_migrations(place)
        found += [migrations, *([await check_directory(place), await check_letters(place)] if migrations.state == "ok" else [])]
    if kafka.state == "ok":
        found += [await check_topics(place)]
    return [*found, *await check_processes(place), await check_calendar(place if postgres.state == "ok" else None)]
