"""Levels and jurisdictions of packs, versions side by side, what packs may add for themselves, and books of many rules."""

import sys
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar

import pytest

from services.routing.core.mandates import MandateBook, PackInfo, Place
from services.routing.packs import Fault, PackInvalid, load_book, load_shelf, pack_files, parse_pack
from tests.unit.routing.core.deadlines.worked_time import A, at
from tests.unit.routing.packs.small import FIRE, OTHER, RETURNED, national, shared, write_pack

ALARM = "police.alarm.raised"
HERE = Place("990102", A)


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    return national(tmp_path / "packs")


def refused(root: Path) -> tuple[Fault, ...]:
    with pytest.raises(PackInvalid) as caught:
        load_book(root)
    return caught.value.faults


def found(book: MandateBook, known: str, published: str, place: Place = HERE) -> list[str]:
    return [f"{rule.id} {rule.pack}" for rule in book.candidates(ALARM, (place,), at(known), at(published))]


@pytest.mark.parametrize(
    ("level", "code", "kept"),
    [
        ("national", "-", ""), ("province", "99", "99"), ("city", "9901", "9901"), ("city", "990100", "9901"), ("county", "990102", "990102"),
        ("county", "990181", "990181"), ("school", A, A),
    ],
)  # fmt: skip
def test_a_jurisdiction_fits_its_level(tmp_path: Path, level: str, code: str, kept: str) -> None:
    root = shared(tmp_path) if level == "national" else national(tmp_path)
    write_pack(root, f"p@1 {level} {code} 2026-01-01", OTHER, name="under")
    pack = load_shelf(root).packs[-1]
    assert (pack.info.level, pack.info.jurisdiction) == (level, kept)


@pytest.mark.parametrize(
    ("level", "code"),
    [
        ("national", "99"), ("province", "-"), ("province", "9901"), ("city", "99"), ("city", "990000"), ("city", "990102"), ("city", "9900"),
        ("county", "9901"), ("county", "990100"), ("county", "99010a"), ("county", "９９０１０２"), ("school", "990102"), ("school", "21990001011"),
    ],
)  # fmt: skip
def test_a_jurisdiction_that_does_not_fit_its_level_is_refused(tmp_path: Path, level: str, code: str) -> None:
    root = shared(tmp_path)
    write_pack(root, f"p@1 {level} {code} 2026-01-01", OTHER)
    (fault,) = refused(root)
    assert fault.file == "p-1/pack.yaml"
    assert "jurisdiction does not fit level" in fault.en
    assert "jurisdiction 与 level 不符" in fault.zh


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("p@0 county 990102 2026-01-01", "version begins at 1"),
        ("P@1 county 990102 2026-01-01", "pack is made of lower-case letters"),
        ("p@1 county 990102 2026-01-02 2026-01-02", "effective_to must be after effective_from"),
        ("p@1 county 990102 2026-01-02T00:00:00", "effective_from must be a date"),
    ],
)
def test_a_header_says_what_can_be(tmp_path: Path, header: str, said: str) -> None:
    root = shared(tmp_path)
    write_pack(root, header, OTHER)
    (fault,) = refused(root)
    assert said in fault.en


def test_versions_stand_side_by_side_and_the_day_they_change_belongs_to_the_new_one(packs: Path) -> None:
    write_pack(packs, "huxi@1 county 990102 2026-01-01 2026-07-01", FIRE)
    write_pack(packs, "huxi@2 county 990102 2026-07-01", FIRE, OTHER)
    book = load_book(packs)
    assert found(book, "06-30 23:59", "07-02 10:00") == ["N-01 huxi@1", "N-02 law@1"]
    assert found(book, "07-01 00:00", "07-02 10:00") == ["N-01 huxi@2", "N-02 huxi@2"]
    assert found(book, "2025-12-31 23:59", "07-02 10:00") == ["N-01 law@1", "N-02 law@1"]
    assert found(book, "2025-08-31 10:00", "07-02 10:00") == ["N-01 huxi@2", "N-02 huxi@2"]
    assert found(book, "2025-08-31 10:00", "2025-08-31 11:00") == []


def test_a_version_for_some_time_only_gives_way_to_the_one_before_it(packs: Path) -> None:
    write_pack(packs, "huxi@1 county 990102 2026-01-01", FIRE, OTHER)
    write_pack(packs, "huxi@2 county 990102 2026-06-06 2026-06-11", FIRE)
    book = load_book(packs)
    assert found(book, "06-05 10:00", "06-05 10:00") == ["N-01 huxi@1", "N-02 huxi@1"]
    assert found(book, "06-06 00:00", "06-06 10:00") == ["N-01 huxi@2", "N-02 law@1"]
    assert found(book, "06-11 00:00", "06-11 10:00") == ["N-01 huxi@1", "N-02 huxi@1"]


