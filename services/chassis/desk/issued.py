"""通报 at the desk: issued (and delivered by that), timed, withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from contracts.coordination import DutyTimed, NotificationDelivered, NotificationIssued, NotificationWithdrawn
from contracts.sealed import SealedRow
from infra.messaging.delivery import Poison
from infra.metrics import EVENT_TO_DELIVERED
from infra.postgres.queries import load
from services.chassis.desk.case import Case
from services.chassis.marks import Ring
from services.chassis.speech import once, statement

DELIVERED = "bus.notification.delivered"
queries = load(Path(__file__).with_name("queries.sql"))


@dataclass(frozen=True, slots=True)
class Standing:
    """What a new version makes of a notification at its desk."""

    state: str
    material_version: int
    forget_due: bool
    ring: Ring


def standing(old: Mapping[str, Any] | None, message: NotificationIssued) -> Standing:
    """The state after a version arrived. A material one asks for a new signature; before 签收 the earlier due stays."""
    before = old["state"] if old is not None and old["state"] != "withdrawn" else None
    material_version = message.version if message.material or old is None else old["material_version"]
    if message.kind == "inform":
        state = before or "noted"
    elif before is None or (message.material and before != "returned"):
        state = "open"
    else:
        state = before
    signs_again = state == "open" and before in ("acknowledged", "noted", None)
    loud = signs_again and message.colour == "red"
    ring: Ring = "loud" if loud else "soft" if message.material else "quiet"
    return Standing(state, material_version, forget_due=signs_again, ring=ring)


async def issued(case: Case, message: NotificationIssued) -> None:
    """The row becomes durable and listed, and the desk says so; a version that is here already is answered again."""
    if message.desk != case.desk:
        raise Poison("wrong-desk", "data.desk", event=case.event)
    old = await case.uow.fetchrow(queries["find_notification"], message.notification)
    if old is not None and message.version <= old["version"]:
        await _answer_again(case, message)
        return
    now = standing(dict(old) if old is not None else None, message)
    payload, rows = unseal_out(message.payload)
    delivered_at = case.uow.now
    await _put(case, message.model_copy(update={"payload": payload}), now, sealed=bool(rows))
    if old is not None:
        await case.uow.execute(queries["empty_vault"], message.notification)
    if rows:
        await case.uow.execute(queries["fill_vault"], message.notification, case.unit, rows)
    _deliver(case, message, delivered_at)
    case.mark("notification", message.notification, now.ring)
    seconds = max(0.0, (delivered_at - message.event.time).total_seconds())
    case.uow.after_commit(lambda: EVENT_TO_DELIVERED.labels(message.kind).observe(seconds))


async def _put(case: Case, message: NotificationIssued, now: Standing, *, sealed: bool) -> None:
    await case.uow.execute(
        queries["put_notification"],
        message.notification, case.unit, message.desk, message.incident, message.number, message.kind, message.colour,
        case.envelope.status, case.envelope.county, message.event.type, message.version, now.material_version,
        message.model_dump(mode="json"), now.state, message.returnable, case.uow.now,
        message.material, message.change, case.envelope.id, message.arbitration_of, sealed, now.forget_due,
    )  # fmt: skip


async def _answer_again(case: Case, message: NotificationIssued) -> None:
    """Routing did not hear the first answer: the same one, with the time that counted then."""
    delivered_at = await case.uow.fetchval(queries["find_version"], message.notification, message.version)
    if delivered_at is not None:
        _deliver(case, message, delivered_at)


def _deliver(case: Case, message: NotificationIssued, delivered_at: datetime) -> None:
    data = NotificationDelivered(
        notification=message.notification, incident=message.incident, desk=message.desk, version=message.version, delivered_at=delivered_at
    )
    identity = once(message.notification, DELIVERED, str(message.version))
    case.uow.publish(statement(case.speaker, DELIVERED, data, case.matter, identity=identity, now=case.uow.now))


def unseal_out(payload: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Take the sealed rows out of a payload: in it stays the number of each row, the rows go to the vault."""
    rows: list[dict[str, Any]] = []
    kept: dict[str, Any] = {}
    for name, value in payload.items():
        sealed = [one for one in value if is_sealed(one)] if isinstance(value, list) else []
        rows += sealed
        kept[name] = [{"row": one["row"]} if is_sealed(one) else one for one in value] if sealed else value
    return kept, rows


def is_sealed(value: Any) -> bool:
    """Whether a value has the shape of a sealed row."""
    return isinstance(value, dict) and SealedRow.model_fields.keys() >= value.keys() >= {"row", "nonce", "ciphertext", "keys"}


async def withdrawn(case: Case, message: NotificationWithdrawn) -> None:
    """Nothing is owed any more; with ``hide`` the data goes from this machine at once."""
    was = await case.uow.fetchrow(
        queries["withdraw_notification"],
        message.notification, case.unit, message.desk, message.incident, case.envelope.status, case.envelope.county,
        message.version, case.uow.now, message.model_dump(mode="json"), message.hide,
    )  # fmt: skip
    if was is None:
        return
    if message.hide:
        await case.uow.execute(queries["empty_vault"], message.notification)
    case.mark("notification", message.notification, "soft" if was["was"] == "open" else "quiet")


async def timed(case: Case, message: DutyTimed) -> None:
    """The dues as routing computed them, for a notification or a task."""
    owner = message.notification or message.task
    if owner is None:
        raise Poison("no-owner", "data.notification", event=case.event)
    duties = [duty.model_dump(mode="json") for duty in message.duties]
    await case.uow.execute(queries["put_duties"], owner, message.desk, case.unit, message.version, duties)
    if message.notification is not None:
        await case.uow.execute(queries["time_notification"], owner)
    case.mark("notification" if message.notification else "task", owner, "quiet")
