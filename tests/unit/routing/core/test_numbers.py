"""What a number means where several count for themselves: units of one county, agencies of one family, and whoever speaks of their cases."""

from typing import Any

import pytest

from infra.messaging.delivery import Poison
from services.routing.core.model import World
from tests.unit.routing.core.bench import Bench, at
from tests.unit.routing.core.places import PRINCIPAL, STATION, A, B
from tests.unit.routing.core.stated import golden
from tests.unit.routing.core.test_families_forced_reports import ACCEPTED, COMMUNITY, ER, FILED, MINORS, REPORT, RESULT

ASSESSED, RECORDED, ANSWERED = "school.psych-risk.assessed", "school.psych-followup.recorded", "health.psych-referral.answered"
HOSPITAL = "health.hospital-green-channel@hos-990100-psy"
FOUND = {
    "fire.hazard.found": "fire.supervision-desk@fire-990102",
    "housing.building-hazard.found": "housing.safety-desk@hou-990102",
    "police.hazard.found": STATION,
}
DONE = {"hazard_no": "H-1", "done_at": "2026-09-21T10:00:00+08:00", "measure": "已清除"}


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, at("09-21 10:00:00"))


def teacher(school: str) -> str:
    return f"school.psych-teacher@{school}"


def crisis(bench: Bench, school: str) -> str:
    """One school's RED; every school has a number of this sort."""
    bench.wait(minutes=1)
    return str(bench.state_event(ASSESSED, teacher(school), golden(ASSESSED, level="red", school_id=school, referral_no="PR-1"))["incident"])


def hazard(bench: Bench, name: str, place: dict[str, Any]) -> str:
    return str(bench.state_event(name, FOUND[name], golden(name, hazard_no="H-1", **place))["incident"])


def conflict(bench: Bench, name: str, publisher: str, data: dict[str, Any]) -> bool:
    with pytest.raises(Poison) as caught:
        bench.state_event(name, publisher, data)
    return caught.value.code == "conflict"


def test_what_a_school_records_of_its_pupil_never_reaches_a_case_of_another_school(bench: Bench) -> None:
    """INVARIANT: a key of a school counts within the school — broken by looking for the newest case of that number in the county."""
    own, _ = crisis(bench, A), crisis(bench, B)
    bench.said.clear()
    row = bench.state_event(RECORDED, teacher(A), {"referral_no": "PR-1", "step": "review", "next_on": "2026-10-12"})
    assert row["incident"] == own
    assert not [to for to, _ in bench.heard("bus.notification.issued") if to.endswith(B)]


def test_a_slip_that_may_be_about_two_pupils_is_told_to_neither_school(bench: Bench) -> None:
    crisis(bench, A)
    other = crisis(bench, B)
    slip = {"referral_no": "PR-1", "slip_no": "HZ-1", "step": "accepted", "advice": ["accompany"]}
    assert conflict(bench, ANSWERED, HOSPITAL, slip)
    assert bench.state_event(ANSWERED, HOSPITAL, slip, incident=other)["incident"] == other


def test_reports_of_two_agencies_with_one_number_are_two_incidents(bench: Bench) -> None:
    """INVARIANT: a forced report is never merged — broken by a number that two agencies of one county gave."""
    first = bench.state_event("community.forced-report.filed", COMMUNITY, REPORT)
    second = bench.state_event("health.forced-report.filed", ER, REPORT | {"kind": "sexual"})
    third = bench.state_event(FILED, PRINCIPAL, REPORT)
    assert len({row["incident"] for row in (first, second, third)}) == 3
    told = [(data.version, data.change) for to, data in bench.heard("bus.notification.issued") if to == MINORS]
    assert told == [(1, ""), (1, ""), (1, "")]


def test_a_result_goes_to_the_desk_that_filed_the_report_it_names(bench: Bench) -> None:
    bench.state_event("community.forced-report.filed", COMMUNITY, REPORT)
    second = bench.state_event("health.forced-report.filed", ER, REPORT)["incident"]
    assert conflict(bench, ACCEPTED, MINORS, RESULT)
    bench.said.clear()
    bench.state_event(ACCEPTED, MINORS, RESULT, incident=second)
    assert {to for to, _ in bench.heard("bus.notification.issued")} & {COMMUNITY, ER} == {ER}


def test_a_result_that_is_corrected_is_the_one_that_was_told(bench: Bench) -> None:
    first = bench.state_event("community.forced-report.filed", COMMUNITY, REPORT)["incident"]
    bench.state_event(ACCEPTED, MINORS, RESULT)
    bench.state_event("health.forced-report.filed", ER, REPORT)
    moved = {"report_no": REPORT["report_no"], "changes": {"result": {"old": "case-opened", "new": "transferred"}}, "reason": "复核"}
    assert bench.state_event(f"{ACCEPTED}.corrected", MINORS, moved)["incident"] == first


def test_findings_of_several_agencies_with_one_number_are_several_incidents(bench: Bench) -> None:
    found = [hazard(bench, name, {"schools": [A]} if name.startswith("police") else {"school_id": A}) for name in FOUND]
    assert len(set(found)) == len(FOUND)
    later = {"hazard_no": "H-1", "changes": {"rectify_by": {"old": "2026-10-12", "new": "2026-11-01"}}, "reason": "复查"}
    corrected = bench.state_event("fire.hazard.found.corrected", FOUND["fire.hazard.found"], later)
    assert corrected["incident"] == found[0]
    assert conflict(bench, "school.rectification.completed", f"school.safety-officer@{A}", DONE)


def test_what_a_school_put_right_is_what_was_found_there(bench: Bench) -> None:
    hazard(bench, "fire.hazard.found", {"school_id": B})
    here = hazard(bench, "housing.building-hazard.found", {"school_id": A})
    assert bench.state_event("school.rectification.completed", f"school.safety-officer@{A}", DONE)["incident"] == here
