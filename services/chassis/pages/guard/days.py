"""Days and windows of guard posts as people say them."""

from datetime import date

from infra.clock import BEIJING
from infra.http.language import Language
from services.chassis.guard import GuardLine

_DAYS = {"zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"), "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


def day_words(at: date, language: Language) -> str:
    """9月21日（周一）."""
    name = _DAYS[language][at.weekday()]
    return f"{at.month}月{at.day}日（{name}）" if language == "zh" else f"{name} {at.day} {at:%b}"


def window_words(line: GuardLine) -> str:
    """07:00–07:40."""
    return f"{line.from_at.astimezone(BEIJING):%H:%M}–{line.to_at.astimezone(BEIJING):%H:%M}"
