"""Units with dates: mergers, renames, moved pairs, and faults that name unit and field."""

import copy
from typing import Any

import pytest

from contracts.coordination import UnitRecord
from services.routing.calendars import load_calendars
from services.routing.core.directory import KINDS, ROLES, Directory, DirectoryInvalid, Where
from services.routing.directory import DirectoryRefused, check_documents, load_documents
from tests.unit.routing.core.deadlines.worked_time import A, B, E, K, at, directory

F = "2199000106"
CALENDARS = load_calendars()
NOW = at("09-21 10:00")


def changed(unit: str, /, **parts: Any) -> list[dict[str, Any]]:
    """The story district with parts of one document replaced."""
    documents = copy.deepcopy(load_documents())
    next(document for document in documents if document["unit"] == unit).update(parts)
    return documents


def test_the_story_district_stands_and_every_desk_is_covered() -> None:
    story = check_documents(load_documents(), CALENDARS, 7)
    assert story.version == 7
    desks = [f"{role}@{unit.id}" for unit in story.units(NOW) for role in unit.desks]
    assert len(desks) > 300
    assert [desk for desk in desks if not story.covered(desk, NOW).ok] == []
    people = [story.covered(desk, NOW).person for desk in desks]
    assert len(set(people)) == len(people)


def test_a_person_is_shown_by_surname_alone() -> None:
    documents = load_documents()
    shown = {row["shown"] for document in documents for row in document.get("rosters", ())}
    assert all(len(name) == 2 and name.endswith("*") for name in shown)
    assert "phone" not in str(documents)


def test_records_and_bare_documents_build_the_same() -> None:
    records = [UnitRecord(unit=document["unit"], version=3, document=document) for document in load_documents()]
    built = Directory.build(records, 3, CALENDARS)
    assert [unit.id for unit in built.units(NOW)] == [unit.id for unit in directory().units(NOW)]


def test_a_merged_school_resolves_to_its_successor_from_the_day_on() -> None:
    before, after = directory().school(F, at("08-31 23:59")), directory().school(F, at("09-01 00:00"))
    assert before is not None
    assert (before.id, before.via) == (F, None)
    assert after is not None
    assert (after.id, after.via, after.via_name) == (A, F, "曲水小学")
    assert directory().ids_of(A, at("08-31 23:59")) == {A}
    assert directory().ids_of(A, NOW) == {A, F}


def test_a_notification_to_a_merged_school_says_so() -> None:
    found = directory().resolve("school.duty-desk", Where((F,), "990102"), NOW)
    assert [(resolved.desk, resolved.note, resolved.school) for resolved in found] == [(f"school.duty-desk@{A}", f"via-merge:{F}", A)]


def test_a_unit_that_is_unknown_or_not_yet_there_is_nobody() -> None:
    assert directory().unit("ps-990102-09", NOW) is None
    assert directory().school("2199999999", NOW) is None
    assert directory().school("edu-990102", NOW) is None
    assert directory().unit("edu-990102", at("2025-08-31 12:00")) is None


def test_a_retired_unit_without_successor_is_nobody() -> None:
    rows = [{"from": "2025-09-01", "to": "2026-09-01", "name": "曲水小学", "place_code": "990102001"}]
    built = Directory.build(changed(F, rows=rows), 1, CALENDARS)
    lookup = built.look_up("school.duty-desk", Where((F,), "990102"), NOW)
    assert lookup.found == ()
    assert F in lookup.unresolved[0]


def test_a_moved_pairing_holds_from_its_day_on() -> None:
    document = next(document for document in load_documents() if document["unit"] == B)
    old = {**document["circle"][0], "to": "2026-10-01"}
    new = {**document["circle"][0], "from": "2026-10-01", "station": "ps-990102-02"}
    built = Directory.build(changed(B, circle=[old, new]), 1, CALENDARS)
    where = Where((B,), "990102")
    stations = [built.resolve("police.station-duty", where, at(moment))[0].desk for moment in ("09-30 23:59", "10-01 00:00")]
    assert stations == ["police.station-duty@ps-990102-01", "police.station-duty@ps-990102-02"]


def test_a_rename_keeps_the_id() -> None:
    place = {"place_code": "990102001001"}
    rows = [
        {"from": "2025-09-01", "to": "2026-10-01", "name": "泉西小学", **place},
        {"from": "2026-10-01", "name": "泉西第一小学", **place},
    ]
    built = Directory.build(changed(A, rows=rows), 1, CALENDARS)
    titles = [built.title(f"school.duty-desk@{A}", at(moment)) for moment in ("09-30 12:00", "10-01 00:00")]
    assert titles == ["泉西小学 · 学校值守台", "泉西第一小学 · 学校值守台"]


def test_a_county_that_merges_takes_its_schools_along() -> None:
    rows = [{"from": "2025-09-01", "to": "2026-10-01", "name": "山南区", "successor": "area-990102"}]
    built = Directory.build(changed("area-990103", rows=rows), 1, CALENDARS)
    found = built.resolve("education.duty-officer", Where(("3199000301",), "990103"), at("10-01 08:00"))
    assert [resolved.desk for resolved in found] == ["education.duty-officer@edu-990102"]
    assert built.onboarding("990103", at("10-01 08:00")) == "live"


