"""``/api/links``: two incidents that may be one, and what a person says of them."""

from typing import Annotated

from fastapi import APIRouter, Path

from infra.http.problem import documented
from services.chassis.answers.bodies import Answered
from services.chassis.linking import (
    JoinBody,
    LinkBody,
    LinkList,
    LinkShape,
    UnlinkBody,
    join,
    join_event,
    link,
    open_suggestions,
    read_link,
    unlink,
)
from services.chassis.routes.asking import ActorOf, BureauOf, DeskChoice, Limit

Identity = Annotated[str, Path(max_length=64)]
router = APIRouter(prefix="/api", tags=["links"])
ANSWERS = documented(400, 401, 403, 404, 409, 413, 415, 422, 503)


@router.get("/links", responses=documented(400, 401, 422))
async def get_links(bureau: BureauOf, actor: ActorOf, limit: Limit = 50) -> LinkList:
    """本台可决定、尚无人决定的疑似同一事由，新的在前。"""
    async with bureau.request(actor) as uow:
        return await open_suggestions(uow, actor, limit)


@router.get("/links/{link}", responses=documented(400, 401, 404, 422))
async def get_link(bureau: BureauOf, actor: ActorOf, link: Identity, desk: DeskChoice = None) -> LinkShape:
    """一项关联：两件事由的编号、类别、时间和上报台，以及谁在何时为何决定。"""
    async with bureau.request(actor) as uow:
        return await read_link(uow, actor, link, desk)


@router.post("/links/{identity}/link", responses=ANSWERS)
async def post_link(bureau: BureauOf, actor: ActorOf, identity: Identity, body: LinkBody, desk: DeskChoice = None) -> Answered:
    """合并（同一事由）或关联（相关、后续）。各方的通报、期限、签收和任务都不变。"""
    async with bureau.request(actor) as uow:
        return await link(bureau, uow, actor, identity, body, desk=desk)


@router.post("/links/{identity}/unlink", responses=ANSWERS)
async def post_unlink(bureau: BureauOf, actor: ActorOf, identity: Identity, body: UnlinkBody, desk: DeskChoice = None) -> Answered:
    """不是同一件事，或撤销关联。"""
    async with bureau.request(actor) as uow:
        return await unlink(bureau, uow, actor, identity, body, desk=desk)


@router.post("/notifications/{notification}/link", responses=ANSWERS)
async def post_join(bureau: BureauOf, actor: ActorOf, notification: Identity, body: JoinBody) -> Answered:
    """把本件与本台所知的另一件事由关联。"""
    async with bureau.request(actor) as uow:
        return await join(bureau, uow, actor, notification, body)


@router.post("/events/{event}/link", responses=ANSWERS)
async def post_join_event(bureau: BureauOf, actor: ActorOf, event: Identity, body: JoinBody) -> Answered:
    """把本台上报的一件事由与本台所知的另一件关联。"""
    async with bureau.request(actor) as uow:
        return await join_event(bureau, uow, actor, event, body)
