"""更正: what is put right afterwards asks for the same as what is stated right at once: desks, views, clocks, ladders, and who leads."""

import json
import typing
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.event_type import EventType
from contracts.registry import all_types
from services.routing.core.model import Task, World
from tests.unit.routing.core.bench import ALARM, Bench, at, clock_text
from tests.unit.routing.core.places import EDU, POLICE_110, RAISED, STATION, A, B
from tests.unit.routing.core.stated import GOLDEN
from tests.unit.routing.core.test_families_hazards import ASKED, BUILDING, HOUSING, OFFICER, RATED, TOWN, TRAFFIC, WISH

NOW = "09-22 10:00:00"
OTHER_NOTE = {"domain_note": "校门口围墙倾斜"}
FAR = "3199000301"
HAZARD = "police.hazard.found"
FOUND: dict[str, Any] = {
    "hazard_no": "X26-118", "domain": "traffic", "kind": "斑马线磨损", "level": "general", "schools": [B], "place_text": "东门外",
    "rectify_by": "2026-10-20",
}  # fmt: skip


def correct(bench: Bench, name: str, by: str, key: Mapping[str, Any], **changes: tuple[Any, Any]) -> None:
    """field = (old, new)."""
    said = {**key, "reason": "录入有误", "changes": {field: {"old": old, "new": new} for field, (old, new) in changes.items()}}
    bench.state_event(f"{name}.corrected", by, said)


def asked(bench: Bench) -> tuple[dict[str, Any], list[Any]]:
    """What every desk that is told is asked for, and what stands of joint tasks that are owed."""
    states = list({id(state): state for state in bench.loaded.states.values()}.values())
    told = {
        n.desk: (n.kind, n.view, sorted(set(n.mandates)), {kind: sorted(forms) for kind, forms in n.forms.items()}, n.ladder)
        for state in states for n in state.notifications.values() if n.live and n.copy_of is None
    }  # fmt: skip
    return told, [as_owed(task) for state in states for task in state.tasks.values() if task.report or task.close]


def as_owed(task: Task) -> tuple[Any, ...]:
    parts = sorted(part.desk for part in task.parts if part.state != "excused")
    return task.mandate, task.lead, task.report, task.close, parts


def heads() -> Iterator[tuple[EventType, dict[str, Any]]]:
    """Every golden event of a type that can be corrected."""
    names = {one.name for one in all_types()}
    for kind in all_types():
        if f"{kind.name}.corrected" in names and kind.mark is None and not kind.joins:
            yield from ((kind, json.loads(path.read_text(encoding="utf-8"))) for path in sorted((GOLDEN / f"{kind.name}.v1").glob("*.json")))


def codes_in(annotation: Any) -> list[Any]:
    if typing.get_origin(annotation) is typing.Literal:
        return [*typing.get_args(annotation)]
    return [code for part in typing.get_args(annotation) for code in codes_in(part)]


