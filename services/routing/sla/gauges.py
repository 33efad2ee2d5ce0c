"""The gauges of the current month, set anew each minute, and seldomer where that is much work.

They are taken from the whole report: what is hidden in one table depends on all of them, so tables built for the gauges alone could show
what the report hides."""

import asyncio
from collections.abc import Mapping

import structlog
from prometheus_client import Gauge

from infra.clock import monotonic
from infra.metrics import (
    SLA_COUNTED,
    SLA_COUNTED_BY_COUNTY,
    SLA_COUNTED_BY_TYPE,
    SLA_ON_TIME,
    SLA_ON_TIME_BY_COUNTY,
    SLA_ON_TIME_BY_TYPE,
    SLA_OVERRUN,
)
from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import unit_of_work
from infra.waiting import first_of
from services.routing.core.sla.periods import month_of
from services.routing.core.sla.rules import SHARES
from services.routing.core.sla.shapes import By, Report
from services.routing.sla.figures import make_reports
from services.routing.world import Reference

log = structlog.get_logger()
PERIOD_SECONDS = 60.0
SHARE_OF_TIME = 0.01
"""How much of the time measuring may take."""
GAUGES: Mapping[By, tuple[Gauge, Gauge]] = {
    "agency": (SLA_COUNTED, SLA_ON_TIME),
    "county": (SLA_COUNTED_BY_COUNTY, SLA_ON_TIME_BY_COUNTY),
    "type": (SLA_COUNTED_BY_TYPE, SLA_ON_TIME_BY_TYPE),
}
"""Single units and desks are no labels: they are asked for."""


async def gauge_loop(pool: Pool, reference: Reference, stop: asyncio.Event) -> None:
    """Measure until told to stop; a database that is away, or a directory that cannot be used, is waited for."""
    while not stop.is_set():
        began = monotonic()
        try:
            await measure_month(pool, reference)
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("sla_gauges_wait", error=describe(error))
        await first_of(stop, seconds=rest_after(monotonic() - began))


def rest_after(took: float) -> float:
    """How long the gauges stand after a measure that took ``took`` seconds (machine time); of thousands of schools it takes some."""
    return max(PERIOD_SECONDS, took / SHARE_OF_TIME)


async def measure_month(pool: Pool, reference: Reference) -> None:
    """Set the gauges from the month of the business time now."""
    async with unit_of_work(pool) as uow:
        directory = (await reference.current(uow)).directory
        reports = await make_reports(uow, directory, month_of(uow.now), tuple(GAUGES))
    for report in reports:
        _show(report)
    _show_shares(reports[0])


def _show(report: Report) -> None:
    """What the report hides has no gauge."""
    counted, on_time = GAUGES[report.by]
    counted.clear()
    on_time.clear()
    for line in report.actual.lines:
        if isinstance(line.signed.asked, int):
            counted.labels(line.key).set(line.signed.asked)
        if line.signed.rate is not None:
            on_time.labels(line.key).set(line.signed.rate)


def _show_shares(report: Report) -> None:
    SLA_OVERRUN.clear()
    for share in SHARES:
        minutes = getattr(report.actual.total, share).minutes
        if minutes is not None:
            SLA_OVERRUN.labels(share).set(minutes * 60)
