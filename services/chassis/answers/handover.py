"""跨区域交接: a desk of the new side takes its share by its signature, or says why it does not."""

from datetime import datetime

from contracts.coordination import HandoverAccepted, HandoverRefused
from infra.http.auth import Actor
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.bodies import Answered, RefuseHandoverBody
from services.chassis.answers.errors import AlreadyRefused, AlreadySigned, NotAHandover, Withdrawn
from services.chassis.answers.held import Held, hold_notification, queries
from services.chassis.bureau import Bureau
from services.chassis.speech import once

ACCEPTED, REFUSED = "bus.handover.accepted", "bus.handover.refused"


def is_awaited(held: Held) -> bool:
    """Whether the old side waits for this desk."""
    return held.desk in (held.row["offered"] or {}).get("awaited", ())


async def accept_offered(held: Held, at: datetime) -> None:
    """A desk that is waited for takes its share with its first signature."""
    if not is_awaited(held) or held.row["signed_version"] is not None:
        return
    data = HandoverAccepted(
        handover=held.row["offered"]["handover"], notification=held.id, incident=held.row["incident"], number=held.row["number"],
        desk=held.desk, accepted_at=at, person=held.signing.person,
    )  # fmt: skip
    await held.say(ACCEPTED, data, identity=once(held.id, ACCEPTED), act="handover-accept", thing="notification")


async def refuse_handover(bureau: Bureau, uow: UnitOfWork, actor: Actor, notification: str, body: RefuseHandoverBody) -> Answered:
    """Say why the share is not taken, once. The clock runs on, the old side stays responsible, and a signature still accepts."""
    held = await hold_notification(bureau, uow, actor, notification)
    if not is_awaited(held):
        raise NotAHandover()
    if held.row["state"] == "withdrawn":
        raise Withdrawn()
    if held.row["signed_version"] is not None:
        raise AlreadySigned.by(held.row["signed_by"], held.row["acknowledged_at"])
    last = await uow.fetchrow(queries["last_answer"], held.id, "handover-refuse", held.desk)
    if last is not None:
        raise AlreadyRefused.by(last["person"], last["at"])
    data = HandoverRefused(
        handover=held.row["offered"]["handover"], notification=held.id, incident=held.row["incident"], number=held.row["number"],
        desk=held.desk, reason=body.reason, text=body.text, refused_at=uow.now, person=held.signing.person,
    )  # fmt: skip
    await held.say(REFUSED, data, identity=once(held.id, REFUSED), act="handover-refuse", thing="notification")
    return Answered(id=held.id, state="refused", at=uow.now)
