"""疑似辍学学生月报: each month a list, or that there is nobody to list (零报告)."""

from typing import Annotated

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from contracts.codes.schools import DropoutReason
from contracts.codes.shared import AgeBand
from contracts.conditional import needed_if
from contracts.envelope import Closed
from contracts.event_type import EventType, Narrowing, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.forms import intake_form
from contracts.ownership import rows_name_their_school
from contracts.sealed import Community, Phone, PlainRow, RowNumber, SealedRow
from contracts.texts import SEALED_TEXT, Count, SchoolId, YesNo
from contracts.values import Day, PersonRef, YearMonth


class DropoutPupil(PlainRow):
    """A pupil who stays away. Number and home community stand in clear beside the sealed row: by them a community gets its own rows."""

    row_no: Annotated[RowNumber, say("S W E", "work", "社区家访结果据以对应", "行号")]
    name: Annotated[str, say("S W E", "minor", "家访核实", "姓名", sealed=True, max_length=40), SEALED_TEXT]
    class_: Annotated[str | None, say("S W E", "minor", "家访核实", "班级", sealed=True, alias="class", max_length=40), SEALED_TEXT] = None
    age_band: Annotated[AgeBand, say("S W E", "minor", "适用未成年人保护规定", "年龄段", sealed=True, codes="age_band")]
    last_seen_on: Annotated[Day, say("S W E", "minor", "掌握离校时间", "最后到校日期", sealed=True)]
    reason: Annotated[DropoutReason, say("S W E", "minor", "分类劝返", "疑似原因", sealed=True, codes="dropout_reason")]
    home_community: Annotated[Community | None, say("S W E", "work", "确定由哪个社区家访，不详时留空", "居住社区代码")] = None
    guardian_phone: Annotated[Phone | None, say("S W E", "minor", "联系监护人", "监护人电话", sealed=True)] = None


class DropoutListSubmitted(Closed):
    """疑似辍学学生月报(含零报告)."""

    school_id: Annotated[SchoolId, say("S E W L", "work", "确定报送学校", "学校")]
    month: Annotated[YearMonth, say("S E W L", "work", "确定报送月份", "月份")]
    nil: Annotated[YesNo, say("S E L", "work", "确认本月无疑似辍学学生", "零报告")]
    count: Annotated[Count, say("S E W L", "work", "掌握人数", "疑似辍学人数")]
    pupils: Annotated[
        tuple[SealedRow, ...] | None,
        say("S W E", "minor", "学校、社区、教育局核实劝返", "学生名单", sealed=True, min_length=1, max_length=200),
    ] = None
    signed_by: Annotated[PersonRef, say("S E", "personal", "由具名人员对月报负责", "签报人")]

    @model_validator(mode="after")
    def _fits_together(self) -> "DropoutListSubmitted":
        needed_if(self, not self.nil, "pupils")
        rows = self.pupils or ()
        if self.count != len(rows):
            raise PydanticCustomError("count-differs", "The count is not that of the list", {"field": "count"})
        if len({row.row_no for row in rows}) != len(rows):
            raise PydanticCustomError("row-number-twice", "Each row needs a number of its own", {"field": "pupils"})
        rows_name_their_school(self.pupils, (self.school_id,), field="pupils")
        return self


_ROWS: dict[str, type[PlainRow]] = {"pupils": DropoutPupil}

_SUBMITTED = EventType(
    name="school.dropout-list.submitted",
    title="疑似辍学学生月报",
    model=DropoutListSubmitted,
    intake_model=intake_form(DropoutListSubmitted, _ROWS),
    key=key_of("school_id+month"),
    key_field="school_id+month",
    family="dropout",
    publishers=("school.duty-desk", "school.moral-director"),
    key_scope="unit",
    narrowings=(Narrowing("pupils", frozenset("E"), own_school=frozenset("S"), own_community=frozenset("W")),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(Head(of=_SUBMITTED, marks=("C",), rows=_ROWS))
