"""The crews of the demo: which stations speak for which gates, and which school day follows which."""

from datetime import date

import pytest

from contracts.registry import event_type
from services.demo.audit.district import District
from services.demo.cast import JUNIOR, PRIMARY, RURAL, RURAL_STATION, SHORT_GATE, STATION
from services.demo.crews import Place, next_school_day, places, stations
from services.routing.directory import load_documents

DOCUMENTS = load_documents()


def test_each_station_speaks_for_the_gates_of_the_schools_it_is_paired_with() -> None:
    found = {station: {document["unit"] for document in schools} for station, schools in stations(DOCUMENTS).items()}
    assert {PRIMARY, JUNIOR} <= found[STATION]
    assert found[RURAL_STATION] == {RURAL}
    assert all(document.get("gates") for schools in stations(DOCUMENTS).values() for document in schools)


def test_a_crew_stands_where_the_directory_wants_somebody_and_the_short_gate_is_one_of_them() -> None:
    (junior,) = [document for document in DOCUMENTS if document["unit"] == JUNIOR]
    wanted = list(places(junior))
    assert Place(*SHORT_GATE) in wanted
    assert {(one.gate, one.peak) for one in wanted} == {
        (gate, peak) for gate, peak, _, _ in District(DOCUMENTS).windows(JUNIOR, date(2026, 9, 21))
    }
    assert len({one.person for one in wanted}) == len(wanted), "nobody stands at two places at once"
    kind = event_type("police.guard-roster.published")
    assert kind.intake_model is not None
    assert "police.station-duty" in kind.publishers


@pytest.mark.parametrize(
    ("day", "following"),
    [
        ("2026-09-21", "2026-09-22"),
        ("2026-09-19", "2026-09-20"),
        ("2026-09-24", "2026-09-28"),
        ("2026-09-30", "2026-10-08"),
        ("2026-12-31", None),
    ],
    ids=["a weekday", "a make-up Sunday", "a holiday Friday", "a holiday week", "no calendar"],
)
def test_the_next_school_day(day: str, following: str | None) -> None:
    assert next_school_day(date.fromisoformat(day)) == (date.fromisoformat(following) if following else None)
