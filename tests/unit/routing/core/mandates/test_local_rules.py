"""Rules of smaller places in one incident: each school's own rule for its own rows, the earliest due where several ask one desk."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from services.routing.calendars import load_calendars
from services.routing.core.directory import Directory, with_hole
from services.routing.core.mandates import Mandate, MandateBook, NotifyRow, PackInfo, TaskRow
from services.routing.core.matching.places import places_of, rule_of
from services.routing.core.model import Fold, Incident, World
from services.routing.directory import load_documents
from services.routing.packs import load_book
from tests.unit.routing.core.bench import ALARM, Bench, at
from tests.unit.routing.core.places import (
    EDU,
    EDU_LEADER,
    OFFICE,
    OPS,
    POLICE_110,
    PRINCIPAL,
    RAISED,
    SAFETY,
    SCHOOL,
    SCHOOL_B,
    STATION,
    A,
    B,
    E,
)
from topics.codec import decode

BOOK = load_book()
G, F = "3199000301", "2199000106"
SCHOOL_G, EDU_G, STATION_G = f"school.duty-desk@{G}", "education.duty-officer@edu-990103", "police.station-duty@ps-990103-01"
CLUSTER = min((Path(__file__).parents[4] / "contract/golden/school.illness-cluster.reported.v1").glob("*.json"))
SAFETY_DESK = "education.safety-desk"
NOON = "09-22 10:00:00"
LEVELS: Any = {2: "province", 4: "city", 6: "county", 10: "school"}


def local(identity: str, jurisdiction: str, *, acks: dict[str, str] | None = None, **change: Any) -> Mandate:
    """The founding rule as a smaller place has it, with other ack forms for some roles."""
    rule = BOOK.by_id(identity)
    assert rule is not None
    pack = PackInfo(f"p-{jurisdiction}", "t", 1, LEVELS[len(jurisdiction)], jurisdiction, at("01-01 00:00:00"))
    rows = tuple(replace(row, ack=(acks or {}).get(row.to, row.ack)) for row in rule.notify)
    return replace(rule, **{"in_pack": pack, "version": 7, "notify": rows} | change)


def bench(world: World, *rules: Mandate, moment: str = NOON) -> Bench:
    return Bench(World(world.directory, MandateBook([*BOOK, *rules], BOOK.ladders, "v"), "v"), at(moment))


def raised(town: Bench, *schools: str, **data: Any) -> Any:
    county = data.pop("county", "990102")
    return town.state_event(RAISED, POLICE_110, ALARM | {"schools": list(schools)} | data, county=county)


def bases(town: Bench, desk: str) -> set[str]:
    return {basis["pack"] for basis in town.notification(desk).issued["bases"]}


def looked_at(town: Bench) -> tuple[Fold, Incident]:
    """The first incident, as the core folds it."""
    state = next(iter(town.loaded.states.values()))
    return Fold(state, town.world, town.now, "test"), next(iter(state.incidents.values()))


def test_of_two_schools_the_one_with_a_stricter_rule_sets_the_due_of_the_desk_they_share(world: World) -> None:
    """INVARIANT: the earliest due wins, and no other school is bound by it — broken by one rule of an id for the whole incident."""
    town = bench(world, local("POL-01", A, acks={"education.duty-officer": "6min", "school.duty-desk": "2min"}))
    decision = raised(town, A, B)
    assert town.dues("ack")[EDU] == "09-22 10:06"
    assert (town.dues("ack")[SCHOOL], town.dues("ack")[SCHOOL_B]) == ("09-22 10:02", "09-22 10:05")
    assert bases(town, EDU) == {"national-founding@1", f"p-{A}@1"}
    assert (bases(town, SCHOOL), bases(town, SCHOOL_B)) == ({f"p-{A}@1"}, {"national-founding@1"})
    assert sorted(decision["decision"]["mandates"]) == ["POL-01@1", "POL-01@7"]
    assert town.notification(EDU).mandates == ("POL-01",)


def test_the_school_whose_policy_says_so_hears_from_disease_control_within_the_hour(world: World) -> None:
    """M69, one school one policy: 泉西小学 sets an hour where the nation sets two; the school beside it keeps the two."""
    event = decode((("content-type", b"application/cloudevents+json"),), CLUSTER.read_bytes()).data.model_dump(mode="json", by_alias=True)
    event |= {"cases_today": 5, "cases_3days": 9, "notifiable": False, "unexplained": "none", "cases": None}
    for school, due in ((A, "09-22 11:00"), (B, "09-22 12:00")):
        town = bench(world, local("HLT-01", A, acks={"health.cdc-duty": "1h"}))
        reporter = f"school.infection-reporter@{school}"
        stated = {name: value for name, value in event.items() if value is not None} | {"school_id": school}
        town.state_event("school.illness-cluster.reported", reporter, stated)
        assert town.dues("ack")["health.cdc-duty@cdc-990102"] == due


def test_a_school_alone_has_its_own_rule_and_nothing_of_the_one_above(world: World) -> None:
    town = bench(world, local("POL-01", A, acks={"education.duty-officer": "6min"}))
    raised(town, A)
    assert bases(town, EDU) == bases(town, STATION) == {f"p-{A}@1"}
    raised(other := bench(world, local("POL-01", A)), B)
    assert bases(other, EDU) == {"national-founding@1"}


def test_each_of_two_schools_may_be_stricter_in_another_way(world: World) -> None:
    town = bench(
        world,
        local("POL-01", A, acks={"education.duty-officer": "6min"}),
        local("POL-01", B, acks={"education.duty-officer": "8min", "police.station-duty": "3min"}),
    )
    raised(town, A, B)
    assert town.dues("ack")[EDU] == "09-22 10:06"
    assert town.dues("ack")[STATION] == "09-22 10:03"


def test_a_wider_condition_of_one_school_concerns_no_other(world: World) -> None:
    """The picture matches at the school whose rule matches more, and there alone."""
    rule = BOOK.by_id("POL-01")
    assert rule is not None
    town = bench(world, local("POL-01", A, when=rule.when[1:]))
    raised(town, A, B, severity="urgent")
    assert "POL-01" in town.notification(SCHOOL).mandates
    assert town.notification(SCHOOL_B).mandates == ("POL-03",)


def test_a_new_rule_of_a_school_is_for_that_school_alone(world: World) -> None:
    row = NotifyRow("school.principal", "acknowledge", "S", "10min")
    town = bench(world, local("POL-01", A, id="XA-01", notify=(row,), task=None))
    raised(town, A, B)
    assert town.notification(PRINCIPAL).mandates == ("XA-01",)
    assert f"school.principal@{B}" not in {n.desk for state in town.loaded.states.values() for n in state.notifications.values()}


def test_the_earliest_limits_hold_for_the_lead_of_all_places(world: World) -> None:
    rule = BOOK.by_id("POL-01")
    assert rule is not None
    assert rule.task is not None
    town = bench(
        world,
        local("POL-01", A, task=replace(rule.task, close="2wd")),
        local("POL-01", B, task=replace(rule.task, report="8h", close="60h")),
    )
    raised(town, A, B)
    assert (town.task().lead, town.task().report, town.task().close) == (STATION, "8h", "2wd≤60h")
    assert town.dues("close")[STATION] == "09-24 17:30"


def test_a_county_binds_the_desks_of_its_own_schools(world: World) -> None:
    """A cross-county event: each county's rule for its own school and bureau, the lead in the event's own county."""
    town = bench(world, local("POL-01", "990103", acks={"education.duty-officer": "6min", "police.station-duty": "3min"}))
    raised(town, A, G)
    assert (town.dues("ack")[EDU], town.dues("ack")[EDU_G]) == ("09-22 10:10", "09-22 10:06")
    assert (town.dues("ack")[STATION], town.dues("ack")[STATION_G]) == ("09-22 10:05", "09-22 10:03")
    assert town.task().lead == STATION
    assert {part.desk for part in town.task().parts} >= {STATION_G, SCHOOL, SCHOOL_G, EDU_G}


def test_the_events_own_county_is_asked_by_its_own_rule_even_without_a_school_there(world: World) -> None:
    """Neither the station nor the hospital of the event's county is asked for a school elsewhere."""
    town = bench(world, local("POL-01", "990103", acks={"education.duty-officer": "6min"}))
    decision = raised(town, G, place_text="路口")
    assert (town.dues("ack")[EDU], town.dues("ack")[EDU_G]) == ("09-22 10:10", "09-22 10:06")
    assert (bases(town, EDU), bases(town, EDU_G)) == ({"national-founding@1"}, {"p-990103@1"})
    assert town.task().lead == STATION_G
    assert decision["decision"]["reasons"] == []


