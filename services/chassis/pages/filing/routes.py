"""上报 and follow-ups by a form: the same intake as the API's, errors on top, the input kept."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from contracts.ids import role_of, unit_of
from contracts.refusals import refusals
from infra.clock import BEIJING
from infra.errors import FieldError, XietongError
from infra.http.auth import Actor
from infra.http.errors import FieldFault, Forbidden, Invalid, NotFound, Unauthenticated
from infra.http.idempotency import Answer, RequestKey, earlier_answer, keep_answer
from infra.http.language import Language, language_of
from infra.http.sessions import Session
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.agency import Agency, EventIn
from services.chassis.bureau import Bureau
from services.chassis.directory import schools_of
from services.chassis.intake.accept import Posting, accept
from services.chassis.intake.body import Stated
from services.chassis.pages.filing.fields import FormField, Shape, fields_of
from services.chassis.pages.filing.filled import Filled
from services.chassis.pages.posting import read_form, text_of
from services.chassis.pages.shell import frame_of, signed_in
from services.chassis.reading.events import read_event
from services.chassis.routes.asking import bureau_of

Slug = Annotated[str, Path(pattern=r"^[a-zA-Z0-9-]{1,60}$")]
Identity = Annotated[str, Path(max_length=64)]
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Filing:
    """One form being filled in. ``event``: the own event that a follow-up goes on from, ``key`` its business key."""

    inlet: EventIn
    event: str | None = None
    key: str | None = None

    @property
    def address(self) -> str:
        return f"/events/{self.event}/follow/{self.inlet.form}" if self.event else f"/events/new/{self.inlet.form}"

    def fields(self, language: Language) -> tuple[FormField, ...]:
        """The fields; the key of a follow-up comes from its event."""
        key = self.inlet.stated.key_field
        left_out = frozenset({key}) if self.key is not None and key else frozenset[str]()
        return fields_of(self.inlet.posted, Shape(language, left_out, self.inlet.defaults))


def can_file(actor: Actor, inlet: EventIn) -> list[str]:
    """The person's desks that may state the type."""
    return [desk for desk in actor.desks if role_of(desk) in inlet.stated.publishers]


def find_inlet(agency: Agency, slug: str, *, keyed: bool) -> EventIn:
    """The inlet of a form; NotFound for a form that is not there."""
    for inlet in agency.inlets():
        if inlet.form == slug and ("{key}" in inlet.path) == keyed and inlet.stated.mark != "C":
            return inlet
    raise NotFound()


@router.get("/events/new")
async def choose_page(request: Request) -> Response:
    """Which form."""
    session, bureau = await signed_in(request), bureau_of(request)
    inlets = [one for one in bureau.agency.events if one.form and "{key}" not in one.path and can_file(session.actor, one)]
    async with bureau.request(session.actor) as uow:
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


async def show(
    request: Request, session: Session, filing: Filing, *, form: FormData | None = None, error: XietongError | None = None
) -> Response:
    """The form, with what was wrong on top and everything that was filled in."""
    bureau, language = bureau_of(request), language_of(request)
    desks = can_file(session.actor, filing.inlet)
    if not desks:
        raise Forbidden()
    fields = filing.fields(language)
    async with bureau.request(session.actor) as uow:
        schools = await schools_of(uow)
        frame = await frame_of(request, session, uow)
    labels = {one.name: one for one in walk(fields)}
    words: dict[str, Any] = {
        "filing": filing,
        "first": [one for one in fields if not filing.inlet.first or one.name in filing.inlet.first],
        "more": [one for one in fields if filing.inlet.first and one.name not in filing.inlet.first],
        "values": kept(form, fields, session.actor),
        "desks": desks,
        "schools": schools,
        "request_key": text_of(form, "request") if form is not None and error is not None else secrets.token_urlsafe(18),
        "error": error,
        "faults": [(_named(one, labels), one.zh if language == "zh" else one.en) for one in error.fields] if error else [],
    }
    words["first"].sort(key=lambda one: filing.inlet.first.index(one.name) if filing.inlet.first else 0)
    return frame.page("filing.html", status=error.status if error else 200, **words)


def _named(fault: FieldError, labels: Mapping[str, FormField]) -> tuple[str, str]:
    """(anchor, label) of the field that a fault names: the field itself or the nearest one around it."""
    name = fault.field.removeprefix("data.")
    while name and name not in labels:
        name = name.rpartition(".")[0]
    found = labels.get(name)
    return (found.anchor, found.label) if found else ("f-" + fault.field.replace(".", "-"), fault.field)


def walk(fields: Sequence[FormField]) -> list[FormField]:
    """Every field with those inside it."""
    return [inner for one in fields for inner in (one, *walk(one.parts if one.kind == "group" else one.row(0) if one.kind == "rows" else ()))]


def kept(form: FormData | None, fields: Sequence[FormField], actor: Actor) -> dict[str, list[str]]:
    """What stands in the inputs: what was filled in, else the defaults; a school's own desk begins with its own school."""
    if form is not None:
        return {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form}
    values: dict[str, list[str]] = {}
    for one in fields:
        default = one.default
        if one.kind == "school" and default is None and actor.unit.isdigit():
            default = actor.unit
        if default is not None:
            items = default if isinstance(default, list) else [default]
            values[one.name] = [{True: "yes", False: "no"}.get(item, str(item)) if isinstance(item, bool) else str(item) for item in items]
    return values


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
    """Accept the event once: the same form sent twice is the same event."""
    posting = posting_of(filing, form, {word: id for id, name in await schools_of(uow) for word in (id, name)})
    content = json.dumps(sorted((name, str(value)) for name, value in form.multi_items() if name != "csrf"), ensure_ascii=False)
    key = RequestKey.of(
        unit=actor.unit, person=actor.ref, key="form:" + (text_of(form, "request") or ""), path=filing.address, body=content.encode()
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
    if filing.key is not None and filing.inlet.stated.key_field:
        data[filing.inlet.stated.key_field] = filing.key
    faults, stated = list(filled.faults), None
    known_at, desk = text_of(form, "known_at"), text_of(form, "desk")
    try:
        stated = Stated.model_validate(
            {"known_at": _instant(known_at) if known_at else None, "status": text_of(form, "status"), "entered_late": text_of(form, "entered_late")}
        )
    except ValidationError as error:
        faults += [FieldFault(one.field, one.zh, one.en, one.code) for one in refusals(error)]
    try:
        checked = filing.inlet.posted.model_validate(data)
    except ValidationError as error:
        faults += [FieldFault(one.field, one.zh, one.en, one.code) for one in refusals(error, prefix="data")]
    if faults or stated is None:
        raise Invalid(fields=tuple(faults))
    mine = desk if desk and unit_of(desk) else None
    return Posting(filing.inlet, stated, checked, mine, filing.key)


def _instant(text: str) -> str:
    """A browser's local date and time is Beijing's; anything else is left for the model to refuse."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.replace(tzinfo=BEIJING).isoformat() if moment.tzinfo is None else text
