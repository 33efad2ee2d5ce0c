"""A pack is loaded whole or refused by file, line and rule."""

import shutil
from pathlib import Path

import pytest

from services.routing.core.mandates import Place
from services.routing.packs import FOUNDING, PackInvalid, load_book

POLICE = "national/police.yaml"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOUNDING, tmp_path / "packs"))


def broken(packs: Path, old: str, new: str, *, file: str = POLICE) -> PackInvalid:
    path = packs / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        load_book(packs)
    return caught.value


FAMILIES = {
    "BUL": 5, "CIV": 1, "CON": 1, "CYB": 8, "DRL": 2, "DRP": 4, "FOD": 4, "FRC": 4, "GOV": 11, "HAZ": 16, "HLT": 5, "MKT": 10,
    "POL": 15, "PSY": 9, "SCH": 6, "WRN": 1, "XFR": 2,
}  # fmt: skip
DEMANDS = {f"M{n:02}" for n in (*range(1, 19), *range(20, 31), *range(37, 43), 44, 45, 46, 49, 50, 55, *range(60, 73), 75, 78)}
"""The core rows of the inventory."""


def test_the_founding_pack_holds_every_mandate_once_and_carries_every_demand() -> None:
    """109 mandates; GRD has a 00. Each core row is carried by one of them."""
    book = list(load_book())
    wanted = {f"{family}-{n:02}" for family, count in FAMILIES.items() for n in range(1, count + 1)} | {f"GRD-{n:02}" for n in range(5)}
    assert sorted(mandate.id for mandate in book) == sorted(wanted)
    assert len(book) == 109
    assert {row for mandate in book for row in mandate.covers} >= DEMANDS
    assert set(book[0].in_pack.claims) == DEMANDS


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("to: school.duty-desk", "to: school.gardener", "unknown role school.gardener"),
        ("lead: police.station-duty", "lead: police.sherlock", "unknown role police.sherlock"),
        ("type: police.alarm.raised", "type: police.alarm.imagined", "no event type police.alarm.imagined"),
        ("severity: [life-risk]", "mood: [bad]", "no field mood"),
        ("severity: [life-risk]", "severity: [terrible]", "severity has no code ['terrible']"),
        ("severity: [life-risk]", "severity: []", "has no value"),
        ("severity: [life-risk]", "severity: {has: [life-risk]}", "has does not fit"),
        ("severity: [life-risk]", "severity: {gte: 1}", "severity has no code"),
        ("severity: [life-risk]", "severity: {like: x}", "cannot be read"),
        ("severity: [life-risk]", "any_of: x", "list of conditions"),
        ("severity: [life-risk]", "schools: [x]", "does not fit the type of schools"),
        ("severity: [life-risk]", "online: [1]", "wrong type"),
        ("ack: 5min", "ack: soon", "not a deadline form: soon"),
        ("close: 3wd", "close: date:rectify_by", "the deadline needs the field rectify_by"),
        ("view: S", "view: X", "no view X"),
        ("kind: acknowledge", "kind: shout", "kind has no value 'shout'"),
        ("kind: inform, view: V", "kind: acknowledge, view: V", "an ack clock"),
        ("ack: 5min, first_action: 5min", "first_action: 5min", "an ack clock"),
        ("from: L16", "from: hearsay", "from has no value 'hearsay'"),
        ("document: jinan-reply", "document: rumour", "document has no value 'rumour'"),
        ("ladder: A", "ladder: Z", "ladder has no value 'Z'"),
        ("rank: 30", "rank: high", "rank is missing or of the wrong type"),
        ("rank: 30", "rank: true", "rank is missing or of the wrong type"),
        ("rank: 30", "weight: 30", "unknown keys weight"),
        ("parts: {police:", "parts: {pirates:", "unknown role pirates"),
        ("when: {type: police.alarm.raised, severity", "when: {severity", "type is missing"),
    ],
)
def test_a_fault_names_file_line_and_rule(packs: Path, old: str, new: str, said: str) -> None:
    (fault,) = broken(packs, old, new).faults
    assert (fault.file, fault.rule) == (POLICE, "POL-01")
    assert said in fault.en
    assert fault.zh
    text = (packs / POLICE).read_text(encoding="utf-8").splitlines()
    assert 2 <= fault.line <= len(text)


def test_the_line_is_that_of_the_row(packs: Path) -> None:
    (fault,) = broken(packs, "to: police.station-duty, kind: acknowledge, view: P", "to: police.x, kind: acknowledge, view: P").faults
    line = (packs / POLICE).read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert "police.x" in line