def test_a_merged_school_has_the_rule_of_the_school_it_became(world: World) -> None:
    town = bench(world, local("POL-01", A, acks={"school.duty-desk": "2min"}), local("POL-01", F, acks={"school.duty-desk": "1min"}))
    raised(town, F)
    assert town.dues("ack")[SCHOOL] == "09-22 10:02"


def test_the_places_of_an_incident_begin_with_its_county(world: World) -> None:
    town = bench(world)
    raised(town, G, B, A)
    fold, incident = looked_at(town)
    named = [(place.division, place.school) for place in places_of(fold, incident, RAISED, town.now)]
    assert named == [("990102", B), ("990102", A), ("990103", G)]


def test_what_an_area_concerns_is_asked_wherever_rules_differ(world: World) -> None:
    """A warning for two counties meets the rules of counties and schools inside them, and of none outside."""
    town = bench(world, local("POL-01", "990103"), local("POL-01", A), local("POL-01", "990202"), local("POL-01", E))
    raised(town, A)
    fold, first = looked_at(town)
    incident = replace(first, picture={"scope": ["990102001", "990103"]})
    named = {(place.division, place.school) for place in places_of(fold, incident, RAISED, town.now)}
    assert named == {("990102001", ""), ("990103", ""), ("990102", A)}


