"""Whether the agency can work: PostgreSQL and its migrations must be there; Kafka may be away, posting and desks go on."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from pydantic import SecretStr

from infra.http.health import Probes
from infra.postgres.migrate import SchemaPlan, pending
from infra.postgres.pool import Pool
from infra.postgres.queries import load

queries = load(Path(__file__).with_name("health.sql"))
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AgencyHealth:
    """``alive``: the watchdog's word on the consumer."""

    pool: Pool
    dsn: SecretStr
    plan: SchemaPlan
    alive: Callable[[], bool]

    async def missing(self) -> list[str]:
        """What must be there and is not."""
        try:
            waiting = await pending(self.dsn, [self.plan])
        except Exception as error:
            log.warning("not_ready", error=type(error).__name__)
            return ["postgres"]
        return ["migrations"] if waiting else []

    async def degraded(self) -> list[str]:
        """What is away for now."""
        return ["kafka"] if await self.pool.fetchval(queries["relay_stands"]) else []

    def probes(self) -> Probes:
        return Probes(alive=self.alive, missing=self.missing, degraded=self.degraded)
