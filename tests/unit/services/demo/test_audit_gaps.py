"""What the bus opens by itself, audited: a gap must not contradict the rosters and check-ins that the client had accepted."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.demo.audit import Report, Stated, judge
from services.demo.audit.rows import Gap
from tests.unit.services.demo import fabricated as made

OPENED = datetime.fromisoformat("2026-09-21T07:05:00+08:00")


def gap(**about: Any) -> Gap:
    fields: dict[str, Any] = {
        "id": "gap-1", "kind": "live", "school": made.SCHOOL, "gate": "A-G2", "date": "2026-09-21", "peak": "am", "slot": "police",
        "required": 1, "opened_at": OPENED,
    }  # fmt: skip
    return Gap(**fields | about)


def item(when: str, *, slot: str = "police", act: str = "in", gate: str = "A-G2") -> dict[str, Any]:
    return {
        "item_no": 1,
        "gate_id": gate,
        "peak": "am",
        "slot": slot,
        "person_ref": "p-1",
        "act": act,
        "checked_at": f"2026-09-21T{when}+08:00",
    }


def batch(*items: dict[str, Any], after: float = 0, **about: Any) -> Stated:
    """Stated a minute before the gap was opened, or ``after`` it by seconds."""
    time = OPENED + timedelta(seconds=after or -60)
    data = {"gate_id": "A-G2", "batch_no": "D-1", "uploaded_at": time.isoformat(), "items": list(items)}
    fields: dict[str, Any] = {"id": "event-2", "name": "police.guard-checkins.recorded", "subject": "A-G2", "time": time, "data": data}
    return made.stated(**fields | about)


def roster(*slots: str) -> Stated:
    rows = [{"gate_id": "A-G2", "peak": "am", "slot": slot, "person_ref": f"p-{slot}"} for slot in slots]
    data = {"school_id": made.SCHOOL, "date": "2026-09-21", "rows": rows}
    time = OPENED - timedelta(days=1)
    return made.stated(id="event-3", name="police.guard-roster.published", subject="r", time=time, data=data)


def audit(one: Gap, *stated: Stated) -> Report:
    log = made.log(*stated)
    ids = [(entry.id, entry.subject, entry.name) for entry in stated]
    rows = made.rows(
        gaps=(one,),
        intake=(made.intake(), *(made.intake(id=identity, subject=subject, name=name) for identity, subject, name in ids)),
        decided=(made.decided(), *(made.decided(id=identity, incident=identity, root=identity) for identity, _, _ in ids)),
    )
    return judge(log, made.law(), rows)


def gaps_found(report: Report) -> list[str]:
    return [finding.fault for finding in report.findings if "gap-1" in finding.what]


@pytest.mark.parametrize(
    "stated",
    [
        (),
        (batch(item("07:05:01")),),
        (batch(item("06:58:00"), item("07:01:00", act="out")),),
        (batch(item("06:58:00", slot="school")),),
        (batch(item("06:58:00", gate="A-G1")),),
        (batch(item("06:58:00"), after=30),),
        (batch(item("06:58:00"), status="exercise"),),
    ],
    ids=["nobody", "too late", "left", "another slot", "another gate", "not stated yet", "a drill"],
)
def test_a_gap_where_nobody_was_known_is_explained(stated: tuple[Stated, ...]) -> None:
    assert gaps_found(audit(gap(), *stated)) == []


@pytest.mark.parametrize("slot", ["police", "auxiliary"])
def test_a_gap_where_enough_had_checked_in_is_unexplained(slot: str) -> None:
    assert gaps_found(audit(gap(), batch(item("06:58:00", slot=slot)))) == ["unexplained"]
    assert gaps_found(audit(gap(required=2), batch(item("06:58:00", slot=slot)))) == []


def test_a_planned_gap_is_held_against_the_roster() -> None:
    planned = gap(kind="planned", opened_at=OPENED - timedelta(hours=13))
    assert gaps_found(audit(planned, roster("school"))) == []
    assert gaps_found(audit(planned, roster("school", "auxiliary"))) == ["unexplained"]


def test_what_the_bus_decided_of_its_own_needs_no_statement() -> None:
    own = made.decided(source="/routing", id="gap-1", incident="gap-1", root="gap-1")
    report = judge(made.log(), made.law(), made.rows(decided=(made.decided(), own), gaps=(gap(),)))
    assert report.findings == ()
