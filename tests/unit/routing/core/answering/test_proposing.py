"""规则建议: what each ruling leaves for the next pack, and what it does not tell."""

import pytest

from services.routing.core.model import RuleProposal, World
from tests.unit.routing.core.bench import ALARM, Bench, at
from tests.unit.routing.core.places import OFFICE, OTHER_STATION, POLICE_110, RAISED, STATION, A


@pytest.fixture
def bench(world: World) -> Bench:
    """The station has returned an alarm at A."""
    bench = Bench(world, at("09-21 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM | {"suspect_look": "灰衣"}, place_code="990102001")
    bench.to(at("09-21 10:02:00"))
    bench.send_back(STATION, suggested=OTHER_STATION)
    return bench


def proposal(bench: Bench) -> RuleProposal | None:
    return bench.incident("arbitration").proposal


@pytest.mark.parametrize(
    ("ruling", "new_desk", "goes_to"),
    [("uphold", OTHER_STATION, (OTHER_STATION,)), ("reject", None, (STATION,)), ("split", OTHER_STATION, (STATION, OTHER_STATION))],
)
def test_a_ruling_proposes_where_such_a_thing_goes(bench: Bench, ruling: str, new_desk: str | None, goes_to: tuple[str, ...]) -> None:
    bench.rule(OFFICE, ruling, new_desk=new_desk)
    assert proposal(bench) == RuleProposal(
        event=RAISED, mandates=("POL-01",), codes={"kind": "weapon"}, schools=(A,), place_code="990102001", returned_by=STATION,
        goes_to=goes_to, ruling=ruling, ruled_by=OFFICE, ruled_at=bench.now,
    )  # fmt: skip


def test_a_box_in_which_nobody_ruled_proposes_nothing(bench: Bench) -> None:
    bench.to(at("09-21 10:30:00"))
    assert proposal(bench) is None
