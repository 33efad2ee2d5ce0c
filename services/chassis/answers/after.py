"""互评 and 回访: what is said of a joint task after its close."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from contracts.coordination import TaskFollowedUp, TaskRated
from contracts.ids import unit_of
from infra.clock import BEIJING
from infra.http.auth import Actor
from infra.http.errors import FieldFault, Invalid
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.bodies import Answered, FollowUpBody, RateBody
from services.chassis.answers.errors import AlreadyRated, NotClosed, NotRated, NotTheLead
from services.chassis.answers.held import Held, hold_task, queries
from services.chassis.bureau import Bureau
from services.chassis.speech import anew, once

RATED, FOLLOWED_UP = "bus.task.rated", "bus.task.followed-up"


async def rate_task(bureau: Bureau, uow: UnitOfWork, actor: Actor, task: str, body: RateBody, *, desk: str | None) -> Answered:
    """Rate the other side of a closed task, once. NotFound, Forbidden, Invalid, or a Conflict that says why it is not asked for."""
    held = await hold_task(bureau, uow, actor, task, desk)
    refuse_open(held)
    if body.of_desk not in sides_of(held.desk, bool(held.row["leads"]), held.row["closed"]["parts"]):
        raise _fault("of_desk", "not-the-other-side", "只能评价本任务的对方单位", "Must be the other side of the task")
    before = await uow.fetchrow(queries["rated"], held.id, held.desk, body.of_desk)
    if before is not None:
        raise AlreadyRated.by(before["person"], before["at"])
    data = TaskRated(
        task=held.id, incident=held.row["incident"], number=held.row["number"], desk=held.desk, of_desk=body.of_desk, score=body.score,
        rated_at=uow.now, person=held.signing.person,
    )  # fmt: skip
    await held.say(RATED, data, identity=once(held.id, RATED, held.desk, body.of_desk), act="rate", thing="task")
    return Answered(id=held.id, state="rated", at=uow.now)


def sides_of(desk: str, leads: bool, parts: Sequence[dict[str, Any]]) -> list[str]:
    """Whom a desk rates: the lead each that assisted, each of them the lead; nobody in its own unit, and nobody outside the bus."""
    others = [part["desk"] for part in parts if part["state"] != "excused" and part["lead"] != leads]
    return [other for other in others if unit_of(other) != unit_of(desk)]


async def follow_up_task(bureau: Bureau, uow: UnitOfWork, actor: Actor, task: str, body: FollowUpBody, *, desk: str | None) -> Answered:
    """Record what the lead found when it looked again, on which day; as often as it does."""
    held = await hold_task(bureau, uow, actor, task, desk)
    refuse_open(held)
    if not held.row["leads"]:
        raise NotTheLead()
    _check_day(body.followed_on, closed=held.row["closed_at"].astimezone(BEIJING).date(), today=uow.now.astimezone(BEIJING).date())
    data = TaskFollowedUp(
        task=held.id, incident=held.row["incident"], number=held.row["number"], desk=held.desk, followed_on=body.followed_on,
        text=body.text, recorded_at=uow.now, person=held.signing.person,
    )  # fmt: skip
    await held.say(FOLLOWED_UP, data, identity=anew(uow.now), act="follow-up", thing="task")
    return Answered(id=held.id, state="followed-up", at=uow.now)


def refuse_open(held: Held) -> None:
    """A task that goes on, and one whose end asks for no word (withdrawn, or a drill)."""
    if held.row["closed_at"] is None:
        raise NotClosed()
    if not (held.row["closed"] or {}).get("rating") or not held.row["takes_part"]:
        raise NotRated()


def _check_day(day: date, *, closed: date, today: date) -> None:
    if day < closed:
        raise _fault("followed_on", "before-the-close", "回访日期不得早于办结日期", "Must not be before the day of the close")
    if day > today:
        raise _fault("followed_on", "in-the-future", "回访日期不得晚于今天", "Must not be in the future")


def _fault(field: str, code: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=(FieldFault(field, zh, en, code),))
