"""Days, moments, lines and lists of things: what a form makes of them, shows, and reads back."""

from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field
from starlette.datastructures import FormData

from contracts.sealed import PlainRow
from contracts.texts import Instant, SchoolId
from contracts.values import Day, Url
from services.chassis.pages.filing.fields import FormField, Shape, fields_of
from services.chassis.pages.filing.filled import Filled
from services.chassis.pages.messages import text
from services.chassis.pages.presenting import units_in
from services.chassis.pages.shell import templates
from services.chassis.reading.words import shown_value

SCHOOL = "2199000101"


class Near(BaseModel):
    school_id: SchoolId
    metres: int


class Ref(PlainRow):
    text: str


class Sample(BaseModel):
    on: Day
    at: Instant
    urls: Annotated[tuple[Url, ...], Field(max_length=20)]
    schools: Annotated[tuple[Near, ...], Field(min_length=1)]
    ref: Annotated[tuple[Ref, ...] | None, Field(max_length=1)] = None


FIELDS = {one.name: one for one in fields_of(Sample, Shape("zh"))}


def read(*items: tuple[str, str]) -> dict[str, Any]:
    return Filled(FormData(items), {"泉西小学": SCHOOL}).data(FIELDS.values())


def shown(one: FormField, **values: list[str]) -> str:
    """The field on a page; ``values``: what stands in it, ``__`` for a dot."""
    page = templates.from_string("{% import 'field.html' as field %}{{ field.input(one, values, t) }}")
    kept = {name.replace("__", "."): value for name, value in values.items()}
    return page.render(one=one, values=kept, t=lambda key, **words: text(key, "zh", **words))


def test_each_kind_of_field_has_its_input() -> None:
    assert {name: one.kind for name, one in FIELDS.items()} == {
        "on": "day", "at": "moment", "urls": "lines", "schools": "objects", "ref": "rows",
    }  # fmt: skip


def test_what_was_filled_in_fits_the_model() -> None:
    data = read(
        ("on", "2026-09-21"), ("at", "2026-09-21T16:38"), ("urls", "https://a.example/1\r\n\r\n https://b.example "),
        ("schools.0.school_id", "泉西小学"), ("schools.0.metres", "85"), ("ref.0.text", "u-88"),
    )  # fmt: skip
    assert data == {
        "on": "2026-09-21", "at": "2026-09-21T16:38:00+08:00", "urls": ["https://a.example/1", "https://b.example"],
        "schools": [{"school_id": SCHOOL, "metres": 85}], "ref": [{"text": "u-88"}],
    }  # fmt: skip
    assert Sample.model_validate(data).on == date(2026, 9, 21)


def test_what_was_left_empty_is_absent() -> None:
    assert read(("urls", " \n "), ("on", ""), ("at", ""), ("schools.0.metres", "")) == {}


@pytest.mark.parametrize("at", ["morgen", "2026-09-21T16:38:00Z"])
def test_a_time_that_needs_no_zone_of_ours_stays_as_it_is(at: str) -> None:
    assert read(("at", at)) == {"at": at}


def test_a_day_and_a_moment_have_the_browser_s_own_inputs() -> None:
    assert 'type="date"' in shown(FIELDS["on"])
    assert 'type="datetime-local"' in shown(FIELDS["at"])
    assert "https://a.example</textarea>" in shown(FIELDS["urls"], urls=["https://a.example"])


def test_a_list_has_room_for_its_items_and_opens_those_that_hold_something() -> None:
    assert shown(FIELDS["schools"]).count("<details") == 3
    assert [FIELDS["schools"].opened(number, {"schools.1.metres": ["85"]}) for number in range(3)] == [True, True, False]
    assert shown(FIELDS["schools"], schools__1__metres=["85"]).count(" open>") == 2
    assert shown(FIELDS["ref"]).count("<details") == 1
    assert text("sealed-hint", "zh") in shown(FIELDS["ref"])
    assert text("sealed-hint", "zh") not in shown(FIELDS["schools"])


def test_a_school_at_its_distance_is_shown_by_its_name() -> None:
    near = [{"school_id": SCHOOL, "metres": 85}]
    assert shown_value(Sample, "schools", near, "zh", {SCHOOL: "泉西小学"}) == "泉西小学 距校门米数 85"
    assert units_in({"schools": near}) == {SCHOOL}


def test_a_time_is_shown_as_people_say_it() -> None:
    assert shown_value(Sample, "at", "2026-09-21T08:38:00Z", "zh", {}) == "9月21日（周一）16:38"
    assert shown_value(Sample, "on", "2026-09-21", "zh", {}) == "2026-09-21"
