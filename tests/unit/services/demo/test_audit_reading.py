"""How the auditor reads rules and district: its own way, and it refuses what it does not know."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.demo.audit import CannotJudge, District, read_rules
from services.demo.audit.expect import merged
from services.demo.audit.forms import asks_no_later, elapsed
from services.demo.audit.rules import holds, rows_of
from services.demo.audit.speaking import Spoken, around, matching
from services.routing.directory import load_documents
from services.routing.packs import FOUNDING

AT = datetime(2026, 9, 21, 4, 0, tzinfo=UTC)
A, B = "2199000101", "3199000102"
PACK = "pack: {id}\ntitle: x\nversion: 1\nlevel: national\neffective_from: {first}\n"
DUTY = "school.duty-desk"


def rule(identity: str, to: str) -> str:
    """A rule that tells some roles (``one+other``)."""
    rows = "".join(f"    - {{to: {role}, kind: inform, view: S}}\n" for role in to.split("+"))
    return f"- id: {identity}\n  when: {{type: police.alarm.raised, severity: [urgent]}}\n  notify:\n{rows}"


STORY = District(load_documents())


def found(
    folder: Path, picture: dict[str, Any], *packs: dict[str, str], name: str = "police.alarm.raised", county: str = "990102"
) -> list[Spoken]:
    where = around(picture, county, STORY, AT)
    return matching(read_rules(folder, packs), name, picture, where, known_at=AT, at=AT)


def names(picture: dict[str, Any], name: str = "police.alarm.raised") -> list[str]:
    return sorted(spoken.rule.id for spoken in found(FOUNDING, picture, name=name))


@pytest.mark.parametrize(
    ("picture", "rules"),
    [
        ({"severity": "life-risk", "relation": "perimeter", "casualties": 0}, ["POL-01"]),
        ({"severity": "life-risk", "relation": "on-campus", "casualties": 2}, ["POL-01", "POL-02"]),
        ({"severity": "urgent", "relation": "perimeter", "casualties": 0}, ["POL-03"]),
        ({"severity": "routine", "relation": "pupil-only", "casualties": 0}, ["POL-04"]),
        ({"severity": "urgent", "relation": "perimeter", "schools": ["unknown"]}, ["GOV-01", "POL-03"]),
    ],
)
def test_the_founding_rules_match_as_they_stand_in_the_pack(picture: dict[str, Any], rules: list[str]) -> None:
    assert names(picture) == rules
    assert names(picture, "police.alarm.raised.supplemented") == rules


def test_triage_goes_to_one_desk_for_the_highest_and_to_another_for_the_rest() -> None:
    (triage,) = [rule for rule in read_rules(FOUNDING) if rule.triage]
    assert {row.to for row in rows_of(triage, "police.alarm.raised", {"severity": "life-risk"})} == {
        "education.duty-officer",
        "bus.ops-desk",
    }
    assert {row.to for row in rows_of(triage, "police.alarm.raised", {"severity": "routine"})} == {"education.safety-desk", "bus.ops-desk"}


@pytest.mark.parametrize(
    ("field", "wanted", "value", "answer"),
    [
        ("kind", ["theft", "fire"], "fire", True),
        ("kind", "theft", "fire", False),
        ("kind", {"not_in": ["fire"]}, "fire", False),
        ("kind", {"not_in": ["fire"]}, None, False),
        ("casualties", {"gte": 1}, 1, True),
        ("casualties", {"lte": 1}, 2, False),
        ("advice", {"has": ["lockdown"]}, ["watch", "lockdown"], True),
        ("any_of", [{"kind": ["theft"]}, {"casualties": {"gte": 9}}], None, False),
    ],
)
def test_a_condition_holds_or_not(field: str, wanted: Any, value: Any, answer: bool) -> None:
    assert holds(field, wanted, {field: value} if field != "any_of" else {"kind": "fire", "casualties": 1}) is answer


def test_a_condition_the_auditor_does_not_know_is_not_guessed() -> None:
    with pytest.raises(CannotJudge):
        holds("place", {"within": 200}, {"place": 3})
    with pytest.raises(CannotJudge):
        holds("envelope.status", ["actual"], {})


def test_the_newest_rule_that_was_in_force_when_the_agency_knew_counts(tmp_path: Path) -> None:
    for folder, first, to in (
        ("a", "2025-09-01", "school.duty-desk"),
        ("b", "2026-09-01", "school.principal"),
        ("c", "2026-12-01", "school.duty-leader"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pack.yaml").write_text(PACK.format(id=folder, first=first))
        (tmp_path / folder / "rules.yaml").write_text(rule("X-01", to))
    (spoken,) = found(tmp_path, {"severity": "urgent"})
    assert [row.to for row in spoken.rule.rows] == ["school.principal"]


def files(header: str, *to: str) -> dict[str, str]:
    """A pack as it is stored: ``id version level place from``, and one rule that tells these roles."""
    identity, version, level, place, first = header.split()
    head = f'pack: {identity}\ntitle: x\nversion: {version}\nlevel: {level}\njurisdiction: "{place}"\neffective_from: {first}\n'
    rules = "".join(rule(f"X-0{number}", role) for number, role in enumerate(to, 1))
    return {"pack.yaml": head, "rules.yaml": rules, "documents.yaml": "documents: {}", "ladders.yaml": "B: []"}


def told(folder: Path, *packs: dict[str, str], county: str = "990102", schools: tuple[str, ...] = ()) -> list[str]:
    picture = {"severity": "urgent", "schools": list(schools)}
    return [row.to for spoken in found(folder, picture, *packs, county=county) for row in spoken.rule.rows]


@pytest.fixture
def nation(tmp_path: Path) -> Path:
    (tmp_path / "n").mkdir()
    (tmp_path / "n" / "pack.yaml").write_text(PACK.format(id="n", first="2025-09-01"))
    (tmp_path / "n" / "rules.yaml").write_text(rule("X-01", DUTY))
    return tmp_path


def test_an_activated_pack_stands_in_at_its_place_from_its_day_on(nation: Path) -> None:
    county = files("c 1 county 990102 2026-09-01", f"{DUTY}+school.principal")
    assert told(nation, county) == [DUTY, "school.principal"]
    assert told(nation, county, county="990103") == [DUTY]
    assert told(nation, files("c 1 county 990102 2026-12-01", f"{DUTY}+school.principal")) == [DUTY]


def test_of_a_pack_the_highest_version_speaks_alone_and_whole(nation: Path) -> None:
    first = files("c 1 county 990102 2026-09-01", f"{DUTY}+school.principal", "school.safety-officer")
    assert told(nation, first) == [DUTY, "school.principal", "school.safety-officer"]
    assert told(nation, first, files("c 2 county 990102 2026-09-10", f"{DUTY}+school.duty-leader")) == [DUTY, "school.duty-leader"]


def test_a_city_may_write_its_code_with_zeros(nation: Path) -> None:
    assert told(nation, files("c 1 city 990100 2026-09-01", f"{DUTY}+school.principal")) == [DUTY, "school.principal"]


def test_a_schools_own_rule_speaks_for_it_and_of_several_schools_for_it_alone(nation: Path) -> None:
    school = files(f"s 1 school {A} 2026-09-01", f"{DUTY}+school.principal")
    assert told(nation, school, schools=(A,)) == [DUTY, "school.principal"]
    assert told(nation, school, schools=(B,)) == [DUTY]
    picture = {"severity": "urgent", "schools": [A, B]}
    where = around(picture, "990102", STORY, AT)
    desks = [spoken.desks(row.to, where) for spoken in found(nation, picture, school) for row in spoken.rule.rows]
    assert desks == [{f"{DUTY}@{A}"}, {f"school.principal@{A}"}, {f"{DUTY}@{B}"}]


def test_a_school_that_was_merged_is_asked_by_the_rules_of_the_one_it_became(nation: Path) -> None:
    both, merged_id = f"{DUTY}+school.principal", "2199000106"
    assert told(nation, files(f"s 1 school {A} 2026-09-01", both), schools=(merged_id,)) == [DUTY, "school.principal"]
    assert told(nation, files(f"s 1 school {merged_id} 2026-09-01", both), schools=(merged_id,)) == [DUTY]


def test_each_county_speaks_for_its_own_schools_and_bureau(nation: Path) -> None:
    (nation / "n" / "rules.yaml").write_text(rule("X-01", "education.duty-officer"))
    away = files("c 1 county 990103 2026-09-01", "education.duty-officer+education.safety-desk")
    picture = {"severity": "urgent", "schools": ["3199000301"]}
    where = around(picture, "990102", STORY, AT)
    desks = {desk for spoken in found(nation, picture, away) for row in spoken.rule.rows for desk in spoken.desks(row.to, where)}
    assert desks == {"education.duty-officer@edu-990102", "education.duty-officer@edu-990103", "education.safety-desk@edu-990103"}


@pytest.mark.parametrize("since", ["2025-12-01", "2026-09-10"])
def test_a_rule_above_of_which_the_one_below_asks_less_speaks_beside_it(nation: Path, since: str) -> None:
    """Whenever it began: packs are checked when they are activated, and one above may begin to ask for more between that and its day."""
    school = files(f"s 1 school {A} 2026-09-01", f"{DUTY}+school.principal")
    above = files(f"c 1 county 990102 {since}", f"{DUTY}+school.duty-leader")
    assert told(nation, school, above, schools=(A,)) == [DUTY, "school.duty-leader", DUTY, "school.principal"]
    assert told(nation, school, above, schools=(B,)) == [DUTY, "school.duty-leader"]
    same = files(f"c 1 county 990102 {since}", f"{DUTY}+school.principal")
    assert told(nation, school, same, schools=(A,)) == [DUTY, "school.principal"]


def test_of_three_levels_the_smallest_stands_in_for_those_of_which_it_asks_no_less(nation: Path) -> None:
    city = files("p 1 city 9901 2026-09-01", f"{DUTY}+school.duty-leader")
    county = files("c 1 county 990102 2026-09-01", f"{DUTY}+school.principal")
    school = files(f"s 1 school {A} 2026-09-01", f"{DUTY}+school.principal+school.safety-officer")
    assert told(nation, city, county, school, schools=(A,)) == [
        DUTY, "school.duty-leader", DUTY, "school.principal", "school.safety-officer",
    ]  # fmt: skip


def test_a_wider_rule_above_speaks_where_the_narrower_one_below_does_not(nation: Path) -> None:
    school = files(f"s 1 school {A} 2026-09-01", f"{DUTY}+school.principal")
    school["rules.yaml"] = school["rules.yaml"].replace("[urgent]", "[life-risk]")
    assert told(nation, school, schools=(A,)) == [DUTY]


@pytest.mark.parametrize(
    ("form", "wanted", "answer"),
    [
        ("5min", "10min", True),
        ("10min", "5min", False),
        ("1wd", "1wd", True),
        ("1h", "1wd", False),
        ("1wd", None, True),
        (None, "1h", False),
    ],
)
def test_a_form_is_held_against_another_only_where_both_count_every_minute(form: str | None, wanted: str | None, answer: bool) -> None:
    assert asks_no_later(form, wanted) is answer


def test_an_empty_folder_is_no_audit(tmp_path: Path) -> None:
    with pytest.raises(CannotJudge):
        read_rules(tmp_path)


class TestDistrict:
    district = District(load_documents())

    @pytest.mark.parametrize(
        ("role", "schools", "desks"),
        [
            ("school.duty-desk", ("2199000101", "3199000102"), {"school.duty-desk@2199000101", "school.duty-desk@3199000102"}),
            ("police.station-duty", ("2199000105",), {"police.station-duty@ps-990102-02"}),
            ("police.station-duty", ("2199000101", "3199000102"), {"police.station-duty@ps-990102-01"}),
            ("education.duty-officer", ("2199000101",), {"education.duty-officer@edu-990102"}),
            ("education.duty-officer", ("3199000301",), {"education.duty-officer@edu-990102", "education.duty-officer@edu-990103"}),
            ("health.emergency-office", (), {"health.emergency-office@hb-990102"}),
            ("bus.ops-desk", (), {"bus.ops-desk@bus-990100"}),
        ],
    )
    def test_a_role_is_found_at_its_desks(self, role: str, schools: tuple[str, ...], desks: set[str]) -> None:
        assert self.district.desks(role, schools=schools, county="990102", at=AT) == desks

    def test_a_merged_school_answers_through_its_successor(self) -> None:
        assert self.district.school("2199000106", AT) == "2199000101"
        assert self.district.school("2199000106", datetime(2026, 8, 1, tzinfo=UTC)) == "2199000106"
        assert self.district.school("9999999999", AT) is None

    def test_a_role_the_auditor_does_not_know_is_not_guessed(self) -> None:
        with pytest.raises(CannotJudge):
            self.district.desks("astronomy.observatory", schools=(), county="990102", at=AT)

    def test_a_desk_is_manned_while_a_roster_row_holds(self) -> None:
        assert self.district.is_manned("school.duty-desk@2199000101", AT)
        assert not self.district.is_manned("school.duty-desk@2199000101", datetime(2024, 1, 1, tzinfo=UTC))
        assert not self.district.is_manned("school.duty-desk@0000000000", AT)


@pytest.mark.parametrize(("form", "seconds"), [("5min", 300), ("2h", 7200)])
def test_a_form_that_counts_every_minute_has_a_length(form: str, seconds: int) -> None:
    length = elapsed(form)
    assert length is not None
    assert length.total_seconds() == seconds


@pytest.mark.parametrize("form", ["30min/next-sd", "1wd", "4h/open", "day-end", "", None])
def test_a_form_that_needs_a_calendar_is_left_to_others(form: str | None) -> None:
    assert elapsed(form) is None


def test_follow_ups_change_the_picture() -> None:
    picture = {"severity": "urgent", "casualties": 0, "schools": ["A"]}
    assert merged(picture, "S", {"added": {"casualties": 2}})["casualties"] == 2
    assert merged(picture, "C", {"changes": {"schools": {"old": ["A"], "new": ["B"]}}})["schools"] == ["B"]
    assert merged(picture, "L", {"field": "severity", "from": "urgent", "to": "life-risk"})["severity"] == "life-risk"
    assert merged(picture, None, {"severity": "routine"}) == {"severity": "routine"}
