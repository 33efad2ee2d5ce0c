"""A fact that is changed under another name than a correction: by a supplement, by a head that is stated again."""

from typing import Any

import pytest

from services.routing.core.model import World
from tests.unit.routing.core.bench import ALARM, Bench, at
from tests.unit.routing.core.places import EDU, POLICE_110, PRINCIPAL, RAISED, SCHOOL, STATION, A
from tests.unit.routing.core.stated import golden
from tests.unit.routing.core.test_families_forced_reports import FILED, MINORS, REPORT

FOUND, CLUSTER = "police.hazard.found", "school.illness-cluster.reported"
REPORTER, CDC = f"school.infection-reporter@{A}", "health.cdc-duty@cdc-990102"


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, at("09-21 10:00:00"))


def supplement(bench: Bench, name: str, publisher: str, key: str, **added: Any) -> None:
    data = {RAISED: ALARM, FILED: REPORT}[name]
    bench.state_event(f"{name}.supplemented", publisher, {key: data[key], "added": added})


def newest(bench: Bench, desk: str) -> Any:
    return [data for to, data in bench.heard("bus.notification.issued") if to == desk][-1]


def test_a_supplement_takes_nobody_away_and_asks_nobody_to_sign_again(bench: Bench) -> None:
    """INVARIANT: the word of a follow-up, not its content, says what it does — broken by deciding a supplement as the correction it might be."""
    bench.state_event(FILED, PRINCIPAL, REPORT | {"imminent": True})
    supplement(bench, FILED, PRINCIPAL, "report_no", imminent=False)
    assert bench.heard("bus.notification.withdrawn") == []
    assert (newest(bench, MINORS).material, newest(bench, MINORS).change) == (False, "supplemented")


@pytest.mark.parametrize("added", [{"casualties": 3}, {"casualties": 0}, {"online": True}, {"kind": "crowd"}, {"advice": ["watch"]}])
def test_whoever_has_signed_reads_on_what_is_supplemented(bench: Bench, added: dict[str, Any]) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM | {"casualties": 1})
    for desk in (STATION, SCHOOL, EDU):
        bench.sign(desk)
    supplement(bench, RAISED, POLICE_110, "alarm_no", **added)
    assert (newest(bench, STATION).material, newest(bench, STATION).change) == (False, "supplemented")
    assert bench.notification(STATION).signed


def test_fewer_new_cases_on_the_next_day_leave_everybody_with_the_cluster(bench: Bench) -> None:
    data = golden(CLUSTER, school_id=A, cases_today=4, cases_3days=4)
    bench.state_event(CLUSTER, REPORTER, data)
    bench.said.clear()
    bench.state_event(f"{CLUSTER}.supplemented", REPORTER, {"cluster_no": data["cluster_no"], "added": {"cases_today": 1}})
    assert bench.heard("bus.notification.withdrawn") == []
    assert newest(bench, CDC).change == "supplemented"


def test_a_head_that_is_stated_again_with_another_date_moves_it(bench: Bench) -> None:
    """INVARIANT: work is owed by the date that was stated last — broken by a date that moves with a correction alone."""
    data = golden(FOUND, schools=[A], domain="facility", rectify_by="2026-11-02")
    bench.state_event(FOUND, STATION, data)
    bench.wait(minutes=5)
    bench.state_event(FOUND, STATION, data | {"rectify_by": "2026-10-20"})
    assert [d.due for d in bench.duties() if d.kind == "close" and d.state == "open"] == [at("10-21 00:00:00")]
