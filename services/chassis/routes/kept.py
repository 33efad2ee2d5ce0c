"""The addresses of what a unit keeps to itself: entered, listed, opened, and counted for the county's bureau."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import create_model

from contracts.envelope import Closed
from infra.http.idempotency import Answer, RequestKey, earlier_answer, keep_answer
from infra.http.paging import next_link
from infra.http.problem import documented
from services.chassis.agency import Agency, KeptIn
from services.chassis.kept import Kept, KeptCount, KeptPage, count_kept, keep, list_kept, open_kept
from services.chassis.reading.shapes import OpenedRow
from services.chassis.routes.asking import ActorOf, BureauOf, Cursor, Limit
from services.chassis.routes.events import RequestKeyHeader
from services.chassis.routes.notifications import OpenBody

Identity = Annotated[str, Path(max_length=64)]
Month = Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="月份")]
Endpoint = Callable[..., Awaitable[Any]]


def kept_routes(agency: Agency) -> APIRouter:
    """Four addresses for each matter of the declaration."""
    router = APIRouter(prefix="/api", tags=["kept"])
    for matter in agency.kept:
        for method, path, endpoint, shape, status in (
            ("POST", matter.path, _entering(matter), Kept, 201),
            ("GET", matter.path, _listing(matter), KeptPage, 200),
            ("GET", f"{matter.path}/count", _counting(matter), KeptCount, 200),
            ("POST", f"{matter.path}/{{identity}}/open", _opening(matter), OpenedRow, 200),
        ):
            router.add_api_route(
                path,
                endpoint,
                methods=[method],
                response_model=shape,
                status_code=status,
                name=f"{matter.name} {endpoint.__name__}",
                summary=matter.title,
                responses=documented(400, 401, 403, 404, 409, 413, 422, 503),
            )
    return router


def _entering(matter: KeptIn) -> Endpoint:
    model: Any = _body(matter)

    async def enter(request: Request, bureau: BureauOf, actor: ActorOf, body: model, *, key_header: RequestKeyHeader) -> Response:
        """登记一件只留在本单位的事项；201 表示已经落库，不对外发送。"""
        key = RequestKey.of(unit=actor.unit, person=actor.ref, key=key_header, path=str(request.url.path), body=await request.body())
        async with bureau.request(actor) as uow:
            answer = await earlier_answer(uow, key)
            if answer is None:
                stored = await keep(bureau, uow, actor, matter, body.data)
                answer = Answer(201, stored.model_dump(mode="json", exclude={"data"}))
                await keep_answer(uow, key, answer)
        return JSONResponse({**answer.body, "data": {}}, status_code=answer.status, headers={"Cache-Control": "no-store"})

    return enter


def _body(matter: KeptIn) -> Any:
    """The model of the body."""
    return create_model(f"{matter.model.__name__}Body", __base__=Closed, data=(matter.model, ...))


def _listing(matter: KeptIn) -> Endpoint:
    async def entered(
        request: Request, response: Response, bureau: BureauOf, actor: ActorOf, *, limit: Limit = 50, cursor: Cursor = None
    ) -> KeptPage:
        """本单位登记的事项，新的在前；身份信息不在其中。"""
        async with bureau.request(actor) as uow:
            page = await list_kept(uow, actor, matter, limit=limit, cursor=cursor)
        response.headers.update({**next_link(request, page.next_cursor), "Cache-Control": "no-store"})
        return page

    return entered


def _counting(matter: KeptIn) -> Endpoint:
    async def count(bureau: BureauOf, actor: ActorOf, month: Month) -> KeptCount:
        """全县一个月的件数；过少时只显示界限。"""
        return await count_kept(bureau, actor, matter, date.fromisoformat(f"{month}-01"))

    return count


def _opening(matter: KeptIn) -> Endpoint:
    async def opened(bureau: BureauOf, actor: ActorOf, identity: Identity, body: OpenBody) -> OpenedRow:
        """查看一行密封的身份信息；查看人和用途先记入日志。"""
        return await open_kept(bureau, actor, matter, identity, row=body.row, purpose=body.purpose)

    return opened