def test_a_desk_is_named_in_chinese_and_an_unknown_one_keeps_its_id() -> None:
    assert directory().title("police.110-desk@pb-990102", NOW) == "湖西公安分局 · 指挥中心（110）"
    assert directory().title("school.duty-desk@2199000999", NOW) == "2199000999 · 学校值守台"
    assert directory().title(f"school.duty-desk@{F}", at("2025-01-01 10:00")) == "曲水小学 · 学校值守台"


@pytest.mark.parametrize(
    ("unit", "agency", "county"),
    [
        (A, "school", "990102"), ("ps-990102-01", "police", "990102"), ("hos-990100-psy", "health", "990100"), (K, "school", "985201"),
        ("town-990102001", "community", "990102"), ("city-health-990100", "health", "990100"), ("bus-990100", "bus", "990100"),
        ("mkt-990102-01", "market", "990102"), ("com-990102001001", "community", "990102"), ("edu-990102", "education", "990102"),
    ],
)  # fmt: skip
def test_a_unit_id_tells_agency_and_county(unit: str, agency: str, county: str) -> None:
    assert (directory().agency(unit), directory().county_of(unit)) == (agency, county)


@pytest.mark.parametrize("unit", ["", "nobody", "xyz-990102", "219900010"])
def test_what_is_no_unit_id_has_no_agency(unit: str) -> None:
    with pytest.raises(ValueError, match="unit"):
        directory().agency(unit)


def test_the_county_of_an_unknown_school_is_not_guessed_from_its_id() -> None:
    with pytest.raises(ValueError, match="county"):
        directory().county_of("2199999999")


def test_every_desk_of_every_kind_has_a_role_with_title_and_hours() -> None:
    assert [role for kind in KINDS.values() for role in kind.desks if role not in ROLES] == []
    assert all(role.title and role.hours and role.unit_kind in KINDS for role in ROLES.values())


@pytest.mark.parametrize(
    ("unit", "parts", "field"),
    [
        ("edu-990102", {"unit": "nowhere"}, "unit"),
        ("edu-990102", {"rows": []}, "rows"),
        ("edu-990102", {"rows": "x"}, "rows"),
        ("edu-990102", {"rows": ["x"]}, "rows[0]"),
        ("edu-990102", {"rows": [{"from": "2025-09-01"}]}, "rows[0].name"),
        ("edu-990102", {"rows": [{"name": "教育局"}]}, "rows[0].from"),
        ("edu-990102", {"rows": [{"from": "2025-13-01", "name": "教育局"}]}, "rows[0].from"),
        ("edu-990102", {"rows": [{"from": "2025-09-01", "to": "2025-09-01", "name": "教育局"}]}, "rows[0].to"),
        ("edu-990102", {"rows": [{"from": "2025-09-01", "name": "甲"}, {"from": "2026-09-01", "name": "乙"}]}, "rows"),
        ("edu-990102", {"rows": [{"from": "2025-09-01", "name": "教育局", "parent": "edu-110100"}]}, "rows.parent"),
        ("edu-990102", {"rows": [{"from": "2025-09-01", "name": "教育局", "successor": "edu-990103"}]}, "rows.successor"),
        ("edu-990102", {"rows": [{"from": "2025-09-01", "name": "教育局", "place_code": "99"*9}]}, "rows[0].place_code"),
        ("edu-990102", {"desks": ["education.nobody"], "rosters": []}, "desks"),
        ("edu-990102", {"rosters": [{"role": "police.110-desk", "person": "p", "shown": "张*", "from": "2025-09-01"}]}, "rosters[0].role"),
        ("edu-990102", {"rosters": [{"role": "education.duty-officer", "person": "p-1", "shown": "张三", "from": "2025-09-01"}]},
         "rosters[0].shown"),
        ("edu-990102", {"rosters": [{"role": "education.duty-officer", "person": "p", "shown": "张*", "from": "2025-09-01T08:00"}]},
         "rosters[0].from"),
        ("edu-990102", {"channels": [{"role": "education.duty-officer", "by": ["pigeon"]}]}, "channels[0].by"),
        ("edu-990102", {"channels": [{"role": "police.110-desk", "by": ["sms"]}]}, "channels[0].role"),
        (A, {"rows": [{"from": "2025-09-01", "name": "泉西小学", "place_code": "990102"}]}, "rows.place_code"),
        (A, {"circle": [{"from": "2025-09-01", "station": "edu-990102"}]}, "circle[0].station"),
        (A, {"circle": [{"from": "2025-09-01", "station": "ps-990102-77"}]}, "circle.station"),
        (A, {"windows": [{"from": "2025-09-01", "gate": "A-G1", "peak": "noon", "starts": "07:00", "ends": "08:00"}]}, "windows[0].peak"),
        (A, {"windows": [{"from": "2025-09-01", "gate": "A-G1", "peak": "am", "starts": "08:00", "ends": "07:00"}]}, "windows[0].ends"),
        (A, {"windows": [{"from": "2025-09-01", "gate": "A-G1", "peak": "am", "starts": 25200, "ends": "08:00"}]}, "windows[0].starts"),
        (A, {"gates": [{"id": "A-G1", "name": "南门", "required": {"polcie": 1, "school": 1}}]}, "gates[0].required"),
        (A, {"gates": [{"id": "A-G1", "name": "南门", "required": {"police": -1, "school": 1}}]}, "gates[0].required"),
        (A, {"gates": [{"id": "A-G1", "name": "南门", "required": {"police": 1.5, "school": 1}}]}, "gates[0].required"),
        (A, {"gates": [{"id": "A-G1", "name": "南门", "required": ["police"]}]}, "gates[0].required"),
        (A, {"closures": [{"first": "2026-06-10", "last": "2026-06-08", "published": "2026-05-01", "reason": "考点"}]}, "closures[0].last"),
        (
            A,
            {"closures": [{"first": "2026-06-08", "last": "2026-06-10", "published": "2026-05-01", "reason": "考点", "opens": "false"}]},
            "closures[0].opens",
        ),
        ("area-990102", {"office": [{"from": "2025-09-01", "opens": "18:00", "closes": "09:00"}]}, "office[0].closes"),
        ("area-990102", {"office": [{"from": "2025-09-01", "opens": "09:00", "closes": "12:59"}]}, "office[0].closes"),
        ("area-990102", {"office": [{"from": "2025-09-01", "opens": "05:00", "closes": "10:59"}]}, "office[0].closes"),
        (A, {"closings": [{"from": "2025-09-01", "at": "10:59"}]}, "closings[0].at"),
        (
            A,
            {"windows": [{"gate": "A-G1", "peak": "am", "starts": "11:01", "ends": "11:30", "from": "2025-09-01"}]},
            "windows[0].starts",
        ),
        ("area-990102", {"hospital": [{"from": "2025-09-01", "unit": "hos-110100-psy"}]}, "hospital.unit"),
        ("area-990102", {"rows": [{"from": "2025-09-01", "name": "湖西区", "onboarding": "soon"}]}, "rows[0].onboarding"),
    ],
)  # fmt: skip
def test_a_fault_names_unit_and_field_in_both_languages(unit: str, parts: dict[str, Any], field: str) -> None:
    with pytest.raises(DirectoryInvalid) as caught:
        Directory.build(changed(unit, **parts), 1, CALENDARS)
    found = next(problem for problem in caught.value.problems if problem.field == field)
    assert found.unit == parts.get("unit", unit)
    assert found.zh
    assert found.en


