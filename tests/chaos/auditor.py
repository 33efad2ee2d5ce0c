"""The audit after a fault: wait until nothing is under way, then compare the client's log, the rules and the databases.

What must exist is derived in services/demo/audit, which shares no code with routing (a law of import).
"""

from dataclasses import dataclass
from datetime import datetime

from infra.clock import machine_now, monotonic
from services.demo.audit import ClientLog, Report, judge, law_of
from services.demo.settle import on_the_road, settle
from services.routing.packs import FOUNDING
from tests.chaos.stack import Stack

STUCK_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Window:
    """What one audit looks at: everything since its beginning, in business time (here the wall's) and in machine time."""

    began: datetime

    @classmethod
    def open(cls) -> "Window":
        return cls(machine_now())


@dataclass(frozen=True, slots=True)
class Verdict:
    """``seconds``: how long it took until nothing was under way; ``left``: what still was after a minute."""

    report: Report
    seconds: float
    left: int

    @property
    def is_clean(self) -> bool:
        return self.report.is_clean and self.left == 0

    def __str__(self) -> str:
        counts = ", ".join(f"{name} {number}" for name, number in self.report.counts().items())
        first = "".join(f"\n  {finding.fault}: {finding.what}" for finding in self.report.findings[:20])
        rest = f"not at rest after {self.seconds:.1f} s: {self.left} still on the road count as lost" if self.left else f"at rest after {self.seconds:.1f} s"
        return f"judged {self.report.judged}: {counts}; {rest}{first}"


async def audit(stack: Stack, log: ClientLog, window: Window) -> Verdict:
    """0 lost, 0 doubled, 0 unexplained, order kept, nothing stuck longer than a minute after the fault ended."""
    began = monotonic()
    law = await law_of(stack.dsn, FOUNDING, stack.catalogue)
    services = stack.catalogue.services()
    rows = await settle(stack.dsn, services, law, since=window.began, machine_since=window.began, within=STUCK_SECONDS)
    return Verdict(judge(log, law, rows), monotonic() - began, on_the_road(rows, law))
