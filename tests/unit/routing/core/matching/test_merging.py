"""Several mandates on one incident, supplements, unknown schools, and the part of the publisher."""

import dataclasses
from typing import Any

import pytest

from services.routing.core.mandates import MandateBook, NotifyRow
from services.routing.core.matching.recipients import Wanted, united
from services.routing.core.model import Fold, World
from services.routing.packs import load_book
from tests.unit.routing.core.bench import ALARM, INCIDENT, Bench, at, clock_text
from tests.unit.routing.core.places import (
    EDU,
    HEALTH,
    OPS,
    OTHER_STATION,
    POLICE_110,
    RAISED,
    REPORTED,
    SAFETY,
    SCHOOL,
    SCHOOL_B,
    STATION,
    VICE,
    A,
    B,
    E,
)
from tests.unit.routing.core.stated import golden


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, at("09-22 10:00:00"))


def supplement(bench: Bench, publisher: str = POLICE_110, **added: Any) -> Any:
    return bench.state_event(f"{RAISED}.supplemented", publisher, {"alarm_no": ALARM["alarm_no"], "added": added})


def told(bench: Bench, desk: str) -> list[Any]:
    return [data for to, data in bench.heard("bus.notification.issued") if to == desk]


def with_rows(world: World, mandate: str, *rows: NotifyRow, ladder: Any = None) -> World:
    """The world with more rows in one mandate."""
    changed = [dataclasses.replace(m, notify=(*m.notify, *rows), ladder=ladder or m.ladder) if m.id == mandate else m for m in load_book()]
    ladders = {letter: world.book.ladder(letter) for letter in "ABCPG"}  # type: ignore[arg-type]
    return World(world.directory, MandateBook(changed, ladders, "test"), "test")  # type: ignore[arg-type]


