"""A lower pack may only tighten: every dimension, both ways; both rules are named, and the rest of the pack falls with the one."""

from pathlib import Path

import pytest

from services.routing.core.mandates import MandateBook, Place
from services.routing.packs import Fault, PackInvalid, load_book, load_shelf, loosenings, pack_files, parse_pack
from tests.unit.routing.core.deadlines.worked_time import A, B, at
from tests.unit.routing.packs.small import CHECKED, FIRE, OTHER, RETURNED, national, write_pack

COUNTY = "huxi@1 county 990102 2026-01-01"
CASE = OTHER.replace("N-02", "N-04").replace("kind: inform, view: E}", "kind: inform, view: E, when: {online: [false]}}")
NEW = OTHER.replace("N-02", "N-09")


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return national(tmp_path / "packs", FIRE, OTHER, RETURNED, CASE, CHECKED)


def refused(root: Path) -> tuple[Fault, ...]:
    with pytest.raises(PackInvalid) as caught:
        load_book(root)
    return caught.value.faults


def changed(rule: str, old: str, new: str) -> str:
    assert old in rule
    return rule.replace(old, new, 1)


TIGHTER = [
    (FIRE, "ack: 30min/next-sd", "ack: 20min/next-sd"),
    (FIRE, "ack: 30min/next-sd", "ack: 30min"),
    (FIRE, "ack: 1wd", "ack: 2h"),
    (FIRE, "ack: 1wd", "ack: 4h/open"),
    (FIRE, "report: 24h", "report: 12h"),
    (FIRE, "close: 3wd", "close: 24h"),
    (FIRE, "kind: bulletin, view: H, ack: 1wd", "kind: acknowledge, view: H, ack: 1wd"),
    (FIRE, "kind: inform, view: E", "kind: bulletin, view: E, ack: 1wd"),
    (FIRE, "  task:", "    - {to: school.principal, kind: inform, view: L}\n  task:"),
    (CHECKED, ", digest: weekly", ""),
    (FIRE, "  task:", "    - {to: education.duty-officer, kind: acknowledge, view: E, ack: 1h}\n  task:"),
    (FIRE, "assist: [school.duty-desk]", "assist: [school.duty-desk, education.duty-officer]"),
    (FIRE, "ladder: B", "ladder: A"),
    (FIRE, "kind: [fire, drowning]", "kind: [fire, drowning, traffic]"),
    (FIRE, "kind: [fire, drowning], ", ""),
    (FIRE, "gte: 2", "gte: 1"),
    (FIRE, "type: police.alarm.raised, kind: [fire, drowning]", "type: [police.alarm.raised, school.campus-incident.reported]"),
    (OTHER, "kind: {not_in: [fire]}", "kind: {not_in: [fire]}, any_of: [{kind: {not_in: [fire]}}, {online: [true]}]"),
    (CASE, "when: {online: [false]}", "when: {online: [true, false]}"),
    (CASE, ", when: {online: [false]}", ""),
    (RETURNED, "B: 1h", "B: 30min"),
    (RETURNED, "ack_by_ladder: {A: 10min, P: 10min, G: 10min, B: 1h, C: 1wd}", "ack: 10min"),
]
LOOSER = [
    (FIRE, "ack: 30min/next-sd", "ack: 40min/next-sd", "times"),
    (FIRE, "ack: 30min/next-sd", "ack: 1sd", "times"),
    (FIRE, "ack: 1wd", "ack: 24h", "times"),
    (FIRE, ", first_action: day-end", "", "times"),
    (CHECKED, "officer, kind: inform, view: S}", "officer, kind: inform, view: S, digest: weekly}", "times"),
    (FIRE, "report: 24h", "report: 1wd", "times"),
    (FIRE, "    report: 24h\n", "", "times"),
    (FIRE, "close: 3wd", "close: 4wd", "times"),
    (RETURNED, "B: 1h", "B: 2h", "times"),
    (RETURNED, ", C: 1wd", "", "times"),
    (RETURNED, "ack_by_ladder: {A: 10min, P: 10min, G: 10min, B: 1h, C: 1wd}", "ack: 20min", "times"),
    (FIRE, "    - {to: education.safety-desk, kind: inform, view: E}\n", "", "recipients"),
    (FIRE, "kind: inform, view: E}", "kind: inform, view: E, when: {online: [false]}}", "recipients"),
    (FIRE, "kind: inform, view: E}", "kind: inform, view: E, types: [police.alarm.concluded]}", "recipients"),
    (CASE, "when: {online: [false]}", "when: {online: [true]}", "recipients"),
    (FIRE, "assist: [school.duty-desk]", "assist: [school.principal]", "recipients"),
    (FIRE, ", school: 疏散", "", "recipients"),
    (FIRE, "to: health.emergency-office, kind: bulletin", "to: health.cdc-duty, kind: bulletin", "recipients"),
    (FIRE, "kind: bulletin, view: H, ack: 1wd", "kind: inform, view: H", "kind"),
    (FIRE, "kind: acknowledge, view: S", "kind: bulletin, view: S", "kind"),
    (FIRE, "kind: bulletin, view: H", "kind: bulletin, view: HP", "view"),
    (FIRE, "kind: inform, view: E", "kind: inform, view: M", "view"),
    (FIRE, "  task:", "    - {to: school.principal, kind: inform, view: S}\n  task:", "view"),
    (FIRE, "ladder: B", "ladder: C", "ladder"),
    (FIRE, "ladder: B", "ladder: G", "ladder"),
    (FIRE, "\n  ladder: B", "", "ladder"),
    (FIRE, "kind: [fire, drowning]", "kind: [fire]", "condition"),
    (FIRE, "kind: [fire, drowning]", "kind: [fire, drowning], online: [true]", "condition"),
    (FIRE, "type: police.alarm.raised, kind: [fire, drowning]", "type: school.campus-incident.reported, kind: [fire]", "condition"),
    (OTHER, "{not_in: [fire]}", "{not_in: [fire, fraud]}", "condition"),
    (RETURNED, "  own_incident: true\n", "", "condition"),
    (FIRE, "gte: 2", "gte: 3", "thresholds"),
    (FIRE, "lead: police.station-duty", "lead: police.110-desk", "lead"),
    (FIRE, "rank: 20", "rank: 30", "lead"),
    (FIRE, "rank: 20", "rank: 10", "lead"),
]


