"""省级平台归集: what a line says of a closed task, and what never leaves the bus in a file."""

import json
from dataclasses import replace

import pytest

from contracts.fields import said_of, views_of, wire_name
from contracts.registry import all_types
from services.routing.core.bulletins.exporting import line_of
from services.routing.core.model import Incident, Task, World
from tests.unit.routing.core.bench import ALARM, Bench, at
from tests.unit.routing.core.families import MONDAY
from tests.unit.routing.core.places import POLICE_110, RAISED


@pytest.fixture
def closed(world: World) -> tuple[Incident, Task]:
    bench = Bench(world, at(MONDAY))
    bench.state_event(RAISED, POLICE_110, {**ALARM, "injury_note": "左臂割伤", "suspect_look": "黑衣戴帽"})
    task = bench.task()
    return next(state.incidents[task.incident] for state in bench.loaded.states.values()), replace(task, closed_at=at("09-22 10:00:00"))


def test_a_line_says_what_leaders_see_and_who_led_by_role(closed: tuple[Incident, Task]) -> None:
    line = line_of(*closed, [])
    assert (line["type"], line["title"], line["county"], line["lead"]) == (RAISED, "涉校涉生警情", "990102", "police.station-duty")
    assert line["facts"].keys() <= {name for name, views in views_of(_model()).items() if "L" in views}
    assert line["facts"]["severity"] == "life-risk"
    assert line["closed_at"] == "2026-09-22T10:00:00+08:00"
    assert {part["role"] for part in line["parts"]} >= {"school.duty-desk", "education.duty-officer"}


def test_nothing_of_a_person_and_no_desk_leaves_the_bus(closed: tuple[Incident, Task]) -> None:
    """INVARIANT: the file holds no personal field — broken by a picture that is written as it is."""
    text = json.dumps(line_of(*closed, []), ensure_ascii=False)
    for secret in ("左臂割伤", "黑衣戴帽", "南门外", "@"):
        assert secret not in text


def test_no_type_lets_a_personal_field_into_the_file(closed: tuple[Incident, Task]) -> None:
    """Whatever a type shows to leaders: what is about a person stays on the bus."""
    for kind in all_types():
        if kind.mark is not None or kind.name.startswith("bus."):
            continue
        picture = {wire_name(name, info): "x" for name, info in kind.model.model_fields.items() if not said_of(info).get("x-sealed")}
        incident = replace(closed[0], head_type=kind.name, picture=picture)
        kept = line_of(incident, closed[1], [])["facts"]
        personal = {
            wire_name(name, info) for name, info in kind.model.model_fields.items() if said_of(info).get("x-sensitivity") not in ("work", "public")
        }
        assert not personal & kept.keys(), kind.name


def _model() -> type:
    return next(kind.model for kind in all_types() if kind.name == RAISED)
