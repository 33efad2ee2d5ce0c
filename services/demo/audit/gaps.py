"""What the bus opened by itself: a gap at a guard post must not contradict who is known, by the client's log, to have been there."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from infra.clock import BEIJING
from services.demo.audit.log import ClientLog, Stated
from services.demo.audit.report import Findings
from services.demo.audit.rows import Gap, Rows

BUS = "/routing"
CHECKINS, ROSTER = "police.guard-checkins.recorded", "police.guard-roster.published"
CLOCK_OFF = timedelta(minutes=10)
STAND_FOR = {"auxiliary": "police"}


def check_gaps(rows: Rows, log: ClientLog, findings: Findings) -> None:
    """Each gap that desks were told of: in the log there are fewer people than it needs, at the time when it was opened."""
    findings.saw(rows.gaps)
    for gap in rows.gaps:
        found = rostered(log, gap) if gap.kind == "planned" else present(log, gap)
        if len(found) >= gap.required:
            findings.add("unexplained", f"{gap.kind} gap {gap.id} was opened where {len(found)} of {gap.required} were known")


def present(log: ClientLog, gap: Gap) -> set[str]:
    """Who had checked in and not left, as far as it was stated by then."""
    here: set[str] = set()
    for item in sorted(_items(log, gap), key=lambda item: (_instant(item["checked_at"]), item["act"] == "in")):
        if _instant(item["checked_at"]) <= gap.opened_at:
            (here.add if item["act"] == "in" else here.discard)(item["person_ref"])
    return here


def _items(log: ClientLog, gap: Gap) -> Iterator[Mapping[str, Any]]:
    """Check-ins of the gap's slot on its day; what a device with a wrong clock sent proves nothing."""
    sound = [one for one in _stated(log, CHECKINS, gap) if abs(one.time - _instant(one.data["uploaded_at"])) <= CLOCK_OFF]
    for item in (item for event in sound for item in event.data["items"]):
        mine = (item["gate_id"], item["peak"], STAND_FOR.get(item["slot"], item["slot"])) == (gap.gate, gap.peak, gap.slot)
        if mine and _instant(item["checked_at"]).astimezone(BEIJING).date().isoformat() == gap.date:
            yield item


def rostered(log: ClientLog, gap: Gap) -> set[str]:
    """Who stands in the last roster of the day that was stated by then."""
    rosters = [one for one in _stated(log, ROSTER, gap) if (one.data["school_id"], one.data["date"]) == (gap.school, gap.date)]
    rows = max(rosters, key=lambda one: one.revision).data["rows"] if rosters else ()
    return {
        row["person_ref"]
        for row in rows
        if (row["gate_id"], row["peak"], STAND_FOR.get(row["slot"], row["slot"])) == (gap.gate, gap.peak, gap.slot)
    }


def _stated(log: ClientLog, name: str, gap: Gap) -> list[Stated]:
    """Only actual statements that were out when the gap was opened."""
    return [one for one in log.stated if one.name == name and one.status == "actual" and one.time <= gap.opened_at]


def _instant(text: Any) -> datetime:
    return text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
