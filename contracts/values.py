"""Field types that are more than a text: days, months, addresses on the net, references to units, persons, areas and attachments."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from contracts.texts import printable

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEARS = range(2000, 2200)
_URL = re.compile(r"https?://[^\s/?#@\\:]+(:[0-9]{1,5})?([/?#][^\s\\]*)?", re.IGNORECASE)
_URL_LENGTH = 2048
_USCC_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_FORM = r"^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"


def _iso_day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise PydanticCustomError("day-not-iso", "A date must be written as 2026-09-21")


def _in_our_age(day: date) -> date:
    if day.year not in _YEARS:
        raise PydanticCustomError("time-out-of-range", "Time must lie between the years 2000 and 2199")
    return day


def _on_the_net(text: str) -> str:
    if not _URL.fullmatch(printable(text)):
        raise PydanticCustomError("not-a-url", "An address must be http or https, without a user name")
    return text


def uscc_check_digit(body: str) -> str:
    """The 18th character for the first 17 of a 统一社会信用代码 (GB 32100-2015, modulus 31); another alphabet is a ValueError."""
    total = sum(_USCC_DIGITS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return _USCC_DIGITS[-total % 31]


def _with_check_digit(text: str) -> str:
    if text[-1] != uscc_check_digit(text[:-1]):
        raise PydanticCustomError("uscc-check-digit", "The check digit of the credit code is wrong")
    return text


Day = Annotated[date, BeforeValidator(_iso_day), AfterValidator(_in_our_age)]
"""A date of Asia/Shanghai, ``2026-09-21`` in JSON."""
YearMonth = Annotated[str, Field(pattern=r"^2[01][0-9]{2}-(0[1-9]|1[0-2])$")]
"""``2026-09``."""
Url = Annotated[
    str,
    Field(max_length=_URL_LENGTH),
    AfterValidator(_on_the_net),
    WithJsonSchema({"type": "string", "maxLength": _URL_LENGTH, "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://"}),
]
"""http or https, ≤ 2048 characters, no user name in it."""
Uscc = Annotated[str, Field(pattern=_USCC_FORM), AfterValidator(_with_check_digit)]
"""统一社会信用代码: 18 signs, the last one checks the others (GB 32100)."""
AttachmentRef = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$")]
"""Names an attachment in the store of its publisher; each view has a redacted copy of its own there."""
UnitRef = Annotated[str, Field(pattern=r"^([0-9]{10}|[a-z]+(-[a-z0-9]+)+)$", max_length=40)]
"""A unit of the directory: ``ps-990102-01``, or the 10 digits of a school."""
PersonRef = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9._-]{0,39}$")]
"""A person without a name: opaque outside the unit that gave it."""
Area = Annotated[str, Field(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{10}|[0-9]{12})$")]
"""A division code of 6, 9 or 12 digits, or the 10 digits of a school."""
