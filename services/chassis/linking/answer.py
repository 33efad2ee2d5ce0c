"""关联 · 合并 · 不是同一件事 · 撤销关联: what a named person says of two incidents, with a reason. Routing decides whether it stands."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from contracts.coordination import IncidentLinked, IncidentUnlinked, LinkRelation
from contracts.envelope import Closed
from contracts.texts import PRINTABLE, FreeText
from infra.http.auth import Actor
from infra.http.errors import Conflict, FieldFault, Forbidden, Invalid, NotFound
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.bodies import Answered, Version
from services.chassis.answers.errors import Late
from services.chassis.answers.held import Held, hold_event, hold_notification
from services.chassis.bureau import Bureau
from services.chassis.linking.read import queries
from services.chassis.rights import signing, visible_desks
from services.chassis.speech import anew

LINKED, UNLINKED = "bus.incident.linked", "bus.incident.unlinked"
Reason = Annotated[FreeText, Field(max_length=500)]


class LinkBody(Closed):
    """``same`` merges (shown and counted as one); ``related`` and ``follows`` link. ``revision``: the one that the person saw."""

    relation: LinkRelation
    text: Reason
    revision: Version


class UnlinkBody(Closed):
    """Not one happening: dismisses a suggestion, undoes a link."""

    text: Reason
    revision: Version


class JoinBody(Closed):
    """A link that nobody suggested, with another incident that this desk knows, by its number."""

    number: Annotated[str, Field(min_length=1, max_length=40), PRINTABLE]
    relation: LinkRelation
    text: Reason


class LinkAsked(Late):
    """本台已提交决定，正等待确认。"""

    code = "link-asked"
    title_en = "This desk has said something that waits for its answer"
    zh_form = "{who} 已于 {when} 提交决定，正等待确认。"
    en_form = "{who} decided at {when}; the answer is on its way."


class LinkMoved(Conflict):
    """此关联已有新的决定，请看过再办。"""

    code = "link-moved"
    title_en = "Somebody has decided meanwhile; please look again"


class MayNotDecide(Forbidden):
    """本台只可查看此关联，不能决定。"""

    code = "may-not-decide"
    title_en = "This desk sees the link and does not decide it"


async def link(bureau: Bureau, uow: UnitOfWork, actor: Actor, identity: str, body: LinkBody, *, desk: str | None = None) -> Answered:
    """Say that two incidents belong together. NotFound, Forbidden, or a Conflict that says what stands."""
    held = await _hold(bureau, uow, actor, identity, body.revision, desk=desk)
    await _say(held, _linked(held, body, {"linked": held.row["linked"], "link": held.id, "revision": body.revision}), "link")
    return Answered(id=held.id, state="link-asked", at=uow.now, version=body.revision)


async def unlink(bureau: Bureau, uow: UnitOfWork, actor: Actor, identity: str, body: UnlinkBody, *, desk: str | None = None) -> Answered:
    """Say that they do not; errors as above."""
    held = await _hold(bureau, uow, actor, identity, body.revision, desk=desk)
    data = IncidentUnlinked(
        incident=held.row["incident"], number=held.row["number"], linked=held.row["linked"], desk=held.desk, text=body.text,
        unlinked_at=uow.now, person=held.signing.person, link=held.id, revision=body.revision,
    )  # fmt: skip
    await _say(held, data, "unlink")
    return Answered(id=held.id, state="unlink-asked", at=uow.now, version=body.revision)


async def join(bureau: Bureau, uow: UnitOfWork, actor: Actor, notification: str, body: JoinBody) -> Answered:
    """Link the incident of a notification with another one that the same desk knows. Invalid names the number that it does not know."""
    return await _join(await hold_notification(bureau, uow, actor, notification), body)


async def join_event(bureau: Bureau, uow: UnitOfWork, actor: Actor, event: str, body: JoinBody) -> Answered:
    """The same for the incident of what the desk stated itself, where it has no notification; NotDecided while it has no number."""
    return await _join(await hold_event(bureau, uow, actor, event), body)


async def _join(held: Held, body: JoinBody) -> Answered:
    uow = held.uow
    other = await uow.fetchval(queries["of_number"], body.number, held.desk)
    if other is None:
        raise _fault("unknown-number", "本台没有这一编号的事由", "This desk knows no incident of this number")
    if other == held.row["incident"]:
        raise _fault("same-number", "不能与自身关联", "An incident is not linked to itself")
    known = await uow.fetchrow(queries["known_pair"], held.desk, held.row["incident"], other)
    if known is not None and known["asked_at"] is not None:
        raise LinkAsked.by(known["asked_by"], known["asked_at"])
    pair = {"linked": other, "link": known["id"] if known else "", "revision": known["revision"] if known else 0}
    await _say(held, _linked(held, body, pair), "link")
    if known is not None:
        await uow.execute(queries["ask_link"], known["id"], held.desk, uow.now, held.signing.person.model_dump())
    return Answered(id=held.id, state="link-asked", at=uow.now)


async def _hold(bureau: Bureau, uow: UnitOfWork, actor: Actor, identity: str, revision: int, *, desk: str | None) -> Held:
    """Lock a link for an answer and refuse what stands against it; asked twice at once, one wins."""
    rows = await uow.fetch(queries["hold_link"], identity, visible_desks(actor), desk)
    if not rows:
        raise NotFound()
    row = dict(rows[0])
    mine = signing(actor, row["desk"])
    if mine is None:
        raise Forbidden()
    if not row["decidable"]:
        raise MayNotDecide()
    if row["asked_at"] is not None:
        raise LinkAsked.by(row["asked_by"], row["asked_at"])
    if row["revision"] != revision:
        raise LinkMoved()
    held = Held(bureau, uow, row, mine)
    await uow.execute(queries["ask_link"], held.id, held.desk, uow.now, mine.person.model_dump())
    return held


def _linked(held: Held, body: LinkBody | JoinBody, pair: Mapping[str, Any]) -> IncidentLinked:
    return IncidentLinked(
        incident=held.row["incident"], number=held.row["number"], relation=body.relation, desk=held.desk, text=body.text,
        linked_at=held.uow.now, person=held.signing.person, **pair,
    )  # fmt: skip


async def _say(held: Held, data: IncidentLinked | IncidentUnlinked, act: str) -> None:
    name = LINKED if isinstance(data, IncidentLinked) else UNLINKED
    await held.say(name, data, identity=anew(held.uow.now), act=act, version=data.revision or None, thing="update")


def _fault(code: str, zh: str, en: str) -> Invalid:
    return Invalid(fields=(FieldFault("number", zh, en, code),))
