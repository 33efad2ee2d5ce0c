"""Gaps at guard posts, derived anew: who had to be told of each, and which had to be found at all."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from services.demo.audit.district import District
from services.demo.audit.expect import Must
from services.demo.audit.gaps import CHECKINS, ROSTER, STAND_FOR
from services.demo.audit.log import ClientLog, Stated
from services.demo.audit.report import Findings
from services.demo.audit.rows import Gap, Rows
from services.demo.audit.rules import Rule, rows_of
from services.demo.audit.speaking import around, matching

OPENED = "bus.guard-gap.opened"
GRACE_AT_GATE = timedelta(minutes=5)
"""How long after the begin of a window people may come."""


def gap_musts(gaps: Iterable[Gap], rules: Sequence[Rule], district: District) -> dict[str, dict[str, Must]]:
    """Gap (which is its incident) → desk → what it must have been told: by the rules on what the bus itself states."""
    return {gap.id: _musts(gap, rules, district) for gap in gaps}


def _musts(gap: Gap, rules: Sequence[Rule], district: District) -> dict[str, Must]:
    picture = {"kind": gap.kind, "slot": gap.slot, "school_id": gap.school}
    where = around(picture, gap.county, district, gap.opened_at)
    found = matching(rules, OPENED, picture, where, known_at=gap.opened_at, at=gap.opened_at)
    musts: dict[str, Must] = {}
    for spoken in (one for one in found if not one.rule.triage):
        for row in rows_of(spoken.rule, OPENED, picture):
            for desk in spoken.desks(row.to, where):
                must = musts.setdefault(desk, Must(desk, row.kind))
                must.ask(spoken.rule, row)
                must.events.append(gap.id)
    return musts


def check_found(rows: Rows, log: ClientLog, district: District, findings: Findings, *, grace: timedelta) -> None:
    """A place of a stated roster that, by all that the client stated, nobody filled in time is a gap that desks were told of.

    Only places are judged whose window began after the client's first word: before it others may have been there."""
    if not log.stated:
        return
    since, told = (
        min(one.time for one in log.stated),
        {(gap.school, gap.gate, gap.date, gap.peak, gap.slot) for gap in rows.gaps if gap.kind == "live"},
    )
    for roster in _rosters(log):
        school, day = roster["school_id"], date.fromisoformat(str(roster["date"]))
        windows = {(gate, peak): begins for gate, peak, begins, _ in district.windows(school, day)}
        for need in roster["required"]:
            begins = windows.get((need["gate_id"], need["peak"]))
            place = (school, need["gate_id"], day.isoformat(), need["peak"], STAND_FOR.get(need["slot"], need["slot"]))
            if begins is None or begins < since or begins + GRACE_AT_GATE + grace >= rows.now or place in told:
                continue
            findings.saw([place])
            if len(set(_there(log, place, begins + GRACE_AT_GATE))) < need["count"]:
                findings.add("lost", f"nobody was told of the gap at {'/'.join(place)}")


def _rosters(log: ClientLog) -> list[Any]:
    """The last roster of each school and day, without those that were corrected afterwards."""
    newest: dict[str, Stated] = {}
    corrected = {one.subject for one in log.stated if one.name == f"{ROSTER}.corrected"}
    for one in sorted((one for one in log.stated if one.name == ROSTER and one.status == "actual"), key=lambda one: one.revision):
        newest[one.subject] = one
    return [one.data for subject, one in newest.items() if subject not in corrected]


def _there(log: ClientLog, place: tuple[str, ...], at: datetime) -> Iterator[str]:
    """Who had come to a place by then, whenever it was stated."""
    _, gate, day, peak, slot = place
    for event in (one for one in log.stated if one.name == CHECKINS and one.status == "actual"):
        for item in event.data["items"]:
            mine = (item["gate_id"], item["peak"], STAND_FOR.get(item["slot"], item["slot"])) == (gate, peak, slot)
            if (
                mine
                and item["act"] == "in"
                and str(item["checked_at"]).startswith(day)
                and datetime.fromisoformat(item["checked_at"]) <= at
            ):
                yield str(item["person_ref"])
