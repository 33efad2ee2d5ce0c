"""履职月报 (GOV-07): which months are due for which divisions, and what is told of them to whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.coordination import EventFacts, SlaLine, SlaReportPublished, SlaTally
from contracts.ids import derived_id
from services.routing.core.calendar import Calendars, DayUnknown
from services.routing.core.cast import Scene, resolve_role
from services.routing.core.content import Content
from services.routing.core.directory import Directory
from services.routing.core.issue import issue_new
from services.routing.core.linked import number_of
from services.routing.core.mandates import Mandate
from services.routing.core.model import OPS_DESK, Fold, Incident
from services.routing.core.recipients import Wanted
from services.routing.core.sla.figures import STEPS
from services.routing.core.sla.periods import Period, month_before, month_named, month_of, report_due
from services.routing.core.sla.report import Line, Outcome, Report, Shown, Table

GOV_07, EVENT, FAMILY = "GOV-07", "bus.sla-report.published", "sla-report"
MONTHS_BACK = 3
"""A clock that slept tells no month that is older."""
MOST_LINES = 1000
"""More desks than fit into one message: then the lines are by agency."""
CITY = "00"


@dataclass(frozen=True, slots=True)
class Area:
    """A county, or (``city``) a city, that is told of a month. ``scope``: the digits that its desks stand in."""

    code: str
    name: str

    @property
    def city(self) -> bool:
        return self.code.endswith(CITY)

    @property
    def scope(self) -> str:
        return self.code[:4] if self.city else self.code


def months_due(now: datetime, calendars: Calendars) -> tuple[list[Period], datetime | None]:
    """The latest months whose report is due by ``now``, oldest first, and when the next one is (None: no calendar covers it yet)."""
    months = [month_of(now)]
    for _ in range(MONTHS_BACK):
        months.insert(0, month_before(months[0]))
    dues = [(period, _due(period, calendars)) for period in months]
    upcoming = [at for _, at in dues if at is not None and at > now]
    return [period for period, at in dues if at is not None and at <= now], min(upcoming, default=None)


def _due(period: Period, calendars: Calendars) -> datetime | None:
    try:
        return report_due(period, calendars)
    except DayUnknown:
        return None


def calendars_of(directory: Directory, at: datetime) -> Calendars:
    """The calendars that a directory was built with."""
    return directory.desk_time(OPS_DESK, at).calendars


def areas_of(directory: Directory, at: datetime) -> list[Area]:
    """The counties that are live on the bus at ``at``, and the cities of such."""
    named = {unit.id.removeprefix("area-"): unit.name for unit in directory.units(at) if unit.kind == "area"}
    live = [code for code in named if not code.endswith(CITY) and directory.onboarding(code, at) == "live"]
    cities = {f"{code[:4]}{CITY}" for code in live} & named.keys()
    return [Area(code, named[code]) for code in sorted((*live, *cities))]


def area_named(directory: Directory, code: str, at: datetime) -> Area:
    """The division of a code."""
    unit = directory.unit(f"area-{code}", at)
    return Area(code, unit.name if unit else code)


def messages_of(report: Report, area: Area, directory: Directory) -> tuple[SlaReportPublished, ...]:
    """What is told of a month: its figures, and those of its drills if there were any."""
    actual = _message(report, area, report.actual, directory=directory)
    drilled = report.exercise.lines
    return (actual, _message(report, area, report.exercise, directory=directory, exercise=True)) if drilled else (actual,)


def _message(report: Report, area: Area, table: Table, *, directory: Directory, exercise: bool = False) -> SlaReportPublished:
    total = _line(table.total, of=area.code, invalid=0 if exercise else _invalid(report))
    return SlaReportPublished(
        report="/".join([report.period.name, area.code, *(["exercise"] if exercise else [])]),
        month=report.period.name,
        scope="city" if area.city else "county",
        area=area.code,
        exercise=exercise,
        total=total,
        lines=tuple(_line(line, of=line.key) for line in table.lines),
        calendar_version=directory.calendar_version,
        text=in_words(table.total, area, report.period, exercise=exercise),
        published_at=report.as_of,
    )


def _invalid(report: Report) -> Shown:
    """How many incidents were withdrawn; not told when those about pupils are few."""
    counts = [count for count in report.voided_hidden.values() if isinstance(count, int)]
    return len(report.voided) + sum(counts) if len(counts) == len(report.voided_hidden) else "hidden"


def _line(line: Line, *, of: str, invalid: Shown = 0) -> SlaLine:
    return SlaLine.model_validate({
        "of": of,
        "ack": _tally(line.signed),
        "median_minutes": line.median_minutes,
        "p90_minutes": line.p90_minutes,
        "first_action": _tally(line.acted),
        "report": _tally(line.reported),
        "close": _tally(line.closed),
        "publish": _tally(line.published),
        "bus": _tally(line.delivered),
        "publisher_minutes": line.publisher.minutes,
        "bus_minutes": line.bus.minutes,
        "receiver_minutes": line.receiver.minutes,
        "escalations": tuple(line.steps.get(step.partition("/")[2], 0) for step in STEPS),
        "invalid": invalid,
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
    return f"{area.name}{year}年{int(month)}月{what}：应签 {_said(total.signed.asked)} 件，按时签收 {rate}；超时：{late}。"


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
