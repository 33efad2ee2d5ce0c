"""What the bus opens by itself, audited: a gap must not contradict the rosters and check-ins that the client had accepted."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.demo.audit import District, Report, Stated, judge
from services.demo.audit.rows import Gap
from tests.unit.services.demo import fabricated as made

OPENED = datetime.fromisoformat("2026-09-21T07:05:00+08:00")
DELIVERED = made.NOON + timedelta(seconds=1)
TOLD = (made.STATION, made.GATE)


def gap(**about: Any) -> Gap:
    fields: dict[str, Any] = {
        "id": "gap-1", "kind": "live", "school": made.SCHOOL, "gate": "A-G2", "date": "2026-09-21", "peak": "am", "slot": "police",
        "required": 1, "opened_at": OPENED, "county": "990102",
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
    required = [{"gate_id": "A-G2", "peak": "am", "slot": "police", "count": 1}]
    data = {"school_id": made.SCHOOL, "date": "2026-09-21", "rows": rows, "required": required}
    time = OPENED - timedelta(days=1)
    return made.stated(id="event-3", name="police.guard-roster.published", subject="r", time=time, data=data)


def told_of(one: Gap | None, desks: tuple[str, ...] = TOLD) -> dict[str, Any]:
    """The notifications of a gap at these desks, beside those of the made-up alarm; and how they lie at the desks."""
    about = {"incident": "gap-1", "root": "gap-1", "family": "guard-gap"}
    more = [made.notice(desk, id=f"g-{desk}", **about) for desk in desks] if one else []
    standing = [made.on_desk(notice.desk, id=notice.id) for notice in more]
    due = [made.clocked(notice.desk, 5, owner=notice.id, incident="gap-1", due=DELIVERED + timedelta(minutes=5)) for notice in more]
    usual = made.rows()
    return {"notices": made.with_notices(*more), "on_desk": (*usual.on_desk, *standing), "clocked": (*usual.clocked, *due)}


def audit(one: Gap | None, *stated: Stated, desks: tuple[str, ...] = TOLD, now: datetime | None = None) -> Report:
    log = made.log(*stated)
    ids = [(entry.id, entry.subject, entry.name) for entry in stated]
    rows = made.rows(
        gaps=(one,) if one else (),
        **told_of(one, desks),
        **({"now": now} if now else {}),
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
    report = judge(made.log(), made.law(), made.rows(decided=(made.decided(), own), gaps=(gap(),), **told_of(gap())))
    assert report.findings == ()


def test_whoever_the_rules_name_must_be_told_of_a_gap_and_nobody_else() -> None:
    assert gaps_found(audit(gap(), desks=(made.STATION,))) == ["lost"]
    assert gaps_found(audit(gap(), desks=())) == ["lost", "lost"]
    assert gaps_found(audit(gap(), desks=(*TOLD, made.OFFICER))) == ["unexplained"]


def lost_at_gate(report: Report) -> list[str]:
    return [finding.what for finding in report.findings if "A-G2/2026-09-21" in finding.what or "A-G2/am" in finding.what]


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ((roster("police"),), True),
        ((roster("police"), batch(item("07:05:00"))), False),
        ((roster("police"), batch(item("07:05:01"))), True),
        ((roster("police"), batch(item("06:58:00"), after=3600)), False),
        ((), False),
    ],
    ids=["nobody came", "in time", "too late", "proved late", "no roster"],
)
def test_a_place_that_nobody_came_to_had_to_be_found(stated: tuple[Stated, ...], found: bool) -> None:
    """INVARIANT: a gap that no desk was told of is lost — broken by a clock that overlooks a window."""
    assert bool(lost_at_gate(audit(None, *stated))) is found
    assert lost_at_gate(audit(gap(), *stated)) == []
    assert lost_at_gate(audit(None, *stated, now=OPENED + timedelta(seconds=5))) == [], "it may still be on its way"


def test_the_timetable_of_a_season_over_the_new_year_holds_on_both_sides_of_it() -> None:
    windows = [
        {"from": "2025-09-01", "gate": "E-G1", "peak": "am", "starts": "07:20", "ends": "07:50", "season": ["05-01", "09-30"]},
        {"from": "2025-09-01", "gate": "E-G1", "peak": "am", "starts": "07:40", "ends": "08:10", "season": ["10-01", "04-30"]},
        {"from": "2025-09-01", "to": "2026-01-01", "gate": "E-G1", "peak": "pm", "starts": "16:00", "ends": "16:30"},
    ]
    district = District([made.document(made.SCHOOL, windows=windows)])
    found = {
        day: [f"{begins:%H:%M}" for _, _, begins, _ in district.windows(made.SCHOOL, date.fromisoformat(day))]
        for day in ("2026-09-30", "2026-10-01", "2025-12-31")
    }
    assert found == {"2026-09-30": ["07:20"], "2026-10-01": ["07:40"], "2025-12-31": ["07:40", "16:00"]}
