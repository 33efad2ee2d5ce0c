"""A month of notifications is counted from the indexes alone."""

from infra.postgres.unit_of_work import unit_of_work
from services.routing.core.sla.periods import month_named
from services.routing.sla.figures import make_report
from tests.integration.routing.town import Town, reference

PER_DAY, DAYS = 1_000, 30
TABLES = ("duties", "incidents", "notifications")
STORED = "select relname, relpages from pg_class where relnamespace = 'routing'::regnamespace and relname = any($1)"
INCIDENTS = PER_DAY * DAYS // 6
"""Six notifications each: alarms of life risk near a school."""
FILL = """
with times as (
    select n, lpad(to_hex(n), 32, '0')::uuid as id, timestamptz '2026-09-01 00:00:00+08' + n * interval '30 days' / $1 as at
    from generate_series(0, $1 - 1) as n
), i as (
    insert into routing.incidents (id, root, status, family, scope, key, county, opened_at, body)
    select id, id, case when n % 20 = 0 then 'exercise' else 'actual' end, 'alarm', '990102', n::text, '990102', at,
           jsonb_build_object('head_type', 'police.alarm.raised', 'picture', repeat('p', 600))
    from times
    returning 1
), told as (
    select md5(n || '/' || slot)::uuid as id, times.id as incident, at, n, slot,
           (array['school.duty-desk@2199000101', 'police.station-duty@ps-990102-01', 'education.duty-officer@edu-990102',
                  'health.emergency-office@hb-990102', 'education.safety-desk@edu-990102', 'school.principal@3199000102'])[slot] as desk
    from times, generate_series(1, 6) as slot
), notes as (
    insert into routing.notifications (id, root, incident, unit, desk, state, issued_at, delivered_at, body)
    select id, incident, incident, split_part(desk, '@', 2), desk, 'acknowledged', at, at + interval '3 seconds',
           jsonb_build_object('kind', 'acknowledge', 'published_at', at, 'publish_due', at, 'issued', repeat('i', 1500))
    from told
    returning 1
), owed as (
    select told.*, kind, at + interval '3 seconds' as start, at + interval '303 seconds' as due,
           at + ((n * 7 + slot * 13) % 400) * interval '1 second' as met
    from told, unnest(array['ack', 'first-action']) as kind
)
insert into routing.duties (id, root, incident, unit, desk, kind, state, due, body)
select md5(id || kind)::uuid, incident, incident, split_part(desk, '@', 2), desk, kind, 'met', due,
       jsonb_build_object('owner', id, 'version', 1, 'start', start, 'met_at', met, 'voided', false, 'next_step', 0, 'words', repeat('w', 600))
from owed
"""


async def test_a_month_is_counted_without_its_bodies(town: Town) -> None:
    """INVARIANT: figures read narrow columns, never a month of bodies — broken by a join that needs one, or an index that is gone."""
    await town.owner.execute("set jit = off")
    await town.owner.execute(FILL, INCIDENTS)
    await town.owner.execute("vacuum analyze")
    before = await _pages_read(town)
    async with unit_of_work(town.pool) as uow:
        report = await make_report(uow, (await reference().current(uow)).directory, month_named("2026-09"), "desk")
        await uow.execute("select pg_stat_force_next_flush()")
    after = await _pages_read(town)
    read = {table: after[table] - before[table] for table in after}
    assert report.actual.total.signed.asked + report.exercise.total.signed.asked == PER_DAY * DAYS  # type: ignore[operator]
    stored = {row["relname"]: row["relpages"] for row in await town.owner.fetch(STORED, TABLES)}
    assert all(read[table] * 50 < stored[table] for table in TABLES), (read, stored)


async def _pages_read(town: Town) -> dict[str, int]:
    """Pages of the tables themselves that were read so far, from memory or disk; those of their indexes are not among them."""
    rows = await town.owner.fetch(
        "select relname, heap_blks_read + heap_blks_hit as pages from pg_statio_user_tables where schemaname = 'routing' and relname = any($1)",
        TABLES,
    )
    return {row["relname"]: row["pages"] for row in rows}
