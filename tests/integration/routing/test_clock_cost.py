"""The clock looks at what is due: what lies beside it costs nothing."""

from infra.postgres.pool import Pool
from services.routing.clock import Clock
from services.routing.run import Parts, rounds_of
from services.routing.speak import Speaker
from tests.integration.routing.test_figures_of_a_month import FILL
from tests.integration.routing.town import CATALOGUE, Town, outbox, reference

INCIDENTS, FEW = 3_000, 60
EVENTS = """
insert into routing.incident_events (source, id, incident, type, revision, published_at, known_at, decided_at, outcome, content_hash, decision)
select '/police/ps-990102-01', id::text, id, 'police.alarm.raised', 1, opened_at, opened_at, opened_at, 'routed', '', jsonb_build_object('publisher',
       'police.110-desk@pb-990102', 'words', repeat('w', 1500))
from routing.incidents
"""
OVER = "update routing.incidents set closed_at = opened_at where status = 'exercise'"


async def test_a_look_of_the_clock_costs_the_same_however_much_lies_beside_it(town: Town) -> None:
    """INVARIANT: each statement of a look finds what is due by an index — broken by one that reads a table through."""
    pool = await town.database.pool("routing", role="xt_clock", size=(1, 1))
    clock = Clock(pool, outbox(), Speaker(CATALOGUE), reference(), rounds_of(Parts(pool, reference()), None))
    while await clock.tick():
        pass
    before = await pages_of_a_look(town, clock, pool)
    await town.owner.execute(FILL, INCIDENTS)
    await town.owner.execute(EVENTS)
    await town.owner.execute(OVER)
    await town.owner.execute("analyze")
    while await clock.tick():
        pass
    after = await pages_of_a_look(town, clock, pool)
    assert after - before < FEW, (before, after)


async def pages_of_a_look(town: Town, clock: Clock, pool: Pool) -> int:
    """Pages of all tables and indexes of routing that one quiet look reads, from memory or disk."""
    began = await _pages(town, pool)
    assert await clock.tick() == 0
    await clock.seconds_to_next()
    return await _pages(town, pool) - began


async def _pages(town: Town, pool: Pool) -> int:
    """``pool``: the one connection that does the work."""
    await pool.execute("select pg_stat_force_next_flush()")
    await pool.execute("select 1")
    return int(
        await town.owner.fetchval(
            "select sum(coalesce(heap_blks_read, 0) + coalesce(heap_blks_hit, 0) + coalesce(idx_blks_read, 0) + coalesce(idx_blks_hit, 0))"
            " from pg_statio_user_tables where schemaname = 'routing'"
        )
    )
