"""What is told of a month, in numbers and in words, and to whom (GOV-07)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from contracts.coordination import EventFacts, SlaLine, SlaReportPublished, SlaTally
from contracts.ids import derived_id
from services.routing.core.directory import Directory
from services.routing.core.issue import issue_new
from services.routing.core.mandates import Mandate
from services.routing.core.matching.cast import Scene, resolve_role
from services.routing.core.matching.content import Content
from services.routing.core.matching.linked import number_of
from services.routing.core.matching.recipients import Wanted
from services.routing.core.model import Fold, Incident
from services.routing.core.sla.figures import STEPS
from services.routing.core.sla.monthly import Area
from services.routing.core.sla.periods import Period, month_named
from services.routing.core.sla.shapes import Coverage, Expected, Line, Outcome, Rated, Report, Shown, Table

EVENT, FAMILY = "bus.sla-report.published", "sla-report"
LISTS = "PER-01"
"""The drop-out list, or the report that there is nobody to list."""


def messages_of(report: Report, area: Area, directory: Directory) -> tuple[SlaReportPublished, ...]:
    """What is told of a month: its figures, and those of its drills if there were any."""
    actual = _message(report, area, report.actual, directory=directory)
    drilled = report.exercise.lines
    return (actual, _message(report, area, report.exercise, directory=directory, exercise=True)) if drilled else (actual,)


def _message(report: Report, area: Area, table: Table, *, directory: Directory, exercise: bool = False) -> SlaReportPublished:
    beside = _Beside((), ()) if exercise else _Beside(report.coverage, [one for one in report.expected if one.rule == LISTS])
    total = _line(table.total, of=area.code, invalid=0 if exercise else _invalid(report), beside=beside)
    return SlaReportPublished(
        report="/".join([report.period.name, area.code, *(["exercise"] if exercise else [])]),
        month=report.period.name,
        scope="city" if area.city else "county",
        area=area.code,
        exercise=exercise,
        total=total,
        lines=tuple(_line(line, of=line.key, beside=beside.of(line.key)) for line in table.lines),
        calendar_version=directory.calendar_version,
        text=in_words(table.total, area, report.period, exercise=exercise),
        published_at=report.as_of,
    )


def _invalid(report: Report) -> Shown:
    """How many incidents were withdrawn; not told when those about pupils are few."""
    counts = [count for count in report.voided_hidden.values() if isinstance(count, int)]
    return len(report.voided) + sum(counts) if len(counts) == len(report.voided_hidden) else "hidden"


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the notifications of a line: its gate windows, and the lists it owed."""

    coverage: Sequence[Coverage]
    lists: Sequence[Expected]

    def of(self, key: str) -> "_Beside":
        return _Beside([one for one in self.coverage if one.county == key], [one for one in self.lists if one.key == key])


def _line(line: Line, *, of: str, beside: _Beside, invalid: Shown = 0) -> SlaLine:
    return SlaLine.model_validate({
        "of": of,
        "ack": _tally(line.signed),
        "median_minutes": line.median_minutes,
        "p90_minutes": line.p90_minutes,
        "first_action": _tally(line.acted),
        "report": _tally(line.reported),
        "close": _tally(line.closed),
        "publish": _tally(line.published),
        "lawful": _tally(line.lawful),
        "bus": _tally(line.delivered),
        "publisher_minutes": line.publisher.minutes,
        "bus_minutes": line.bus.minutes,
        "receiver_minutes": line.receiver.minutes,
        "escalations": tuple(line.steps.get(step.partition("/")[2], 0) for step in STEPS),
        "windows": sum(one.scheduled for one in beside.coverage),
        "windows_covered": sum(one.covered for one in beside.coverage),
        "lists_in_time": sum(one.in_time for one in beside.lists),
        "lists_late": sum(one.late for one in beside.lists),
        "lists_missing": sum(one.missing for one in beside.lists),
        "invalid": invalid,
        "rated": {"given": line.rated.given, "average": line.rated.average},
    })  # fmt: skip


def _tally(outcome: Outcome) -> SlaTally:
    return SlaTally.model_validate({"counted": outcome.asked, "on_time": outcome.in_time})


def in_words(total: Line, area: Area, period: Period, *, exercise: bool = False) -> str:
    """The sums as one sentence."""
    year, _, month = period.name.partition("-")
    what = "演练月报" if exercise else "履职月报"
    rate = f"{total.signed.rate:.1%}" if total.signed.rate is not None else "—"
    shares = (("报送方", total.publisher), ("总线", total.bus), ("接收方", total.receiver))
    late = "、".join(f"{name} {share.minutes:,.0f} 分钟" for name, share in shares if share.minutes is not None) or "—"
    rated = _rated(total.rated)
    return f"{area.name}{year}年{int(month)}月{what}：应签 {_said(total.signed.asked)} 件，按时签收 {rate}；超时：{late}{rated}。"


def _rated(rated: Rated) -> str:
    """互评, where there was any; of too few only how often."""
    if rated.given == 0:
        return ""
    return f"；互评 {_said(rated.given)} 次" + (f"，平均 {rated.average:.2f} 分" if rated.average is not None else "")


def _said(count: Shown) -> str:
    return {"hidden": "若干"}.get(str(count), str(count).replace("<", "少于 "))


def tell_month(fold: Fold, area: Area, messages: Sequence[SlaReportPublished], mandate: Mandate, *, publisher: str) -> Incident:
    """Open the matter of a report, tell those whom the mandate names in this division, each with the figures; nobody owes anything."""
    first = messages[0]
    incident = _open(fold, area, first, publisher)
    facts = EventFacts(type=EVENT, time=fold.now, known_at=fold.now, status="actual", county=area.code, revision=1)
    extra = {"month": first.month, "scope": first.scope, "area": first.area, "text": first.text}
    for desk in _recipients(fold, incident, area, mandate):
        wanted = Wanted(desk, None, "inform", "L", (mandate,), {}, None)
        issue_new(fold, incident, wanted, Content(facts=facts, about=EVENT, extra=extra))
        for message in messages:
            fold.tell(EVENT, message, to=desk, incident=incident.id, about=message.report)
    return incident


def _recipients(fold: Fold, incident: Incident, area: Area, mandate: Mandate) -> Iterator[str]:
    """A county's report is for its own desks, a city's for the city's."""
    scene = Scene(EVENT, incident.publisher, fold.now)
    for row in mandate.notify:
        if row.to.startswith("city.") == area.city:
            yield from (found.desk for found in resolve_role(fold, incident, row.to, scene).found)


def _open(fold: Fold, area: Area, message: SlaReportPublished, publisher: str) -> Incident:
    identity = derived_id(month_named(message.month).end, FAMILY, message.report)
    incident = Incident(
        id=identity,
        root=identity,
        number=number_of(area.code, identity, fold),
        family=FAMILY,
        scope=area.code,
        key=message.report,
        status="actual",
        county=area.code,
        head_type=EVENT,
        head_source="/routing",
        head_id=identity,
        publisher=publisher,
        first_time=fold.now,
        first_known_at=fold.now,
        revision=1,
        picture={},
        closed_at=fold.now,
    )
    fold.put(incident)
    return incident
