"""How a close may wait, whom an open one is told to, and which act is the first: read, refused by name, and only ever tightened."""

from pathlib import Path

import pytest

from services.routing.core.mandates import Overdue
from services.routing.packs import PackInvalid, load_book
from tests.unit.routing.packs.small import BASIS, national, write_pack

COUNTY = "huxi@1 county 990102 2026-01-01"
ILL = f"""
- id: N-01
  version: 1
  name: 食源性疾病
  covers: [M01]
  {BASIS}
  when: {{type: school.food-illness.suspected}}
  notify:
    - {{to: market.duty-desk, kind: acknowledge, view: M, ack: 30min, first_action: 2h, act: market.finding.issued, from: ours}}
  task:
    lead: market.duty-desk
    parts: {{market: 封存}}
    close: concluded
    pauses: [lab-result]
    overdue: {{after: 24h, tell: [market.leader-in-charge, city.market-duty]}}
  rank: 20
  ladder: B
"""


def changed(old: str, new: str) -> str:
    assert old in ILL
    return ILL.replace(old, new, 1)


def refused(root: Path) -> str:
    with pytest.raises(PackInvalid) as caught:
        load_book(root)
    return str([(fault.en, fault.zh) for fault in caught.value.faults])


def test_what_a_rule_says_of_its_end_is_read(tmp_path: Path) -> None:
    rule = load_book(national(tmp_path / "packs", ILL)).by_id("N-01")
    assert rule is not None
    assert rule.task is not None
    assert (rule.task.pauses, rule.task.overdue) == (("lab-result",), Overdue("24h", ("market.leader-in-charge", "city.market-duty")))
    assert rule.notify[0].act == "market.finding.issued"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("close: concluded", "close: date:meal_at", "a close clock of the form date:meal_at cannot pause"),
        ("close: concluded", "close: 3wd≤5nd", "a close clock of the form 3wd≤5nd cannot pause"),
        ("    close: concluded\n", "", "a close clock of the form none cannot pause"),
        ("pauses: [lab-result]", "pauses: [holiday]", "pauses has no value 'holiday'"),
        ("after: 24h", "after: 3wd", "an elapsed time and roles"),
        ("after: 24h", "after: soon", "an elapsed time and roles"),
        ("tell: [market.leader-in-charge, city.market-duty]", "tell: []", "an elapsed time and roles"),
        ("city.market-duty]", "city.gardener]", "unknown role city.gardener"),
        ("act: market.finding.issued", "act: market.finding.imagined", "market.finding.imagined cannot be a first action"),
        ("first_action: 2h, act", "act", "market.finding.issued cannot be a first action"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in refused(national(tmp_path / "packs", changed(old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("close: concluded", "close: 10wd"),
        ("close: concluded\n    pauses: [lab-result]", "close: 10wd"),
        ("after: 24h", "after: 12h"),
        ("city.market-duty]", "city.market-duty, education.leader-in-charge]"),
    ],
)
def test_a_county_may_set_a_clock_wait_for_less_and_tell_more(tmp_path: Path, old: str, new: str) -> None:
    root = national(tmp_path / "packs", ILL)
    write_pack(root, COUNTY, changed(old, new))
    assert len(load_book(root).packs) == 2


@pytest.mark.parametrize(
    ("above", "rule", "said"),
    [
        (changed("    pauses: [lab-result]\n", ""), ILL, "the close may newly wait for lab-result"),
        (ILL, changed("after: 24h", "after: 48h"), "fewer are told, or later"),
        (ILL, changed(", city.market-duty]", "]"), "fewer are told, or later"),
        (ILL, changed("    overdue: {after: 24h, tell: [market.leader-in-charge, city.market-duty]}\n", ""), "fewer are told, or later"),
        (ILL, changed("act: market.finding.issued, ", ""), "the first action of market.duty-desk is market.finding.issued no more"),
    ],
)
def test_it_may_not_wait_for_more_tell_fewer_or_take_another_act(tmp_path: Path, above: str, rule: str, said: str) -> None:
    root = national(tmp_path / "packs", above)
    write_pack(root, COUNTY, rule)
    assert said in refused(root)
