"""``/api/events/alike``: whether the unit holds the same happening already, asked before it is stated."""

from fastapi import APIRouter

from infra.http.problem import documented
from services.chassis.agency import Agency, EventIn
from services.chassis.alike import AlikeBody, AlikeList, Draft, alike
from services.chassis.intake.accept import publishing_desk
from services.chassis.intake.errors import fault
from services.chassis.routes.asking import ActorOf, BureauOf

router = APIRouter(prefix="/api", tags=["intake"])


@router.post("/events/alike", responses=documented(400, 401, 403, 413, 415, 422))
async def post_alike(bureau: BureauOf, actor: ActorOf, body: AlikeBody) -> AlikeList:
    """上报前查重：本单位值守台已收到或已上报、可能是同一件事的事由，时间最近的在前。只供参考，不登记，也不影响上报。"""
    kind = _stated(bureau.agency, body.type).stated
    publishing_desk(actor, kind, None)
    async with bureau.request(actor) as uow:
        draft = Draft(
            type=kind.name,
            data=body.data,
            known_at=body.known_at or uow.now,
            time=uow.now,
            status=body.status,
            place_code=body.place_code,
        )
        return AlikeList(items=await alike(bureau, uow, actor, draft))


def _stated(agency: Agency, name: str) -> EventIn:
    """How the agency states a type; Invalid when it does not."""
    for inlet in agency.events:
        if inlet.stated.name == name:
            return inlet
    raise fault("type", "unknown-type", "本部门没有这类事件", "This service states no such type of event")
