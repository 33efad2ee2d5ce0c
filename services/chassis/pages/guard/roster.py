"""The roster of a school for a day: a grid of gates, peaks and slots, or pasted lines; wrong lines are named one by one."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from infra.errors import XietongError
from infra.http.errors import Forbidden, NotFound, Unauthenticated
from infra.http.language import page_language
from infra.http.sessions import Session
from services.chassis.guard import rosters, today
from services.chassis.guard.roster import Roster, SchoolGates, own_schools, publish, roster_before, stated_roster
from services.chassis.pages.guard.days import day_words
from services.chassis.pages.guard.grid import filled, shown
from services.chassis.pages.posting import Alert, alert_of, read_form
from services.chassis.pages.shell import frame_of, signed_in
from services.chassis.routes.asking import bureau_of

School = Annotated[str | None, Query(pattern=r"^[0-9]{10}$")]
router = APIRouter(prefix="/guard/roster", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which school and day, another day to copy from, and what the page says."""

    school: str | None
    day: date | None
    copy: date | None = None
    said: str = ""


@router.get("")
async def roster_page(
    request: Request,
    *,
    school: School = None,
    day: Annotated[date | None, Query(alias="date")] = None,
    copy: date | None = None,
    done: Annotated[str | None, Query(pattern=r"^(published|unchanged)$")] = None,
) -> Response:
    """The form; Forbidden for a desk that publishes no rosters."""
    return await _show(request, await signed_in(request), Asked(school, day, copy, f"guard-{done}" if done else ""))


async def _show(
    request: Request, session: Session, asked: Asked, *, form: FormData | None = None, alert: Alert | None = None, status: int = 200
) -> Response:
    bureau, actor = bureau_of(request), session.actor
    if rosters(bureau.agency, actor) is None:
        raise Forbidden()
    async with bureau.picture(actor) as uow:
        day = asked.day or today(uow) + timedelta(days=1)
        schools = await own_schools(uow, actor.unit, day)
        school = _chosen(schools, asked.school)
        stated = await stated_roster(uow, school.id, day) if school else None
        before = await roster_before(uow, school.id, day) if school else None
        copied = await stated_roster(uow, school.id, asked.copy) if school and asked.copy else None
        frame = await frame_of(request, session, uow)
    words: dict[str, Any] = {
        "schools": schools,
        "school": school,
        "day": day,
        "day_words": day_words(day, frame.language),
        "stated": stated is not None,
        "before": before,
        "before_words": day_words(before, frame.language) if before else "",
        "values": shown(school, copied or stated, form) if school else {},
        "asked": asked,
        "alert": alert,
    }
    return frame.page("guard_roster.html", status=status, **words)


def _chosen(schools: list[SchoolGates], wanted: str | None) -> SchoolGates | None:
    """The school that was asked for, else the first; NotFound for one that is not the station's."""
    if wanted is None:
        return schools[0] if schools else None
    found = next((one for one in schools if one.id == wanted), None)
    if found is None:
        raise NotFound()
    return found


@router.post("")
async def publish_page(request: Request, school: School = None, day: Annotated[date | None, Query(alias="date")] = None) -> Response:
    """Publish what was filled in; back with it when something is wrong."""
    session, bureau = await signed_in(request), bureau_of(request)
    form, actor = await read_form(request, session), session.actor
    if school is None or day is None:
        raise NotFound()
    try:
        async with bureau.request(actor) as uow:
            gates = _chosen(await own_schools(uow, actor.unit, day), school)
            if gates is None:
                raise NotFound()
            roster: Roster = filled(gates, actor.unit, form)
            event = await publish(bureau, uow, actor, (gates, day), roster)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except XietongError as error:
        alert = alert_of(error, page_language(request), form, "roster")
        return await _show(request, session, Asked(school, day), form=form, alert=alert, status=error.status)
    done = "published" if event else "unchanged"
    return RedirectResponse(f"/guard/roster?school={school}&date={day.isoformat()}&done={done}", status_code=303)