@pytest.mark.parametrize(("rule", "old", "new"), TIGHTER)
def test_a_tightening_stands_in_for_the_rule_above(packs: Path, rule: str, old: str, new: str) -> None:
    write_pack(packs, COUNTY, changed(rule, old, new))
    book = load_book(packs)
    identity = rule.split()[2]
    assert names(book, identity, Place("990102")) == ["huxi@1"]
    assert names(book, identity, Place("990103")) == ["law@1"]


def names(book: MandateBook, identity: str, place: Place) -> list[str]:
    now = at("09-21 10:00")
    name = {"N-03": "bus.notification.returned", "N-05": "market.inspection.recorded"}.get(identity, "police.alarm.raised")
    return [rule.pack for rule in book.candidates(name, (place,), now, now) if rule.id == identity]


@pytest.mark.parametrize(("rule", "old", "new", "dimension"), LOOSER)
def test_a_loosening_refuses_the_pack_and_names_both_rules(packs: Path, rule: str, old: str, new: str, dimension: str) -> None:
    """INVARIANT: no lower pack asks for less or shows more — broken by any dimension that is not looked at."""
    write_pack(packs, COUNTY, changed(rule, old, new))
    faults = refused(packs)
    identity = rule.split()[2]
    assert {fault.rule for fault in faults} == {identity}
    assert any(f"loosens {dimension} of the rule above (law@1 {identity}" in fault.en for fault in faults), [fault.en for fault in faults]
    assert all(
        fault.file == "huxi-1/rules.yaml" and "national/rules.yaml:" in fault.zh and "放宽了上级规则" in fault.zh for fault in faults
    )


def test_the_line_is_that_of_the_row_that_loosens(packs: Path) -> None:
    folder = write_pack(packs, COUNTY, NEW, changed(FIRE, "ack: 1wd", "ack: 9wd"))
    (fault,) = refused(packs)
    assert "ack: 9wd" in (folder / "rules.yaml").read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert fault.zh.endswith("health.emergency-office ack 由 1wd 放宽为 9wd")
    assert fault.en.endswith("health.emergency-office ack goes from 1wd to 9wd")


def test_every_level_is_held_against_the_one_above_it(packs: Path) -> None:
    """A county may not give back what its city took, even where the nation would allow it."""
    write_pack(packs, "qichuan@1 province 99 2026-01-01", changed(FIRE, "close: 3wd", "close: 2wd"))
    write_pack(packs, "quancheng@1 city 990100 2026-01-01", changed(FIRE, "close: 3wd", "close: 1wd"))
    write_pack(packs, COUNTY, changed(FIRE, "close: 3wd", "close: 2wd"))
    (fault,) = refused(packs)
    assert "quancheng@1 N-01" in fault.en
    write_pack(packs, COUNTY, changed(FIRE, "close: 3wd", "close: 11h"))
    assert names(load_book(packs), "N-01", Place("990102")) == ["huxi@1"]
    assert names(load_book(packs), "N-01", Place("990104")) == ["quancheng@1"]
    assert names(load_book(packs), "N-01", Place("980104")) == ["law@1"]


