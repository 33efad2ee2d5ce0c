"""``/api/stream``: server-sent events of the person's desks."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import StreamingResponse

from infra.http.errors import Unauthenticated
from infra.http.problem import documented
from infra.http.sse import stream
from services.chassis.routes.asking import BureauOf, CallerOf, caller_of
from services.chassis.stream import Reader, read_place

router = APIRouter(prefix="/api", tags=["stream"])


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}, **documented(400, 401, 422)},
)
async def get_stream(
    request: Request,
    bureau: BureauOf,
    caller: CallerOf,
    after: Annotated[str | None, Query(max_length=400, description="从哪个序号之后开始")] = None,
    last_event_id: Annotated[str | None, Header(max_length=400)] = None,
) -> StreamingResponse:
    """本人各值守台的变化；只送编号，不送内容。"""

    async def still() -> bool:
        try:
            return (await caller_of(request)).actor == caller.actor
        except Unauthenticated:
            return False

    reader = Reader(bureau, caller.actor, still, request.app.state.stop)
    return stream(reader.parts(read_place(sorted(caller.actor.desks), last_event_id or after)))
