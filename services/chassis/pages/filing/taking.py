"""A filled-in form becomes an event: the same intake as the API's, and the same form sent twice is one event."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from contracts.refusals import refusals
from infra.errors import XietongError
from infra.http.auth import Actor
from infra.http.errors import FieldFault, Forbidden, Invalid, NotFound, Unauthenticated
from infra.http.idempotency import Answer, RequestKey, earlier_answer, keep_answer
from infra.http.sessions import Session
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.bureau import Bureau
from services.chassis.directory import schools_of
from services.chassis.intake.accept import Posting, accept
from services.chassis.intake.body import Stated
from services.chassis.pages.filing.filing import Filing
from services.chassis.pages.filing.filled import Filled, beijing
from services.chassis.pages.filing.showing import show
from services.chassis.pages.posting import read_form, text_of
from services.chassis.routes.asking import bureau_of

Model = TypeVar("Model", bound=BaseModel)


async def file(request: Request, session: Session, filing: Filing) -> Response:
    """Take the filled-in form; back with it when something is wrong."""
    form = await read_form(request, session)
    bureau = bureau_of(request)
    try:
        async with bureau.request(session.actor) as uow:
            identity = await _take(bureau, uow, session.actor, filing, form)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except XietongError as error:
        return await show(request, session, filing, form=form, error=error)
    return RedirectResponse(f"/events/{identity}", status_code=303)


async def _take(bureau: Bureau, uow: UnitOfWork, actor: Actor, filing: Filing, form: FormData) -> str:
    posting = posting_of(filing, form, {word: id for id, name in await schools_of(uow) for word in (id, name)})
    content = json.dumps(sorted((name, str(value)) for name, value in form.multi_items() if name != "csrf"), ensure_ascii=False)
    key = RequestKey.of(
        unit=actor.unit, person=actor.ref, key=f"form:{text_of(form, 'request') or ''}", path=filing.address, body=content.encode()
    )
    answer = await earlier_answer(uow, key)
    if answer is None:
        accepted = await accept(bureau, uow, actor, posting)
        answer = Answer(202, accepted.model_dump(mode="json"))
        await keep_answer(uow, key, answer)
    return str(answer.body["id"])


def posting_of(filing: Filing, form: FormData, schools: Mapping[str, str]) -> Posting:
    """What the form states. Invalid names every field that is not right."""
    filled = Filled(form, schools)
    data = filled.data(filing.fields("zh"))
    if filing.key is not None:
        data |= filing.inlet.stated.key_parts(filing.key)
    stated, stated_faults = checked(Stated, stated_in(form))
    body, data_faults = checked(filing.inlet.posted, data, prefix="data")
    faults = (*filled.faults, *stated_faults, *data_faults)
    if faults or stated is None or body is None:
        raise Invalid(fields=faults)
    return Posting(filing.inlet, stated, body, text_of(form, "desk"), filing.key)


def stated_in(form: FormData) -> dict[str, Any]:
    """What the form says beside the data."""
    known_at = text_of(form, "known_at")
    return {"known_at": beijing(known_at) if known_at else None, "status": text_of(form, "status")}


def checked(model: type[Model], data: Mapping[str, Any], *, prefix: str = "") -> tuple[Model | None, tuple[FieldFault, ...]]:
    """What was filled in as a model, or what is wrong with it."""
    try:
        return model.model_validate(data), ()
    except ValidationError as error:
        return None, tuple(FieldFault(one.field, one.zh, one.en, one.code) for one in refusals(error, prefix=prefix))