def test_a_school_is_held_against_its_county_where_the_directory_knows_it(packs: Path) -> None:
    write_pack(packs, COUNTY, changed(FIRE, "close: 3wd", "close: 1wd"))
    write_pack(packs, f"quanxi@1 school {A} 2026-01-01", changed(FIRE, "close: 3wd", "close: 2wd"))
    book = load_book(packs)
    assert loosenings(book, lambda school: {A: "990103"}.get(school)) == []
    (fault,) = loosenings(book, lambda school: {A: "990102"}.get(school))
    assert "close 由 1wd 放宽为 2wd" in fault.zh
    assert loosenings(book, lambda school: {A: "990102"}.get(school), only=book.packs[0]) == []


def test_only_packs_that_are_in_force_at_one_time_are_held_against_each_other(packs: Path) -> None:
    """INVARIANT: a pack is held against each version above it that it meets — broken by looking at the first day alone."""
    write_pack(packs, "law@2 national - 2027-01-01", changed(FIRE, "close: 3wd", "close: 1wd"), OTHER, RETURNED)
    write_pack(packs, f"{COUNTY} 2027-01-01", changed(FIRE, "close: 3wd", "close: 2wd"))
    assert load_book(packs)
    write_pack(packs, f"{COUNTY} 2027-01-02", changed(FIRE, "close: 3wd", "close: 2wd"))
    (fault,) = refused(packs)
    assert "law@2 N-01" in fault.en


def test_a_new_rule_is_added_for_its_place_alone(packs: Path) -> None:
    write_pack(packs, f"quanxi@1 school {A} 2026-01-01", NEW)
    book = load_book(packs)
    assert names(book, "N-09", Place("990102", A)) == ["quanxi@1"]
    assert names(book, "N-09", Place("990102", B)) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("view: E}", "view: EP}", "education.duty-officer may not have view EP (national rules give that role: E)"),
        ("to: education.duty-officer, kind: inform, view: E", "to: market.station, kind: inform, view: M", "may not have view M"),
        ("to: education.duty-officer, kind: inform, view: E", "to: market.station, kind: inform, view: own", "may not have view own"),
    ],
)
def test_a_new_rule_shows_its_recipients_no_more_than_the_nation_shows_their_role(packs: Path, old: str, new: str, said: str) -> None:
    write_pack(packs, COUNTY, changed(NEW, old, new))
    (fault,) = refused(packs)
    assert said in fault.en


def test_a_new_rule_may_show_anybody_what_leaders_see_and_name_stand_ins(packs: Path) -> None:
    more = "    - {to: market.station, kind: inform, view: L}\n    - {to: '@original', kind: inform, view: own}\n  rank:"
    write_pack(packs, COUNTY, changed(NEW, "  rank:", more))
    assert names(load_book(packs), "N-09", Place("990102")) == ["huxi@1"]


TASK = "  task: {lead: police.110-desk, assist: [], parts: {police: 处警}, report: 24h, close: 4wd}\n  rank: 30"


def test_a_new_rule_that_would_take_the_lead_gives_it_no_more_time(packs: Path) -> None:
    """INVARIANT: a lead keeps the national limits whoever leads — broken by a new rule of a higher rank with longer ones."""
    leading = changed(NEW, "  rank: 5", TASK).replace("{not_in: [fire]}", "[fire]")
    write_pack(packs, COUNTY, leading)
    (fault,) = refused(packs)
    assert "N-09 outranks N-01: its close (4wd) may not be longer than 3wd" in fault.en
    for harmless in (
        leading.replace("close: 4wd", "close: 3wd"),
        leading.replace("rank: 30", "rank: 19"),
        leading.replace("[fire]", "[fraud]"),
        leading.replace("lead: police.110-desk, assist: []", "assist: [police.110-desk]"),
    ):
        write_pack(packs, COUNTY, harmless)
        assert load_book(packs)


def test_one_loosening_refuses_the_whole_pack(packs: Path) -> None:
    write_pack(packs, COUNTY, changed(FIRE, "ack: 1wd", "ack: 2h"), changed(OTHER, "ack: 30min", "ack: 1h"), NEW)
    assert [fault.rule for fault in refused(packs)] == ["N-02"]


def test_a_rule_above_that_became_tighter_is_not_held_back_by_the_ones_below(packs: Path) -> None:
    """INVARIANT: the nation can tighten whatever counties have, and nobody is asked for less — broken by an override that hides it."""
    write_pack(packs, COUNTY, changed(FIRE, "ack: 1wd", "ack: 4h/open"))
    shelf = load_shelf(packs)
    law = write_pack(packs, "law@2 national - 2026-01-01", changed(FIRE, "ack: 1wd", "ack: 2h"), OTHER)
    book = shelf.book([parse_pack("law@2", pack_files(law), shelf.sources)], 1)
    assert names(book, "N-01", Place("990102")) == ["law@2", "huxi@1"]
    assert names(book, "N-01", Place("990103")) == ["law@2"]
