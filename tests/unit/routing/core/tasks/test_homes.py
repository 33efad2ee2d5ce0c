"""A monthly list whose pupils live in two communities: each leads a task of its own and sees its own row alone (S11)."""

from typing import Any

import pytest

from services.routing.core.model import World
from tests.unit.routing.core.bench import Bench, at

B = "3199000102"
SCHOOL, MORAL, STUDENT = f"school.duty-desk@{B}", f"school.moral-director@{B}", "education.student-desk@edu-990102"
FURONG, LIUBU = "community.desk@com-990102001001", "community.desk@com-990102102201"
CIVIL = "civil.protection-duty@civ-990102"
LIST = "school.dropout-list.submitted"


def row(number: int, home: str | None) -> dict[str, Any]:
    sealed = {"row": f"r{number}", "row_no": number, "nonce": "AAAA", "ciphertext": "AAAA", "keys": {"partners": "AAAA"}, "views": ["S", "W", "E"]}
    return sealed | ({"home_community": home} if home else {})


def submitted(*homes: str | None) -> dict[str, Any]:
    rows = [row(number, home) for number, home in enumerate(homes, 1)]
    return {"school_id": B, "month": "2026-09", "nil": not rows, "count": len(rows), "signed_by": "p-7"} | ({"pupils": rows} if rows else {})


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, at("09-30 17:10:00"))


def rows_seen(bench: Bench, desk: str) -> list[int]:
    return [one["row_no"] for one in bench.notification(desk).issued["payload"].get("pupils", ())]


def test_each_community_leads_its_own_task_and_sees_its_own_row(bench: Bench) -> None:
    bench.state_event(LIST, SCHOOL, submitted("990102001001", "990102102201"))
    assert bench.dues("ack", "first-action") == {
        FURONG: "10-09 17:30 / 10-15 17:30", LIUBU: "10-09 17:30 / 10-15 17:30", STUDENT: "10-09 17:30 / –",
    }  # fmt: skip
    assert (rows_seen(bench, FURONG), rows_seen(bench, LIUBU), rows_seen(bench, STUDENT)) == ([1], [2], [1, 2])
    tasks = {task.lead: task for state in bench.loaded.states.values() for task in state.tasks.values()}
    assert set(tasks) == {FURONG, LIUBU}
    assert {part.desk for part in tasks[FURONG].parts} == {FURONG, SCHOOL, STUDENT}
    assert bench.dues("report", "close") == {FURONG: "10-20 17:30 / 11-03 17:30", LIUBU: "10-20 17:30 / 11-03 17:30"}


def test_pupils_of_one_community_make_one_task_in_the_list_s_own_incident(bench: Bench) -> None:
    bench.state_event(LIST, SCHOOL, submitted("990102001001", "990102001001"))
    assert bench.task().incident == bench.incident("dropout").id
    assert rows_seen(bench, FURONG) == [1, 2]


def test_a_pupil_whose_community_is_not_known_goes_to_the_town_of_the_school(bench: Bench) -> None:
    bench.state_event(LIST, SCHOOL, submitted(None))
    assert rows_seen(bench, "community.town-office@town-990102001") == [1]


def test_a_nil_report_tells_nobody(bench: Bench) -> None:
    decision = bench.state_event(LIST, SCHOOL, submitted())
    assert (decision["outcome"], decision["decision"]["mandates"]) == ("routed", ["DRP-02@1"])
    assert bench.heard("bus.notification.issued") == []


def test_a_visit_that_needs_more_moves_the_lead_in_its_community_s_incident(bench: Bench) -> None:
    bench.state_event(LIST, SCHOOL, submitted("990102001001", "990102102201"))
    bench.to(at("10-13 15:00:00"))
    visit = {"row_ref": f"{B}/2026-09/1", "visited_on": "2026-10-13", "found": "working", "next": "escalate"}
    bench.state_event("community.visit.recorded", FURONG, visit)
    tasks = {task.incident: task for state in bench.loaded.states.values() for task in state.tasks.values()}
    leads = sorted(task.lead for task in tasks.values())
    assert leads == [LIUBU, STUDENT]
    led = next(task for task in tasks.values() if task.lead == STUDENT)
    texts = {part.desk: part.text for part in led.parts}
    assert texts[FURONG] == "协助；入户家访", "who states the visit assists from now on"
    assert texts[SCHOOL] == "联系、劝返"
    running = {duty.kind: duty for duty in bench.duties() if duty.owner == led.id and duty.state == "open"}
    assert {kind: f"{duty.due:%m-%d}" for kind, duty in running.items()} == {"report": "10-20", "close": "11-10"}
    asked = bench.notification(SCHOOL)
    assert (asked.mandates, asked.about) == (("DRP-03",), ("community.visit.recorded",))
    assert bench.dues("ack", "first-action")[CIVIL] == "10-14 17:30 / 10-16 17:30"
    assert bench.dues("ack")[SCHOOL] == "10-14 18:30"


