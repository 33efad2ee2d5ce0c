"""通报 at the desk: issued (and delivered by that), timed, withdrawn."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from contracts.coordination import DutyTimed, NotificationDelivered, NotificationIssued, NotificationWithdrawn
from contracts.sealed import SealedRow
from infra.messaging.delivery import Poison
from infra.metrics import EVENT_TO_DELIVERED
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
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


async def issued(told: Sequence[tuple[Case, NotificationIssued]]) -> None:
    """The rows become durable and listed, and the desks say so; a version that is here already is answered again.

    No two of the messages are about one notification."""
    for case, message in told:
        if message.desk != case.desk:
            raise Poison("wrong-desk", "data.desk", event=case.event)
    uow = told[0][0].uow
    found = await uow.fetch(queries["find_notifications"], [message.notification for _, message in told])
    old = {row["id"]: dict(row) for row in found}
    arrivals: list[Arrival] = []
    for case, message in told:
        before = old.get(message.notification)
        if before is not None and message.version <= before["version"]:
            await _answer_again(case, message)
        else:
            arrivals.append(Arrival.of(case, message, before))
    if arrivals:
        await _put(uow, arrivals, replaced=old.keys())
    for arrival in arrivals:
        arrival.say()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A version that is new at its desk. ``message``: without the sealed rows, which are ``rows``."""

    case: Case
    message: NotificationIssued
    now: Standing
    rows: list[dict[str, Any]]

    @classmethod
    def of(cls, case: Case, message: NotificationIssued, old: Mapping[str, Any] | None) -> Self:
        payload, rows = unseal_out(message.payload)
        return cls(case, message.model_copy(update={"payload": payload}), standing(old, message), rows)

    def row(self) -> dict[str, Any]:
        """As the desk keeps it."""
        case, message, now = self.case, self.message, self.now
        return {
            "id": message.notification, "unit": case.unit, "desk": message.desk, "incident": message.incident, "number": message.number,
            "kind": message.kind, "colour": message.colour, "status": case.envelope.status, "county": case.envelope.county,
            "event_name": message.event.type, "version": message.version, "material_version": now.material_version,
            "message": message.model_dump(mode="json"), "state": now.state, "returnable": message.returnable,
            "material": message.material, "change": message.change, "cause": case.envelope.id,
            "arbitration_of": message.arbitration_of, "has_sealed": bool(self.rows), "forget_due": now.forget_due,
        }  # fmt: skip

    def say(self) -> None:
        """That it is delivered: to routing, to the desk's pages, to the figures."""
        case, message, delivered_at = self.case, self.message, self.case.uow.now
        _deliver(case, message, delivered_at)
        case.mark("notification", message.notification, self.now.ring)
        seconds = max(0.0, (delivered_at - message.event.time).total_seconds())
        case.uow.after_commit(lambda: EVENT_TO_DELIVERED.labels(message.kind).observe(seconds))


async def _put(uow: UnitOfWork, arrivals: Sequence[Arrival], *, replaced: AbstractSet[str]) -> None:
    await uow.execute(queries["put_notifications"], [arrival.row() for arrival in arrivals], uow.now)
    emptied = [arrival.message.notification for arrival in arrivals if arrival.message.notification in replaced]
    if emptied:
        await uow.execute(queries["empty_vaults"], emptied)
    for arrival in arrivals:
        if arrival.rows:
            await uow.execute(queries["fill_vault"], arrival.message.notification, arrival.case.unit, arrival.rows)


async def _answer_again(case: Case, message: NotificationIssued) -> None:
    """Routing did not hear the first answer: the same one, with the time that counted then."""
    delivered_at = await case.uow.fetchval(queries["find_version"], message.notification, message.version)
    if delivered_at is not None:
        _deliver(case, message, delivered_at)


def _deliver(case: Case, message: NotificationIssued, delivered_at: datetime) -> None:
    data = NotificationDelivered(
        notification=message.notification, incident=message.incident, desk=message.desk, version=message.version, delivered_at=delivered_at
    )
    with case.naming():
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
        await case.uow.execute(queries["empty_vaults"], [message.notification])
    left = await case.uow.fetchrow(queries["leave_task"], message.incident, message.desk, message.hide)
    if left is not None:
        case.mark("task", left["id"], "quiet")
    case.mark("notification", message.notification, "soft" if was["was"] == "open" else "quiet")


async def timed(told: Sequence[tuple[Case, DutyTimed]]) -> None:
    """The dues as routing computed them, for notifications and tasks; no two of the messages are about one of them at one desk."""
    uow = told[0][0].uow
    await uow.execute(queries["put_duties"], [row for case, message in told for row in _duty_rows(case, message)])
    notified = [message.notification for _, message in told if message.notification is not None]
    if notified:
        await uow.execute(queries["time_notifications"], notified)


def _duty_rows(case: Case, message: DutyTimed) -> list[dict[str, Any]]:
    owner = message.notification or message.task
    if owner is None:
        raise Poison("no-owner", "data.notification", event=case.event)
    case.mark("notification" if message.notification else "task", owner, "quiet")
    with case.naming():
        of = {"owner": owner, "desk": message.desk, "unit": case.unit, "version": message.version}
    return [{**of, **duty.model_dump(mode="json")} for duty in message.duties]