def test_two_mandates_make_one_notification_with_both_views_and_the_earliest_dues(world: World) -> None:
    more = NotifyRow(SCHOOL.partition("@")[0], "acknowledge", "H", ack="2min", first_action="1h")
    bench = Bench(with_rows(world, "POL-02", more, ladder="B"), at("09-22 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM | {"casualties": 1, "injury_note": "手臂划伤"})
    (notification,) = told(bench, SCHOOL)
    assert (notification.view, notification.ladder, notification.kind) == ("HS", "B", "acknowledge")
    assert notification.payload["injury_note"] == "手臂划伤"
    assert {basis.mandate for basis in notification.bases} == {"POL-01", "POL-02"}
    assert bench.dues("ack", "first-action")[SCHOOL] == "09-22 10:02 / 09-22 10:05"
    assert len([d for d in bench.duties() if (d.desk, d.kind) == (SCHOOL, "ack")]) == 1


def test_equal_ack_dues_choose_the_ladder_by_its_letter(world: World) -> None:
    more = NotifyRow("school.duty-desk", "acknowledge", "S", ack="5min")
    bench = Bench(with_rows(world, "POL-02", more, ladder="B"), at("09-22 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM | {"casualties": 1})
    assert told(bench, SCHOOL)[0].ladder == "A"


def test_acknowledge_beats_bulletin_beats_inform(world: World) -> None:
    vice = NotifyRow("school.law-vice-principal", "bulletin", "V", ack="1h")
    bench = Bench(with_rows(world, "POL-02", vice), at("09-22 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM | {"casualties": 1})
    assert told(bench, VICE)[0].kind == "bulletin"
    assert bench.dues("ack")[VICE] == "09-22 11:00"


def test_a_first_action_is_never_due_before_the_signature(world: World) -> None:
    slow = NotifyRow("police.traffic-duty", "acknowledge", "P", ack="30min", first_action="10min")
    bench = Bench(with_rows(world, "POL-01", slow), at("09-22 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    assert bench.dues("ack", "first-action")["police.traffic-duty@tp-990102-01"] == "09-22 10:30 / 09-22 10:30"


def test_a_report_is_never_due_after_the_close(world: World) -> None:
    late = [
        dataclasses.replace(m, task=dataclasses.replace(m.task, report="9wd")) if m.id == "POL-01" and m.task else m for m in load_book()
    ]
    ladders = {letter: world.book.ladder(letter) for letter in "ABCPG"}  # type: ignore[arg-type]
    book = MandateBook(late, ladders, "test")  # type: ignore[arg-type]
    bench = Bench(World(world.directory, book, "test"), at("09-22 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    assert bench.dues("report", "close")[STATION] == "09-28 17:30 / 09-28 17:30"


def test_a_supplement_adds_who_newly_matches_and_informs_the_others(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.sign(STATION)
    bench.to(at("09-22 10:02:00"))
    supplement(bench, casualties=1)
    assert bench.dues("ack", "first-action")[HEALTH] == "09-22 10:12 / 09-22 10:32"
    assert bench.dues("ack")[SCHOOL] == "09-22 10:05"
    for desk in (STATION, SCHOOL, EDU, VICE):
        assert [(data.version, data.material) for data in told(bench, desk)] == [(1, True), (2, False)]
    assert all(d.state == "met" for d in bench.duties() if (d.desk, d.kind) == (STATION, "ack"))
    assert {part.desk for part in bench.task().parts} == {STATION, SCHOOL, EDU, HEALTH}


def test_a_supplement_that_asks_an_informed_desk_to_sign_is_material_for_it(world: World) -> None:
    vice = NotifyRow("school.law-vice-principal", "acknowledge", "V", ack="10min")
    bench = Bench(with_rows(world, "POL-02", vice), at("09-22 10:00:00"))
    bench.state_event(RAISED, POLICE_110, ALARM)
    bench.to(at("09-22 10:01:00"))
    supplement(bench, casualties=1)
    assert [(data.kind, data.material) for data in told(bench, VICE)] == [("inform", True), ("acknowledge", True)]
    assert bench.dues("ack")[VICE] == "09-22 10:11"


def test_who_triages_what_nothing_matched_reads_on_when_a_supplement_makes_it_match(world: World) -> None:
    """INVARIANT: a supplement takes nothing from anybody — broken by a desk that has to sign and never learns that it is settled (GOV-01)."""
    bench = Bench(world, at("09-21 10:00:00"))
    hospital, name = "health.hospital-er@hos-990102-er", "health.food-illness.reported"
    bench.state_event(name, hospital, golden(name, schools=[A], report_no="ER-1", ill=0, severe=0, dead=0))
    bench.to(at("09-21 10:05:00"))
    bench.state_event(f"{name}.supplemented", hospital, {"report_no": "ER-1", "added": {"ill": 3}})
    last = told(bench, SAFETY)[-1]
    assert (last.version, last.material, last.change, last.payload["ill"]) == (2, False, "supplemented", 3)
    assert bench.dues("ack")[SAFETY] == "09-21 14:00"


def test_a_supplement_shows_each_desk_no_more_than_its_view(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    supplement(bench, suspect_look="黑色上衣")
    assert told(bench, SCHOOL)[-1].payload["suspect_look"] == "黑色上衣"
    assert "suspect_look" not in told(bench, EDU)[-1].payload


def test_the_publishing_station_leads_without_a_notification(bench: Bench) -> None:
    bench.state_event(RAISED, STATION, ALARM | {"kind": "crowd", "severity": "urgent"})
    assert told(bench, STATION) == []
    assert next(part.state for part in bench.task().parts if part.desk == STATION) == "accepted"
    assert bench.dues("report")[STATION] == "09-23 17:30"


def test_two_schools_of_two_stations_have_one_lead(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM | {"schools": [A, E]})
    assert [part.desk for part in bench.task().parts if part.lead] == [STATION]
    assert {STATION, OTHER_STATION, SCHOOL, f"school.duty-desk@{E}"} <= {part.desk for part in bench.task().parts}
    assert [desk for desk in bench.dues("report")] == [STATION]


def test_a_school_that_the_directory_does_not_know_reaches_a_person(bench: Bench) -> None:
    decision = bench.state_event(RAISED, POLICE_110, ALARM | {"schools": [A, "3199009999"]})
    assert decision["outcome"] == "unmatched"
    assert {"POL-01@1", "GOV-01@1"} <= set(decision["decision"]["mandates"])
    assert any("3199009999" in reason for reason in decision["decision"]["reasons"])
    assert {SCHOOL, STATION, EDU, OPS} <= {to for to, _ in bench.heard("bus.notification.issued")}


def test_a_merged_school_is_told_at_its_successor_and_sees_what_names_it(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM | {"schools": ["2199000106"]})
    (notification,) = told(bench, SCHOOL)
    assert notification.note == "via-merge:2199000106"
    assert notification.payload["schools"] == ["2199000106"]


def test_the_pupils_of_a_merged_school_are_its_successors_own(bench: Bench) -> None:
    row = {"row": "r1", "school_id": "2199000106", "alg": "A256GCM", "nonce": "n", "ciphertext": "c", "keys": {}, "views": ["S", "P"]}
    bench.state_event(RAISED, POLICE_110, ALARM | {"schools": ["2199000106", B], "pupils": [row]})
    assert [one["row"] for one in told(bench, SCHOOL)[0].payload["pupils"]] == ["r1"]
    assert "pupils" not in told(bench, SCHOOL_B)[0].payload


def test_nothing_is_taken_from_a_desk_that_is_only_told_more(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM)
    old = bench.notification(SCHOOL)
    (state,) = bench.loaded.states.values()
    fold = Fold(state, bench.world, bench.now, "told")
    wanted = united(fold, bench.incident("alarm"), old, Wanted(SCHOOL, A, "inform", "V", (), {"ack": ("1h",)}, None))
    assert (wanted.kind, wanted.view, wanted.ladder, wanted.forms["ack"]) == ("acknowledge", "SV", "A", ("5min", "1h"))


def test_a_decision_stamps_what_it_used(bench: Bench) -> None:
    decision = bench.state_event(RAISED, POLICE_110, ALARM)["decision"]
    assert decision["pack_version"] == bench.world.pack_version
    assert (decision["directory_version"], decision["lead"]) == (1, STATION)
    assert "2026" in decision["calendar_version"]


def test_an_event_that_was_known_for_more_than_a_day_is_marked_and_routed(bench: Bench) -> None:
    decision = bench.state_event(RAISED, POLICE_110, ALARM, known_at=at("09-21 09:59:00"))
    assert decision["decision"]["notes"] == ["late-publish"]
    assert bench.dues("ack")[SCHOOL] == "09-22 10:05"
    later = supplement(bench, suspect_look="黑衣")
    assert later["decision"]["notes"] == [], "the follow-up itself was not late"


def test_the_place_code_goes_only_with_a_field_of_the_place(bench: Bench) -> None:
    bench.state_event(RAISED, POLICE_110, ALARM, place_code="990102001")
    assert told(bench, STATION)[0].event.place_code == "990102001"
    assert told(bench, VICE)[0].event.place_code is None


def test_a_safety_officer_and_a_duty_desk_of_one_school_state_the_same_incident(bench: Bench) -> None:
    bench.state_event(REPORTED, f"school.safety-officer@{B}", INCIDENT)
    added = {"incident_no": INCIDENT["incident_no"], "added": {"injury_note": "擦伤"}}
    assert bench.state_event(f"{REPORTED}.supplemented", SCHOOL_B, added)["outcome"] == "routed"
    assert [data.version for data in told(bench, STATION)] == [1, 2]
    assert clock_text(next(d.due for d in bench.duties() if d.desk == SAFETY)) == "09-23 17:30"
