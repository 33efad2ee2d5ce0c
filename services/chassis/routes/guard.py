"""``/api/guard``: the gates of a unit as they stand, one post with its persons, and a leader's word for a late batch."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from infra.http.paging import next_link
from infra.http.problem import documented
from services.chassis.guard import (
    Board,
    ConfirmBody,
    Confirmed,
    GuardPage,
    GuardPost,
    Peak,
    PostKey,
    Which,
    confirm,
    list_posts,
    read_post,
    today,
)
from services.chassis.routes.asking import ActorOf, BureauOf, Cursor, Limit

DayOf = Annotated[date | None, Query(alias="date", description="日期，默认今天")]
PeakOf = Annotated[Peak | None, Query(description="时段")]
router = APIRouter(prefix="/api/guard", tags=["guard"])


@router.get("", responses=documented(400, 401, 422))
async def get_guard(
    request: Request,
    response: Response,
    bureau: BureauOf,
    actor: ActorOf,
    *,
    day: DayOf = None,
    which: Annotated[Which, Query(alias="show", description="all 全部 · short 只看缺岗")] = "all",
    peak: PeakOf = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> GuardPage:
    """本单位所看校门的到岗情况：派出所看所辖校门，学校看本校校门，教育局看全县校门。"""
    async with bureau.request(actor) as uow:
        page = await list_posts(uow, Board(day or today(uow), which, peak), limit=limit, cursor=cursor)
    response.headers.update(next_link(request, page.next_cursor))
    return page


@router.post("/confirmations", responses=documented(400, 401, 403, 404, 409, 413, 415, 422, 503))
async def post_confirmation(bureau: BureauOf, actor: ActorOf, body: ConfirmBody) -> Confirmed:
    """带班领导确认补传超时的签到批；再次确认返回首次确认的结果。"""
    async with bureau.request(actor) as uow:
        return await confirm(bureau, uow, actor, body)


@router.get("/{school}/{day}/{gate}/{peak}", responses=documented(400, 401, 403, 404, 422))
async def get_post(
    response: Response,
    bureau: BureauOf,
    actor: ActorOf,
    *,
    school: Annotated[str, Path(pattern=r"^[0-9]{10}$")],
    day: Annotated[date, Path()],
    gate: Annotated[str, Path(max_length=40)],
    peak: Annotated[Peak, Path()],
) -> GuardPost:
    """一个校门一个时段：各岗到岗情况、排班与在岗人员编号、待确认的补传。"""
    response.headers["Cache-Control"] = "no-store"
    async with bureau.request(actor) as uow:
        return await read_post(uow, bureau.agency, actor, PostKey(day, school, gate, peak))
