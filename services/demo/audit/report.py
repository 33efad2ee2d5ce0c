"""What an audit finds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Fault = Literal["lost", "doubled", "unexplained", "disordered", "stuck"]
FAULTS: tuple[Fault, ...] = ("lost", "doubled", "unexplained", "disordered", "stuck")


@dataclass(frozen=True, slots=True)
class Finding:
    """``what``: ids, desks and rules, never content."""

    fault: Fault
    what: str


@dataclass(frozen=True, slots=True)
class Report:
    """``judged``: how many accepted requests and stored rows were compared; ``foreign``: incidents that others than this client opened."""

    findings: tuple[Finding, ...] = ()
    judged: int = 0
    foreign: int = 0

    @property
    def is_clean(self) -> bool:
        return not self.findings

    def count(self, fault: Fault) -> int:
        return sum(finding.fault == fault for finding in self.findings)

    def counts(self) -> dict[str, int]:
        return {fault: self.count(fault) for fault in FAULTS}


@dataclass(slots=True)
class Findings:
    """Collects what the checks find; the same fault of the same thing once."""

    found: dict[tuple[Fault, str], Finding] = field(default_factory=dict)
    judged: int = 0

    def add(self, fault: Fault, what: str) -> None:
        self.found.setdefault((fault, what), Finding(fault, what))

    def saw(self, things: Iterable[object]) -> None:
        self.judged += sum(1 for _ in things)

    def report(self, *, foreign: int = 0) -> Report:
        return Report(tuple(self.found.values()), self.judged, foreign)
