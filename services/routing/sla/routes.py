"""``/api/sla``: the figures of a month or a week, within the division or the unit of the person who asks."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Header, Query
from joserfc.jwk import KeySet

from infra.clock import machine_now
from infra.http.auth import Actor, verify
from infra.http.errors import FieldFault, Invalid, Unauthenticated
from infra.http.problem import documented
from infra.postgres.pool import Pool
from infra.postgres.unit_of_work import unit_of_work
from services.routing.core.sla.asking import BYS, DEFAULT_BY, WrongQuestion, lines_by, period_of
from services.routing.core.sla.shapes import Report
from services.routing.sla.figures import make_report
from services.routing.sla.rights import reach_of
from services.routing.world import Reference

SERVICE = "clock"
Month = Annotated[str | None, Query(max_length=20, description="月份，如 2026-09；不写月与周则为本月", examples=["2026-09"])]
Week = Annotated[str | None, Query(max_length=20, description="周（周一至周日），如 2026-W39", examples=["2026-W39"])]
By = Annotated[str, Query(max_length=20, description="按什么分列", json_schema_extra={"enum": list(BYS)})]
Authorization = Annotated[str | None, Header(description="Bearer 令牌", include_in_schema=False)]


@dataclass(frozen=True, slots=True)
class Room:
    """What the figures are answered from. ``keys``: of the sign-in."""

    pool: Pool
    reference: Reference
    keys: KeySet


def sla_routes(room: Room) -> APIRouter:
    """One GET."""
    router = APIRouter(prefix="/api", tags=["sla"])

    @router.get("/sla", responses=documented(400, 401, 403, 422, 503))
    async def get_sla(month: Month = None, week: Week = None, by: By = DEFAULT_BY, authorization: Authorization = None) -> Report:
        """履职统计：送达、签收、首办、报送、办结是否按时，迟在报送方、总线还是接收方；演练、失效、作废另列。"""
        actor = _actor(room, authorization)
        async with unit_of_work(room.pool) as uow:
            directory = (await room.reference.current(uow)).directory
            reach = reach_of(actor, directory)
            try:
                period, lines = period_of(month, week, uow.now), lines_by(by)
            except WrongQuestion as wrong:
                raise Invalid(fields=(FieldFault(wrong.field, wrong.zh, wrong.en),)) from wrong
            return await make_report(uow, directory, period, lines, reach)

    return router


def _actor(room: Room, authorization: str | None) -> Actor:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated()
    return verify(token.strip(), room.keys, service=SERVICE, use="access", now=machine_now()).actor
