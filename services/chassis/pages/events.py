"""Own events: the list, and one event with who was told and what each of them did."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from infra.http.auth import Actor
from infra.http.sessions import Session
from services.chassis.agency import Agency, EventIn
from services.chassis.alike import alike_to_event
from services.chassis.pages.filing.filing import can_file
from services.chassis.pages.filing.routes import Identity
from services.chassis.pages.posting import Alert
from services.chassis.pages.presenting import desks_in, payload_lines, sealed_rows, summary, units_in
from services.chassis.pages.shell import frame_of, signed_in
from services.chassis.pages.timeline import timeline
from services.chassis.reading.events import list_events, read_event
from services.chassis.reading.shapes import EventShape
from services.chassis.rights import signing
from services.chassis.routes.asking import Cursor, bureau_of

PER_PAGE = 50
router = APIRouter(include_in_schema=False)


@router.get("/events")
async def events_page(request: Request, cursor: Cursor = None) -> Response:
    """What this unit filed."""
    session, bureau = await signed_in(request), bureau_of(request)
    async with bureau.picture(session.actor) as uow:
        page = await list_events(uow, session.actor, limit=PER_PAGE, cursor=cursor)
        frame = await frame_of(request, session, uow)
    return frame.page("events.html", page=page)


@router.get("/events/{event}")
async def event_page(request: Request, event: Identity) -> Response:
    """One own event."""
    return await show_event(request, await signed_in(request), event)


async def show_event(request: Request, session: Session, event: str, *, alert: Alert | None = None, status: int = 200) -> Response:
    """The page of an own event, with what went wrong with a form."""
    bureau, actor = bureau_of(request), session.actor
    async with bureau.picture(actor) as uow:
        shape = await read_event(uow, actor, event)
        found = await alike_to_event(bureau, uow, actor, shape)
        units = [f"-@{unit}" for unit in units_in(shape.data)]
        frame = await frame_of(request, session, uow, desks=[*desks_named(shape), *units, *(one.desk for one in found)])
    words: dict[str, Any] = {
        "one": shape,
        "lines": payload_lines([shape.name], shape.data, frame.language, frame.names),
        "matter": summary(shape.name, shape.data, frame.language, frame.names),
        "moments": timeline((), shape.updates, frame.language, title=frame.title),
        "follow_ups": follow_ups(bureau.agency, actor, shape),
        "sealed": len(sealed_rows(shape.data)),
        "alike": found,
        "joins": shape.number is not None and signing(actor, shape.desk) is not None,
        "alert": alert,
    }
    return frame.page("event.html", status=status, **words)


def follow_ups(agency: Agency, actor: Actor, shape: EventShape) -> list[EventIn]:
    """The follow-ups that the person may file by a form on this event."""
    found = [one for one in agency.inlets() if "{key}" in one.path and one.form and one.stated.mark != "C" and can_file(actor, one)]
    family = next((one.stated.family for one in agency.inlets() if one.stated.name == shape.name), None)
    return [one for one in found if one.stated.head == shape.name or _ends(one, shape.name, family)]


def _ends(inlet: EventIn, name: str, family: str | None) -> bool:
    """A type of its own that goes on from an event of the same family, such as the conclusion of an alarm."""
    kind = inlet.stated
    return kind.head is None and kind.family == family and kind.name != name


def desks_named(shape: EventShape) -> list[str]:
    """Every desk that the page names."""
    linked = [desk for one in shape.links for desk in (one.other.desk, one.said_by)]
    named = (shape.desk, *linked, *(line.desk for line in shape.told), *desks_in(shape.updates))
    return [str(desk) for desk in named if desk and "@" in str(desk)]
