"""What a play came to: for the person at the end, for a program as one JSON object."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.clock import BEIJING
from services.commands.both import both, joined
from services.demo.audit.report import Report
from services.demo.figures import CaseFigures, Latency


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """``posted``: events accepted; ``seconds``: wall time from the start of the command to the end of the play."""

    posted: int
    cases: tuple[CaseFigures, ...]
    latency: Latency
    audit: Report
    began: datetime
    ended: datetime
    speed: float
    ready_seconds: float
    seconds: float
    faults: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """The audit found nothing, every desk could do what it wanted, and something was indeed told."""
        return self.audit.is_clean and not self.faults and self.total("told") > 0

    def total(self, figure: str) -> int:
        return sum(int(getattr(case, figure)) for case in self.cases)

    def record(self) -> dict[str, Any]:
        """The summary as one JSON object."""
        return {
            "clean": self.is_clean,
            "events": self.posted,
            "cases": len(self.cases),
            "notifications": self.total("told"),
            "delivered": self.total("delivered"),
            "to_sign": self.total("to_sign"),
            "acknowledged": self.total("signed"),
            "escalated": self.total("escalated"),
            "returned": self.total("returned"),
            "unmatched": sum(case.outcome == "unmatched" for case in self.cases),
            "event_to_desk_ms": {"count": self.latency.count, "p50": self.latency.p50, "p99": self.latency.p99},
            "audit": {**self.audit.counts(), "judged": self.audit.judged, "foreign": self.audit.foreign},
            "findings": [f"{finding.fault}: {finding.what}" for finding in self.audit.findings],
            "faults": list(self.faults),
            "business_time": {"from": _text(self.began), "to": _text(self.ended), "speed": self.speed},
            "seconds": {"until_ready": round(self.ready_seconds, 1), "all": round(self.seconds, 1)},
        }

    def lines(self) -> Sequence[str]:
        """The summary for a person, in both languages."""
        ms, audit = self.latency, self.audit
        to_sign, signed, escalated, returned = map(self.total, ("to_sign", "signed", "escalated", "returned"))
        verdict = both("审计：无误", "audit: clean") if audit.is_clean else both("审计：发现问题", "audit: faults found")
        counts = both(
            f"（丢失 {audit.count('lost')}，重复 {audit.count('doubled')}，无来由 {audit.count('unexplained')}，"
            f"错序 {audit.count('disordered')}，滞留 {audit.count('stuck')}；核对 {audit.judged} 项）",
            f" (lost {audit.count('lost')}, doubled {audit.count('doubled')}, unexplained {audit.count('unexplained')}, "
            f"disordered {audit.count('disordered')}, stuck {audit.count('stuck')}; {audit.judged} things judged)",
        )
        return (
            both(
                f"事件 {self.posted} 件 → 事由 {len(self.cases)} 起 → 通报 {self.total('told')} 份",
                f"{self.posted} events → {len(self.cases)} incidents → {self.total('told')} notifications",
            ),
            both(
                f"应签 {to_sign}，已签 {signed}，督办 {escalated}，退单 {returned}",
                f"to sign {to_sign}, signed {signed}, escalations {escalated}, returned {returned}",
            ),
            both(
                f"事件 → 值守台（机器时间）：p50 {ms.p50} 毫秒，p99 {ms.p99} 毫秒，{ms.count} 份",
                f"event → desk (machine time): p50 {ms.p50} ms, p99 {ms.p99} ms over {ms.count}",
            ),
            joined(verdict, counts),
            *(both(f"  {finding.fault} {finding.what}", f"  {finding.fault} {finding.what}") for finding in audit.findings),
            *(both(f"  值守台受阻：{fault}", f"  a desk was hindered: {fault}") for fault in self.faults),
        )


def _text(moment: datetime) -> str:
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")
