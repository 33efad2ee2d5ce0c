"""What may be asked for: a month or a week, and by what the lines are told apart. A wrong word is told with its field."""

from collections.abc import Mapping
from datetime import datetime
from typing import get_args

from services.routing.core.sla.periods import Period, month_named, month_of, week_named
from services.routing.core.sla.shapes import By

BYS: tuple[By, ...] = get_args(By)
DEFAULT_BY: By = "agency"
_READ = {"month": month_named, "week": week_named}
_WORDS: Mapping[str, tuple[str, str]] = {
    "month": ("月份应写作 2026-09", "a month is written like 2026-09"),
    "week": ("周应写作 2026-W39，且当年有这一周", "a week is written like 2026-W39, and the year has it"),
}


class WrongQuestion(ValueError):
    """One field of a question is wrong: ``field``, and why in Chinese and English."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__(f"{field}: {en}")
        self.field = field
        self.zh = zh
        self.en = en


def period_of(month: str | None, week: str | None, now: datetime) -> Period:
    """The month or the week that is named; neither: the month of ``now``. WrongQuestion for both, or one that cannot be read."""
    if month is not None and week is not None:
        raise WrongQuestion("week", "月与周只能问一个", "ask for a month or for a week, not both")
    for field, named in (("month", month), ("week", week)):
        if named is not None:
            return _read(field, named)
    return month_of(now)


def _read(field: str, named: str) -> Period:
    try:
        return _READ[field](named)
    except ValueError as error:
        raise WrongQuestion(field, *_WORDS[field]) from error


def lines_by(by: str | None) -> By:
    """By desk, agency, type or county; WrongQuestion for another word."""
    found = next((one for one in BYS if one == (by or DEFAULT_BY)), None)
    if found is None:
        raise WrongQuestion("by", f"只能按 {'、'.join(BYS)} 分列", f"the lines are by {', '.join(BYS)}")
    return found
