"""Which check-ins count: the borders to the microsecond."""

from datetime import datetime, timedelta

import pytest

from services.routing.core.guard import Flag, Times, flag_of
from tests.unit.routing.core.bench import at

ENDS = at("09-21 18:10:00")
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("checked", "uploaded", "received", "flag"),
    [
        (at("09-21 17:27:00"), at("09-21 18:40:00"), at("09-21 18:40:00"), ""),
        (at("09-21 17:27:00"), ENDS + timedelta(hours=4), ENDS + timedelta(hours=4), ""),
        (at("09-21 17:27:00"), ENDS + timedelta(hours=4) + TICK, ENDS + timedelta(hours=4), "too-late"),
        (at("09-21 17:32:00"), at("09-21 17:30:00"), at("09-21 17:30:00"), ""),
        (at("09-21 17:32:00") + TICK, at("09-21 17:30:00"), at("09-21 17:30:00"), "future"),
        (at("09-21 17:27:00"), at("09-21 17:40:00"), at("09-21 17:30:00"), ""),
        (at("09-21 17:27:00"), at("09-21 17:40:00") + TICK, at("09-21 17:30:00"), "clock-off"),
        (at("09-21 17:00:00"), at("09-21 17:20:00") - TICK, at("09-21 17:30:00"), "clock-off"),
    ],
)
def test_times_that_cannot_be_right_prove_nothing(checked: datetime, uploaded: datetime, received: datetime, flag: Flag) -> None:
    assert flag_of(Times(checked, uploaded, received), ENDS) == flag


def test_what_was_checked_where_no_window_is_has_no_post() -> None:
    moment = at("09-21 17:27:00")
    assert flag_of(Times(moment, moment, moment), None) == "no-post"
