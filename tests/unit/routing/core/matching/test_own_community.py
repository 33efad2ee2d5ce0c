"""A community is told of its own rows of a school's monthly list, by the place of its unit."""

import dataclasses
from typing import Any

import pytest

from services.routing.core.mandates import MandateBook, NotifyRow
from services.routing.core.model import World
from services.routing.packs import load_book
from tests.unit.routing.core.bench import Bench, at
from tests.unit.routing.core.places import B

SUBMITTED = "school.dropout-list.submitted"
QUSHUI, FURONG = "990102001002", "990102001001"
COMMUNITY, STUDENTS = f"community.desk@com-{QUSHUI}", "education.student-desk@edu-990102"


def listed(number: int, home: str) -> dict[str, Any]:
    sealed = {"alg": "A256GCM", "nonce": "AA", "ciphertext": "AA", "keys": {"partners": "AA"}, "views": ["E", "S", "W"]}
    return {"row": f"r{number}", "row_no": number, "home_community": home, **sealed}


@pytest.fixture
def bench(world: World) -> Bench:
    rows = (NotifyRow("community.desk", "acknowledge", "W", ack="2wd"), NotifyRow("education.student-desk", "inform", "E"))
    known = load_book().by_id("POL-03")
    assert known is not None
    mandate = dataclasses.replace(known, id="TEST-01", types=(SUBMITTED,), when=(), notify=rows, task=None)
    ladders = {letter: world.book.ladder(letter) for letter in "ABCPG"}  # type: ignore[arg-type]
    return Bench(World(world.directory, MandateBook([mandate], ladders, "test"), "test"), at("09-30 17:10:00"))  # type: ignore[arg-type]


def test_a_community_is_told_of_its_own_inhabitants_alone(bench: Bench) -> None:
    pupils = [listed(1, QUSHUI), listed(2, FURONG)]
    data = {"school_id": B, "month": "2026-09", "nil": False, "count": 2, "pupils": pupils, "signed_by": "p-31"}
    bench.state_event(SUBMITTED, f"school.duty-desk@{B}", data)
    told = {desk: data.payload for desk, data in bench.heard("bus.notification.issued")}
    assert [row["row_no"] for row in told[COMMUNITY]["pupils"]] == [1]
    assert [row["row_no"] for row in told[STUDENTS]["pupils"]] == [1, 2]


@pytest.mark.parametrize(
    ("desk", "place"),
    [
        (COMMUNITY, QUSHUI), ("community.town-office@town-990102001", "990102001"), ("civil.protection-duty@civ-990102", "990102"),
        ("community.desk@com-999999999999", None),
    ],
)  # fmt: skip
def test_a_desk_stands_where_its_unit_is(world: World, desk: str, place: str | None) -> None:
    assert world.directory.place_of(desk, at("09-30 17:10:00")) == place


def test_a_school_stands_where_its_record_says(world: World) -> None:
    moment = at("09-30 17:10:00")
    school = world.directory.school(B, moment)
    assert school is not None
    assert world.directory.place_of(f"school.duty-desk@{B}", moment) == school.place_code
