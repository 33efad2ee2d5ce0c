"""Field types of the borders: texts without personal numbers and unprintable characters, instants with an offset, school ids, counts."""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, Strict
from pydantic_core import PydanticCustomError

_DIGITS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
_IDENTITY = re.compile(r"(?<!\d)\d{6}[ -]?\d{8}[ -]?\d{3}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_RFC3339 = re.compile(r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})$")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_YEARS = range(2000, 2200)


def printable(text: str) -> str:
    """Refuse control characters (tab and line ends are fine): no store and no page can hold them."""
    if _UNPRINTABLE.search(text):
        raise PydanticCustomError("unprintable-character", "Text must not contain control characters")
    return text


def without_personal_number(text: str) -> str:
    """Refuse free text with an 18-digit identity number or an 11-digit mobile number, also full-width, grouped or in Chinese numerals."""
    plain = unicodedata.normalize("NFKC", text).translate(_DIGITS)
    if _IDENTITY.search(plain) or _MOBILE.search(plain):
        raise PydanticCustomError("personal-number-in-text", "Text must not contain an identity number or a mobile phone number")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank-text", "Text must not be blank")
    return text


def _with_offset(value: Any) -> Any:
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and _RFC3339.match(value):
        return value
    raise PydanticCustomError("time-without-offset", "Time must be RFC 3339 with an offset, for example 2026-09-21T16:38:00+08:00")


def _in_our_age(moment: datetime) -> datetime:
    if moment.year not in _YEARS:
        raise PydanticCustomError("time-out-of-range", "Time must lie between the years 2000 and 2199")
    return moment


def _free(text: str | None) -> str | None:
    return None if text is None else without_personal_number(printable(_not_blank(text)))


def _free_or_empty(text: str) -> str:
    return without_personal_number(printable(text))


def _sealed(text: str | None) -> str | None:
    return None if text is None else printable(_not_blank(text))


def _printable(text: str | None) -> str | None:
    return None if text is None else printable(text)


FREE_TEXT = AfterValidator(_free)
"""For what a person writes outside a sealed field. Stands behind the field's length, so that the length is counted first."""
EMPTY_OR_FREE_TEXT = AfterValidator(_free_or_empty)
SEALED_TEXT = AfterValidator(_sealed)
"""For what a person writes inside a sealed row: may name people and numbers."""
PRINTABLE = AfterValidator(_printable)
"""For what a machine writes."""

FreeText = Annotated[str, FREE_TEXT]
Instant = Annotated[AwareDatetime, BeforeValidator(_with_offset), AfterValidator(_in_our_age)]
Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9一-鿿][A-Za-z0-9一-鿿._()（）〔〕…-]*$")]
"""A business number (接处警单号, 编号): letters, digits, Chinese characters and the usual signs; no blank, no slash."""
SchoolId = Annotated[str, Field(pattern=r"^[0-9]{10}$")]
"""2 digits type, 2 province, 6 serial."""
SchoolRef = Annotated[str, Field(pattern=r"^([0-9]{10}|unknown)$")]
Count = Annotated[int, Strict(), Field(ge=0, le=1_000_000)]
"""Persons."""
YesNo = Annotated[bool, Strict()]


def distinct(values: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """Refuse a list that names the same thing twice."""
    if values is not None and len(set(values)) != len(values):
        raise PydanticCustomError("repeated-item", "The list must not name the same item twice")
    return values


DISTINCT = AfterValidator(distinct)
"""Stands behind the list's length."""
