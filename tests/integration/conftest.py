"""Agencies on real databases."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.agency_desk import PLAN, Running, start
from tests.servers import Database, Databases


@pytest.fixture
async def agency_database(databases: Databases) -> AsyncIterator[Database]:
    """A fresh database with the tables of the police, the schools and routing's infra."""
    made = await databases.fresh(PLAN)
    yield made
    await made.close()


@pytest.fixture
async def schools(agency_database: Database) -> Running:
    """The schools' application."""
    return await start(agency_database, "schools")


@pytest.fixture
async def police(agency_database: Database) -> Running:
    """The police's application."""
    return await start(agency_database, "police")
