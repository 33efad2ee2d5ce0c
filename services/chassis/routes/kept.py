"""The addresses of what a unit keeps to itself: entered, listed, opened, and counted for the county's bureau."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field, create_model

from contracts.envelope import Closed
from contracts.values import Day
from infra.http.idempotency import Answer, RequestKey, earlier_answer, keep_answer
from infra.http.paging import next_link
from infra.http.problem import documented
from services.chassis.agency import Agency, KeptIn
from services.chassis.intake.body import Accepted
from services.chassis.kept import Kept, KeptCount, KeptPage, close, contact, count_kept, keep, list_kept, open_kept, raise_up
from services.chassis.reading.shapes import OpenedRow
from services.chassis.routes.asking import ActorOf, BureauOf, Cursor, Limit
from services.chassis.routes.events import RequestKeyHeader
from services.chassis.routes.notifications import OpenBody

Identity = Annotated[str, Path(max_length=64)]
Month = Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="月份")]
Endpoint = Callable[..., Awaitable[Any]]


def kept_routes(agency: Agency) -> APIRouter:
    """The addresses of each matter of the declaration."""
    router = APIRouter(prefix="/api", tags=["kept"])
    for matter in agency.kept:
        for method, path, endpoint, shape, status in (
            ("POST", matter.path, _entering(matter), Kept, 201),
            ("GET", matter.path, _listing(matter), KeptPage, 200),
            ("GET", f"{matter.path}/count", _counting(matter), KeptCount, 200),
            ("POST", f"{matter.path}/{{identity}}/open", _opening(matter), OpenedRow, 200),
            ("POST", f"{matter.path}/{{identity}}/contact", _contacting(matter), Kept, 200),
            ("POST", f"{matter.path}/{{identity}}/close", _closing(matter), Kept, 200),
            ("POST", f"{matter.path}/{{identity}}/raise", _raising(matter), Accepted, 202),
        ):
            router.add_api_route(
                path,
                endpoint,
                methods=[method],
                response_model=shape,
                status_code=status,
                name=f"{matter.name} {endpoint.__name__}",
                summary=matter.title,
                responses=documented(400, 401, 403, 404, 409, 413, 415, 422, 503),
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


class ContactBody(Closed):
    """Those concerned were spoken with; ``next_on``: when again."""

    next_on: Day | None = None


class CloseBody(Closed):
    """How a matter ended."""

    outcome: Annotated[str, Field(max_length=40)]


class RaiseBody(Closed):
    """What the new level needs beside what the matter holds."""

    data: dict[str, Any] = Field(default_factory=dict)


def _contacting(matter: KeptIn) -> Endpoint:
    async def contacted(bureau: BureauOf, actor: ActorOf, identity: Identity, body: ContactBody) -> Kept:
        """记录一次沟通，并约定下次沟通日期；到期在本单位值守台提醒。"""
        async with bureau.request(actor) as uow:
            return await contact(uow, actor, matter, identity, body.next_on)

    return contacted


def _closing(matter: KeptIn) -> Endpoint:
    async def closed(bureau: BureauOf, actor: ActorOf, identity: Identity, body: CloseBody) -> Kept:
        """结束一件事项；到期后连同密封内容一并删除。"""
        async with bureau.request(actor) as uow:
            return await close(uow, actor, matter, identity, body.outcome)

    return closed


def _raising(matter: KeptIn) -> Endpoint:
    async def raised(request: Request, bureau: BureauOf, actor: ActorOf, identity: Identity, body: RaiseBody, *, key_header: RequestKeyHeader) -> Response:
        """级别上升：按新级别对外发布，本单位登记随之结束；关联只留在本单位。"""
        key = RequestKey.of(unit=actor.unit, person=actor.ref, key=key_header, path=str(request.url.path), body=await request.body())
        async with bureau.request(actor) as uow:
            answer = await earlier_answer(uow, key)
            if answer is None:
                accepted = await raise_up(bureau, uow, actor, matter, identity, data=body.data)
                answer = Answer(202, accepted.model_dump(mode="json"))
                await keep_answer(uow, key, answer)
        return JSONResponse(answer.body, status_code=answer.status, headers={"Cache-Control": "no-store"})

    return raised
