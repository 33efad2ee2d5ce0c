"""上报 and follow-ups by a form."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from infra.http.sessions import Session
from services.chassis.pages.filing.comparing import compare
from services.chassis.pages.filing.filing import Filing, can_file, find_inlet
from services.chassis.pages.filing.showing import show
from services.chassis.pages.filing.taking import file
from services.chassis.pages.shell import frame_of, signed_in
from services.chassis.reading.events import read_event
from services.chassis.routes.asking import bureau_of

Slug = Annotated[str, Path(pattern=r"^[a-zA-Z0-9-]{1,60}$")]
Identity = Annotated[str, Path(max_length=64)]
router = APIRouter(include_in_schema=False)


@router.get("/events/new")
async def choose_page(request: Request) -> Response:
    """Which form."""
    session, bureau = await signed_in(request), bureau_of(request)
    inlets = [one for one in bureau.agency.events if one.form and "{key}" not in one.path and can_file(session.actor, one)]
    async with bureau.picture(session.actor) as uow:
        frame = await frame_of(request, session, uow)
    return frame.page("choose.html", inlets=inlets)


@router.get("/events/new/{slug}")
async def new_page(request: Request, slug: Slug) -> Response:
    """The form of a new event."""
    session = await signed_in(request)
    return await show(request, session, Filing(find_inlet(bureau_of(request).agency, slug, keyed=False)))


@router.post("/events/new/{slug}")
async def new_event(request: Request, slug: Slug) -> Response:
    """File a new event."""
    session = await signed_in(request)
    return await file(request, session, Filing(find_inlet(bureau_of(request).agency, slug, keyed=False)))


@router.post("/events/new/{slug}/alike")
async def alike_page(request: Request, slug: Slug) -> Response:
    """The form as it is filled in, with what the unit may hold of it already."""
    session = await signed_in(request)
    return await compare(request, session, Filing(find_inlet(bureau_of(request).agency, slug, keyed=False)))


@router.get("/events/{event}/follow/{slug}")
async def follow_page(request: Request, event: Identity, slug: Slug) -> Response:
    """The form of a follow-up."""
    session = await signed_in(request)
    return await show(request, session, await _follow_up(request, session, event, slug))


@router.post("/events/{event}/follow/{slug}")
async def follow_event(request: Request, event: Identity, slug: Slug) -> Response:
    """File a follow-up."""
    session = await signed_in(request)
    return await file(request, session, await _follow_up(request, session, event, slug))


async def _follow_up(request: Request, session: Session, event: str, slug: str) -> Filing:
    bureau = bureau_of(request)
    async with bureau.request(session.actor) as uow:
        shape = await read_event(uow, session.actor, event)
    return Filing(find_inlet(bureau.agency, slug, keyed=True), event, shape.subject)
