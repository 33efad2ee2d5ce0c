"""强制报告受理反馈: what the police tell the side that filed."""

from typing import Annotated

from pydantic import model_validator

from contracts.codes.police import AcceptanceResult
from contracts.conditional import needed_if
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.forced_reports import FAMILY
from contracts.texts import FREE_TEXT, Number


class ForcedReportAccepted(Closed):
    """强制报告受理反馈, under the number of the filing side."""

    report_no: Annotated[Number, say("W P L", "work", "对应所报的强制报告", "报告编号", min_length=1, max_length=32)]
    result: Annotated[AcceptanceResult, say("W P L", "work", "告知报告单位处理结果", "受理结果", codes="acceptance_result")]
    reason: Annotated[str | None, say("W P", "work", "不予受理时说明理由", "不予受理理由", max_length=200), FREE_TEXT] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "ForcedReportAccepted":
        needed_if(self, self.result == "not-accepted", "reason")
        return self


_ACCEPTED = EventType(
    name="police.forced-report.accepted",
    title="强制报告受理反馈",
    model=ForcedReportAccepted,
    intake_model=ForcedReportAccepted,
    key=key_of("report_no"),
    key_field="report_no",
    family=FAMILY,
    publishers=("police.minor-case-desk",),
    publish_within=(Within("24h"),),
    joins=True,
)

TYPES: tuple[EventType, ...] = with_follow_ups(Head(of=_ACCEPTED, marks=("C",), rows={}))
