"""The pages of an agency's own work: plain forms first, a small script for speed and sound."""

from collections.abc import Mapping

from fastapi import APIRouter, Path
from starlette.responses import Response

from infra.http.errors import NotFound
from services.chassis.agency import Agency
from services.chassis.pages import desk, events, kept, kept_steps, links, notification, signing_in, triage, work
from services.chassis.pages.filing import routes as filing
from services.chassis.pages.guard import board, checkin, roster
from services.chassis.pages.shell import STATIC

_SCRIPT = "text/javascript; charset=utf-8"
_KINDS: Mapping[str, str] = {"desk.css": "text/css; charset=utf-8", "desk.js": _SCRIPT, "guard.js": _SCRIPT}
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#0b55a8"/>'
    '<path d="M9 16h14M16 9v14M10 10l12 12" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>'
)
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
static = APIRouter(include_in_schema=False)


@static.get("/static/icon.svg")
async def icon() -> Response:
    """The mark in the browser's tab."""
    return Response(_ICON, media_type="image/svg+xml", headers=_FOREVER)


@static.get("/static/{name}")
async def static_file(name: str = Path(max_length=40)) -> Response:
    """The style sheet and the script; their address changes with their content."""
    if name not in _KINDS:
        raise NotFound()
    return Response((STATIC / name).read_bytes(), media_type=_KINDS[name], headers=_FOREVER)


def page_routes(agency: Agency) -> list[APIRouter]:
    """The routers of an agency's pages; the form of a new event stands before the page of one event."""
    desks = [desk.router, notification.router, links.router, triage.router, work.router]
    pages = [static, signing_in.router, *desks, filing.router, events.router, kept.router, kept_steps.router]
    return [*pages, *((board.router, checkin.router, roster.router) if agency.guard else ())]
