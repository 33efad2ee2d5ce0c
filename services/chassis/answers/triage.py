"""分办 of GOV-01: the desk names the school or the mandate of what no rule matched; routing decides again."""

from contracts.coordination import IncidentTriaged
from infra.http.auth import Actor
from infra.http.errors import FieldFault, Invalid, NotFound
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.bodies import Answered, TriageBody
from services.chassis.answers.errors import AlreadyReturned, AlreadyTriaged, Withdrawn
from services.chassis.answers.held import Held, hold_notification, queries
from services.chassis.bureau import Bureau
from services.chassis.directory import knows_unit
from services.chassis.speech import anew

NAME = "bus.incident.triaged"


async def triage(bureau: Bureau, uow: UnitOfWork, actor: Actor, notification: str, body: TriageBody) -> Answered:
    """Say whose it is, and sign by that. NotFound for what GOV-01 does not ask; a Conflict names who was first.

    What routing then refuses (``bus.incident.triaged`` with the reason) may be said anew."""
    held = await hold_notification(bureau, uow, actor, notification)
    await _refuse(held)
    await _check(uow, body)
    row = held.row
    data = IncidentTriaged(
        notification=held.id, incident=row["incident"], number=row["number"], desk=held.desk, version=row["version"],
        schools=body.schools or (), mandate=body.mandate, reason=body.reason, triaged_at=uow.now, person=held.signing.person,
    )  # fmt: skip
    if row["state"] == "open":
        await uow.execute(queries["sign"], held.id, "acknowledged", row["version"], uow.now, held.signing.person.model_dump())
    await held.say(NAME, data, identity=anew(uow.now), act="triage", version=row["version"], thing="notification")
    return Answered(id=held.id, state="acknowledged", at=uow.now, version=row["version"])


async def _refuse(held: Held) -> None:
    """Everything that stands against a triage."""
    row = held.row
    if row["state"] == "withdrawn":
        raise Withdrawn()
    if row["kind"] != "acknowledge" or not row["triages"]:
        raise NotFound()
    if row["state"] == "returned":
        raise AlreadyReturned.by((row["returned"] or {}).get("person"), row["returned_at"])
    last = await held.uow.fetchrow(queries["standing_triage"], held.id, held.desk)
    if last is not None:
        raise AlreadyTriaged.by(last["person"], last["at"])


async def _check(uow: UnitOfWork, body: TriageBody) -> None:
    """Either schools, every one known, or a mandate."""
    if body.schools and body.mandate:
        raise _fault("mandate", "must-be-absent", "学校和规则只能填写一项", "Name either schools or a mandate")
    if not body.schools and not body.mandate:
        raise _fault("schools", "missing", "请填写学校或规则", "Name the schools or the mandate")
    for school in body.schools or ():
        if not await knows_unit(uow, school):
            raise _fault("schools", "unknown-school", "名录中没有这所学校", "The directory holds no such school")


def _fault(field: str, code: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=(FieldFault(field, zh, en, code),))
