"""``/api/notifications/…/triage``: whom GOV-01 told names the school or the mandate, once for one request."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from infra.http.idempotency import Answer, RequestKey, earlier_answer, keep_answer
from services.chassis.answers.bodies import Answered, TriageBody
from services.chassis.answers.triage import triage
from services.chassis.routes.asking import ActorOf, BureauOf
from services.chassis.routes.events import RequestKeyHeader
from services.chassis.routes.notifications import ANSWERS, Identity

router = APIRouter(prefix="/api", tags=["notifications"])


@router.post("/notifications/{notification}/triage", response_model=Answered, responses=ANSWERS)
async def post_triage(
    request: Request, bureau: BureauOf, actor: ActorOf, notification: Identity, body: TriageBody, *, key_header: RequestKeyHeader
) -> JSONResponse:
    """分办：写明学校或指定规则，总线重新研判；同时签收。"""
    key = RequestKey.of(unit=actor.unit, person=actor.ref, key=key_header, path=str(request.url.path), body=await request.body())
    async with bureau.request(actor) as uow:
        answer = await earlier_answer(uow, key)
        if answer is None:
            said = await triage(bureau, uow, actor, notification, body)
            answer = Answer(200, said.model_dump(mode="json"))
            await keep_answer(uow, key, answer)
    return JSONResponse(answer.body, status_code=answer.status, headers={"Cache-Control": "no-store"})