def test_a_version_without_rules_ends_a_pack(packs: Path) -> None:
    write_pack(packs, "huxi@1 county 990102 2026-01-01", FIRE)
    write_pack(packs, "huxi@2 county 990102 2026-06-01")
    assert found(load_book(packs), "06-01 00:00", "06-01 10:00") == ["N-01 law@1", "N-02 law@1"]


def test_the_rules_of_the_smallest_place_are_looked_up_last(packs: Path) -> None:
    for header in ("a@1 province 99 2026-01-01", "b@1 city 9901 2026-01-01", "c@1 county 990102 2026-01-01", f"d@1 school {A} 2026-01-01"):
        write_pack(packs, header, FIRE)
    book, now = load_book(packs), "09-21 10:00"
    for place, pack in (
        (HERE, "d@1"),
        (Place("990102"), "c@1"),
        (Place("990102001"), "c@1"),
        (Place("990103"), "b@1"),
        (Place("9901"), "b@1"),
        (Place("990203"), "a@1"),
        (Place("110101"), "law@1"),
    ):
        assert found(book, now, now, place)[0] == f"N-01 {pack}"
        assert book.by_id("N-01", at(now), place) == book.by_id("N-01", place=place)
        assert book.by_id("N-01", place=place).pack == pack  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("huxi@1 county 990102 2027-01-01", "there is a huxi@1 already"),
        ("huxi@2 county 990103 2027-01-01", "huxi was of another level or jurisdiction"),
        ("other@1 county 990102 2026-06-30", "huxi@1 has this rule for the same place (one/rules.yaml:2)"),
    ],
)
def test_packs_that_cannot_stand_beside_each_other_are_refused(packs: Path, second: str, said: str) -> None:
    write_pack(packs, "huxi@1 county 990102 2026-01-01 2026-07-01", FIRE, name="one")
    write_pack(packs, second, FIRE, name="two")
    assert said in refused(packs)[0].en


def test_two_packs_of_one_place_may_follow_each_other(packs: Path) -> None:
    write_pack(packs, "huxi@1 county 990102 2026-01-01 2026-07-01", FIRE)
    write_pack(packs, "other@1 county 990102 2026-07-01", FIRE)
    assert found(load_book(packs), "07-01 00:00", "07-01 10:00")[0] == "N-01 other@1"


def test_a_pack_may_quote_documents_of_its_own(packs: Path) -> None:
    own = FIRE.replace("document: jinan-reply", "document: huxi-plan").replace("from: [L14, ours]", "from: [H1]")
    folder = write_pack(packs, "huxi@1 county 990102 2026-01-01", own)
    documents = "documents: {huxi-plan: {title: 湖西区方案}}\nlaws: {H1: {title: 湖西区通知, kind: doc}}\n"
    (folder / "documents.yaml").write_text(documents, encoding="utf-8")
    rule = load_book(packs).by_id("N-01", place=Place("990102"))
    assert rule is not None
    assert rule.basis[0].document == "湖西区方案"
    assert [(source.key, source.standing) for source in rule.notify[1].sources] == [("H1", "doc")]
    (folder / "documents.yaml").write_text(documents + "sources: {ours: 本区规定}\n", encoding="utf-8")
    (fault,) = refused(packs)
    assert (fault.file, fault.en) == ("huxi-1/documents.yaml", "ours is shared and cannot be redefined by a pack")


def test_a_rule_knows_where_it_is_written_and_what_its_numbers_stand_on(packs: Path) -> None:
    rule = load_book(packs).by_id("N-01")
    assert rule is not None
    lines = (packs / "national" / "rules.yaml").read_text(encoding="utf-8").splitlines()
    assert (rule.file, lines[rule.line - 1]) == ("national/rules.yaml", "- id: N-01")
    assert "health.emergency-office" in lines[rule.notify[1].line - 1]
    assert [[source.standing for source in row.sources] for row in rule.notify] == [["practice"], ["law", "ours"], []]
    assert [basis.standing for basis in rule.basis] == ["doc", "law"]
    assert rule.task is not None
    assert [source.standing for source in rule.task.sources] == ["ours"]


def test_a_task_may_say_where_its_limits_come_from(packs: Path) -> None:
    path = packs / "national" / "rules.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("close: 3wd", "close: 3wd\n    from: L10", 1), encoding="utf-8")
    rule = load_book(packs).by_id("N-01")
    assert rule is not None
    assert rule.task is not None
    assert [source.key for source in rule.task.sources] == ["L10"]


