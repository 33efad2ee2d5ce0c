"""The forms beyond the worked examples: what they read, what they refuse, and the words they are told in."""

from datetime import datetime, timedelta

import pytest

from contracts.registry import all_types
from services.routing.core.deadlines import compute_due, describe_form, end_words, fields_of, next_due, parse_form
from services.routing.core.deciding.publishing import KNOWN_HERE
from tests.unit.routing.core.deadlines.worked_time import A, B, E, at, day, due_at, office_time, school_time

OFFICE = office_time("edu-990102", at("09-18 10:00"))


@pytest.mark.parametrize("text", ["", "5", "min", "0wd", "5 min", "1sd≤", "≤1sd", "daily@24:00", "date:", "date:Rectify", "weekly@17:30",
                                  "day-end from f", "1wd from", "24h of known_at from f", "30min/next-wd", "-5min", "5min\n",
                                  "24:00 before date", "18:00 before", "0sd before starts_at", "5sd before", "5sd before f from g"])  # fmt: skip
def test_a_text_that_is_no_form_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="form"):
        parse_form(text)


def test_a_form_names_the_fields_it_reads() -> None:
    assert fields_of(parse_form("date:rectify_by")) == ("rectify_by",)
    assert fields_of(parse_form("10nd from investigation_started_at≤date:to")) == ("investigation_started_at", "to")
    assert fields_of(parse_form("5min")) == ()
    assert fields_of(parse_form("18:00 before date")) == ("date",)
    assert fields_of(parse_form("5sd before starts_at")) == ("starts_at",)


def test_every_publisher_s_deadline_is_a_form_and_reads_fields_of_its_type() -> None:
    for kind in all_types():
        for within in kind.publish_within:
            known = kind.model.model_fields.keys() | KNOWN_HERE.get(kind.name, frozenset())
            assert set(fields_of(parse_form(within.form))) <= known, kind.name


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("5min", "送达后 5 分钟"),
        ("24h", "送达后 24 小时"),
        ("90min", "送达后 90 分钟"),
        ("2h of known_at", "获悉后 2 小时"),
        ("4h/open", "送达后 4 个办公小时"),
        ("30min/next-sd", "上学时间内送达后 30 分钟，其他时间至下一上学日开始前（至少 30 分钟，至多 72 小时）"),
        ("1sd≤96h", "送达后第 1 个上学日放学值守结束前，且不晚于送达后 96 小时"),
        ("3wd", "送达后第 3 个工作日下班前"),
        ("10nd from started_on", "事件所载起算时间（started_on）后第 10 个自然日 24:00 前"),
        ("day-end", "签收期限当日 24:00 前"),
        ("daily@17:00", "每日 17:00 前（12:00 后送达的从次日起）"),
        ("weekly", "每周最后一个工作日 17:30 前"),
        ("18:00 before date", "事件所载日期（date）前一日 18:00 前"),
        ("5sd before starts_at", "事件所载日期（starts_at）前第 5 个上学日放学值守结束前"),
        ("date:rectify_by", "事件所载日期（rectify_by）当日 24:00 前"),
        ("window end", "护学时段结束前"),
        ("concluded", "至发布方或主办方办结为止，不设期限"),
    ],
)
def test_every_form_has_words_before_it_is_computed(form: str, words: str) -> None:
    assert describe_form(form) == words


@pytest.mark.parametrize(
    ("form", "start", "words"),
    [
        ("30min/next-sd", "10-09 21:40", "送达 10月09日 21:40 不在上学时间；下一上学日 10月10日（调休上学）07:00 开始前签收"),
        ("30min/next-sd", "09-18 15:20", "送达 09月18日 15:20 在上学时间内；30 分钟内签收，至 09月18日 15:50"),
        ("30min/next-sd", "09-21 06:40",
         "送达 09月21日 06:40 不在上学时间；下一上学日 09月21日（周一）07:00 开始，但不少于 30 分钟，至 09月21日 07:10 签收"),
        ("30min/next-sd", "09-30 19:00", "送达 09月30日 19:00 不在上学时间；72 小时内没有上学日开始，由假期值班于 10月03日 19:00 前签收"),
        ("1wd", "09-18 16:40", "送达 09月18日 16:40 起第 1 个工作日 09月20日（调休上班）17:30 下班前签收"),
        ("1sd", "09-18 16:40", "送达 09月18日 16:40 起第 1 个上学日 09月20日（调休上学）18:00 校内值守结束前签收"),
        ("10nd", "12-28 10:00", "送达 12月28日 10:00 起第 10 个自然日 2027年01月07日 24:00 前签收"),
        ("4h/open", "09-18 16:30", "送达 09月18日 16:30 起累计 4 个办公小时，至 09月20日 11:30 签收"),
    ],
)  # fmt: skip
def test_a_due_is_derived_in_words_an_officer_understands(form: str, start: str, words: str) -> None:
    assert due_at(form, start, school_time(A, at(start))).derivation == words


