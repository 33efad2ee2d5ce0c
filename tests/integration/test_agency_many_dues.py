"""A desk that was told of much reads no more of it than one that was told of little."""

from infra.postgres.pool import Connection, connect
from services.chassis.desk.issued import queries as desk_queries
from services.chassis.reading.events import queries as reading_queries
from tests.integration.agency_desk import START, Running, a_notification
from tests.servers import Database

FILL = """
insert into schools.duties (owner, desk, duty, unit, version, due, derivation, calendar_version)
select gen_random_uuid()::text, 'school.duty-desk@2199000101', 'ack', '2199000101', 1, $1, '', '' from generate_series(1, 20000)
"""
FEW = 40
"""Pages; the duties alone fill some five hundred."""


async def test_a_due_is_found_by_its_notification(schools: Running, agency_database: Database) -> None:
    """INVARIANT: timing a notification reads its own duties alone — broken by ids whose collation is another than that of their index."""
    issued = await schools.told.issue(a_notification())
    async with connect(agency_database.owner_dsn, application="test", search_path="schools, bus") as owner:
        await owner.execute(FILL, START)
        read = [
            await pages(owner, desk_queries["time_notifications"], [issued.notification]),
            await pages(owner, reading_queries["open_tasks"], None, 50),
        ]
    assert max(read) < FEW, read


async def pages(owner: Connection, sql: str, *arguments: object) -> int:
    """How many pages a statement reads, from memory or disk."""
    (plan,) = await owner.fetchval(f"explain (analyze, buffers, format json) {sql}", *arguments)
    return int(plan["Plan"]["Shared Hit Blocks"]) + int(plan["Plan"]["Shared Read Blocks"])
