"""Calendars and districts from files: read whole, or refused with words that name the file."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.routing.calendars import CalendarInvalid, load_calendars
from services.routing.core.directory import Directory
from services.routing.directory import DirectoryRefused, load_documents, person_ref

BEGUN = datetime(2026, 1, 5, tzinfo=UTC)


def test_every_document_of_the_story_district_is_plain_json() -> None:
    for document in load_documents():
        assert json.loads(json.dumps(document, ensure_ascii=False)) == document


def test_the_same_desk_always_has_the_same_opaque_person() -> None:
    assert person_ref("police.110-desk@pb-990102") == person_ref("police.110-desk@pb-990102")
    assert person_ref("police.110-desk@pb-990102") != person_ref("police.110-desk@pb-990103")
    assert person_ref("police.110-desk@pb-990102").startswith("p-")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("district.yaml", "units: [", "不是有效的 YAML"),
        ("district.yaml", "泉西".encode("gb18030"), "不是有效的 YAML"),
        ("district.yaml", "", "缺少 from"),
        ("district.yaml", "units: []", "缺少 from"),
        ("district.yaml", "from: soon\nunits: [{unit: edu-990102}]", "缺少 from"),
        ("district.yaml", "from: 2025-09-01\nunits: 7", "应为单位的列表"),
        ("district.yaml", "from: 2025-09-01\nunits: [{people: 张}]", "第 1 项缺少单位编号"),
        ("district.yaml", "from: 2025-09-01\nunits: [edu-990102]", "第 1 项缺少单位编号"),
        ("district.yaml", "from: 2025-09-01\nunits: [{unit: edu-990102, people: ''}]", "people 为空"),
        ("units.json", "x", "不是有效的 JSON"),
        ("units.json", "[" * 100_000, "不是有效的 JSON"),
        ("units.json", '{"a": 1}', "应为单位的列表"),
        ("units.json", '[{"unit": "edu-990102"}, {"unit": 7}]', "第 2 项缺少单位编号"),
    ],
)
def test_a_directory_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, text: str | bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DirectoryRefused, match=rf"{re.escape(name)} 无法读取：.*{words}"):
        load_documents(path)


def test_a_json_file_holds_the_documents_themselves(tmp_path: Path) -> None:
    path = tmp_path / "units.json"
    path.write_text(json.dumps(load_documents(), ensure_ascii=False), encoding="utf-8")
    assert load_documents(path) == load_documents()


def test_a_calendar_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "state-council-2027.yaml").write_text("covers: [", encoding="utf-8")
    with pytest.raises(CalendarInvalid, match="state-council-2027"):
        load_calendars(tmp_path)


def test_an_empty_folder_knows_no_day(tmp_path: Path) -> None:
    assert load_calendars(tmp_path).working_version() == ""


def test_each_of_thousands_of_schools_is_found_again() -> None:
    school = next(document for document in load_documents() if document["unit"] == "2199000101")
    many = [{**school, "unit": f"2199{n:06d}"} for n in range(200_000, 203_000)]
    story = Directory.build([*load_documents(), *many], 1, load_calendars())
    assert story.county_of("2199202999") == "990102"
    assert len(list(story.units(BEGUN))) == 3_000 + len(load_documents())
