"""``/api/events`` and the addresses that take events."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from fastapi.responses import JSONResponse

from infra.http.idempotency import Answer, RequestKey, earlier_answer, keep_answer
from infra.http.paging import next_link
from infra.http.problem import documented
from services.chassis.agency import Agency, EventIn
from services.chassis.intake.accept import Posting, accept
from services.chassis.intake.body import Accepted, EventBody, Stated, body_model
from services.chassis.reading.events import list_events, read_event
from services.chassis.reading.shapes import EventPage, EventShape
from services.chassis.routes.asking import ActorOf, BureauOf, Cursor, DeskChoice, Limit

RequestKeyHeader = Annotated[
    str, Header(alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$", description="同一请求重发时保持不变")
]
reading = APIRouter(prefix="/api", tags=["events"])


@reading.get("/events", responses=documented(400, 401, 422))
async def get_events(
    request: Request, response: Response, bureau: BureauOf, actor: ActorOf, *, limit: Limit = 50, cursor: Cursor = None
) -> EventPage:
    """本单位上报的事件，新的在前。"""
    async with bureau.request(actor) as uow:
        page = await list_events(uow, actor, limit=limit, cursor=cursor)
    response.headers.update(next_link(request, page.next_cursor))
    return page


@reading.get("/events/{event}", responses=documented(400, 401, 404, 422))
async def get_event(bureau: BureauOf, actor: ActorOf, event: Annotated[str, Path(max_length=64)]) -> EventShape:
    """一件事件：研判结果、已告知哪些单位、各单位办理到哪一步。"""
    async with bureau.request(actor) as uow:
        return await read_event(uow, actor, event)


def intake_routes(agency: Agency) -> APIRouter:
    """One POST for each address of the declaration; the longer ones first, for a key may have slashes and would take in what follows it."""
    router = APIRouter(prefix="/api", tags=["intake"])
    for inlet in sorted(agency.inlets(), key=lambda one: one.path.count("/"), reverse=True):
        router.add_api_route(
            inlet.path.replace("{key}", "{key:path}"),
            _endpoint(inlet),
            methods=["POST"],
            status_code=202,
            response_model=Accepted,
            name=inlet.stated.name,
            summary=inlet.stated.title,
            responses=documented(400, 401, 403, 409, 413, 415, 422, 503),
        )
    return router


def _endpoint(inlet: EventIn) -> Callable[..., Awaitable[Response]]:
    model: Any = body_model(inlet)

    async def post(
        request: Request, bureau: BureauOf, actor: ActorOf, body: model, *, key_header: RequestKeyHeader, desk: DeskChoice = None
    ) -> Response:
        """受理一件事件；202 表示已经落库，不会丢失。"""
        return await take(request, bureau, actor, Posting(inlet, stated_of(body), body.data, desk), key_header)

    async def post_at(
        request: Request, bureau: BureauOf, actor: ActorOf, body: model, *, key_header: RequestKeyHeader,
        key: Annotated[str, Path(max_length=64)], desk: DeskChoice = None,
    ) -> Response:  # fmt: skip
        """受理同一编号的后续事件；202 表示已经落库，不会丢失。"""
        return await take(request, bureau, actor, Posting(inlet, stated_of(body), body.data, desk, key), key_header)

    return post_at if "{key}" in inlet.path else post


def stated_of(body: EventBody) -> Stated:
    """The envelope's part of a body."""
    return Stated.model_validate({name: getattr(body, name) for name in Stated.model_fields})


async def take(request: Request, bureau: BureauOf, actor: ActorOf, posting: Posting, key: str) -> Response:
    """Answer a request once: the stored answer for the same one again."""
    person = RequestKey.of(unit=actor.unit, person=actor.ref, key=key, path=str(request.url.path), body=await request.body())
    async with bureau.request(actor) as uow:
        answer = await earlier_answer(uow, person)
        if answer is None:
            accepted = await accept(bureau, uow, actor, posting)
            answer = Answer(202, accepted.model_dump(mode="json"))
            await keep_answer(uow, person, answer)
    headers = {"Location": str(answer.body["links"]["self"]), "Cache-Control": "no-store"}
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


