from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.values import Area, AttachmentRef, Day, PersonRef, UnitRef, Url, Uscc, YearMonth, uscc_check_digit

USCC = "91350100M000100Y43"
"""The worked example of GB 32100-2015."""


def code_of(form: Any, value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(form).validate_python(value)
    return str(refused.value.errors()[0]["type"])


def test_a_day_is_an_iso_date_in_both_directions() -> None:
    day = TypeAdapter(Day).validate_python("2026-09-21")
    assert day == TypeAdapter(Day).validate_python(date(2026, 9, 21)) == date(2026, 9, 21)
    assert TypeAdapter(Day).dump_json(day) == b'"2026-09-21"'


@pytest.mark.parametrize(
    "value",
    ["2026-9-21", "2026-09-21\n", "20260921", "2026-09-21T00:00:00Z", "２０２６-09-21", 20717, None, datetime(2026, 9, 21, tzinfo=UTC)],
)
def test_anything_else_is_no_day(value: object) -> None:
    assert code_of(Day, value) == "day-not-iso"


def test_a_day_that_the_calendar_or_our_age_does_not_have_is_refused() -> None:
    assert code_of(Day, "2026-02-30") == "date_from_datetime_parsing"
    assert code_of(Day, "1999-12-31") == code_of(Day, "2200-01-01") == "time-out-of-range"


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-9", "1999-12", "2026-09-01", "202609"])
def test_a_month_that_is_none_is_refused(text: str) -> None:
    assert TypeAdapter(YearMonth).validate_python("2026-09") == "2026-09"
    assert code_of(YearMonth, text) == "string_pattern_mismatch"


@pytest.mark.parametrize("text", ["http://a.example", "https://视频.example:8443/路径?q=1#x", "HTTPS://a.example/b"])
def test_web_addresses_are_taken_as_they_are(text: str) -> None:
    assert TypeAdapter(Url).validate_python(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "a.example", "ftp://a.example", "javascript:alert(1)", "https://", "https://u:p@a.example", "https://a b.example",
        "https://a.example/\n", "https://a.example\\@b.example", "https://a.example:123456/",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(text: str) -> None:
    assert code_of(Url, text) == "not-a-url"


def test_an_address_holds_no_control_character() -> None:
    assert code_of(Url, "https://a.example/\x00") == "unprintable-character"


def test_an_address_has_a_limit() -> None:
    assert code_of(Url, "https://a.example/" + "x" * 2048) == "string_too_long"


def test_the_check_digit_is_that_of_the_standard() -> None:
    assert uscc_check_digit(USCC[:-1]) == USCC[-1]
    assert TypeAdapter(Uscc).validate_python(USCC) == USCC


@pytest.mark.parametrize("place", range(17))
def test_one_wrong_sign_is_seen(place: int) -> None:
    other = "1" if USCC[place] != "1" else "2"
    assert code_of(Uscc, USCC[:place] + other + USCC[place + 1 :]) == "uscc-check-digit"


@pytest.mark.parametrize("text", [USCC[:-1], USCC + "0", USCC.lower(), "9135010OM000100Y43", "91350100M000100Y4I", ""])
def test_what_has_not_the_form_of_a_credit_code_is_refused(text: str) -> None:
    assert code_of(Uscc, text) == "string_pattern_mismatch"


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        (AttachmentRef, "att-0198c2d4-7a31", "../secret"),
        (AttachmentRef, "a1b2c3d4", "李小明.jpg"),
        (UnitRef, "ps-990102-01", "派出所"),
        (UnitRef, "2199000101", "21990001"),
        (PersonRef, "p-88", "张三"),
        (PersonRef, "lead", "13800138000"),
        (Area, "990102001", "9901"),
        (Area, "2199000101", "unknown"),
    ],
)
def test_references_have_their_form(form: Any, good: str, bad: str) -> None:
    assert TypeAdapter(form).validate_python(good) == good
    assert code_of(form, bad) == "string_pattern_mismatch"
