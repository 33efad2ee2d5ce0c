"""What an agency does with all that routing tells it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from infra.messaging.delivery import Received
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.desk import follow, guard, issued, pausing, work
from services.chassis.desk.case import Case
from services.chassis.desk.grouping import grouped
from services.chassis.linking import told as links
from services.chassis.marks import Marks

NOTED = (
    "bus.guard-gap.opened", "bus.guard-gap.filled", "bus.guard-gap.voided",
    "bus.guard-coverage.reported",
    "bus.task.rated", "bus.task.followed-up",
    "bus.handover.offered", "bus.handover.accepted", "bus.handover.completed", "bus.handover.refused",
    "bus.drill.suspended",
    "bus.calendar.loaded", "bus.pack.activated", "bus.pack.refused", "bus.sla-report.published",
    "bus.digest.published", "bus.net.checked",
)  # fmt: skip
"""Told in order to be read."""
TOGETHER: Mapping[str, Callable[[Sequence[tuple[Case, Any]]], Awaitable[None]]] = {
    "bus.notification.issued": issued.issued,
    "bus.duty.timed": issued.timed,
    "bus.task.opened": work.opened,
    "bus.decision.made": follow.decided,
}
"""What comes often is written together, one statement for all of a batch."""
ALONE: Mapping[str, Callable[[Case, Any], Awaitable[None]]] = {
    "bus.notification.withdrawn": issued.withdrawn,
    "bus.task.closed": work.closed,
    "bus.task.paused": pausing.paused,
    "bus.task.resumed": pausing.resumed,
    "bus.escalation.raised": work.raised,
    "bus.escalation.cleared": work.cleared,
    "bus.report.missing": work.missing,
    "bus.message.parked": follow.parked,
    "bus.arbitration.ruled": follow.ruled,
    "bus.incident.triaged": follow.triaged,
    "bus.notification.delivered": follow.delivered,
    "bus.notification.acknowledged": follow.acknowledged,
    "bus.notification.returned": follow.returned,
    "bus.part.reported": follow.reported,
    "bus.part.reassigned": follow.reassigned,
    "bus.duty.missed": follow.missed,
    "bus.desk.uncovered": follow.uncovered,
    "bus.link.suggested": links.suggested,
    "bus.link.lapsed": links.lapsed,
    "bus.incident.linked": links.linked,
    "bus.incident.unlinked": links.unlinked,
    "bus.calendar.missing": follow.calendar_missing,
    "bus.guard-post.changed": guard.post_changed,
    "bus.directory.changed": follow.unit_changed,
    **dict.fromkeys(NOTED, follow.noted),
}


class DeskHandlers:
    """Handlers for the service's ``to-`` topic and the directory."""

    accepts = frozenset(TOGETHER) | frozenset(ALONE)

    def __init__(self, service: str) -> None:
        self.service = service

    async def handle(self, uow: UnitOfWork, events: Sequence[Received]) -> None:
        """Take the messages in, those of an incident in their order; every changed desk is woken when the work is durable."""
        marks = Marks()
        lines: list[tuple[Any, ...]] = []
        for group in grouped(Case(uow, received.event, marks, self.service, lines) for received in events):
            await _take(group)
        await follow.write_lines(uow, lines)
        await marks.flush(uow)


async def _take(group: Sequence[Case]) -> None:
    together = TOGETHER.get(group[0].event.name)
    if together is not None:
        await together([(case, case.event.data) for case in group])
        return
    for case in group:
        with case.naming():
            await ALONE[case.event.name](case, case.event.data)
