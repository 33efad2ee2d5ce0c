"""What the unit holds or filed that may be the same happening as something that it states. Rows of its own service and unit alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from contracts.ids import uuid7
from contracts.matters import Fit, Matter, Report, hold_against
from infra.http.auth import Actor
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.chassis.alike.reports import Known, comparable, filed, report_of, told
from services.chassis.alike.shapes import AlikeShape, Draft
from services.chassis.bureau import Bureau
from services.chassis.directory import heirs_of, place_codes_of
from services.chassis.reading.shapes import EventShape
from services.chassis.rights import visible_desks

MOST = 5
"""Where many fit, time and place say little."""
queries = load(Path(__file__).with_name("queries.sql"))


async def alike(bureau: Bureau, uow: UnitOfWork, actor: Actor, draft: Draft) -> list[AlikeShape]:
    """The nearest in time first; of what stands at desks that are not the person's, number, kind, times and desk alone."""
    data = comparable(bureau.matters, draft)
    matters = [one for one in bureau.matters if one.tells(draft.type, data)]
    if not matters:
        return []
    known = [one for one in await _rows(uow, actor.unit, draft, matters) if one.incident not in draft.apart_from]
    mine, *others = await _as_they_stand(uow, [report_of(draft, data, actor.unit), *(one.report for one in known)])
    fits = ((one, hold_against(matters, mine, report)) for one, report in zip(known, others, strict=True))
    return list(_shown([(one, fit) for one, fit in fits if fit is not None], visible_desks(actor)))[:MOST]


async def alike_to_event(bureau: Bureau, uow: UnitOfWork, actor: Actor, event: EventShape) -> list[AlikeShape]:
    """The same for an own event that routing has decided; what somebody has linked it with, or said to be another matter, is left out."""
    if event.incident is None:
        return []
    said = {one.other.incident for one in event.links}
    envelope = event.envelope
    draft = Draft(
        type=event.name,
        data=event.data,
        known_at=datetime.fromisoformat(envelope["known_at"]),
        time=event.published_at,
        status=envelope.get("status", "actual"),
        place_code=envelope.get("place_code"),
        apart_from=frozenset({event.incident, *said}),
    )
    return [one for one in await alike(bureau, uow, actor, draft) if one.number]


async def _rows(uow: UnitOfWork, unit: str, draft: Draft, matters: Iterable[Matter]) -> list[Known]:
    """Rows of types that may speak of these matters, begun not longer before than any of them allows."""
    types = frozenset(one.type for matter in matters for one in matter.statements)
    longest = max((matter.within for matter in matters), default=timedelta())
    since = uuid7(min(draft.known_at, draft.time) - longest, bytes(10))
    asked = (unit, since[:13], draft.status, sorted(types))
    stated = [filed(row) for row in await uow.fetch(queries["filed_alike"], *asked)]
    heard = [told(row, types) for row in await uow.fetch(queries["held_alike"], *asked)]
    return [*(one for one in stated if one is not None), *heard]


async def _as_they_stand(uow: UnitOfWork, reports: Sequence[Report]) -> list[Report]:
    """A school that was merged is the one that it was merged into, by whatever id it was named; each brings its community."""
    named = frozenset(school for one in reports for school in one.schools)
    heirs = await heirs_of(uow, named)
    places = await place_codes_of(uow, {heirs.get(school, school) for school in named})
    return [_placed(one, frozenset(heirs.get(school, school) for school in one.schools), places) for one in reports]


def _placed(report: Report, schools: frozenset[str], places: Mapping[str, str]) -> Report:
    return replace(report, schools=schools, places=report.places | {places[school] for school in schools if school in places})


def _shown(found: Sequence[tuple[Known, Fit]], visible: Sequence[str] | None) -> Iterable[AlikeShape]:
    """Each incident once, by the row that the person may open."""
    seen: set[str] = set()
    for one, fit in sorted(found, key=lambda pair: (pair[1].apart, not _opens(pair[0], visible), pair[0].event is None)):
        key = one.incident or one.event or ""
        if key not in seen:
            seen.add(key)
            yield _shape(one, fit, opens=_opens(one, visible))


def _opens(one: Known, visible: Sequence[str] | None) -> bool:
    return visible is None or one.desk in visible


def _shape(one: Known, fit: Fit, *, opens: bool) -> AlikeShape:
    return AlikeShape(
        incident=one.incident,
        number=one.number,
        type=one.report.type,
        known_at=one.report.known_at,
        time=one.report.time,
        desk=one.desk,
        matter=fit.matter,
        fits=list(fit.places),
        notification=one.notification if opens else None,
        event=one.event if opens else None,
    )