def test_the_words_say_what_is_due() -> None:
    assert "办结" in due_at("3wd", "09-18 10:00", OFFICE, duty="close").derivation


def test_known_at_starts_a_law_clock() -> None:
    due = due_at("2h of known_at", "09-21 13:55", OFFICE, known_at=at("09-21 13:10"))
    assert due.at == at("09-21 15:10")
    assert due.derivation.startswith("获悉 09月21日 13:10")


def test_a_law_clock_without_known_at_is_refused() -> None:
    with pytest.raises(ValueError, match="known_at"):
        due_at("2h of known_at", "09-21 13:55", OFFICE)


@pytest.mark.parametrize(("ack", "due"), [("09-18 24:00", "09-18 00:00"), ("09-18 23:59", "09-19 00:00"), ("10-10 07:00", "10-11 00:00")])
def test_day_end_is_the_end_of_the_day_the_ack_falls_on(ack: str, due: str) -> None:
    assert due_at("day-end", "09-17 10:00", OFFICE, ack_due=at(ack)).at == at(due)


def test_day_end_without_an_ack_is_refused() -> None:
    with pytest.raises(ValueError, match="ack"):
        due_at("day-end", "09-17 10:00", OFFICE)


def test_no_first_action_is_due_before_the_ack() -> None:
    start = "10-09 21:40"
    place = school_time(A, at(start))
    ack = due_at("30min/next-sd", start, place)
    first = due_at("1h", start, place, ack_due=ack, duty="first-action")
    assert first.at == ack.at == at("10-10 07:00")
    assert "不早于签收期限" in first.derivation


def test_a_first_action_waits_for_an_ack_that_is_pending() -> None:
    start = "12-31 19:00"
    place = school_time(A, at(start))
    ack = due_at("30min/next-sd", start, place)
    first = due_at("day-end", start, place, ack_due=ack, duty="first-action")
    assert (first.at, first.pending, first.provisional) == (at("2027-01-04 00:00"), "state-council/2027", True)
    unknown = due_at("24h", start, place, ack_due=due_at("1wd", start, place), duty="first-action")
    assert (unknown.at, unknown.pending) == (None, "state-council/2027")


@pytest.mark.parametrize(("start", "due"), [("09-21 11:59", "09-21 17:00"), ("09-21 12:00", "09-22 17:00"), ("09-21 13:55", "09-22 17:00")])
def test_a_daily_report_begins_the_same_day_before_noon(start: str, due: str) -> None:
    assert due_at("daily@17:00", start, OFFICE, duty="report").at == at(due)


def test_a_daily_report_comes_every_calendar_day_until_its_end() -> None:
    second = next_due("daily@17:00", at("09-25 17:00"), OFFICE)
    assert second is not None
    assert second.at == at("09-26 17:00")
    assert next_due("daily@17:00", at("09-25 17:00"), OFFICE, until=day("09-25")) is None


@pytest.mark.parametrize(
    ("start", "due"),
    [
        pytest.param("10-12 10:00", "10-16 17:30", id="friday"),
        pytest.param("10-16 17:30", "10-23 17:30", id="strictly-after"),
        pytest.param("10-08 09:00", "10-10 17:30", id="make-up-saturday-is-the-last"),
        pytest.param("09-28 09:00", "09-30 17:30", id="before-the-holiday"),
        pytest.param("10-01 09:00", "10-10 17:30", id="a-week-that-has-ended"),
        pytest.param("02-16 09:00", "02-28 17:30", id="a-week-without-work-is-skipped"),
    ],
)
def test_a_weekly_report_is_due_on_the_last_working_day(start: str, due: str) -> None:
    assert due_at("weekly", start, OFFICE, duty="report").at == at(due)


