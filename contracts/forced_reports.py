"""强制报告: what schools, health and communities file alike when a child may have been harmed.

The police get it whole. Civil affairs get what they need to shelter a child whose guardian must not be told. The education bureau learns
that a report was filed, and nothing of what it says."""

from typing import Annotated

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from contracts.codes.shared import AgeBand, ForcedReportKind, Sex, SuspectRelation
from contracts.conditional import needed_if
from contracts.envelope import Closed
from contracts.event_type import EventType, KeyScope, Narrowing, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.forms import intake_form
from contracts.other import other_needs_words
from contracts.ownership import rows_name_their_school
from contracts.sealed import Phone, PlainRow, SealedRow
from contracts.texts import FREE_TEXT, SEALED_TEXT, Number, SchoolId, YesNo
from contracts.values import UnitRef

FAMILY = "forced-report"
WORDS = {"kind": "kind_note"}
"""Code → its words when it is ``other``."""


class HarmedChild(PlainRow):
    """The child: whole for the police, age and place for civil affairs."""

    name: Annotated[str, say("P", "minor", "公安核实与保护", "姓名", sealed=True, max_length=40), SEALED_TEXT]
    age_band: Annotated[AgeBand, say("P W", "minor", "公安核实与保护，民政安置", "年龄段", sealed=True, codes="age_band")]
    sex: Annotated[Sex, say("P", "minor", "公安核实与保护", "性别", sealed=True, codes="sex")]
    address: Annotated[str | None, say("P W", "minor", "公安核实与保护，民政安置", "住址", sealed=True, max_length=120), SEALED_TEXT] = None
    guardian_phone: Annotated[Phone | None, say("P", "minor", "公安联系监护人", "监护人电话", sealed=True)] = None


class ReportAccount(PlainRow):
    """What was seen and heard."""

    text: Annotated[str, say("P", "minor", "公安调查", "情况经过", sealed=True, max_length=2000), SEALED_TEXT]


class Reporter(PlainRow):
    """Who reports: protected, for the police alone."""

    name: Annotated[str, say("P", "personal", "公安核实，对报告人保密", "报告人", sealed=True, max_length=40), SEALED_TEXT]
    phone: Annotated[Phone | None, say("P", "personal", "公安核实，对报告人保密", "报告人电话", sealed=True)] = None
    unit: Annotated[str | None, say("P", "personal", "公安核实，对报告人保密", "报告人单位", sealed=True, max_length=60), SEALED_TEXT] = None


class ForcedReportFiled(Closed):
    """强制报告. Each filing agency has a type of its own with these fields."""

    report_no: Annotated[Number, say("P W E L", "work", "核对同一报告", "报告编号", min_length=1, max_length=32)]
    kind: Annotated[ForcedReportKind, say("P W", "minor", "判断情形与处置单位", "情形", codes="forced_report_kind")]
    kind_note: Annotated[str | None, say("P W", "minor", "情形为其他时说明，不得出现姓名", "情形说明", max_length=60), FREE_TEXT] = None
    school_id: Annotated[SchoolId | None, say("P W", "work", "确定就读学校，会泄露身份时不填", "学校")] = None
    suspect_relation: Annotated[
        SuspectRelation, say("P W", "minor", "判断监护人与学校能否知情", "嫌疑人与儿童关系", codes="suspect_relation")
    ]
    suspect_unit: Annotated[UnitRef | None, say("P", "work", "该单位不得收到任何通报", "嫌疑人所在单位")] = None
    imminent: Annotated[YesNo, say("P W L", "work", "判断是否立即保护", "儿童正处危险")]
    pupils: Annotated[
        tuple[SealedRow, ...],
        say("P W", "minor", "公安核实与保护，监护人不宜知情时民政安置", "儿童", sealed=True, min_length=1, max_length=2),
    ]
    account: Annotated[tuple[SealedRow, ...], say("P", "minor", "公安调查", "经过", sealed=True, min_length=1, max_length=1)]
    reporter: Annotated[
        tuple[SealedRow, ...], say("P", "personal", "公安核实，对报告人保密", "报告人", sealed=True, min_length=1, max_length=1)
    ]
    guardian_may_be_told: Annotated[YesNo, say("P W", "work", "判断监护人能否知情", "可以告知监护人")]

    @model_validator(mode="after")
    def _fits_together(self) -> "ForcedReportFiled":
        other_needs_words(self, **WORDS)
        needed_if(self, self.suspect_relation == "school-staff", "suspect_unit")
        if self.suspect_relation == "family" and self.guardian_may_be_told:
            raise PydanticCustomError("guardian-is-suspected", "A suspected family is not told", {"field": "guardian_may_be_told"})
        own = (self.school_id,) if self.school_id else ()
        for field in ("pupils", "account", "reporter"):
            rows_name_their_school(getattr(self, field), own, field=field)
        return self


_ROWS: dict[str, type[PlainRow]] = {"pupils": HarmedChild, "account": ReportAccount, "reporter": Reporter}


def filed(
    model: type[ForcedReportFiled], agency: str, *, title: str, publishers: tuple[str, ...], scope: KeyScope
) -> tuple[EventType, ...]:
    """The type ``<agency>.forced-report.filed`` and its follow-ups."""
    head = EventType(
        name=f"{agency}.forced-report.filed",
        title=title,
        model=model,
        intake_model=intake_form(model, _ROWS),
        key=key_of("report_no"),
        key_field="report_no",
        family=FAMILY,
        publishers=publishers,
        publish_within=(Within("30min"),),
        key_scope=scope,
        narrowings=(Narrowing("pupils", frozenset("P"), "guardian_may_be_told", frozenset({True})),),
        publisher_views=frozenset("PE"),
    )
    return with_follow_ups(Head(of=head, marks=("S", "C", "W"), rows=_ROWS, words=WORDS))
