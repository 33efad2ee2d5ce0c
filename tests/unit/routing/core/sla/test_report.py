"""The report: lines with their sums, drills and void matters apart, medians of single minutes, what small numbers hide."""

from dataclasses import asdict
from typing import Any

import pytest

from services.routing.core.model import World
from services.routing.core.sla.figures import Figures, Piece, combine, middle, ninetieth
from services.routing.core.sla.levels import columns_of
from services.routing.core.sla.naming import is_within, naming_of
from services.routing.core.sla.periods import month_named
from services.routing.core.sla.report import Asked, Beside, build_report
from services.routing.core.sla.shapes import By, Line, Reach, Report, Voided
from tests.unit.routing.core.bench import at
from tests.unit.routing.core.places import EDU, POLICE_110, RAISED, SAFETY, SCHOOL, STATION

PSYCH = "school.psych-risk.assessed"
TEACHER = "school.psych-teacher@3199000102"
PRINCIPAL = "school.principal@2199000101"
CITY = "city.education-duty@city-education-990100"
NOW = at("10-08 09:00:00")


def piece(desk: str, name: str = RAISED, status: str = "actual", **signed: int) -> Piece:
    cells = {f"signed/{verdict.replace('_', '-')}": count for verdict, count in signed.items()}
    return Piece(desk, name, status, Figures(cells))


def made(world: World, *pieces: Piece, by: By = "agency", voided: tuple[Voided, ...] = ()) -> Report:
    return build_report(Asked(month_named("2026-09"), by, Reach(), NOW), pieces, naming_of(by, world.directory, NOW), Beside(voided=voided))


def lines(report: Report) -> dict[str, Any]:
    return {line.key: line.signed.asked for line in report.actual.lines}


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("desk", {SCHOOL: 1, PRINCIPAL: 3, STATION: 2, EDU: 4, CITY: 8}),
        ("unit", {"2199000101": 4, "ps-990102-01": 2, "edu-990102": 4, "city-education-990100": 8}),
        ("agency", {"school": 4, "police": 2, "education": 12}),
        ("type", {RAISED: 18}),
        ("county", {"990100": 8, "990102": 10}),
    ],
)
def test_lines_add_up_by_desk_unit_agency_type_and_county(world: World, by: By, expected: dict[str, int]) -> None:
    pieces = (piece(SCHOOL, in_time=1), piece(PRINCIPAL, in_time=3), piece(STATION, late=2), piece(EDU, open=4), piece(CITY, in_time=8))
    report = made(world, *pieces, by=by)
    assert lines(report) == expected
    assert asdict(report.actual.total.signed) == {"asked": 18, "in_time": 12, "late": 2, "open": 4, "rate": round(12 / 14, 4)}


def test_a_line_is_called_as_people_call_it(world: World) -> None:
    alarm = piece(SCHOOL, in_time=1)
    titles = {by: made(world, alarm, by=by).actual.lines[0].title for by in ("desk", "unit", "agency", "type", "county")}  # type: ignore[arg-type]
    assert titles == {"desk": "泉西小学 · 学校值守台", "unit": "泉西小学", "agency": "学校", "type": "涉校涉生警情", "county": "湖西区"}


def test_a_desk_that_nobody_knows_has_a_line_of_its_own(world: World) -> None:
    stranger = piece("police.110-desk@nowhere", in_time=1)
    assert lines(made(world, stranger, by="county")) == {"unknown": 1}
    assert lines(made(world, stranger, by="agency")) == {"police": 1}
    unit = made(world, stranger, by="unit").actual.lines[0]
    assert (unit.key, unit.title) == ("nowhere", "nowhere")


@pytest.mark.parametrize(
    ("reach", "inside"),
    [
        (Reach(""), True), (Reach("9901"), True), (Reach("990102"), True), (Reach("990103"), False), (Reach("98"), False),
        (Reach(unit="2199000101"), True), (Reach(unit="2199000102"), False),
    ],
)  # fmt: skip
def test_a_desk_stands_in_its_unit_its_county_and_its_city(world: World, reach: Reach, inside: bool) -> None:
    assert is_within(world.directory, SCHOOL, reach) is inside


def test_drills_are_in_a_table_of_their_own(world: World) -> None:
    report = made(world, piece(SCHOOL, in_time=1), piece(SCHOOL, status="exercise", in_time=7))
    assert (report.actual.total.signed.asked, report.exercise.total.signed.asked) == (1, 7)


def test_a_median_is_taken_of_all_minutes_not_of_medians(world: World) -> None:
    quick, slow = Figures({"signed/in-time": 3}, minutes=(1, 2, 3)), Figures({"signed/in-time": 1}, minutes=(60,))
    report = made(world, Piece(SCHOOL, RAISED, "actual", quick), Piece(STATION, RAISED, "actual", slow))
    assert (report.actual.total.median_minutes, report.actual.total.p90_minutes) == (2.5, 60)


def test_the_ninetieth_percentile_is_a_time_that_somebody_took() -> None:
    assert [ninetieth(range(1, n + 1)) for n in (1, 9, 10, 11, 20)] == [1, 9, 9, 10, 18]
    assert (ninetieth(()), middle(())) == (None, None)


