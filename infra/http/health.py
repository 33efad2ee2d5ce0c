"""Alive, ready, measured: what an orchestrator and Prometheus ask."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel


class Health(BaseModel):
    """``degraded`` names what is away without stopping the work (Kafka, a calendar year)."""

    status: str
    degraded: list[str] = []
    missing: list[str] = []


@dataclass(frozen=True, slots=True)
class Probes:
    """``alive``: the consumer moves. ``missing``: what must be there and is not. ``degraded``: what may be away for a while."""

    alive: Callable[[], bool]
    missing: Callable[[], Awaitable[list[str]]]
    degraded: Callable[[], Awaitable[list[str]]]


def health_routes(probes: Probes) -> APIRouter:
    """``/livez``, ``/readyz`` and ``/metrics``."""
    router = APIRouter(tags=["health"])

    @router.get("/livez", responses={503: {"model": Health}})
    async def livez(response: Response) -> Health:
        """存活检查。"""
        if probes.alive():
            return Health(status="alive")
        response.status_code = 503
        return Health(status="stuck")

    @router.get("/readyz", responses={503: {"model": Health}})
    async def readyz(response: Response) -> Health:
        """就绪检查。"""
        missing = await probes.missing()
        if missing:
            response.status_code = 503
            return Health(status="not-ready", missing=missing)
        return Health(status="ready", degraded=await probes.degraded())

    @router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def metrics() -> Response:
        """Prometheus 指标。"""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