def test_a_correction_that_moves_a_pupil_takes_the_row_from_the_old_community(bench: Bench) -> None:
    bench.state_event(LIST, SCHOOL, submitted("990102001001", "990102102201"))
    old, new = [row(1, "990102001001"), row(2, "990102102201")], [row(1, "990102001001"), row(2, "990102001002")]
    change = {"school_id": B, "month": "2026-09", "changes": {"pupils": {"old": old, "new": new}}, "reason": "住址更正"}
    bench.state_event(f"{LIST}.corrected", SCHOOL, change)
    assert bench.notification(LIUBU).state == "withdrawn"
    assert rows_seen(bench, "community.desk@com-990102001002") == [2]
    assert rows_seen(bench, FURONG) == [1]


def add_a_row(bench: Bench) -> None:
    """The school forgot a pupil who lives in another community."""
    old, new = [row(1, "990102001001")], [row(1, "990102001001"), row(2, "990102102201")]
    changes = {"count": {"old": 1, "new": 2}, "pupils": {"old": old, "new": new}}
    bench.state_event(f"{LIST}.corrected", SCHOOL, {"school_id": B, "month": "2026-09", "changes": changes, "reason": "漏报一人"})


def test_a_second_community_leaves_the_first_one_its_task_and_its_clocks(bench: Bench) -> None:
    """INVARIANT: who still matches gets the next version — broken by moving the first community to an incident of its own."""
    bench.state_event(LIST, SCHOOL, submitted("990102001001"))
    bench.sign(FURONG)
    bench.report(FURONG, "started", "已入户", incident=bench.task().incident)
    bench.to(at("10-08 09:00:00"))
    add_a_row(bench)
    assert bench.heard("bus.notification.withdrawn") == []
    assert (bench.notification(FURONG).version, rows_seen(bench, FURONG), rows_seen(bench, LIUBU)) == (2, [1], [2])
    assert bench.dues("close") == {FURONG: "11-03 17:30", LIUBU: "11-04 17:30"}
    parts = {part.desk: part.state for part in bench.task().parts}
    assert (bench.task().lead, parts[FURONG], LIUBU in parts) == (FURONG, "started", False)


def test_a_second_community_is_told_apart_after_the_lead_moved_too(bench: Bench) -> None:
    bench.state_event(LIST, SCHOOL, submitted("990102001001"))
    visit = {"row_ref": f"{B}/2026-09/1", "visited_on": "2026-09-30", "found": "working", "next": "escalate"}
    bench.state_event("community.visit.recorded", FURONG, visit)
    add_a_row(bench)
    assert {task.lead for state in bench.loaded.states.values() for task in state.tasks.values()} == {STUDENT, LIUBU}
    assert bench.notification(FURONG).incident == bench.incident("dropout").id


HOME, OTHER_HOME = "990102001001", "990102102201"


def corrects(bench: Bench, before: dict[str, Any], after: dict[str, Any]) -> None:
    """The list says otherwise in ``pupils``, ``nil`` and ``count``."""
    changes = {name: {"old": before.get(name), "new": after.get(name)} for name in ("pupils", "nil", "count") if before.get(name) != after.get(name)}
    kept = {name: {side: value for side, value in change.items() if value is not None} for name, change in changes.items()}
    bench.state_event(f"{LIST}.corrected", SCHOOL, {"school_id": B, "month": "2026-09", "reason": "漏填", "changes": kept})


def standing(bench: Bench, desk: str) -> list[str]:
    """The families of the incidents in which a desk is told."""
    states = bench.loaded.states.values()
    told = {n.id: state.incidents[n.incident].family for state in states for n in state.notifications.values() if n.desk == desk and n.live}
    return sorted(told.values())


def test_a_second_community_takes_nothing_from_the_task_of_the_first(bench: Bench) -> None:
    one, two = submitted(HOME), submitted(HOME, OTHER_HOME)
    bench.state_event(LIST, SCHOOL, one)
    corrects(bench, one, two)
    tasks = {task.lead: task for state in bench.loaded.states.values() for task in state.tasks.values()}
    assert {lead: {part.desk for part in task.parts if part.state != "excused"} for lead, task in tasks.items()} == {
        FURONG: {FURONG, SCHOOL, STUDENT}, LIUBU: {LIUBU, SCHOOL, STUDENT},
    }  # fmt: skip


def test_a_community_that_is_left_alone_goes_on_where_it_was_told(bench: Bench) -> None:
    """INVARIANT: a community has a list once — broken by telling it in the list's own incident as soon as it is the only one."""
    one, two = submitted(HOME), submitted(HOME, OTHER_HOME)
    bench.state_event(LIST, SCHOOL, one)
    corrects(bench, one, two)
    corrects(bench, two, two | {"pupils": two["pupils"][1:], "count": 1})
    assert (standing(bench, LIUBU), standing(bench, FURONG)) == (["dropout-home"], [])


def test_a_list_that_was_nil_after_all_leaves_no_community_with_a_pupil(bench: Bench) -> None:
    """INVARIANT: who is named no more loses sight of the data — broken by looking at those alone that are still named."""
    one, two = submitted(HOME), submitted(HOME, OTHER_HOME)
    bench.state_event(LIST, SCHOOL, one)
    corrects(bench, one, two)
    corrects(bench, two, submitted())
    assert (standing(bench, LIUBU), standing(bench, FURONG), bench.notification(LIUBU).issued) == ([], [], {})
    assert [duty for duty in bench.duties() if duty.state in ("open", "pending")] == []