def wrong(kind: EventType, data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Other codes, answers, counts and schools that a statement might have had."""
    for name, info in kind.model.model_fields.items():
        field = info.alias or name
        if field not in data or name in kind.key_fields:
            continue
        old, codes = data[field], codes_in(info.annotation)
        others: list[Any] = [[code] if isinstance(old, list) else code for code in codes]
        others += [not old] if isinstance(old, bool) else [0, 1, 2, 5, 35] if isinstance(old, int) else []
        others += [B, A] if field == "school_id" else [[FAR]] if field == "schools" and isinstance(old[0], str) else []
        yield from ((field, other) for other in others if other != old)


def fits(kind: EventType, data: Mapping[str, Any]) -> bool:
    try:
        kind.model.model_validate(data)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("kind", sorted({kind.name for kind, _ in heads()}))
def test_every_code_that_was_wrong_leaves_what_the_right_one_asks_for(world: World, kind: str) -> None:
    """INVARIANT: how a statement came to be right makes no difference — broken by anything that a correction leaves behind."""
    for spec, event in ((spec, event) for spec, event in heads() if spec.name == kind):
        data, by, county = event["data"], event["publisher"], event["county"]
        for field, value in wrong(spec, data):
            mistaken = {**data, field: value}
            if not fits(spec, mistaken):
                continue
            late, once = Bench(world, at(NOW)), Bench(world, at(NOW))
            late.state_event(spec.name, by, mistaken, county=county)
            key = {name: data[name] for name in spec.key_fields}
            change = {**key, "reason": "录入有误", "changes": {field: {"old": value, "new": data[field]}}}
            if not fits(next(one for one in all_types() if one.name == f"{kind}.corrected"), change):
                continue
            late.state_event(f"{kind}.corrected", by, change, county=county)
            once.state_event(spec.name, by, data, county=county)
            assert asked(late) == asked(once), f"{field}: {value} → {data[field]}"


def test_a_grave_hazard_of_another_domain_gives_its_lead_the_shorter_limits_and_leaves_the_first_one(world: World) -> None:
    """HAZ-14: @lead is who leads now — broken by asking whoever led before."""
    bench = Bench(world, at(NOW))
    bench.state_event(ASKED, OFFICER, WISH | {"domain": "other", "level": "grave", **OTHER_NOTE})
    correct(bench, ASKED, OFFICER, {"hazard_no": "H-26-31"}, domain=("other", "traffic"))
    assert bench.notification(TOWN).state == "withdrawn"
    assert bench.dues("ack", "first-action")[TRAFFIC] == "09-22 12:00 / 09-22 14:00"


def test_a_publisher_that_nothing_asks_to_lead_leads_no_more(world: World) -> None:
    """A hazard that lies at a school of another county: the squadron that found it is not the one to put it right."""
    bench = Bench(world, at(NOW))
    bench.state_event(HAZARD, TRAFFIC, FOUND)
    assert bench.task().lead == TRAFFIC
    correct(bench, HAZARD, TRAFFIC, {"hazard_no": "X26-118"}, schools=([B], [FAR]))
    assert bench.task().lead == "police.traffic-duty@tp-990103-01"


def test_what_no_rule_leads_any_more_is_owed_by_nobody_and_begins_anew_where_one_does(world: World) -> None:
    """A building that was rated D by mistake: nothing is owed for it (HAZ-16); rated D after all, everything, from now."""
    bench = Bench(world, at(NOW))
    bench.state_event(BUILDING, HOUSING, RATED | {"rating": "D"})
    key = {"hazard_no": "Z-26-2"}
    correct(bench, BUILDING, HOUSING, key, rating=("D", "A"))
    assert [duty.kind for duty in bench.duties() if duty.state in ("open", "pending")] == []
    bench.to(at("09-25 10:00:00"))
    assert bench.heard("bus.duty.missed") == []
    bench.now = at("09-28 10:00:00")
    correct(bench, BUILDING, HOUSING, key, rating=("A", "D"))
    owed = {duty.kind: clock_text(duty.due) for duty in bench.duties() if duty.desk == HOUSING and duty.state == "open"}
    assert owed == {"report": "09-29 17:30", "close": "12-01 00:00"}
    assert {part.desk for part in bench.task().parts if part.state != "excused"} == {HOUSING, f"school.principal@{A}", EDU}


def test_an_alarm_away_from_school_is_read_by_its_own_reasons(world: World) -> None:
    """What is not material asks for no new signature, and still shows the reasons that hold."""
    bench = Bench(world, at(NOW))
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.sign(STATION)
    correct(bench, RAISED, POLICE_110, {"alarm_no": ALARM["alarm_no"]}, relation=("perimeter", "pupil-only"))
    told = bench.notification(STATION)
    assert (told.mandates, told.signed, told.version) == (("POL-05",), True, 2)


FOLLOWED = {
    "market.sanction.decided": "market.finding.issued",
    "school.drill.completed": "school.drill.scheduled",
    "school.rectification.completed": "fire.hazard.found",
    "health.psych-referral.answered": "school.psych-risk.assessed",
    "cyberspace.platform-order.issued": "cyberspace.content.found",
    "community.visit.recorded": "school.dropout-list.submitted",
    "police.forced-report.accepted": "school.forced-report.filed",
}
"""What follows → the head whose number it names."""
ENDS = ("step", "discharged")
"""What ends a case is not unsaid by a correction: a closed incident stays closed."""


def stated(name: str) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((GOLDEN / f"{name}.v1").glob("*.json"))]


def following(kind: EventType, said: Mapping[str, Any], head: Mapping[str, Any]) -> dict[str, Any]:
    """A golden event about the very head."""
    if kind.row is not None:
        return {**said, kind.row: f"{head['school_id']}/{head['month']}/1"}
    (key,) = kind.key_fields
    return {**said, key: head[key]}


def mistakes(kind: EventType, right: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """What it might have said instead, and the correction to what is right."""
    corrected = next(one for one in all_types() if one.name == f"{kind.name}.corrected")
    for field, value in wrong(kind, right):
        said = {**right, field: value}
        said |= {"decline_reason": "no-bed"} if said.get("step") == "declined" else {}
        said = {name: one for name, one in said.items() if name != "decline_reason" or said.get("step") == "declined"}
        differs = [name for name in {*said, *right} if said.get(name) != right.get(name)]
        sides = {name: {side: of[name] for side, of in (("old", said), ("new", right)) if name in of} for name in differs}
        change = {**{name: right[name] for name in kind.key_fields}, "reason": "录入有误", "changes": sides}
        if (field, value) != ENDS and fits(kind, said) and fits(corrected, change):
            yield said, change


@pytest.mark.parametrize("name", sorted(FOLLOWED))
def test_what_followed_and_was_wrong_leaves_what_the_right_one_asks_for(world: World, name: str) -> None:
    """INVARIANT: how a statement came to be right makes no difference — broken by minding the head of an incident alone."""
    kind = next(one for one in all_types() if one.name == name)
    for head, said in ((head, said) for head in stated(FOLLOWED[name]) for said in stated(name)):
        right = following(kind, said["data"], head["data"])
        for mistaken, change in mistakes(kind, right):
            late, once = Bench(world, at("10-13 15:00:00")), Bench(world, at("10-13 15:00:00"))
            for bench in (late, once):
                bench.state_event(FOLLOWED[name], head["publisher"], head["data"], county=head["county"])
            late.state_event(name, said["publisher"], mistaken, county=head["county"])
            late.state_event(f"{name}.corrected", said["publisher"], change, county=head["county"])
            once.state_event(name, said["publisher"], right, county=head["county"])
            assert asked(late) == asked(once), change["changes"]


def test_a_building_that_is_rated_safe_again_asks_nobody_for_anything(world: World) -> None:
    """HAZ-16: the new level matches a rule that asks nothing; what is not yet due is superseded, and what was begun its desk ends."""
    bench = Bench(world, at(NOW))
    bench.state_event(BUILDING, HOUSING, RATED | {"rating": "C"})
    bench.report(HOUSING, "started", "现场复核", incident=bench.task().incident)
    moved = {"hazard_no": "Z-26-2", "field": "rating", "from": "C", "to": "A", "by": "鉴定机构", "why": "加固验收"}
    bench.state_event(f"{BUILDING}.level-changed", HOUSING, moved)
    assert [duty.kind for duty in bench.duties() if duty.state in ("open", "pending")] == []
    assert (bench.task().closed_at, next(part.state for part in bench.task().parts if part.lead)) == (None, "started")
