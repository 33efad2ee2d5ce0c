"""签收: the version the person saw, once, by a named person; a newer material version stays open."""

from datetime import datetime, timedelta

from contracts.coordination import NotificationAcknowledged
from infra.http.auth import Actor
from infra.http.errors import FieldFault, Invalid
from infra.metrics import DELIVERED_TO_ACKNOWLEDGED
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.bodies import AcknowledgeBody, Answered
from services.chassis.answers.errors import AlreadyReturned, AlreadySigned, NothingToSign, Withdrawn
from services.chassis.answers.handover import accept_offered
from services.chassis.answers.held import Held, delivered_at, hold_notification, queries
from services.chassis.bureau import Bureau
from services.chassis.speech import once

NAME = "bus.notification.acknowledged"
BACK_ENTRY = timedelta(hours=24)


async def acknowledge(bureau: Bureau, uow: UnitOfWork, actor: Actor, notification: str, body: AcknowledgeBody) -> Answered:
    """Sign a notification. NotFound, Forbidden, Invalid, or a Conflict that names who was first."""
    held = await hold_notification(bureau, uow, actor, notification)
    arrived = await delivered_at(held, body.version)
    refuse_signature(held, body)
    at = signed_at(body, now=uow.now, arrived=arrived)
    still_open = body.version < held.row["material_version"]
    state = "open" if still_open else "acknowledged"
    person = held.signing.person
    await uow.execute(queries["sign"], held.id, state, body.version, at, person.model_dump())
    await held.say(NAME, _statement(held, body, at), identity=once(held.id, NAME, str(body.version)), act="acknowledge",
                   version=body.version, thing="notification")  # fmt: skip
    await accept_offered(held, at)
    seconds = max(0.0, (at - arrived).total_seconds())
    uow.after_commit(lambda: DELIVERED_TO_ACKNOWLEDGED.labels(held.row["kind"]).observe(seconds))
    return Answered(
        id=held.id, state=state, at=at, version=body.version, open_version=held.row["material_version"] if still_open else None
    )


def refuse_signature(held: Held, body: AcknowledgeBody) -> None:
    """Everything that stands against a signature: withdrawn, for information, returned, or signed before."""
    row = held.row
    if row["state"] == "withdrawn":
        raise Withdrawn()
    if row["state"] == "noted":
        raise NothingToSign()
    if row["state"] == "returned" and not body.despite_return:
        raise AlreadyReturned.by((row["returned"] or {}).get("person"), row["returned_at"])
    if row["signed_version"] is not None and (row["state"] == "acknowledged" or body.version <= row["signed_version"]):
        raise AlreadySigned.by(row["signed_by"], row["acknowledged_at"])


def signed_at(body: AcknowledgeBody, *, now: datetime, arrived: datetime) -> datetime:
    """The time that counts: now, never before delivery; or the stated time of a signature on paper or by phone (clocks §1)."""
    if body.acknowledged_at is None:
        if body.channel != "screen":
            raise _fault("acknowledged_at", "missing", "补录签收须填写签收时间", "A signature entered later states its time")
        return max(now, arrived)
    if body.channel == "screen":
        raise _fault("channel", "not-screen", "补录签收须注明渠道（电话、短信或纸质）", "A signature entered later names its channel")
    if body.evidence is None:
        raise _fault("evidence", "missing", "补录签收须填写凭据", "A signature entered later needs evidence")
    if body.acknowledged_at < arrived:
        raise _fault("acknowledged_at", "before-delivery", "签收时间不得早于送达时间", "Must not be before the delivery")
    if body.acknowledged_at > now:
        raise _fault("acknowledged_at", "in-the-future", "签收时间不得晚于现在", "Must not be in the future")
    if now - body.acknowledged_at > BACK_ENTRY:
        raise _fault("acknowledged_at", "too-old", "补录须在签收后 24 小时内", "Must be entered within 24 hours")
    return body.acknowledged_at


def _fault(field: str, code: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=(FieldFault(field, zh, en, code),))


def _statement(held: Held, body: AcknowledgeBody, at: datetime) -> NotificationAcknowledged:
    return NotificationAcknowledged(
        notification=held.id,
        incident=held.row["incident"],
        number=held.row["number"],
        desk=held.desk,
        version=body.version,
        acknowledged_at=at,
        person=held.signing.person,
        channel=body.channel,
        back_entered=body.acknowledged_at is not None,
        by_leader=held.signing.by_leader,
    )
