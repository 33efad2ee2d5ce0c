"""The story district, its calendars and the founding pack, as the core sees them."""

import pytest

from services.routing.calendars import load_calendars
from services.routing.core.directory import Directory, with_hole
from services.routing.core.model import World
from services.routing.directory import load_documents
from services.routing.packs import load_book
from tests.unit.routing.core.bench import at


@pytest.fixture(scope="session")
def world() -> World:
    book = load_book()
    return World(Directory.build(load_documents(), 1, load_calendars()), book, book.version)


@pytest.fixture(scope="session")
def uncovered_world(world: World) -> World:
    documents = {document["unit"]: document for document in load_documents()}
    documents["edu-990102"] = with_hole(documents["edu-990102"], "education.duty-officer", at("09-12 00:00:00"), at("09-12 06:00:00"))
    holed = list(documents.values())
    return World(Directory.build(holed, 2, load_calendars()), world.book, world.pack_version)
