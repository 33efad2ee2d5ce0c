"""An open RED moves to another city (S12): the old school stays responsible until the new school and the new hospital have both signed."""

from typing import Any

import pytest

from services.routing.core.model import World
from tests.unit.routing.core.bench import Bench, at

B, H = "3199000102", "3199000401"
OLD, NEW = f"school.psych-teacher@{B}", f"school.psych-teacher@{H}"
HOSPITAL = "health.hospital-green-channel@hos-990202-psy"
EDU_NEW, EDU_OLD, HB_NEW = "education.duty-officer@edu-990202", "education.duty-officer@edu-990102", "health.emergency-office@hb-990202"
SEALED = {"row": "r1", "nonce": "AAAA", "ciphertext": "AAAA", "keys": {"schools": "AAAA", "health": "AAAA"}}
TRANSFER: dict[str, Any] = {
    "handover_no": "ZX-3", "referral_no": "PR-0102-0007", "level": "red", "from_school": B, "to_school": H, "to_county": "990202",
    "leaves_on": "2026-10-19", "pupil": [SEALED | {"views": ["S", "K"]}], "care_plan": [SEALED | {"row": "r2", "views": ["K"]}],
    "hospital_from": "hos-990100-psy", "hospital_to": "hos-990202-psy",
}  # fmt: skip


@pytest.fixture
def bench(world: World) -> Bench:
    bench = Bench(world, at("10-16 16:00:00"))
    bench.state_event("school.pupil-transfer.started", OLD, TRANSFER)
    return bench


def test_the_new_side_is_asked_to_sign_and_both_bureaus_know(bench: Bench) -> None:
    told = {n.desk: n.kind for n in (bench.notification(desk) for desk in (NEW, HOSPITAL, EDU_NEW, EDU_OLD, HB_NEW))}
    assert told == {NEW: "acknowledge", HOSPITAL: "acknowledge", EDU_NEW: "acknowledge", EDU_OLD: "inform", HB_NEW: "inform"}
    assert bench.dues("ack") == {NEW: "10-16 18:00", HOSPITAL: "10-16 18:00", EDU_NEW: "10-16 18:00"}
    assert len(bench.heard("bus.notification.issued")) == 5
    assert {desk for desk, _ in bench.heard("bus.handover.offered")} == {OLD, NEW, HOSPITAL}
    assert bench.task().lead == OLD


def test_education_sees_no_pupil_and_only_the_hospital_the_plan(bench: Bench) -> None:
    seen = {desk: bench.notification(desk).issued["payload"].keys() for desk in (NEW, HOSPITAL, EDU_NEW, EDU_OLD)}
    assert not {"pupil", "care_plan", "referral_no"} & {*seen[EDU_NEW], *seen[EDU_OLD]}
    assert "pupil" in seen[NEW]
    assert "care_plan" not in seen[NEW]
    assert {"pupil", "care_plan"} <= seen[HOSPITAL]


def test_one_signature_relieves_nobody_and_both_complete_the_handover(bench: Bench) -> None:
    bench.to(at("10-16 16:20:00"))
    bench.sign(HOSPITAL)
    bench.sign(EDU_NEW)
    assert bench.task().closed_at is None
    bench.to(at("10-16 20:40:00"))
    assert bench.escalated() == [
        ("10-16 18:00", 1, f"school.principal@{H}"), ("10-16 18:30", 2, EDU_NEW), ("10-16 18:30", 2, OLD),
        ("10-16 20:00", 3, "education.leader-in-charge@edu-990202"),
    ]  # fmt: skip
    bench.sign(NEW)
    assert bench.task().closed_at == at("10-16 20:40:00")
    told = dict(bench.heard("bus.handover.completed"))
    assert set(told) == {OLD, NEW, HOSPITAL, EDU_NEW, EDU_OLD, HB_NEW}
    assert {side.desk for side in told[OLD].accepted} == {NEW, HOSPITAL}


def test_a_follow_up_of_the_new_school_is_invisible_to_the_old_side(bench: Bench) -> None:
    for desk in (HOSPITAL, NEW):
        bench.sign(desk)
    before = len(bench.said)
    bench.to(at("10-19 10:00:00"))
    followed = {"referral_no": "PR-0102-0007", "step": "review", "next_on": "2026-10-26"}
    bench.state_event("school.psych-followup.recorded", NEW, followed, county="990202")
    told = {out.recipient for out in bench.said[before:] if out.name == "bus.notification.issued"}
    assert f"school.resident-doctor@{H}" in told
    assert not {desk for desk in told if desk.endswith((B, "hos-990100-psy", "edu-990102"))}


def test_a_handover_that_is_withdrawn_relieves_nobody(bench: Bench) -> None:
    withdrawn = {"handover_no": "ZX-3", "code": "invalid", "reason": "家长放弃转学", "officer": "校长"}
    bench.state_event("school.pupil-transfer.started.withdrawn", OLD, withdrawn)
    assert {bench.notification(desk).state for desk in (NEW, HOSPITAL)} == {"withdrawn"}
    assert bench.heard("bus.handover.completed") == []