def test_one_pack_is_read_from_its_files_alone(packs: Path) -> None:
    folder = write_pack(packs, "huxi@1 county 990102 2026-01-01", FIRE, name="draft")
    files = pack_files(folder)
    assert sorted(files) == ["pack.yaml", "rules.yaml"]
    sources = load_shelf(packs).sources
    assert parse_pack("huxi@1", files, sources).mandates[0].file == "huxi@1/rules.yaml"
    with pytest.raises(PackInvalid, match=r"draft/rules\.yaml:2 N-01"):
        parse_pack("draft", {**files, "rules.yaml": FIRE.replace("rank: 20", "rank: high")}, sources)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_folder_that_is_no_pack_is_refused(packs: Path, content: bytes | None) -> None:
    folder = packs / "empty"
    folder.mkdir()
    if content is not None:
        (folder / "pack.yaml").write_bytes(content)
    with pytest.raises(PackInvalid, match=r"empty/pack\.yaml"):
        pack_files(folder)


@pytest.mark.parametrize(
    "text", ["a: !!str 5", "a: 1\n---\nb: 2", "? [a]\n: 1", "a: *x", "a: 1\na: 2", "a: 2026-13-45", "a: [1, 2", "<<: {a: 1}"]
)
def test_a_file_that_is_no_plain_yaml_is_refused(packs: Path, text: str) -> None:
    (packs / "national" / "more.yaml").write_text(text, encoding="utf-8")
    assert any("cannot be read" in fault.en and fault.file == "national/more.yaml" for fault in refused(packs))


@dataclass(frozen=True)
class Counted(PackInfo):
    """A pack that counts how often it is asked whether it is in force."""

    asked: ClassVar[Any] = count()

    def in_force(self, at: datetime) -> bool:
        next(self.asked)
        return PackInfo.in_force(self, at)


def counted(pack: PackInfo, **change: Any) -> PackInfo:
    values = {name: getattr(pack, name) for name in PackInfo.__dataclass_fields__}
    return Counted(**(values | change))


def test_the_cost_of_an_event_does_not_grow_with_rules_that_cannot_match(packs: Path) -> None:
    """INVARIANT: rules of other types and places are never touched — broken by a look-up that walks over the book."""
    few = [replace(rule, in_pack=counted(rule.in_pack)) for rule in load_book(packs)]
    model = next(rule for rule in few if rule.id == "N-02")
    others = [
        replace(model, id=f"X-{n}", types=("school.campus-incident.reported",))
        if n % 2
        else replace(model, id=f"X-{n}", in_pack=counted(model.in_pack, id=f"p{n}", jurisdiction=f"98{n:04}"))
        for n in range(10_000)
    ]
    asked = []
    for rules in (few, [*few, *others]):
        book, before = MandateBook(rules, {}, "v"), next(Counted.asked)
        assert found(book, "09-21 10:00", "09-21 10:00") == ["N-01 law@1", "N-02 law@1"]
        asked.append(next(Counted.asked) - before)
    assert asked[0] == asked[1] == 3


def test_loading_twice_the_rules_takes_twice_the_work(packs: Path) -> None:
    """INVARIANT: a large book is read as fast as a small one, rule by rule — broken by a check of every rule against every other."""
    few = _work_of_loading(packs, range(500))
    many = _work_of_loading(packs, range(500, 1_500))
    assert many < 4 * few
    assert sum(1 for _ in load_book(packs)) == 1_503


def _work_of_loading(packs: Path, numbers: range) -> int:
    """Calls of this project's functions that loading takes, with one pack more of so many rules."""
    write_pack(packs, f"p{numbers.start}@1 county 990199 2026-01-01", *(OTHER.replace("N-02", f"X-{number}") for number in numbers))
    calls = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event == "call" and "/services/routing/" in frame.f_code.co_filename

    sys.setprofile(count)
    try:
        load_book(packs)
    finally:
        sys.setprofile(None)
    return calls


def test_the_version_of_a_book_names_its_founding_packs_and_how_often_packs_were_activated(packs: Path) -> None:
    shelf = load_shelf(packs)
    folder = write_pack(packs, "huxi@1 county 990102 2026-01-01", FIRE, RETURNED)
    stored = parse_pack("huxi@1", pack_files(folder), shelf.sources)
    assert (shelf.book().version, shelf.book([stored], 7).version) == ("law@1", "law@1#7")
    with pytest.raises(PackInvalid, match="huxi@1"):
        shelf.book([stored, parse_pack("huxi@1", pack_files(folder), shelf.sources)])
