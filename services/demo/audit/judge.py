"""The audit itself: pure, from the client's log, the rules, the district and the rows, to findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.demo.audit.clocks import GRACE, check_clocks, check_dues
from services.demo.audit.district import District
from services.demo.audit.expect import cases_of, expect, triages_of
from services.demo.audit.gaps import BUS, check_gaps
from services.demo.audit.gates import check_found, gap_musts
from services.demo.audit.log import ClientLog
from services.demo.audit.report import Findings, Report
from services.demo.audit.rows import Rows
from services.demo.audit.rules import Rule
from services.demo.audit.told import Told, musts_of
from services.demo.audit.travel import check_arrival, check_decisions, check_intake, check_order
from services.demo.audit.waits import check_waits
from services.demo.audit.words import Scene, check_words


@dataclass(frozen=True, slots=True)
class Law:
    """What must be: the rules, who stands where, and which services read which topic."""

    rules: Sequence[Rule]
    district: District
    readers: Mapping[str, Sequence[str]]


def judge(log: ClientLog, law: Law, rows: Rows, *, alone: bool = True, grace: timedelta = GRACE) -> Report:
    """Compare. ``alone``: nobody but this client posted events. ``grace``: business time after a due within which a miss must be out.

    CannotJudge for a rule, a role or a condition that the auditor does not know.
    """
    findings = Findings()
    foreign = check_intake(rows, log, findings, alone=alone)
    incidents = {row.id: row.incident for row in rows.decided}
    said = triages_of(log, rows)
    cases = [expect(case, law.rules, law.district, said.get(incidents.get(case.head.id, ""), ())) for case in cases_of(log.stated)]
    gaps = gap_musts(rows.gaps, law.rules, law.district)
    roots = frozenset(row.root for row in rows.decided if row.id not in foreign and row.source != BUS) | gaps.keys()
    check_decisions(cases, rows, findings)
    Told(rows, log, roots, findings).check(musts_of(cases, incidents) | gaps, law.district)
    check_clocks(rows, log, roots, findings, grace=grace)
    check_dues(cases, incidents, rows, findings)
    check_gaps(rows, log, findings)
    check_found(rows, log, law.district, findings, grace=grace)
    _check_said(rows, log, findings, alone=alone)
    check_order(rows.sent, findings)
    check_arrival(rows, law.readers, findings)
    return findings.report(foreign=len({row.root for row in rows.decided if row.id in foreign}))


def judge_answers(log: ClientLog, rows: Rows, *, alone: bool = True) -> Report:
    """Only what desks said beside their signatures: that needs no rule, whatever was stated."""
    findings = Findings()
    _check_said(rows, log, findings, alone=alone)
    return findings.report()


def _check_said(rows: Rows, log: ClientLog, findings: Findings, *, alone: bool) -> None:
    scene = Scene(rows, log, findings)
    check_words(scene, alone=alone)
    check_waits(scene, alone=alone)
