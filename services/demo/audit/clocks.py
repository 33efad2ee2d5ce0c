"""Did every missed deadline climb, and no other? And are the dues that the auditor can compute by itself right?"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from services.demo.audit.expect import Case, Must
from services.demo.audit.forms import elapsed
from services.demo.audit.log import ClientLog
from services.demo.audit.report import Findings
from services.demo.audit.rows import Clocked, Notice, Rows

GRACE = timedelta(seconds=10)
"""A miss must be out within 10 s of business time while the bus is healthy (times the speed, see ``check_clocks``)."""
_ACTS = {"ack": ("acknowledge", "triage"), "first-action": ("report",)}


def check_clocks(rows: Rows, log: ClientLog, roots: frozenset[str], findings: Findings, *, grace: timedelta = GRACE) -> None:
    """Every ack and first-action duty of the judged notifications; where a rule names the act, no report is one."""
    judged = {notice.id: notice for notice in rows.notices if notice.root in roots}
    duties = [duty for duty in rows.clocked if duty.owner in judged and duty.kind in _ACTS]
    findings.saw(duties)
    for duty in duties:
        named = duty.kind == "first-action" and judged[duty.owner].act is not None
        done = _done_at(duty, log) if not named else None
        in_time = duty.due is not None and done is not None and done <= duty.due
        what = f"{duty.kind} of {duty.owner} at {duty.desk}"
        if duty.missed_at is not None and in_time and not duty.is_voided:
            findings.add("unexplained", f"{what} was done in time and counts as missed")
        if duty.missed_at is None and duty.told:
            findings.add("unexplained", f"{what} climbed its ladder without a miss")
        if duty.state == "open" and duty.missed_at is None and duty.due is not None and duty.due + grace < rows.now:
            findings.add("lost", f"{what} was due and nobody noticed")


def _done_at(duty: Clocked, log: ClientLog) -> datetime | None:
    """When the desk did it, by the client's log. A report counts for every notification of the incident at that desk."""
    wanted = _ACTS[duty.kind]
    times = [one.at for one in log.answered if one.act in wanted and one.desk == duty.desk and one.object == duty.owner]
    return min(times, default=None)


def check_dues(cases: list[Case], incidents: Mapping[str, str], rows: Rows, findings: Findings) -> None:
    """Dues of cases that were only supplemented, at desks whose ack forms all count every minute: the earliest of them from delivery.

    Whom a triage asks for more than before has several deliveries to count from: of those only what was told since is computed."""
    for case in cases:
        incident = incidents.get(case.head.id)
        if incident is None or any(event.name.endswith((".corrected", ".level-changed", ".withdrawn")) for event in case.events):
            continue
        for notice in rows.notices:
            must = case.musts.get(notice.desk)
            told_before = case.triaged_at is not None and notice.delivered_at is not None and notice.delivered_at < case.triaged_at
            if notice.incident == incident and must is not None and not told_before:
                _check_due(notice, must, rows, findings)


def _check_due(notice: Notice, must: Must, rows: Rows, findings: Findings) -> None:
    forms = [form for form in must.acks.values() if form]
    lengths = [length for length in map(elapsed, forms) if length is not None]
    if not forms or len(lengths) != len(forms) or notice.delivered_at is None:
        return
    wanted = notice.delivered_at + min(lengths)
    dues = [duty.due for duty in rows.clocked if duty.owner == notice.id and duty.kind == "ack"]
    if wanted not in dues:
        findings.add("lost" if not dues else "unexplained", f"ack of {notice.id} at {notice.desk} is not due at {wanted.isoformat()}")
