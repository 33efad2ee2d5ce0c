from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.texts import SEALED_TEXT, FreeText, Instant

FREE = TypeAdapter(FreeText)
SEALED = TypeAdapter(Annotated[str, SEALED_TEXT])
INSTANT = TypeAdapter(Instant)

PERSONAL = [
    "联系 13800138000",
    "联系人电话:+86 138 0013 8000。",
    "8613912345678",
    "138-0013-8000",
    "１３８００１３８０００",
    "一三八零零一三八零零零",
    "幺三八〇〇幺三八〇〇〇",
    "身份证370102201503074218",
    "37010220150307421X 报警",
    "370102 20150307 421x",
    "３７０１０２２０１５０３０７４２１８",
]
HARMLESS = [
    "嫌疑人约四十岁,灰色外套",
    "2026年9月21日16时38分,校门口50米",
    "2026-09-21 2026-09-22 12 起",
    "警情 J3701",
    "12345678901",
    "1380013800",
    "138001380001",
    "座机 0531-86012345",
    "拨打110、120",
]


def code_of(adapter: TypeAdapter[str], text: str) -> str:
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python(text)
    return str(refused.value.errors()[0]["type"])


@pytest.mark.parametrize("text", PERSONAL)
def test_free_text_with_a_personal_number_is_refused(text: str) -> None:
    assert code_of(FREE, text) == "personal-number-in-text"


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_numbers_pass(text: str) -> None:
    assert FREE.validate_python(text) == text


@pytest.mark.parametrize("text", PERSONAL)
def test_a_sealed_text_may_hold_a_personal_number(text: str) -> None:
    assert SEALED.validate_python(text) == text


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[31m", "a\x7f", "a￿"])
def test_control_characters_are_refused_even_when_sealed(text: str) -> None:
    assert code_of(FREE, text) == code_of(SEALED, text) == "unprintable-character"


def test_blank_text_is_no_text() -> None:
    assert code_of(FREE, " \n ") == "blank-text"


def test_line_ends_are_text() -> None:
    assert FREE.validate_python("第一行\n第二行\t完") == "第一行\n第二行\t完"


@pytest.mark.parametrize("text", ["2026-09-21T16:38:00", "2026-09-21", "1790000000", 1790000000, "16:38", "2026-09-21T16:38:00 +08:00"])
def test_a_time_without_offset_is_refused(text: object) -> None:
    with pytest.raises(ValidationError) as refused:
        INSTANT.validate_python(text)
    assert refused.value.errors()[0]["type"] == "time-without-offset"


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1999-12-31T23:59:59Z"])
def test_a_time_outside_our_age_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        INSTANT.validate_python(text)
    assert refused.value.errors()[0]["type"] == "time-out-of-range"


@pytest.mark.parametrize("text", ["2026-09-21T16:38:00+08:00", "2026-09-21t08:38:00.123456z", "2026-09-21 16:38:00+08:00"])
def test_rfc_3339_times_are_taken(text: str) -> None:
    assert INSTANT.validate_python(text).tzinfo is not None
