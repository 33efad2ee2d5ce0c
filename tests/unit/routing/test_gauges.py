"""How often the gauges of the month are set."""

import pytest

from services.routing.sla.gauges import rest_after


@pytest.mark.parametrize(("took", "rests"), [(0.05, 60), (0.6, 60), (4, 400), (30, 3000)])
def test_measuring_takes_no_more_than_a_hundredth_of_the_time(took: float, rests: float) -> None:
    """INVARIANT: what a city of thousands of schools costs is paid seldomer — broken by a period that knows no cost."""
    assert rest_after(took) == pytest.approx(rests)