def test_two_documents_of_one_unit_are_refused() -> None:
    documents = load_documents()
    with pytest.raises(DirectoryInvalid, match="twice"):
        Directory.build([*documents, documents[0]], 1, CALENDARS)


def test_a_circle_of_successors_is_refused() -> None:
    rows = [{"from": "2025-09-01", "to": "2026-09-01", "name": "甲", "place_code": "990102001", "successor": "2199000107"}]
    back = {"unit": "2199000107", "rows": [{**rows[0], "successor": F}]}
    with pytest.raises(DirectoryInvalid, match="circle"):
        Directory.build([*changed(F, rows=rows), back], 1, CALENDARS)


def test_an_unknown_field_is_a_fault_only_where_a_person_writes() -> None:
    documents = changed("edu-990102", colour="red")
    assert Directory.build(documents, 1, CALENDARS).unit("edu-990102", NOW) is not None
    with pytest.raises(DirectoryRefused) as caught:
        check_documents(documents, CALENDARS)
    assert [error.field for error in caught.value.fields] == ["edu-990102.colour"]


def test_a_window_of_a_gate_that_is_not_there_is_a_fault_where_a_person_writes() -> None:
    row = {"from": "2025-09-01", "peak": "am", "starts": "07:00", "ends": "07:40"}
    documents = changed(A, gates=[{"id": "A-G1", "name": "南门"}], windows=[{**row, "gate": "A-G1"}, {**row, "gate": "A-G9"}])
    assert Directory.build(documents, 1, CALENDARS).school(A, NOW) is not None
    with pytest.raises(DirectoryRefused) as caught:
        check_documents(documents, CALENDARS)
    assert [(error.field, error.zh) for error in caught.value.fields] == [(f"{A}.windows[1].gate", "没有校门 A-G9")]
    assert check_documents(documents, CALENDARS, written=False).school(A, NOW) is not None


def test_every_fault_of_a_file_is_told_at_once() -> None:
    documents = changed(E, rows=[])
    next(document for document in documents if document["unit"] == "edu-990102").update(rows=[{"from": "2025-09-01"}], colour="red")
    with pytest.raises(DirectoryRefused) as caught:
        check_documents(documents, CALENDARS)
    assert {"edu-990102.colour", "edu-990102.rows[0].name", f"{E}.rows"} <= {error.field for error in caught.value.fields}