@pytest.mark.parametrize(
    ("start", "first", "last", "due"),
    [
        ("10-09 18:30", "10-12", "11-30", "10-16 17:30"),
        ("10-09 18:30", "10-10", "11-30", "10-10 17:30"),
        ("10-09 18:30", "10-11", "11-30", "10-16 17:30"),
        ("10-13 09:00", "10-12", "11-30", "10-16 17:30"),
        ("11-23 10:00", "11-23", "11-25", "11-25 17:30"),
    ],
)
def test_a_weekly_report_is_due_inside_the_period_of_the_event(start: str, first: str, last: str, due: str) -> None:
    assert due_at("weekly", start, OFFICE, fields={"from": f"2026-{first}", "to": f"2026-{last}"}, duty="report").at == at(due)


def test_a_period_without_a_working_day_owes_no_weekly_report() -> None:
    found = due_at("weekly", "09-30 10:00", OFFICE, fields={"from": "2026-10-01", "to": "2026-10-07"}, duty="report")
    assert (found.at, found.pending) == (None, None)


def test_the_last_weekly_report_falls_inside_the_period() -> None:
    last = next_due("weekly", at("11-27 17:30"), OFFICE, until=day("11-30"))
    assert last is not None
    assert last.at == at("11-30 17:30")
    assert next_due("weekly", at("11-30 17:30"), OFFICE, until=day("11-30")) is None


def test_a_week_that_reaches_into_an_unknown_year_is_pending() -> None:
    assert due_at("weekly", "12-29 10:00", OFFICE).pending == "state-council/2027"
    following = next_due("weekly", at("12-28 17:30"), OFFICE)
    assert following is not None
    assert following.pending == "state-council/2027"


def test_only_a_repeating_form_has_a_next_due() -> None:
    with pytest.raises(ValueError, match="repeating"):
        next_due("3wd", at("09-18 10:00"), OFFICE)


@pytest.mark.parametrize("value", ["2026-10-12", day("10-12"), "2026-10-12T09:00:00+08:00", at("10-12 09:00")])
def test_a_date_of_the_event_ends_at_24(value: object) -> None:
    due = due_at("date:rectify_by", "09-14 10:00", OFFICE, fields={"rectify_by": value})
    assert due.at == at("10-13 00:00")
    assert end_words(at("10-13 00:00"), at("09-14 10:00")) == "10月12日 24:00"


@pytest.mark.parametrize("fields", [{}, {"rectify_by": None}, {"rectify_by": 7}])
def test_a_missing_date_is_named(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="rectify_by"):
        due_at("date:rectify_by", "09-14 10:00", OFFICE, fields=fields)


@pytest.mark.parametrize(
    ("form", "field", "due"),
    [
        ("10nd from investigation_started_at", "2026-09-18T10:00:00+08:00", "09-29 00:00"),
        ("15nd from received_on", "2026-10-09", "10-25 00:00"),
        ("3wd from received_on", "2026-10-09", "10-13 17:30"),
        ("2h from received_on", "2026-10-09", "10-09 02:00"),
    ],
)
def test_a_form_may_count_from_a_field(form: str, field: str, due: str) -> None:
    name = form.rpartition(" ")[2]
    assert due_at(form, "09-30 16:00", OFFICE, fields={name: field}).at == at(due)


@pytest.mark.parametrize(
    ("start", "form", "due"),
    [
        pytest.param("10-13 10:00", "1sd≤96h", "10-14 18:30", id="a-school-day-comes-first"),
        pytest.param("10-13 10:00", "3sd≤7nd", "10-16 18:30", id="three-school-days"),
        pytest.param("07-10 10:00", "1sd≤96h", "07-14 10:00", id="a-break-does-not-park-it"),
        pytest.param("07-10 10:00", "3sd≤7nd", "07-18 00:00", id="nor-this"),
        pytest.param("12-26 10:00", "4sd≤4nd", "12-31 00:00", id="known-before-the-calendar-ends"),
    ],
)
def test_the_earlier_of_two_forms_wins(start: str, form: str, due: str) -> None:
    found = due_at(form, start, school_time(B, at(start)))
    assert (found.at, found.pending) == (at(due), None)