def test_every_fault_is_told_at_once(packs: Path) -> None:
    path = packs / POLICE
    path.write_text(path.read_text(encoding="utf-8").replace("rank: ", "rank: x"), encoding="utf-8")
    error = broken(packs, "to: school.duty-desk", "to: school.gardener")
    assert [fault.rule for fault in error.faults] == [f"POL-{n:02}" for n in range(1, 16)]
    assert all(f"{fault.file}:{fault.line}" in error.zh for fault in error.faults)
    assert error.status == 422


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("ladders.yaml", "G:", "Z:", "ladder has no value 'Z'"),
        ("ladders.yaml", "target: unit-leader", "target: mayor", "target has no value 'mayor'"),
        ("ladders.yaml", "offset: 0min", "offset: at once", "not a deadline form"),
        ("documents.yaml", "title: 钦州市", "name: 钦州市", "title is missing"),
        ("national/pack.yaml", "version: 1", "version: one", "version is missing or of the wrong type"),
        ("national/pack.yaml", "level: national", "level: galaxy", "level has no value 'galaxy'"),
        ("national/pack.yaml", "2025-09-01", "soon", "effective_from must be a date"),
        (POLICE, "- id: POL-02", "- id: POL-01", "twice"),
        (POLICE, "- id: POL-02", "  id: POL-02", "cannot be read"),
        (POLICE, "- id: POL-01", "- {", "cannot be read"),
        ("national/market.yaml", "digest: weekly", "digest: daily", "digest has no value 'daily'"),
        ("national/market.yaml", "view: S, digest: weekly", "view: L, digest: weekly", "digest is for informs of schools"),
        ("national/market.yaml", "view: S, ack: 1sd,", "view: S, ack: 1sd, digest: weekly,", "digest is for informs of schools"),
        ("national/school.yaml", "- id: SCH-01", "x: 1\n- id: SCH-01", "cannot be read"),
    ],
)
def test_every_file_of_a_pack_is_checked(packs: Path, file: str, old: str, new: str, said: str) -> None:
    assert said in broken(packs, old, new, file=file).en


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("when: {level: [red]}", "when: {level: [violet]}", "level has no code ['violet']"),
        ("when: {level: [red]}", "when: {step: [review]}", "no field step"),
        ("when: {level: [red]}", "when: red", "when must be an object"),
    ],
)
def test_the_case_of_a_row_is_one_of_what_opened_the_incident(packs: Path, old: str, new: str, said: str) -> None:
    (fault,) = broken(packs, old, new, file="national/psychology.yaml").faults
    assert (fault.rule, said in fault.en) == ("PSY-09", True)


def test_a_ladder_that_no_file_describes_is_missed(packs: Path) -> None:
    path = packs / "ladders.yaml"
    path.write_text(path.read_text(encoding="utf-8").split("G:")[0], encoding="utf-8")
    with pytest.raises(PackInvalid, match="缺少督办阶梯 G"):
        load_book(packs)


def test_a_missing_file_is_a_fault_of_the_pack(packs: Path) -> None:
    (packs / "documents.yaml").unlink()
    with pytest.raises(PackInvalid, match=r"documents\.yaml"):
        load_book(packs)


def test_a_rule_file_that_is_no_list_is_refused(packs: Path) -> None:
    (packs / "national" / "extra.yaml").write_text("a: 1\n", encoding="utf-8")
    with pytest.raises(PackInvalid, match=r"extra\.yaml"):
        load_book(packs)
    (packs / "national" / "extra.yaml").write_text("- just words\n", encoding="utf-8")
    with pytest.raises(PackInvalid, match=r"extra\.yaml"):
        load_book(packs)


def test_a_second_pack_for_a_county_joins_the_book(packs: Path) -> None:
    county = packs / "990102"
    county.mkdir()
    (county / "pack.yaml").write_text(
        'pack: huxi\ntitle: 湖西区\nversion: 2\nlevel: county\njurisdiction: "990102"\n'
        "effective_from: 2026-09-01\neffective_to: 2027-09-01\n",
        encoding="utf-8",
    )
    shutil.copy(packs / "national" / "school.yaml", county / "school.yaml")
    book = load_book(packs)
    assert book.version == "huxi@2+national-founding@1"
    newest = book.by_id("SCH-01", place=Place("990102"))
    assert newest is not None
    assert newest.pack == "huxi@2"


def test_an_or_clause_is_read_with_its_words(packs: Path) -> None:
    path = packs / POLICE
    text = path.read_text(encoding="utf-8")
    clause = "any_of: [{casualties: {gte: 2}}, {advice: {has: [lockdown]}}], "
    path.write_text(text.replace("casualties: {gte: 1}, ", clause, 1), encoding="utf-8")
    rule = load_book(packs).by_id("POL-02")
    assert rule is not None
    assert rule.when[0].words == "伤亡人数 ≥ 2 或 防范建议包含：封闭管理"
    assert rule.when[0].fields == ("casualties", "advice")
