"""From a form and an instant to a due: the rules of the clocks for one desk. A day that no calendar covers gives no due, never a guess."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from services.routing.core.calendar import DayUnknown, DeskTime
from services.routing.core.deadlines.case import Case, Found, value_of
from services.routing.core.deadlines.forms import Daily, Earlier, Form, FromField, Weekly, parse_form
from services.routing.core.deadlines.rules import apply_form, weekly_from
from services.routing.core.deadlines.words import clock, end_words

VERBS: Mapping[str, str] = {
    "ack": "签收",
    "first-action": "采取首个措施",
    "report": "反馈",
    "close": "办结",
    "ruling": "裁定",
    "publish": "发布",
    "periodic": "报送",
}


@dataclass(frozen=True, slots=True)
class Due:
    """A computed deadline. ``at`` None = no clock, or 期限待定 when ``pending`` names the ``<calendar>/<year>`` waited for.

    ``provisional``: still pending, ``at`` is the latest it can become.
    """

    at: datetime | None
    pending: str | None
    derivation: str
    calendar_version: str
    provisional: bool = False


def compute_due(
    form: str,
    start: datetime,
    desk: DeskTime,
    *,
    known_at: datetime | None = None,
    fields: Mapping[str, Any] | None = None,
    ack_due: datetime | Due | None = None,
    duty: str = "ack",
    origin: str = "送达",
) -> Due:
    """The due of ``form`` for a desk that got its row at ``start``.

    ``ack_due`` is the row's own ack due: no first action is due before it, and ``day-end`` is its day. ``fields`` are the event's data;
    ``origin``: what begins at ``start``, in words.
    ValueError: unknown form, a time without offset, a missing field, known_at, ack due, school or gate window.
    """
    ack = ack_due.at if isinstance(ack_due, Due) else ack_due
    case = Case(start, start, desk, known_at, fields or {}, ack, VERBS[duty], origin)
    if isinstance(ack_due, Due) and ack_due.pending is not None and ack is None:
        return Due(None, ack_due.pending, f"签收期限待定，{case.verb}期限随之待定", ack_due.calendar_version)
    try:
        found = _find(parse_form(form), case)
    except DayUnknown as unknown:
        return Due(None, unknown.pending, pending_words(unknown.pending), _version(desk))
    if isinstance(ack_due, Due) and ack_due.pending is not None:
        found = replace(found, pending=ack_due.pending)
    return _finish(found, case)


def next_due(form: str, after: datetime, desk: DeskTime, *, until: date | None = None) -> Due | None:
    """The next due of a repeating form (``daily@``, ``weekly``) strictly after ``after``; None past ``until`` (that date included)."""
    parsed = parse_form(form)
    case = Case(after, after, desk, None, {}, None, VERBS["report"])
    match parsed:
        case Daily(at):
            due = case.at(at)
            due = due if due > after else due + timedelta(days=1)
            found: Found | None = Found(due, f"每日 {clock(at)} 前{case.verb}")
        case Weekly():
            try:
                found = weekly_from(case, until)
            except DayUnknown as unknown:
                return Due(None, unknown.pending, pending_words(unknown.pending), desk.calendars.working_version())
        case _:
            raise ValueError(f"not a repeating form: {form!r}")
    if found is None or (until is not None and found.at is not None and found.at > case.end_of(until)):
        return None
    return Due(found.at, None, found.words, found.version)


def _find(form: Form, case: Case) -> Found:
    match form:
        case Earlier(left, right):
            return _earlier(left, right, case)
        case FromField(inner, field):
            return apply_form(inner, replace(case, start=value_of(case.fields, field), origin="起算时间"))
        case _:
            return apply_form(form, case)


def _earlier(left: Form, right: Form, case: Case) -> Found:
    """The earlier of two; a form that runs into unknown days is still beaten by a due before those days begin."""
    results: list[Found] = []
    unknown: DayUnknown | None = None
    for form in (left, right):
        try:
            results.append(_find(form, case))
        except DayUnknown as missing:
            unknown = missing if unknown is None or missing.day < unknown.day else unknown
    known = [found for found in results if found.at is not None]
    if not known:
        if unknown is None:
            raise ValueError("neither side of this deadline has a clock")
        raise unknown
    best = min(known, key=lambda found: found.at or case.start)
    version = "+".join(dict.fromkeys(f.version for f in known if f.version))
    pending = next((f.pending for f in known if f.pending), None)
    words = f"{best.words}（两个期限中较早者）"
    if unknown is not None and best.at is not None and best.at > case.begin_of(unknown.day):
        pending, version = unknown.pending, _version(case.desk)
    return Found(best.at, words, version, pending)


def _finish(found: Found, case: Case) -> Due:
    """First action never before the ack; pending dues say so."""
    at, words = found.at, found.words
    if at is not None and case.ack is not None and at < case.ack:
        at, words = case.ack, f"{words}；不早于签收期限，顺延至 {end_words(case.ack, case.start)}"
    if found.pending is None:
        return Due(at, None, words, found.version)
    waiting = pending_words(found.pending)
    if at is None:
        return Due(None, found.pending, waiting, found.version)
    return Due(at, found.pending, f"{waiting}；暂按最晚 {end_words(at, case.start)} 掌握", found.version, provisional=True)


def pending_words(pending: str) -> str:
    """期限待定 with the year and the calendar that is waited for."""
    calendar, _, year = pending.rpartition("/")
    name = "工作日安排" if calendar == "state-council" else "校历"
    return f"期限待定：{year}年{name}尚未载入"


def _version(desk: DeskTime) -> str:
    return desk.calendars.working_version() if desk.school is None else desk.calendars.school_version(desk.school.city)
