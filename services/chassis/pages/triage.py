"""分办: the form with which whom GOV-01 told names the school or the mandate."""

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from infra.http.auth import Actor
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.answers.bodies import Answered, TriageBody
from services.chassis.answers.triage import triage
from services.chassis.bureau import Bureau
from services.chassis.directory import schools_of
from services.chassis.pages.notification import Identity, answer_form
from services.chassis.pages.posting import body_of

router = APIRouter(include_in_schema=False)


@router.post("/notifications/{notification}/triage")
async def triage_page(request: Request, notification: Identity) -> Response:
    """分办."""

    async def act(bureau: Bureau, uow: UnitOfWork, actor: Actor, identity: str, form: FormData) -> Answered:
        names = {name: id for id, name in await schools_of(uow)}
        named = [text.strip() for text in form.getlist("schools") if isinstance(text, str) and text.strip()]
        return await triage(bureau, uow, actor, identity, body_of(TriageBody, form, schools=[names.get(one, one) for one in named]))

    return await answer_form(request, notification, "triage", act)