def test_figures_add_up() -> None:
    left = Figures({"signed/late": 1, "step/2": 1}, {"receiver": 60}, (5,))
    right = Figures({"signed/late": 2}, {"receiver": 30, "bus": 1}, (7,))
    assert combine((left, right)) == Figures({"signed/late": 3, "step/2": 1}, {"receiver": 90, "bus": 1}, (5, 7))


def test_the_three_shares_and_the_ladder_stand_in_the_line(world: World) -> None:
    figures = Figures(
        {"signed/late": 1, "delivered/late": 2, "publisher/late": 1, "published/late": 3, "step/2": 1},
        {"receiver": 8400, "bus": 30, "publisher": 900, "published": 1800},
    )
    line = made(world, Piece(SCHOOL, RAISED, "actual", figures)).actual.lines[0]
    assert [asdict(share) for share in (line.publisher, line.bus, line.receiver, line.published_overrun)] == [
        {"late": 1, "minutes": 15}, {"late": 2, "minutes": 0.5}, {"late": 1, "minutes": 140}, {"late": 3, "minutes": 30},
    ]  # fmt: skip
    assert line.steps == {"2": 1}


def hidden_parts(line: Line) -> list[Any]:
    return [line.signed.asked, line.signed.rate, line.median_minutes, line.receiver.minutes]


def test_a_line_about_few_pupils_shows_neither_numbers_nor_rates_nor_minutes(world: World) -> None:
    psych = Piece(TEACHER, PSYCH, "actual", Figures({"signed/in-time": 2, "signed/late": 1}, {"receiver": 600}, (1, 2, 3)))
    report = made(world, psych, piece(SCHOOL, in_time=20), piece(SAFETY, in_time=30), by="desk")
    teacher = next(line for line in report.actual.lines if line.key == TEACHER)
    assert hidden_parts(teacher) == ["<10", None, None, None]
    assert report.actual.total.signed.asked == 53


def test_what_one_answer_hides_the_next_does_not_tell(world: World) -> None:
    """INVARIANT: a school's line less those of its desks is no small number — broken by hiding each table on its own."""
    pieces = (
        piece(TEACHER, PSYCH, in_time=3), piece("school.duty-desk@3199000102", in_time=20), piece(SAFETY, in_time=30),
        piece("school.moral-director@2199000101", "school.bullying.reported", in_time=2), piece(SCHOOL, in_time=40),
    )  # fmt: skip
    told: dict[str, Any] = {by: lines(made(world, *pieces, by=by)) for by in ("desk", "unit")}  # type: ignore[arg-type]
    assert told["desk"][TEACHER] == "<10"
    assert (told["unit"]["3199000102"], told["unit"]["2199000101"]) == ("hidden", "hidden")


def test_one_hidden_unit_takes_another_with_it_so_that_the_total_stands(world: World) -> None:
    pieces = (piece(TEACHER, PSYCH, in_time=3), piece("school.duty-desk@3199000102", in_time=20), piece(SAFETY, in_time=30))
    report = made(world, *pieces, by="unit")
    assert lines(report) == {"3199000102": "hidden", "edu-990102": "hidden"}
    assert report.actual.total.signed.asked == 53


def test_lines_are_the_sum_of_those_alone_that_lie_in_them_whole(world: World) -> None:
    levels = naming_of("unit", world.directory, NOW).levels
    pieces = [piece(SCHOOL), piece(PRINCIPAL), piece(EDU), piece(CITY)]
    columns = columns_of(pieces, levels)
    assert ("unit/2199000101", (f"desk/{SCHOOL}", f"desk/{PRINCIPAL}")) in columns
    assert ("agency/education", ("unit/city-education-990100", "unit/edu-990102")) in columns
    assert ("county/990102", ("unit/2199000101", "unit/edu-990102")) in columns
    assert ("county/990102", ("agency/education", "agency/school")) not in columns, "education is of the city too"
    assert ("county/990102", ("agency/education", "agency/school")) in columns_of(pieces[:3], levels)


def test_ten_are_shown(world: World) -> None:
    assert lines(made(world, piece(TEACHER, PSYCH, in_time=10), by="desk")) == {TEACHER: 10}


def test_what_fell_away_is_listed_with_its_sums(world: World) -> None:
    gone = Piece(SCHOOL, RAISED, "actual", Figures({"dropped/redirected": 2}))
    report = made(world, gone, piece(POLICE_110, in_time=1))
    assert [asdict(one) for one in report.dropped] == [
        {"key": "school", "title": "学校", "superseded": 0, "withdrawn": 0, "redirected": 2},
        {"key": "", "title": "合计", "superseded": 0, "withdrawn": 0, "redirected": 2},
    ]
    assert report.actual.total.signed.asked == 1


def test_void_matters_name_reason_and_officer_but_for_those_of_pupils(world: World) -> None:
    alarm = Voided("XT-1", RAISED, "990102", NOW, "false-alarm", "误报", "李警官")
    psych = [Voided(f"XT-{n}", PSYCH, "990102", NOW, "invalid", "登记有误", "王老师") for n in range(2, 5)]
    report = made(world, voided=(alarm, *psych))
    assert (report.voided, report.voided_hidden) == ((alarm,), {PSYCH: "<10"})
    assert "王老师" not in str(asdict(report))


def test_nothing_at_all_is_a_report_too(world: World) -> None:
    report = made(world)
    assert (report.actual.lines, report.actual.total.signed.asked, report.actual.total.signed.rate) == ((), 0, None)
