"""What desks do in the tests of figures: sign, start, send back, rule; and time that passes."""

from datetime import timedelta

from contracts.coordination import ArbitrationRuled, NotificationIssued, NotificationReturned, PartReported
from contracts.envelope import Event
from tests.integration.routing.town import Town
from tests.unit.routing.core.bench import person


def number_of(alarm: int) -> str:
    return f"J9901022026092{alarm:07}"


async def wait(town: Town, **span: float) -> None:
    await town.owner.execute("select bus.set_business_time($1, 0)", await town.now() + timedelta(**span))


async def newly_issued(town: Town, statement: Event) -> list[NotificationIssued]:
    """What a statement makes routing issue."""
    before = await town.owner.fetchval("select coalesce(max(seq), 0) from routing.outbox")
    await town.give(statement)
    return [event.data for event in await town.told(since=before) if isinstance(event.data, NotificationIssued)]


async def send_back(town: Town, issued: NotificationIssued) -> None:
    data = NotificationReturned(
        notification=issued.notification, incident=issued.incident, desk=issued.desk, version=issued.version, returned_at=await town.now(),
        reason="not-my-duty", text="不属本单位职责", person=person(issued.desk),
    )  # fmt: skip
    await town.give(await town.answer("bus.notification.returned", data))


async def rule(town: Town, item: NotificationIssued, new_desk: str) -> None:
    data = ArbitrationRuled(
        notification=str(item.arbitration_of), arbitration=item.notification, incident=item.incident, desk=item.desk, ruling="uphold",
        new_desk=new_desk, reason="按职责清单", ruled_at=await town.now(), person=person(item.desk),
    )  # fmt: skip
    await town.give(await town.answer("bus.arbitration.ruled", data))


async def sign(town: Town, *desks: str) -> None:
    issued = await town.issued()
    await town.give(*[await town.signature(issued[desk]) for desk in desks])


async def start(town: Town, issued: NotificationIssued) -> None:
    data = PartReported(
        task=None, incident=issued.incident, desk=issued.desk, progress="started", reported_at=await town.now(), person=person(issued.desk)
    )
    await town.give(await town.answer("bus.part.reported", data))
