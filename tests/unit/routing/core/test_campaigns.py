"""A campaign is reported weekly inside its own period: no report is due after its close, however its dates move (CYB-05)."""

import pytest

from services.routing.core.model import World
from tests.unit.routing.core.bench import Bench, at, clock_text
from tests.unit.routing.core.stated import golden

LAUNCHED = "cyberspace.campaign.launched"
OFFICE = "cyberspace.campaign-desk@cac-990102"


@pytest.fixture
def bench(world: World) -> Bench:
    """A campaign from Monday 10-12 to Monday 11-30."""
    bench = Bench(world, at("10-12 10:00:00"))
    period = {"from": "2026-10-12", "to": "2026-11-30"}
    bench.state_event(LAUNCHED, OFFICE, golden(LAUNCHED, campaign_no="QL-9", **period))
    return bench


def end_on(bench: Bench, day: str, *, was: str) -> None:
    changes = {"to": {"old": f"2026-{was}", "new": f"2026-{day}"}}
    bench.state_event(f"{LAUNCHED}.corrected", OFFICE, {"campaign_no": "QL-9", "changes": changes, "reason": "日期有误"})


def reports(bench: Bench) -> list[str]:
    """Dues of the reports that were asked for and not taken back."""
    dues = sorted(duty.due for duty in bench.duties() if duty.kind == "report" and duty.state != "ended" and duty.due)
    return [clock_text(due) for due in dues]


def test_the_last_report_is_due_on_the_last_working_day_of_the_period(bench: Bench) -> None:
    bench.to(at("12-10 10:00:00"))
    assert reports(bench)[-2:] == ["11-27 17:30", "11-30 17:30"], "a close at 24:00 belongs to the day it ends"


def test_a_campaign_that_ends_sooner_asks_for_its_report_sooner(bench: Bench) -> None:
    bench.to(at("10-19 10:00:00"))
    end_on(bench, "10-20", was="11-30")
    told = [data for to, data in bench.heard("bus.duty.timed") if to == OFFICE][-1]
    assert [(one.duty, clock_text(one.due)) for one in told.duties] == [("report", "10-20 17:30"), ("close", "10-21 00:00")]
    bench.to(at("11-10 10:00:00"))
    assert reports(bench) == ["10-16 17:30", "10-20 17:30"]


def test_a_campaign_that_goes_on_longer_is_reported_longer(bench: Bench) -> None:
    bench.to(at("11-24 10:00:00"))
    end_on(bench, "12-04", was="11-30")
    bench.to(at("12-20 10:00:00"))
    assert reports(bench)[-2:] == ["11-27 17:30", "12-04 17:30"]
