"""What desks answer about guard posts: signatures for gaps change how a post stands, and a leader's word lets a late batch count."""

from collections.abc import Sequence

import structlog

from contracts.coordination import GuardBatchConfirmed
from contracts.envelope import Event
from contracts.ids import role_of, unit_of
from infra.messaging.delivery import Poison
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Answered
from services.routing.core.gaps import FAMILY
from services.routing.guard.coverage import confirm_batch
from services.routing.guard.rows import QUERIES

CONFIRMED, SIGNED = "bus.guard-batch.confirmed", "bus.notification.acknowledged"
LEADERS = frozenset({"police.unit-leader", "school.principal", "school.duty-leader"})
log = structlog.get_logger()


class GuardAnswers:
    """Hears every answer of a batch after it was folded; those in ``names`` concern no incident and are its own alone."""

    names = frozenset({CONFIRMED})

    async def answered(self, uow: UnitOfWork, answers: Sequence[Answered]) -> None:
        """Confirm batches; mark posts whose gaps were signed for. Poison for a confirmation by somebody who does not lead."""
        for one in answers:
            if isinstance(one.event.data, GuardBatchConfirmed):
                await self._confirm(uow, one.event, one.event.data)
        signed = [one.incident.id for one in answers if one.event.name == SIGNED and one.incident and one.incident.family == FAMILY]
        if signed:
            await uow.execute(QUERIES["gaps_signed"], signed)

    async def _confirm(self, uow: UnitOfWork, event: Event, said: GuardBatchConfirmed) -> None:
        if said.desk != event.envelope.publisher:
            raise Poison("wrong-desk", "the answer is given in the name of another desk", event=event)
        if role_of(said.desk) not in LEADERS:
            raise Poison("not-a-leader", f"{role_of(said.desk)} does not vouch for check-ins", event=event)
        unit = unit_of(said.desk)
        count = await confirm_batch(uow, device=said.device_id, batch=said.batch_no, by=said.person.ref, unit=unit)
        log.info("guard_batch_confirmed", desk=said.desk, count=count)
