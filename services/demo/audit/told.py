"""Was everybody told who had to be, once, and nobody else? And did what the desks answered arrive?"""

from collections import Counter
from collections.abc import Mapping, Sequence

from services.demo.audit.district import District
from services.demo.audit.expect import Case, Must
from services.demo.audit.log import Answered, ClientLog
from services.demo.audit.report import Findings
from services.demo.audit.rows import Notice, OnDesk, Rows

OF_SILENCE = "cross-check"
"""The family of what is told because somebody was silent: the rules that the auditor reads do not speak of it."""
GONE = frozenset({"redirected", "superseded", "suspended", "withdrawn"})


class Told:
    """The notifications of the judged incidents, compared with what rules and log demand."""

    def __init__(self, rows: Rows, log: ClientLog, roots: frozenset[str], findings: Findings) -> None:
        judged = (notice for notice in rows.notices if notice.root in roots and notice.family != OF_SILENCE)
        self.notices = {notice.id: notice for notice in judged}
        self.on_desk = [row for row in rows.on_desk if row.id in self.notices]
        self.log = log
        self.findings = findings

    def check(self, musts: Mapping[str, Mapping[str, Must]], district: District) -> None:
        """``musts``: incident → desk → what it must have been told."""
        self.findings.saw(self.notices)
        self.findings.saw(must for desks in musts.values() for must in desks.values())
        self._check_missing(musts)
        self._check_reasons(musts, district)
        self._check_twice()
        self._check_desks()
        self._check_answers()

    def _check_missing(self, musts: Mapping[str, Mapping[str, Must]]) -> None:
        told = {(notice.incident, notice.desk) for notice in self.notices.values()}
        for incident, desks in musts.items():
            for desk, must in desks.items():
                if (incident, desk) not in told:
                    self.findings.add("lost", f"{desk} was never told of incident {incident} ({', '.join(sorted(must.acks))})")

    def _check_reasons(self, musts: Mapping[str, Mapping[str, Must]], district: District) -> None:
        for notice in self.notices.values():
            if not (notice.desk in musts.get(notice.incident, {}) or self._is_by_answer(notice) or self._is_by_cover(notice, district)):
                self.findings.add(
                    "unexplained", f"{notice.desk} was told of incident {notice.incident} by {', '.join(notice.mandates) or 'no rule'}"
                )

    def _is_by_answer(self, notice: Notice) -> bool:
        """An arbitration of a return that a desk made, or the desk that a ruling named."""
        if notice.arbitration_of is not None:
            return any(one.object == notice.arbitration_of for one in self._acts("return"))
        return any(ruling.new_desk == notice.desk and self._of_ruling(ruling, notice) for ruling in self._acts("ruling"))

    def _of_ruling(self, ruling: Answered, notice: Notice) -> bool:
        arbitration = self.notices.get(ruling.object)
        ruled = self.notices.get(arbitration.arbitration_of or "") if arbitration else None
        return ruled is not None and ruled.incident == notice.incident

    def _is_by_cover(self, notice: Notice, district: District) -> bool:
        """A copy or an item because a desk of the same root was not manned when it was told."""
        return any(
            other.root == notice.root and other.delivered_at is not None and not district.is_manned(other.desk, other.delivered_at)
            for other in self.notices.values()
            if other.id != notice.id
        )

    def _check_twice(self) -> None:
        places = Counter((notice.incident, notice.desk, notice.round) for notice in self.notices.values())
        for (incident, desk, _), count in places.items():
            if count > 1:
                self.findings.add("doubled", f"{desk} has {count} notifications of incident {incident}")
        for identity, count in Counter(row.id for row in self.on_desk).items():
            if count > 1:
                self.findings.add("doubled", f"notification {identity} stands on {count} desks")

    def _check_desks(self) -> None:
        standing: dict[str, OnDesk] = {row.id: row for row in self.on_desk}
        self.findings.saw(standing)
        for notice in self.notices.values():
            row = standing.get(notice.id)
            if row is None:
                self.findings.add("lost", f"notification {notice.id} never reached {notice.desk}")
            elif row.desk != notice.desk:
                self.findings.add("unexplained", f"notification {notice.id} of {notice.desk} stands at {row.desk}")
            elif notice.delivered_at is None:
                self.findings.add("lost", f"routing never heard that notification {notice.id} reached {notice.desk}")
            elif (notice.state in GONE) != (row.state == "withdrawn"):
                self.findings.add("lost", f"notification {notice.id} is {notice.state}, its desk shows {row.state}")
            elif row.version != notice.version:
                self.findings.add(
                    "lost" if row.version < notice.version else "unexplained",
                    f"{notice.desk} shows version {row.version} of {notice.version}",
                )

    def _check_answers(self) -> None:
        for act in (*self._acts("acknowledge"), *self._acts("triage")):
            notice = self.notices.get(act.object)
            if notice is not None and notice.acknowledged_at is None:
                self.findings.add("lost", f"routing never heard that {act.desk} signed {act.object}")
        for act in self._acts("return"):
            if act.object in self.notices and all(notice.arbitration_of != act.object for notice in self.notices.values()):
                self.findings.add("lost", f"the return of {act.object} by {act.desk} has no arbitration")
        for act in self._acts("ruling"):
            wanted = act.new_desk is not None and act.object in self.notices
            if wanted and not any(notice.desk == act.new_desk and self._of_ruling(act, notice) for notice in self.notices.values()):
                self.findings.add("lost", f"{act.new_desk} was never told of the ruling {act.object}")
        self.findings.saw(self.log.answered)

    def _acts(self, act: str) -> Sequence[Answered]:
        return [one for one in self.log.answered if one.act == act]


def musts_of(cases: Sequence[Case], incidents: Mapping[str, str]) -> dict[str, dict[str, Must]]:
    """Incident → desk → must, by the incident that the head of each case was given."""
    return {incidents[case.head.id]: dict(case.musts) for case in cases if case.head.id in incidents}