def test_running_work_keeps_the_version_it_was_born_with(world: World) -> None:
    """INVARIANT: a new version of a pack moves nothing that runs — broken by looking the rules up at the time of each message."""
    law = next(rule for rule in BOOK if rule.id == "POL-01").in_pack
    later = replace(law, version=2, effective_from=at("10-01 00:00:00"))
    newer = [replace(rule, in_pack=later, version=rule.version + 1) for rule in BOOK if rule.id != "POL-01"]
    stricter = local("POL-01", "990102", acks={"education.duty-officer": "2min"}, in_pack=later, version=2, name="新版")
    town = bench(world, stricter, *newer, moment="09-30 23:50:00")
    town.deaf = {EDU}
    raised(town, A)
    town.to(at("10-01 00:10:00"))
    town.deliver(town.undelivered[0])
    assert town.dues("ack")[EDU] == "10-01 00:20"
    town.state_event(f"{RAISED}.supplemented", POLICE_110, {"alarm_no": ALARM["alarm_no"], "added": {"casualties": 1}})
    assert town.heard("bus.decision.made")[-1][1].mandates == ("POL-01@1", "POL-02@1")
    assert {basis["pack"] for basis in town.notification(EDU).issued["bases"]} == {"national-founding@1"}
    assert [data.title for _, data in town.heard("bus.task.opened")][-1] != "新版"
    born = rule_of(*looked_at(town), "POL-01")
    assert born is not None
    assert born.version == 1
    town.state_event(RAISED, POLICE_110, ALARM | {"alarm_no": "J990102202610010002", "schools": [A]})
    assert town.heard("bus.decision.made")[-1][1].mandates == ("POL-01@2",)
    assert town.heard("bus.task.opened")[-1][1].title == "新版"


def test_an_event_known_before_the_switch_is_decided_by_the_version_of_that_time(world: World) -> None:
    law = next(rule.in_pack for rule in BOOK if rule.id == "POL-01")
    later = replace(law, version=2, effective_from=at("10-01 00:00:00"))
    town = bench(world, *[replace(rule, in_pack=later, version=2) for rule in BOOK], moment="10-01 00:05:00")
    event = {"alarm_no": "J990102202610010003", "schools": [A]}
    town.state_event(RAISED, POLICE_110, ALARM | event, known_at=at("09-30 23:59:59"))
    assert town.heard("bus.decision.made")[-1][1].mandates == ("POL-01@1",)


def test_a_rule_that_a_new_version_no_longer_has_is_gone(world: World) -> None:
    """INVARIANT: a version of a pack speaks whole — broken by rules of the version before that go on beside it."""
    law = next(rule.in_pack for rule in BOOK if rule.id == "POL-01")
    later = replace(law, version=2, effective_from=at("09-22 00:00:00"), effective_to=at("09-23 00:00:00"))
    kept = [replace(rule, in_pack=later) for rule in BOOK if rule.id != "POL-02"]
    raised(town := bench(world, *kept), A, casualties=1)
    assert town.heard("bus.decision.made")[-1][1].mandates == ("POL-01@1",)
    raised(after := bench(world, *kept, moment="09-23 00:00:00"), A, casualties=1)
    assert after.heard("bus.decision.made")[-1][1].mandates == ("POL-01@1", "POL-02@1")


