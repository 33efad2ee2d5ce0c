"""社区家访: what a community found at a pupil's home."""

from typing import Annotated

from pydantic import BaseModel, Field, model_validator

from contracts.codes.community import VisitFinding, VisitNext
from contracts.envelope import Closed
from contracts.event_type import EventType, Within
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.forms import intake_form
from contracts.ownership import rows_name_their_school
from contracts.sealed import PlainRow, SealedRow
from contracts.texts import SEALED_TEXT
from contracts.values import Day

RowRef = Annotated[str, Field(pattern=r"^[0-9]{10}/2[01][0-9]{2}-(0[1-9]|1[0-2])/[1-9][0-9]{0,3}$")]
"""School, month and row of a drop-out list: ``3199000102/2026-09/1``."""


class VisitNote(PlainRow):
    """What the visitors noted, for the school and the communities."""

    text: Annotated[str, say("S W", "minor", "家访情况", "家访记录", sealed=True, max_length=500), SEALED_TEXT]


class VisitRecorded(Closed):
    """社区家访结果, of one row of a school's monthly list."""

    row_ref: Annotated[RowRef, say("S E W L", "work", "对应疑似辍学月报的一行", "月报行号（学校/月份/行号）")]
    visited_on: Annotated[Day, say("S E W L", "work", "掌握家访时间", "家访日期")]
    found: Annotated[VisitFinding, say("S E W", "minor", "判断辍学情形", "家访结果", codes="visit_finding")]
    next: Annotated[VisitNext, say("S E W", "work", "安排下一步", "下一步", codes="visit_next")]
    note: Annotated[
        tuple[SealedRow, ...] | None,
        say("S W", "minor", "学校与社区核实情况", "家访记录", sealed=True, min_length=1, max_length=1),
    ] = None

    @model_validator(mode="after")
    def _fits_together(self) -> "VisitRecorded":
        rows_name_their_school(self.note, (self.row_ref.partition("/")[0],), field="note")
        return self


def list_of(data: BaseModel) -> str:
    """The key of the list that a visit's row stands in: ``3199000102/2026-09``."""
    return str(getattr(data, "row_ref", "")).rpartition("/")[0]


_ROWS: dict[str, type[PlainRow]] = {"note": VisitNote}

_RECORDED = EventType(
    name="community.visit.recorded",
    title="社区家访结果",
    model=VisitRecorded,
    intake_model=intake_form(VisitRecorded, _ROWS),
    key=list_of,
    key_field="row_ref",
    family="dropout",
    publishers=("community.desk",),
    publish_within=(Within("1wd"),),
    key_scope="unit",
    joins=True,
    row="row_ref",
)

TYPES: tuple[EventType, ...] = with_follow_ups(Head(of=_RECORDED, marks=("C",), rows=_ROWS))
