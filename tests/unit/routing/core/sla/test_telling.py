"""What is told of a month: numbers, words, windows and lists; what is hidden stays hidden in both."""

import pytest

from contracts.coordination import SlaRated, SlaReportPublished
from services.routing.core.model import Fold, IncidentState, World
from services.routing.core.sla.figures import POINTS, RATED, Figures, Piece
from services.routing.core.sla.monthly import GOV_07, Area, areas_of
from services.routing.core.sla.naming import namings_of
from services.routing.core.sla.periods import month_named
from services.routing.core.sla.report import Asked, Beside, Counted, build_report
from services.routing.core.sla.shapes import By, Coverage, Owed, Reach, Voided
from services.routing.core.sla.telling import messages_of, tell_month
from tests.unit.routing.core.bench import at
from tests.unit.routing.core.places import EDU_IN_CHARGE, RAISED, SCHOOL, SCHOOL_B

NOW = at("10-08 09:00:00")
COUNTY, CITY = Area("990102", "湖西区"), Area("990100", "泉城市")
PSYCH = "school.psych-risk.assessed"
TEACHER = "school.psych-teacher@3199000102"


def piece(desk: str, name: str = RAISED, status: str = "actual", **signed: int) -> Piece:
    seconds = {"receiver": 60 * 75.4} if signed.get("late") else {}
    return Piece(desk, name, status, Figures({f"signed/{word.replace('_', '-')}": count for word, count in signed.items()}, seconds, (4,)))


def told(world: World, area: Area, *pieces: Piece, by: By = "desk", beside: Beside | None = None) -> tuple[SlaReportPublished, ...]:
    asked = Asked(month_named("2026-09"), by, Reach(area.scope), NOW)
    return messages_of(build_report(asked, Counted(pieces, namings_of(world.directory, NOW)), beside or Beside()), area, world.directory)


def test_the_total_is_said_in_words_too(world: World) -> None:
    (message,) = told(world, COUNTY, piece(SCHOOL, in_time=3), piece(SCHOOL_B, late=1))
    assert message.text == "湖西区2026年9月履职月报：应签 4 件，按时签收 75.0%；超时：报送方 0 分钟、总线 0 分钟、接收方 75 分钟。"
    assert (message.report, message.scope, message.area, message.total.ack.counted) == ("2026-09/990102", "county", "990102", 4)


def test_of_nothing_it_says_that_it_was_nothing(world: World) -> None:
    (message,) = told(world, COUNTY)
    assert message.text.startswith("湖西区2026年9月履职月报：应签 0 件，按时签收 —")


def test_what_is_hidden_in_numbers_is_hidden_in_words(world: World) -> None:
    (message,) = told(world, COUNTY, piece(TEACHER, PSYCH, in_time=2, late=1))
    assert message.text == "湖西区2026年9月履职月报：应签 少于 10 件，按时签收 —；超时：报送方 0 分钟、总线 0 分钟。"
    assert (message.total.ack.counted, message.total.receiver_minutes, message.lines[0].median_minutes) == ("<10", None, None)


def rated(desk: str, given: int, points: int, name: str = RAISED) -> Piece:
    return Piece(desk, name, "actual", Figures({RATED: given, POINTS: points}))


def test_ratings_are_told_in_numbers_and_in_words(world: World) -> None:
    (message,) = told(world, COUNTY, rated(SCHOOL, 6, 27), rated(SCHOOL_B, 5, 15))
    assert message.text.endswith("；互评 11 次，平均 3.82 分。")
    assert {line.of: line.rated for line in message.lines} == {
        SCHOOL: SlaRated(given=6, average=4.5), SCHOOL_B: SlaRated(given=5, average=3.0),
    }  # fmt: skip
    assert message.total.rated == SlaRated(given=11, average=3.82)


