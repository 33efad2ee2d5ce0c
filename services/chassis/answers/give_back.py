"""退单 and 裁定: a typed refusal before 签收, and the ruling of the arbitration desk."""

from contracts.coordination import ArbitrationRuled, NotificationReturned
from infra.http.auth import Actor
from infra.http.errors import FieldFault, Invalid
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.bodies import Answered, ReturnBody, RulingBody
from services.chassis.answers.errors import (
    AlreadyReturned,
    AlreadyRuled,
    AlreadySigned,
    NotAnArbitration,
    NothingToSign,
    ReturnFinal,
    ReturnTooLate,
    Withdrawn,
)
from services.chassis.answers.held import Held, check_desk, delivered_at, hold_notification, queries
from services.chassis.bureau import Bureau
from services.chassis.speech import once

RETURNED = "bus.notification.returned"
RULED = "bus.arbitration.ruled"


async def give_back(bureau: Bureau, uow: UnitOfWork, actor: Actor, notification: str, body: ReturnBody) -> Answered:
    """Return a notification: before 签收, before a known due, and never against a final ruling. The clock runs on."""
    held = await hold_notification(bureau, uow, actor, notification)
    await delivered_at(held, body.version)
    refuse_return(held)
    await check_desk(uow, "suggested_desk", body.suggested_desk, other_than=held.desk)
    data = NotificationReturned(
        notification=held.id,
        incident=held.row["incident"],
        number=held.row["number"],
        desk=held.desk,
        version=body.version,
        returned_at=uow.now,
        reason=body.reason,
        suggested_desk=body.suggested_desk,
        text=body.text,
        person=held.signing.person,
    )
    await uow.execute(queries["give_back"], held.id, uow.now, data.model_dump(mode="json"))
    await held.say(RETURNED, data, identity=once(held.id, RETURNED, str(body.version)), act="return",
                   version=body.version, thing="notification")  # fmt: skip
    return Answered(id=held.id, state="returned", at=uow.now, version=body.version)


def refuse_return(held: Held) -> None:
    """Everything that stands against a return."""
    row = held.row
    if row["state"] == "withdrawn":
        raise Withdrawn()
    if row["state"] == "returned":
        raise AlreadyReturned.by((row["returned"] or {}).get("person"), row["returned_at"])
    if row["signed_version"] is not None:
        raise AlreadySigned.by(row["signed_by"], row["acknowledged_at"])
    if row["state"] == "noted":
        raise NothingToSign()
    if not row["returnable"]:
        raise ReturnFinal()
    if row["ack_due"] is not None and held.uow.now > row["ack_due"]:
        raise ReturnTooLate()


async def rule(bureau: Bureau, uow: UnitOfWork, actor: Actor, arbitration: str, body: RulingBody) -> Answered:
    """Rule on a return from the arbitration's own notification; the ruling signs that notification too."""
    held = await hold_notification(bureau, uow, actor, arbitration)
    row = held.row
    if row["arbitration_of"] is None:
        raise NotAnArbitration()
    if row["ruled"] is not None:
        raise AlreadyRuled.by(row["ruled"].get("person"), row["acknowledged_at"])
    if row["state"] == "withdrawn":
        raise Withdrawn()
    _check_new_desk(body)
    await check_desk(uow, "new_desk", body.new_desk, other_than=row["returned_desk"])
    data = ArbitrationRuled(
        notification=row["arbitration_of"],
        arbitration=held.id,
        incident=row["incident"],
        desk=held.desk,
        ruling=body.ruling,
        new_desk=body.new_desk,
        reason=body.reason,
        ruled_at=uow.now,
        person=held.signing.person,
    )
    await uow.execute(queries["rule"], held.id, uow.now, held.signing.person.model_dump(), data.model_dump(mode="json"))
    await held.say(RULED, data, identity=once(held.id, RULED), act="ruling", thing="notification")
    return Answered(id=held.id, state="acknowledged", at=uow.now)


def _check_new_desk(body: RulingBody) -> None:
    if body.ruling == "reject" and body.new_desk is not None:
        raise Invalid(fields=(FieldFault("new_desk", "退单不成立时不能改派", "A rejected return names no new desk", "must-be-absent"),))
    if body.ruling != "reject" and body.new_desk is None:
        raise Invalid(fields=(FieldFault("new_desk", "请填写改派到的值守台", "Name the desk that takes over", "missing"),))
