"""强制报告: who is told, that the filing side is hidden, and that a unit under suspicion gets nothing at all."""

from typing import Any

import pytest

from contracts.coordination import DecisionMade
from infra.messaging.delivery import Poison
from services.routing.core.model import World
from tests.unit.routing.core.bench import Bench, at, clock_text
from tests.unit.routing.core.families import Case, cases, check, led, payload, play, told
from tests.unit.routing.core.places import EDU, EDU_IN_CHARGE, POLICE_110, PRINCIPAL, SCHOOL, A

MINORS, CIVIL, ER = "police.minor-case-desk@pb-990102", "civil.protection-duty@civ-990102", "health.hospital-er@hos-990102-er"
COMMUNITY = "community.desk@com-990102001001"
FILED, ACCEPTED = "school.forced-report.filed", "police.forced-report.accepted"
STARTS = {MINORS: "A P 09-21 10:30 / 09-21 10:30", CIVIL: "A W 09-21 10:30 / 09-21 12:00", EDU: "A E 09-21 10:30"}
TASK = led(MINORS, CIVIL, EDU, report="09-22 10:00", close="10-12 17:30")


def sealed(row: str, *views: str) -> dict[str, Any]:
    return {"row": row, "alg": "A256GCM", "nonce": "AA", "ciphertext": "AA", "keys": {"police": "AA"}, "views": list(views)}


REPORT: dict[str, Any] = {
    "report_no": "FR-2026-0031", "kind": "neglect", "school_id": A, "suspect_relation": "family", "imminent": False,
    "pupils": [sealed("p1", "P"), sealed("p2", "W")], "account": [sealed("a1", "P")], "reporter": [sealed("r1", "P")],
    "guardian_may_be_told": False,
}  # fmt: skip
AT_SCHOOL = REPORT | {"suspect_relation": "school-staff", "suspect_unit": A, "guardian_may_be_told": True}
RESULT = {"report_no": "FR-2026-0031", "result": "case-opened"}


@cases(
    Case(name=FILED, by=PRINCIPAL, data=REPORT, mandates="FRC-01", told=STARTS, task=TASK),
    Case(name="health.forced-report.filed", by=ER, data=REPORT, mandates="FRC-01", told=STARTS, task=TASK),
    Case(
        name="community.forced-report.filed",
        by=COMMUNITY,
        data=REPORT | {"kind": "begging-labour", "imminent": True},
        mandates="FRC-01 FRC-02",
        told=STARTS | {POLICE_110: "A P 09-21 10:05 / 09-21 10:05"},
        task=led(POLICE_110, MINORS, CIVIL, EDU, report="09-22 10:00", close="10-12 17:30"),
    ),
    Case(
        name=FILED,
        by=PRINCIPAL,
        data=AT_SCHOOL,
        mandates="FRC-01 FRC-03",
        told=STARTS | {EDU_IN_CHARGE: "A E 09-21 10:30 / 09-21 12:00"},
        task=TASK,
    ),
    Case(
        name=ACCEPTED,
        by=MINORS,
        data=RESULT,
        mandates="FRC-04",
        after=((FILED, PRINCIPAL, REPORT),),
        told={PRINCIPAL: "A W 09-22 17:30", CIVIL: "v2 W"},
        task=TASK,
    ),
)
def test_everybody_whom_the_mandate_names_is_told_and_nobody_else(world: World, case: Case) -> None:
    check(world, case)


def test_only_the_command_centre_is_sent_out_at_once(world: World) -> None:
    bench, _ = play(world, Case(name=FILED, by=PRINCIPAL, data=REPORT | {"imminent": True}, mandates="FRC-01 FRC-02", told={}))
    texts = {part.desk: part.text for part in bench.task().parts}
    assert (texts[POLICE_110], texts[MINORS]) == ("立即出警", "受理、询问、结果告知报告人 (24h)")


