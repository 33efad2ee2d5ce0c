"""The HTTP application of an agency: its API, its pages, its probes."""

import asyncio

from infra.http.app import Application, create_app
from infra.http.health import Probes, health_routes
from services.chassis.bureau import Bureau
from services.chassis.pages import page_routes
from services.chassis.pages.failing import error_page
from services.chassis.routes import alike, events, guard, kept, links, notifications, stream, tasks, triage

VERSION = "1"


def agency_app(bureau: Bureau, probes: Probes, stop: asyncio.Event) -> Application:
    """The application; ``stop`` ends its streams."""
    app = create_app(
        title=f"协同 · {bureau.agency.title}",
        version=VERSION,
        routers=[
            events.reading,
            alike.router,
            events.intake_routes(bureau.agency),
            kept.kept_routes(bureau.agency),
            *([guard.router] if bureau.agency.guard else []),
            notifications.router,
            triage.router,
            tasks.router,
            links.router,
            stream.router,
            *page_routes(bureau.agency),
            health_routes(probes),
        ],
        error_page=error_page,
    )
    app.state.bureau = bureau
    app.state.stop = stop
    return app
