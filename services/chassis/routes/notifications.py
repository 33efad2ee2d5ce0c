"""``/api/notifications`` and ``/api/arbitrations``: what the desks were told, and their answers."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from contracts.envelope import Closed
from contracts.texts import FreeText
from infra.http.auth import Actor
from infra.http.paging import next_link
from infra.http.problem import documented
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.acknowledge import acknowledge
from services.chassis.answers.bodies import AcknowledgeBody, Answered, RefuseHandoverBody, ReportBody, ReturnBody, RulingBody
from services.chassis.answers.give_back import give_back, rule
from services.chassis.answers.handover import refuse_handover
from services.chassis.answers.work import report_notification
from services.chassis.bureau import Bureau
from services.chassis.reading.notifications import Which, list_notifications, read_notification
from services.chassis.reading.rows import open_sealed
from services.chassis.reading.shapes import NotificationPage, NotificationShape, OpenedRow
from services.chassis.routes.asking import ActorOf, BureauOf, Cursor, Limit

Body = TypeVar("Body")
Act = Callable[[Bureau, UnitOfWork, Actor, str, Body], Awaitable[Answered]]
Identity = Annotated[str, Path(max_length=64)]
router = APIRouter(prefix="/api", tags=["notifications"])
ANSWERS = documented(400, 401, 403, 404, 409, 413, 415, 422, 503)


class OpenBody(Closed):
    """Opening a sealed row: which one, and what for."""

    row: Annotated[str, Field(min_length=1, max_length=64)]
    purpose: Annotated[FreeText, Field(max_length=200)]


async def act(bureau: Bureau, actor: Actor, how: Act[Body], identity: str, body: Body) -> Answered:
    """One answer, one transaction."""
    async with bureau.request(actor) as uow:
        return await how(bureau, uow, actor, identity, body)


@router.get("/notifications", responses=documented(400, 401, 422))
async def get_notifications(
    request: Request,
    response: Response,
    bureau: BureauOf,
    actor: ActorOf,
    *,
    state: Annotated[Which, Query(description="open 待办 · done 已办 · all 全部")] = "open",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> NotificationPage:
    """值守台的通报：待办按剩余时间和级别排列，其余新的在前。"""
    async with bureau.request(actor) as uow:
        page = await list_notifications(uow, actor, state, limit=limit, cursor=cursor)
    response.headers.update(next_link(request, page.next_cursor))
    return page


@router.get("/notifications/{notification}", responses=documented(400, 401, 404, 422))
async def get_notification(bureau: BureauOf, actor: ActorOf, notification: Identity) -> NotificationShape:
    """一件通报：内容、依据、时限、版本、本台办理和他方进展。"""
    async with bureau.request(actor) as uow:
        return await read_notification(uow, actor, bureau.agency, notification)


@router.post("/notifications/{notification}/acknowledge", responses=ANSWERS)
async def post_acknowledge(bureau: BureauOf, actor: ActorOf, notification: Identity, body: AcknowledgeBody) -> Answered:
    """签收所见版本。"""
    return await act(bureau, actor, acknowledge, notification, body)


@router.post("/notifications/{notification}/refuse-handover", responses=ANSWERS)
async def post_refusal(bureau: BureauOf, actor: ActorOf, notification: Identity, body: RefuseHandoverBody) -> Answered:
    """拒收跨区域交接并说明理由：时限继续计算，移交方继续负责；签收即为接收。"""
    return await act(bureau, actor, refuse_handover, notification, body)


@router.post("/notifications/{notification}/return", responses=ANSWERS)
async def post_return(bureau: BureauOf, actor: ActorOf, notification: Identity, body: ReturnBody) -> Answered:
    """退单：时限继续计算，由联席会议办公室裁定。"""
    return await act(bureau, actor, give_back, notification, body)


@router.post("/notifications/{notification}/report", responses=ANSWERS)
async def post_report(bureau: BureauOf, actor: ActorOf, notification: Identity, body: ReportBody) -> Answered:
    """反馈进展。"""
    return await act(bureau, actor, report_notification, notification, body)


@router.post("/notifications/{notification}/open", responses=documented(400, 401, 403, 404, 409, 413, 415, 422, 503))
async def post_open(bureau: BureauOf, actor: ActorOf, notification: Identity, body: OpenBody) -> OpenedRow:
    """查看一行密封的身份信息；查看人和用途先记入日志。"""
    return await open_sealed(bureau, actor, notification, body.row, body.purpose)


@router.post("/arbitrations/{notification}/ruling", responses=ANSWERS)
async def post_ruling(bureau: BureauOf, actor: ActorOf, notification: Identity, body: RulingBody) -> Answered:
    """裁定退单。"""
    return await act(bureau, actor, rule, notification, body)
