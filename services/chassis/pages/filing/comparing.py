"""A form that is being filled in, held against what the unit's own desks hold or filed. It states nothing and needs nothing to be right."""

from collections.abc import Mapping

from fastapi import Request
from starlette.datastructures import FormData
from starlette.responses import Response

from contracts.envelope import Status
from infra.http.errors import Forbidden
from infra.http.sessions import Session
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.alike import Draft, alike
from services.chassis.directory import schools_of
from services.chassis.intake.body import Stated
from services.chassis.pages.filing.filing import Filing, can_file
from services.chassis.pages.filing.filled import Filled
from services.chassis.pages.filing.showing import show
from services.chassis.pages.filing.taking import checked, stated_in
from services.chassis.pages.posting import read_form
from services.chassis.routes.asking import bureau_of


async def compare(request: Request, session: Session, filing: Filing) -> Response:
    """The form again, with what was found above its end; Forbidden when none of the person's desks may state the type."""
    form, bureau = await read_form(request, session), bureau_of(request)
    if not can_file(session.actor, filing.inlet):
        raise Forbidden()
    async with bureau.request(session.actor) as uow:
        schools = {word: id for id, name in await schools_of(uow) for word in (id, name)}
        found = await alike(bureau, uow, session.actor, _draft(filing, form, schools, uow))
    return await show(request, session, filing, form=form, alike=found)


def _draft(filing: Filing, form: FormData, schools: Mapping[str, str], uow: UnitOfWork) -> Draft:
    """What is filled in so far; a time or status that is not right yet counts as left empty."""
    inlet = filing.inlet
    data = Filled(form, schools).data(filing.fields("zh"))
    stated, _ = checked(Stated, stated_in(form))
    status: Status = (stated.status if stated else None) or "actual"
    return Draft(type=inlet.stated.name, data=data, known_at=(stated.known_at if stated else None) or uow.now, time=uow.now, status=status)
