"""How long a form gives, as far as that is said without a calendar."""

import re
from datetime import timedelta

_ELAPSED = re.compile(r"(?P<number>[0-9]+)(?P<unit>min|h)")


def elapsed(form: str | None) -> timedelta | None:
    """The length of a form that counts every minute; None for one that needs a calendar."""
    match = _ELAPSED.fullmatch(form or "")
    if match is None:
        return None
    return timedelta(minutes=int(match["number"]) * (60 if match["unit"] == "h" else 1))


def asks_no_later(form: str | None, wanted: str | None) -> bool:
    """Whether a form certainly ends no later than another: the same, or shorter where both count every minute."""
    length, limit = elapsed(form), elapsed(wanted)
    return form == wanted or wanted is None or (length is not None and limit is not None and length <= limit)