def test_a_task_without_limits_takes_those_of_the_other_place(world: World) -> None:
    rule = BOOK.by_id("POL-01")
    assert rule is not None
    plain = TaskRow("police.station-duty", (), {}, None, None)
    town = bench(
        world, local("POL-01", A, id="X-1", rank=50, task=plain), local("POL-01", B, id="X-1", rank=50, task=replace(plain, close="1h"))
    )
    raised(town, A, B)
    assert (town.task().mandate, town.task().report, town.task().close) == ("X-1", None, "1h")


def test_a_county_may_give_its_arbiters_less_time(world: World) -> None:
    """One limit for every class stands where the nation names one for each."""
    rule = BOOK.by_id("GOV-03")
    assert rule is not None
    row = replace(rule.notify[0], ack="7min", ack_by_ladder={})
    town = bench(world, local("GOV-03", "990102", notify=(row,)))
    raised(town, A)
    town.send_back(STATION)
    assert town.dues("ruling")[OFFICE] == "09-22 10:07"


def test_what_nothing_matches_is_asked_by_a_rule_above_that_is_tighter_than_the_one_below(world: World) -> None:
    """INVARIANT: nobody is ever asked for less — broken by the rule of the smallest place alone."""
    town = bench(world, local("GOV-01", "99", acks={SAFETY_DESK: "1h"}), local("GOV-01", "990102", acks={SAFETY_DESK: "3h/open"}))
    raised(town, "unknown", severity="routine", kind="pupil-missing", relation="pupil-only")
    assert town.dues("ack")[SAFETY] == "09-22 11:00"
    assert bases(town, SAFETY) == {"p-99@1", "p-990102@1"}


def test_the_box_of_arbiters_is_the_least_of_a_rule_above_that_is_tighter_than_the_one_below(world: World) -> None:
    def within(minutes: int) -> tuple[NotifyRow, ...]:
        return (NotifyRow("education.conference-office", "acknowledge", "L", f"{minutes}min"),)

    town = bench(world, local("GOV-03", "99", notify=within(4)), local("GOV-03", "990102", notify=within(7)), local("GOV-03", B, notify=within(2)))
    raised(town, A, B)
    town.send_back(SCHOOL)
    assert (town.dues("ruling")[OFFICE], town.dues("ack")[OFFICE]) == ("09-22 10:04", "09-22 10:04")
    assert bases(town, OFFICE) == {"p-99@1", "p-990102@1"}, "the rule of another school is none of this return's"


def test_that_nobody_is_there_is_told_by_a_rule_above_that_is_tighter_than_the_one_below(world: World) -> None:
    documents = {document["unit"]: document for document in load_documents()}
    documents["edu-990102"] = with_hole(documents["edu-990102"], "education.duty-officer", at("09-22 00:00:00"), at("09-23 00:00:00"))
    directory = Directory.build(documents.values(), 2, load_calendars())
    rules = local("GOV-04", "99", acks={"@unit-leader": "4min"}), local("GOV-04", "990102", acks={"@unit-leader": "8min"})
    town = bench(World(directory, world.book, "v"), *rules)
    raised(town, A)
    assert town.dues("ack")[EDU_LEADER] == "09-22 10:04"


def test_a_county_may_have_more_desks_told_that_nobody_is_there(world: World) -> None:
    rule = BOOK.by_id("GOV-04")
    assert rule is not None
    rows = (*rule.notify, NotifyRow("education.safety-desk", "inform", "L"), NotifyRow("bus.ops-desk", "inform", "L"))
    documents = {document["unit"]: document for document in load_documents()}
    documents["edu-990102"] = with_hole(documents["edu-990102"], "education.duty-officer", at("09-22 00:00:00"), at("09-23 00:00:00"))
    directory = Directory.build(documents.values(), 2, load_calendars())
    town = bench(World(directory, world.book, "v"), local("GOV-04", "990102", notify=rows))
    raised(town, A)
    told = [desk for desk, data in town.heard("bus.notification.issued") if "uncovered_desk" in data.payload]
    assert sorted(told) == [OPS, SAFETY, EDU_LEADER]


def test_an_event_in_a_county_that_nobody_knows_is_decided_by_its_schools_and_says_whom_it_could_not_find(world: World) -> None:
    """INVARIANT: an event is never dropped — broken by refusing what happened to pupils outside the directory."""
    decision = raised(town := bench(world), A, county="999999")["decision"]
    assert decision["outcome"] == "routed"
    assert {SCHOOL, STATION, EDU} <= {line["desk"] for line in decision["recipients"]}
    assert any("999999" in reason for reason in decision["reasons"])
    raised(town, "unknown", alarm_no="J999999202609220001", county="999999")
    assert "GOV-01" in town.notification(OPS).mandates
