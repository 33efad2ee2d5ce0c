"""Posts and people of the story district."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from services.routing.core.guard import CheckIn, Post, Required, Roster, Rostered
from tests.unit.routing.core.bench import at

MONDAY = date(2026, 9, 21)
A, B = "2199000101", "3199000102"
STATION, SCHOOL_A, SCHOOL_B = "police.station-duty@ps-990102-01", f"school.duty-desk@{A}", f"school.duty-desk@{B}"
LEADER, POLICE_110, EDUCATION = "police.unit-leader@ps-990102-01", "police.110-desk@pb-990102", "education.duty-officer@edu-990102"


def post(gate: str = "A-G2", peak: str = "am", **about: Any) -> Post:
    """School A's north gate on Monday morning, 07:00–07:40, one policeman and one of the school."""
    fields: dict[str, Any] = {
        "day": MONDAY, "school": A, "gate": gate, "peak": peak, "county": "990102", "starts": at("09-21 07:00:00"),
        "ends": at("09-21 07:40:00"), "required": {"police": 1, "school": 1},
    }  # fmt: skip
    return Post(**fields | about)


def roster(
    revision: int, published: str, rows: Iterable[str] | None = ("police p1", "school s1"), required: Iterable[str] | None = None
) -> Roster:
    """Rows as ``slot person [substitute]`` at A-G2 in the morning; required as ``slot count``."""
    return Roster(
        revision,
        at(published),
        None if rows is None else tuple(Rostered("A-G2", "am", *row.split()) for row in rows),
        None if required is None else tuple(Required("A-G2", "am", slot, int(count)) for slot, count in map(str.split, required)),
    )


def came(person: str, when: str, *, slot: str = "police", act: Any = "in", uploaded: str | None = None, batch: str = "D-1") -> CheckIn:
    """Somebody checks in at ``when`` on Monday (``07:13:00``), uploaded at once."""
    moment = at(f"09-21 {when}")
    return CheckIn(slot, person, act, moment, batch, at(f"09-21 {uploaded}") if uploaded else moment)


def clock(moment: datetime | None) -> str:
    return moment.astimezone(at("09-21 00:00:00").tzinfo).strftime("%m-%d %H:%M:%S") if moment else "-"