def test_of_few_ratings_a_month_tells_only_how_many(world: World) -> None:
    """INVARIANT: what one desk said of another is in no monthly report — broken by an average of four."""
    (message,) = told(world, COUNTY, rated(SCHOOL, 4, 19))
    assert message.text.endswith("；互评 4 次。")
    assert [line.rated for line in (*message.lines, message.total)] == [SlaRated(given=4), SlaRated(given=4)]


def test_how_often_few_pupils_desks_were_rated_is_hidden_in_words_too(world: World) -> None:
    (message,) = told(world, COUNTY, rated(TEACHER, 7, 30, PSYCH))
    assert message.text.endswith("；互评 少于 10 次。")
    assert message.lines[0].rated == SlaRated(given="<10")


def test_a_month_without_ratings_says_nothing_of_them(world: World) -> None:
    (message,) = told(world, COUNTY, piece(SCHOOL, in_time=3))
    assert "互评" not in message.text
    assert message.total.rated == SlaRated()


def test_drills_have_a_message_of_their_own(world: World) -> None:
    actual, drills = told(world, COUNTY, piece(SCHOOL, in_time=3), piece(SCHOOL, status="exercise", in_time=1))
    assert [(one.exercise, one.total.ack.counted) for one in (actual, drills)] == [(False, 3), (True, 1)]
    assert "演练月报" in drills.text


def test_windows_and_lists_stand_in_the_lines_they_belong_to(world: World) -> None:
    beside = Beside(
        coverage=[Coverage("990102", 10, 9), Coverage("990103", 4, 4)],
        owed=[Owed(SCHOOL, "PER-01", "", 1, 0, 0), Owed(SCHOOL_B, "PER-01", "", 0, 1, 0), Owed(SCHOOL, "PER-03", "", 0, 0, 1)],
    )
    (county,) = told(world, COUNTY, piece(SCHOOL, in_time=1), beside=beside)
    assert (county.total.lists_in_time, county.total.lists_late, county.total.lists_missing) == (1, 1, 0)
    assert [(line.of, line.lists_in_time, line.windows) for line in county.lines] == [(SCHOOL, 1, 0)]
    (city,) = told(world, CITY, piece(SCHOOL, in_time=1), by="county", beside=beside)
    assert (city.total.windows, city.total.windows_covered) == (14, 13)
    assert [(line.of, line.windows, line.windows_covered) for line in city.lines] == [("990102", 10, 9)]


@pytest.mark.parametrize(("types", "invalid"), [((RAISED, RAISED), 2), ((RAISED, PSYCH), "hidden"), ((), 0)])
def test_void_matters_are_counted_unless_few_of_them_are_about_pupils(world: World, types: tuple[str, ...], invalid: object) -> None:
    voided = [Voided("XT", name, "990102", NOW, "invalid", "登记有误", "王老师") for name in types]
    assert told(world, COUNTY, beside=Beside(voided=voided))[0].total.invalid == invalid


def test_counties_that_are_live_and_their_cities_are_told(world: World) -> None:
    found = areas_of(world.directory, NOW)
    assert [(area.code, area.city, area.scope) for area in found[:3]] == [
        ("985200", True, "9852"), ("985201", False, "985201"), ("990100", True, "9901"),
    ]  # fmt: skip


def test_a_county_tells_its_leaders_and_a_city_its_education(world: World) -> None:
    mandate = world.book.by_id(GOV_07)
    assert mandate is not None
    for area, expected in ((COUNTY, EDU_IN_CHARGE), (CITY, "city.education-duty@city-education-990100")):
        fold = Fold(IncidentState(), world, NOW, "test")
        incident = tell_month(fold, area, told(world, area), mandate, publisher="bus.routing@bus-990100")
        desks = {out.recipient for out in fold.out}
        assert expected in desks
        assert {desk.startswith("city.") for desk in desks} == {area.city}
        assert (incident.closed_at, len(fold.out)) == (NOW, 2 * len(desks))
        assert not fold.state.duties