def test_only_police_and_education_learn_which_desk_filed_it(world: World) -> None:
    bench, _ = play(world, Case(name=FILED, by=PRINCIPAL, data=REPORT, mandates="FRC-01", told={}))
    knows = {to: data.event.publisher for to, data in bench.heard("bus.notification.issued")}
    assert knows == {MINORS: PRINCIPAL, EDU: PRINCIPAL, CIVIL: None}
    bench.state_event(f"{FILED}.supplemented", PRINCIPAL, {"report_no": "FR-2026-0031", "added": {"kind_note": "夜间无人照看"}})
    assert knows == {to: data.event.publisher for to, data in bench.heard("bus.notification.issued")}


def test_education_learns_the_number_and_civil_affairs_nothing_of_account_and_reporter(world: World) -> None:
    bench, _ = play(world, Case(name=FILED, by=PRINCIPAL, data=REPORT, mandates="FRC-01", told={}))
    assert payload(bench, EDU).keys() == {"report_no"}
    assert payload(bench, CIVIL).keys() == REPORT.keys() - {"account", "reporter"}
    assert [row["row"] for row in payload(bench, CIVIL)["pupils"]] == ["p2"]
    assert payload(bench, MINORS).keys() == REPORT.keys()


def test_not_even_the_names_of_what_it_does_not_see_tell_the_bureau_who_is_suspected(world: World) -> None:
    """INVARIANT: the bureau learns number, desk and time, and nothing more — broken by naming the fields that were left out."""
    bench, _ = play(world, Case(name="health.forced-report.filed", by=ER, data=AT_SCHOOL, mandates="FRC-01", told={}))
    assert {data.hidden for _, data in bench.heard("bus.notification.issued")} == {()}


def test_a_guardian_who_may_know_leaves_civil_affairs_without_the_child(world: World) -> None:
    known = REPORT | {"suspect_relation": "stranger", "guardian_may_be_told": True}
    bench, _ = play(world, Case(name=FILED, by=PRINCIPAL, data=known, mandates="FRC-01", told={}))
    assert "pupils" not in payload(bench, CIVIL)


def test_the_filing_side_learns_the_result_and_nothing_that_it_did_not_say(world: World) -> None:
    bench, _ = play(world, Case(name=ACCEPTED, by=MINORS, data=RESULT, mandates="FRC-04", after=((FILED, PRINCIPAL, REPORT),), told={}))
    assert payload(bench, PRINCIPAL) == RESULT


def silent(bench: Bench, *desks: str) -> None:
    """Everybody signs and begins but these."""
    for desk in {MINORS, CIVIL, EDU, EDU_IN_CHARGE} - set(desks):
        if any(to == desk for to, _ in bench.heard("bus.notification.issued")):
            bench.sign(desk)
            bench.report(desk, "started", incident=bench.task().incident)


def test_the_school_under_suspicion_gets_nothing_while_everybody_else_acts(world: World) -> None:
    """INVARIANT: the suspect's own unit is cut out — broken by handing on what others sign, miss, or decide to the desk that filed."""
    bench, _ = play(world, Case(name=FILED, by=PRINCIPAL, data=AT_SCHOOL, mandates="FRC-01", told={}))
    silent(bench, CIVIL)
    bench.state_event(ACCEPTED, MINORS, RESULT)
    assert told(bench)[CIVIL] == "v2 W"
    bench.to(at("09-22 12:00:00"))
    assert [(step, target) for _, step, target in bench.escalated() if target == PRINCIPAL] == []
    (answer,) = [out.data for out in bench.said if A in out.recipient]
    assert isinstance(answer, DecisionMade)
    assert (answer.outcome, answer.recipients, answer.lead, answer.mandates) == ("routed", (), None, ())


