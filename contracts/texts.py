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


Instant = Annotated[AwareDatetime, BeforeValidator(_with_offset), AfterValidator(_in_our_age)]
Word = Annotated[str, AfterValidator(printable)]
"""A text that a machine reads: any length, printable."""
Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9一-鿿][A-Za-z0-9一-鿿._()（）〔〕…-]*$")]
"""A business number (接处警单号, 编号): letters, digits, Chinese characters and the usual signs; no blank."""
FreeText = Annotated[str, AfterValidator(_not_blank), AfterValidator(printable), AfterValidator(without_personal_number)]
"""What a person writes outside a sealed field; the length is set where it is used."""
Words = Annotated[str, AfterValidator(printable), AfterValidator(without_personal_number)]
"""Free text that may be empty."""
SealedText = Annotated[str, AfterValidator(_not_blank), AfterValidator(printable)]
"""What a person writes inside a sealed row: may name people and numbers."""
SchoolId = Annotated[str, Field(pattern=r"^[0-9]{10}$")]
"""2 digits type, 2 province, 6 serial."""
SchoolRef = Annotated[str, Field(pattern=r"^([0-9]{10}|unknown)$")]
Count = Annotated[int, Strict(), Field(ge=0, le=1_000_000)]
"""Persons."""
YesNo = Annotated[bool, Strict()]


def distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse a list that names the same thing twice."""
    if len(set(values)) != len(values):
        raise PydanticCustomError("repeated-item", "The list must not name the same item twice")
    return values


Distinct = AfterValidator(distinct)