def test_the_earlier_of_two_is_provisional_when_the_other_may_come_first() -> None:
    due = due_at("1sd≤96h", "12-31 10:00", school_time(B, at("12-31 10:00")))
    assert (due.at, due.pending, due.provisional) == (at("2027-01-04 10:00"), "state-council/2027", True)


def test_the_earlier_of_two_unknown_dues_is_pending() -> None:
    due = due_at("1sd≤1wd", "12-31 10:00", school_time(B, at("12-31 10:00")))
    assert (due.at, due.pending) == (None, "state-council/2027")


def test_a_gate_window_ends_a_duty() -> None:
    place = school_time(A, at("09-21 07:05"))
    assert due_at("window end", "09-21 07:05", place).at == at("09-21 07:40")
    named = {"gate_id": "A-G2", "peak": "pm", "date": "2026-09-21"}
    assert due_at("window end", "09-21 07:05", place, fields=named).at == at("09-21 17:20")
    winter = school_time(E, at("10-08 07:45"))
    assert due_at("window end", "10-08 07:45", winter).at == at("10-08 08:10")


def test_a_named_window_that_is_over_sets_no_clock() -> None:
    named = {"gate_id": "A-G2", "peak": "am", "date": "2026-09-21"}
    due = due_at("window end", "09-21 07:40", school_time(A, at("09-21 07:40")), fields=named)
    assert (due.at, due.pending) == (None, None)


def test_no_window_left_is_refused() -> None:
    with pytest.raises(ValueError, match="window"):
        due_at("window end", "09-21 19:00", school_time(A, at("09-21 19:00")))


def test_an_open_end_has_no_clock() -> None:
    due = due_at("concluded", "09-21 19:00", OFFICE)
    assert (due.at, due.pending) == (None, None)


def test_school_days_need_a_school() -> None:
    with pytest.raises(ValueError, match="school"):
        due_at("1sd", "09-21 19:00", OFFICE)


def test_a_time_without_offset_and_a_time_before_2000_are_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        compute_due("1wd", datetime(2026, 9, 21, 19), OFFICE)
    with pytest.raises(ValueError, match="2000"):
        due_at("5min", "1999-12-31 19:00", OFFICE)


def test_a_due_carries_the_version_of_the_calendars_it_used() -> None:
    start = "09-18 10:00"
    assert due_at("1wd", start, OFFICE).calendar_version == "state-council-2025.1+state-council-2026.1"
    assert due_at("1sd", start, school_time(A, at(start))).calendar_version.endswith("+terms-990100.1")
    assert due_at("5min", start, OFFICE).calendar_version == ""


def test_a_due_is_kept_to_the_microsecond() -> None:
    start = at("09-18 15:20") + timedelta(microseconds=7)
    assert compute_due("30min/next-sd", start, school_time(A, start)).at == start + timedelta(minutes=30)


def test_what_must_be_out_before_a_day_is_due_before_it() -> None:
    roster = due_at("18:00 before date", "09-20 16:30", school_time(A, at("09-20 16:30")), fields={"date": "2026-09-21"}, duty="publish")
    assert (roster.at, roster.derivation) == (at("09-20 18:00"), "事件所载日期 09月21日 前一日 09月20日 18:00 前发布")


def test_school_days_are_counted_back_over_a_make_up_sunday() -> None:
    fields = {"starts_at": "2026-09-22T10:00:00+08:00"}
    due = due_at("5sd before starts_at", "09-14 09:00", school_time(A, at("09-14 09:00")), fields=fields, duty="publish")
    assert (due.at, due.pending) == (at("09-16 18:00"), None)
    assert due.derivation == "事件所载日期 09月22日 前第 5 个上学日 09月16日（周三）18:00 校内值守结束前发布"


def test_school_days_before_a_day_that_no_calendar_covers_are_pending() -> None:
    fields = {"starts_at": "2027-01-12T10:00:00+08:00"}
    due = due_at("5sd before starts_at", "12-20 09:00", school_time(A, at("12-20 09:00")), fields=fields, duty="publish")
    assert (due.at, due.pending) == (None, "state-council/2027")
