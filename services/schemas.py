"""Which schema gets which migrations: the agencies alike, routing its own."""

from pathlib import Path

from infra.postgres.migrate import SchemaPlan
from topics.catalogue import Catalogue

HERE = Path(__file__).parent
AGENCY_FOLDERS = (HERE.parent / "infra" / "http" / "migrations", HERE / "chassis" / "migrations")
ROUTING_FOLDERS = (HERE / "routing" / "migrations",)


def schema_plans(catalogue: Catalogue) -> list[SchemaPlan]:
    """One plan for each agency service of the catalogue, and routing's with the logins of the clock and the console."""
    agencies = [SchemaPlan(service, AGENCY_FOLDERS) for service in catalogue.services()]
    return [*agencies, SchemaPlan("routing", ROUTING_FOLDERS, logins=("clock", "console"))]


SCHEMA_PLANS = schema_plans(Catalogue.load())
