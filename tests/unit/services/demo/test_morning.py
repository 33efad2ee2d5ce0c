"""The script itself: every scene is something the contracts accept, and no number is used twice."""

from datetime import UTC, date, datetime

import pytest

from contracts.registry import event_type
from services.demo.business import FIRST_MORNING, NoMorningLeft, next_morning
from services.demo.cast import MANNERS, GiveBack, actor_at
from services.demo.morning import KEYS, Scene, numbers, posted
from services.demo.script import MORNING, SCENES
from services.routing.directory import load_documents
from topics.catalogue import Catalogue

HEADS = {"alarm": "police.alarm.raised", "campus-incident": "school.campus-incident.reported"}
DAY = date(2026, 9, 21)


def type_of(scene: Scene) -> str:
    if scene.family == "alarm" and scene.tail == "concluded":
        return "police.alarm.concluded"
    return f"{HEADS[scene.family]}.{scene.tail}" if scene.tail else HEADS[scene.family]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: f"{scene.case}-{scene.tail or 'head'}")
def test_a_scene_is_what_the_contract_takes_from_that_desk(scene: Scene) -> None:
    kind = event_type(type_of(scene))
    number = numbers(SCENES, DAY)[scene.case]
    path, data = posted(scene, number)
    assert kind.intake_model is not None
    kind.intake_model.model_validate({KEYS[scene.family]: number, **data})
    assert scene.desk.partition("@")[0] in kind.publishers
    assert path.startswith("/api/")
    assert not scene.tail or path.endswith(f"/{number}/{scene.tail}")


def test_another_day_has_other_numbers() -> None:
    first, second = numbers(SCENES, DAY), numbers(SCENES, date(2026, 9, 22))
    assert len(set(first.values())) == len(first)
    assert not set(first.values()) & set(second.values())


def test_the_morning_shows_what_it_is_meant_to_show() -> None:
    kinds = {type_of(scene) for scene in SCENES}
    assert {"police.alarm.raised.supplemented", "police.alarm.raised.corrected", "police.alarm.raised.withdrawn"} <= kinds
    assert {"police.alarm.concluded", "school.campus-incident.reported.concluded"} <= kinds
    assert any(isinstance(manner, GiveBack) for manner in MORNING.apart.values())
    assert any(getattr(manner, "sign", 0) is None for manner in MORNING.apart.values())
    assert MORNING.lasts > max(scene.at for scene in SCENES)


def test_every_desk_of_the_morning_has_somebody_on_its_roster() -> None:
    documents, catalogue = load_documents(), Catalogue.load()
    for desk in {*MANNERS, *(scene.desk for scene in SCENES), *(closing.desk for closing in MORNING.closings)}:
        actor = actor_at(desk, documents, catalogue)
        assert actor.shown != "值*"
        assert actor.service in catalogue.services()


@pytest.mark.parametrize(
    ("after", "morning"),
    [
        (None, FIRST_MORNING),
        (datetime(2026, 9, 20, 23, 4, tzinfo=UTC), datetime(2026, 9, 21, 22, 50, tzinfo=UTC)),
        (datetime(2026, 9, 24, 0, 0, tzinfo=UTC), datetime(2026, 9, 27, 22, 50, tzinfo=UTC)),
        (datetime(2026, 9, 18, 8, 0, tzinfo=UTC), datetime(2026, 9, 19, 22, 50, tzinfo=UTC)),
        (datetime(2026, 9, 20, 22, 50, tzinfo=UTC), datetime(2026, 9, 20, 22, 50, tzinfo=UTC)),
        (datetime(2026, 2, 10, 0, 0, tzinfo=UTC), datetime(2026, 3, 1, 22, 50, tzinfo=UTC)),
    ],
    ids=["nothing yet", "the next day", "over a holiday", "a make-up Sunday", "that very minute", "over the winter break"],
)
def test_the_next_morning_is_a_school_day_and_never_earlier(after: datetime | None, morning: datetime) -> None:
    assert next_morning(after) == morning


def test_where_the_calendars_end_there_is_no_morning() -> None:
    with pytest.raises(NoMorningLeft):
        next_morning(datetime(2026, 12, 31, 3, 0, tzinfo=UTC))
