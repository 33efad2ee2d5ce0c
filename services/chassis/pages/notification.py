"""通报: how long, why, what; and the forms that answer it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Path, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from contracts.coordination import HandoverRefusal, ReturnReason, Ruling
from contracts.ids import role_of
from infra.errors import XietongError
from infra.http.auth import Actor
from infra.http.errors import Forbidden, NotFound, Unauthenticated
from infra.http.language import page_language
from infra.http.sessions import Session
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.acknowledge import acknowledge
from services.chassis.answers.bodies import AcknowledgeBody, Answered, RefuseHandoverBody, ReportBody, ReturnBody, RulingBody
from services.chassis.answers.give_back import give_back, rule
from services.chassis.answers.handover import refuse_handover
from services.chassis.answers.work import report_notification
from services.chassis.bureau import Bureau
from services.chassis.directory import schools_of
from services.chassis.pages.posting import Alert, alert_of, body_of, read_form
from services.chassis.pages.presenting import (
    ARBITRATION_FIELDS,
    change_words,
    chief_due,
    desks_in,
    payload_lines,
    sealed_rows,
    summary,
    units_in,
)
from services.chassis.pages.shell import frame_of, signed_in
from services.chassis.pages.timeline import timeline
from services.chassis.reading.notifications import read_notification
from services.chassis.reading.rows import open_sealed
from services.chassis.reading.shapes import NotificationShape, OpenedRow
from services.chassis.rights import signing
from services.chassis.routes.asking import bureau_of
from services.chassis.routes.notifications import OpenBody

Identity = Annotated[str, Path(max_length=64)]
Act = Callable[[Bureau, UnitOfWork, Actor, str, FormData], Awaitable[Answered]]
REASONS: tuple[str, ...] = ReturnReason.__args__  # type: ignore[attr-defined]
RULINGS: tuple[str, ...] = Ruling.__args__  # type: ignore[attr-defined]
TRIAGE = "GOV-01"
router = APIRouter(include_in_schema=False)


@router.get("/notifications/{notification}")
async def notification_page(request: Request, notification: Identity) -> Response:
    """One notification."""
    return await show(request, await signed_in(request), notification)


async def show(
    request: Request, session: Session, notification: str, *, alert: Alert | None = None, status: int = 200, opened: OpenedRow | None = None
) -> Response:
    """The page of a notification, with what went wrong with a form, or a sealed row that was opened."""
    bureau, actor = bureau_of(request), session.actor
    async with bureau.picture(actor) as uow:
        shape = await read_notification(uow, actor, bureau.agency, notification)
        frame = await frame_of(request, session, uow, desks=[*desks_named(shape), *(f"-@{unit}" for unit in units_in(shape.payload))])
        schools = await schools_of(uow) if may_triage(shape) else []
    mine = signing(actor, shape.desk)
    words: dict[str, Any] = {
        "one": shape,
        "lines": payload_lines(shape.about or [shape.event_name], shape.payload, frame.language, frame.names),
        "matter": summary(shape.event_name, shape.payload, frame.language, frame.names),
        "change": change_words(shape.change, shape.about, frame.language),
        "rows": sealed_rows(shape.payload),
        "arbitration": {name: shape.payload[name] for name in ARBITRATION_FIELDS if name in shape.payload},
        "moments": timeline(shape.answers, shape.updates, frame.language, shape.desk, title=frame.title),
        "due": chief_due(shape, shape.dues),
        "signs": mine is not None,
        "may_open": any(bureau.agency.may_open(role_of(desk), shape.event_name) for desk in actor.desks),
        "may_return": may_return(shape, frame.now),
        "may_refuse": may_refuse(shape),
        "may_triage": may_triage(shape),
        "schools": schools,
        "refusals": get_args(HandoverRefusal),
        "reasons": REASONS,
        "rulings": RULINGS,
        "alert": alert,
        "opened": opened,
    }
    return frame.page("notification.html", status=status, **words)


def may_return(shape: NotificationShape, now: Any) -> bool:
    """Whether a return would still be taken."""
    in_time = shape.ack_due is None or now <= shape.ack_due
    return shape.state == "open" and shape.returnable and shape.signed_version is None and in_time


def may_refuse(shape: NotificationShape) -> bool:
    """Whether the old side of a handover waits for this desk, which has neither accepted nor refused."""
    waiting = any(one.name == "bus.handover.offered" and shape.desk in one.message.get("awaited", ()) for one in shape.updates)
    refused = any(answer.act == "handover-refuse" for answer in shape.answers)
    return waiting and not refused and shape.state != "withdrawn" and shape.signed_version is None


def may_triage(shape: NotificationShape) -> bool:
    """Whether GOV-01 asks this desk whose the incident is, and it has not said so since what it was told last."""
    asks = shape.kind == "acknowledge" and any(basis.mandate == TRIAGE for basis in shape.bases)
    if not asks or shape.state not in ("open", "acknowledged"):
        return False
    last = max((one.at for one in shape.answers if one.act == "triage"), default=None)
    newer = any(last is not None and one.delivered_at > last and not one.change.startswith("triaged") for one in shape.versions)
    return last is None or newer or refused_triage(shape, last) is not None


def refused_triage(shape: NotificationShape, at: datetime) -> str | None:
    """Why routing did not do what the desk said then."""
    return next((one.message.get("refused") for one in shape.updates if (one.name, one.at) == ("bus.incident.triaged", at)), None)


def desks_named(shape: NotificationShape) -> list[str]:
    """Every desk that the page names."""
    parts = [part["desk"] for part in shape.task.parts] if shape.task else []
    returned = [shape.payload.get("returned_desk"), shape.payload.get("suggested_desk")]
    linked = [desk for one in shape.links for desk in (one.other.desk, one.said_by)]
    named = [shape.desk, shape.event.get("publisher"), *desks_in(shape.updates), *parts, *returned, *linked]
    return [str(desk) for desk in named if desk and "@" in str(desk)]


async def answer_form(request: Request, notification: str, form_name: str, act: Act) -> Response:
    """Answer by a form: back to the page, or the page with what went wrong and the input kept."""
    session, bureau = await signed_in(request), bureau_of(request)
    form = await read_form(request, session)
    try:
        async with bureau.request(session.actor) as uow:
            await act(bureau, uow, session.actor, notification, form)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except XietongError as error:
        alert = alert_of(error, page_language(request), form, form_name)
        return await show(request, session, notification, alert=alert, status=error.status)
    return RedirectResponse(f"/notifications/{notification}", status_code=303)


@router.post("/notifications/{notification}/acknowledge")
async def sign_page(request: Request, notification: Identity) -> Response:
    """签收."""

    async def act(bureau: Bureau, uow: UnitOfWork, actor: Actor, identity: str, form: FormData) -> Answered:
        return await acknowledge(bureau, uow, actor, identity, body_of(AcknowledgeBody, form, "despite_return"))

    return await answer_form(request, notification, "sign", act)


@router.post("/notifications/{notification}/return")
async def return_page(request: Request, notification: Identity) -> Response:
    """退单."""

    async def act(bureau: Bureau, uow: UnitOfWork, actor: Actor, identity: str, form: FormData) -> Answered:
        return await give_back(bureau, uow, actor, identity, body_of(ReturnBody, form))

    return await answer_form(request, notification, "return", act)


@router.post("/notifications/{notification}/refuse-handover")
async def refuse_page(request: Request, notification: Identity) -> Response:
    """拒收交接."""

    async def act(bureau: Bureau, uow: UnitOfWork, actor: Actor, identity: str, form: FormData) -> Answered:
        return await refuse_handover(bureau, uow, actor, identity, body_of(RefuseHandoverBody, form))

    return await answer_form(request, notification, "refuse-handover", act)


@router.post("/notifications/{notification}/report")
async def report_page(request: Request, notification: Identity) -> Response:
    """反馈."""

    async def act(bureau: Bureau, uow: UnitOfWork, actor: Actor, identity: str, form: FormData) -> Answered:
        return await report_notification(bureau, uow, actor, identity, body_of(ReportBody, form))

    return await answer_form(request, notification, "report", act)


@router.post("/notifications/{notification}/ruling")
async def ruling_page(request: Request, notification: Identity) -> Response:
    """裁定."""

    async def act(bureau: Bureau, uow: UnitOfWork, actor: Actor, identity: str, form: FormData) -> Answered:
        return await rule(bureau, uow, actor, identity, body_of(RulingBody, form))

    return await answer_form(request, notification, "ruling", act)


@router.post("/notifications/{notification}/open")
async def open_page(request: Request, notification: Identity) -> Response:
    """Open a sealed row for a purpose; the page shows it once."""
    session, bureau = await signed_in(request), bureau_of(request)
    form = await read_form(request, session)
    try:
        body = body_of(OpenBody, form)
        opened = await open_sealed(bureau, session.actor, notification, body.row, body.purpose)
    except (NotFound, Unauthenticated):
        raise
    except XietongError as error:
        alert = alert_of(error, page_language(request), form, "open")
        return await show(request, session, notification, alert=alert, status=error.status)
    return await show(request, session, notification, opened=opened)