def test_a_step_that_would_reach_the_unit_under_suspicion_jumps_to_the_next(world: World) -> None:
    bureau = AT_SCHOOL | {"suspect_unit": "edu-990102"}
    bench, _ = play(world, Case(name="health.forced-report.filed", by=ER, data=bureau, mandates="FRC-01", told={}))
    assert set(told(bench)) == {MINORS, CIVIL}
    silent(bench, CIVIL)
    bench.to(at("09-21 14:30:00"))
    raised = [(to, data) for to, data in bench.heard("bus.escalation.raised") if to != ER and data.duty == "ack"]
    steps = [(clock_text(data.logical_at), data.step, to) for to, data in raised]
    assert steps == [
        ("09-21 10:30", 1, "civil.unit-leader@civ-990102"),
        ("09-21 11:00", 2, "city.civil-duty@city-civil-990100"),
        ("09-21 12:30", 3, "civil.leader-in-charge@civ-990102"),
        ("09-21 14:30", 5, "city.civil-duty@city-civil-990100"),
    ]
    assert not [out for out in bench.said if out.recipient.endswith("edu-990102")]


def test_a_merged_school_is_under_suspicion_by_its_old_number_too(world: World) -> None:
    old = AT_SCHOOL | {"suspect_unit": "2199000106"}
    bench, _ = play(world, Case(name=FILED, by=PRINCIPAL, data=old, mandates="FRC-01", told={}))
    bench.state_event(ACCEPTED, MINORS, RESULT)
    assert {out.name for out in bench.said if A in out.recipient} == {"bus.decision.made"}


@pytest.mark.parametrize(
    ("suffix", "said"),
    [
        ("supplemented", {"added": {"suspect_unit": "civ-990102"}}),
        (
            "corrected",
            {
                "changes": {
                    "suspect_relation": {"old": "unknown", "new": "school-staff"},
                    "suspect_unit": {"old": None, "new": "civ-990102"},
                },
                "reason": "核实",
            },
        ),
    ],
)
def test_a_unit_that_comes_under_suspicion_later_loses_what_it_was_told(world: World, suffix: str, said: dict[str, Any]) -> None:
    bench, _ = play(world, Case(name=FILED, by=PRINCIPAL, data=REPORT | {"suspect_relation": "unknown"}, mandates="FRC-01", told={}))
    bench.state_event(f"{FILED}.{suffix}", PRINCIPAL, {"report_no": "FR-2026-0031", **said})
    assert [(to, data.hide) for to, data in bench.heard("bus.notification.withdrawn")] == [(CIVIL, True)]
    assert [part.desk for part in bench.task().parts if part.state != "excused"] == [MINORS, EDU]
    bench.said.clear()
    bench.to(at("09-21 13:00:00"))
    assert not [out for out in bench.said if out.recipient.endswith("civ-990102")]


def test_the_office_of_the_bureau_under_suspicion_does_not_rule_on_a_return_and_nobody_may_name_its_desk(world: World) -> None:
    bureau = AT_SCHOOL | {"suspect_unit": "edu-990102"}
    bench, _ = play(world, Case(name="health.forced-report.filed", by=ER, data=bureau, mandates="FRC-01", told={}))
    bench.send_back(CIVIL)
    assert [(to, data.ruling) for to, data in bench.heard("bus.arbitration.ruled") if to == CIVIL] == [(CIVIL, "reject")]
    assert bench.notification(CIVIL).state == "delivered"


def test_a_ruling_that_names_a_desk_of_the_unit_under_suspicion_fits_nothing(world: World) -> None:
    bench, _ = play(world, Case(name=FILED, by=PRINCIPAL, data=AT_SCHOOL, mandates="FRC-01", told={}))
    bench.send_back(CIVIL)
    with pytest.raises(Poison) as caught:
        bench.rule("education.conference-office@edu-990102", "uphold", new_desk=SCHOOL)
    assert caught.value.code == "suspect-unit"


def test_the_desk_that_a_ruling_names_learns_who_filed_it_where_its_view_may(world: World) -> None:
    bench, _ = play(world, Case(name=FILED, by=PRINCIPAL, data=REPORT, mandates="FRC-01", told={}))
    bench.send_back(CIVIL)
    bench.rule("education.conference-office@edu-990102", "uphold", new_desk="education.student-desk@edu-990102")
    issued = [data for to, data in bench.heard("bus.notification.issued") if to == "education.student-desk@edu-990102"]
    assert [(data.view, data.event.publisher) for data in issued] == [("E", PRINCIPAL)]
