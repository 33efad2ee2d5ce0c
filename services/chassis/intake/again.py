"""An own event that routing never answered is sent again: after 60 s, then less and less often, at least every 10 min."""

import asyncio
from datetime import timedelta

import structlog

from contracts.envelope import Envelope, Event
from contracts.registry import event_type
from infra.postgres.errors import describe, is_transient
from infra.postgres.pool import Row
from infra.postgres.unit_of_work import UnitOfWork, unit_of_work
from infra.waiting import first_of
from services.chassis.bureau import Bureau
from services.chassis.intake.accept import FIRST_SILENCE, queries
from services.chassis.intake.sealing import restored

LONGEST_SILENCE = timedelta(minutes=10)
WINDOW, EVERY = 100, 5.0
log = structlog.get_logger()


def silence_after(sends: int) -> timedelta:
    """How long to wait after the n-th sending: 60 s, 2 min, 4 min, 8 min, then 10 min."""
    doublings = min(max(sends - 1, 0), 10)
    return min(LONGEST_SILENCE, FIRST_SILENCE * (1 << doublings))


async def send_again(bureau: Bureau) -> int:
    """Send one window of unanswered events again; how many there were."""
    async with unit_of_work(bureau.pool, outbox=bureau.outbox, service=bureau.service) as uow:
        rows = await uow.fetch(queries["unanswered"], WINDOW)
        sealed: dict[str, dict[str, dict[str, object]]] = {}
        for one in await uow.fetch(queries["sealed_rows"], [row["id"] for row in rows]):
            sealed.setdefault(one["owner"], {})[one["row"]] = one["sealed"]
        for row in rows:
            await _send(uow, row, sealed.get(row["id"], {}))
    return len(rows)


async def _send(uow: UnitOfWork, row: Row, rows: dict[str, dict[str, object]]) -> None:
    said = Envelope.model_validate(row["envelope"])
    kind = event_type(said.name)
    uow.publish(Event(said, kind.model.model_validate(restored(kind.name, row["data"], rows))))
    await uow.execute(queries["send_later"], said.id, silence_after(row["sends"] + 1))
    log.warning("event_sent_again", event_id=said.id, event_type=kind.name, attempt=row["sends"])


async def run_again(bureau: Bureau, stop: asyncio.Event) -> None:
    """Until ``stop``; PostgreSQL away: tries again."""
    while not stop.is_set():
        try:
            while await send_again(bureau) == WINDOW:
                continue
        except Exception as error:
            if not is_transient(error):
                raise
            log.warning("send_again_retry", error=describe(error))
        await first_of(stop, seconds=EVERY)
