"""A report that did not come stands on the desk that is told of it, with what is overdue elsewhere, until it is cleared."""

from datetime import timedelta
from typing import Any

from contracts.coordination import EscalationCleared, ReportMissing
from infra.messaging.delivery import Done
from tests.integration.agency_desk import INCIDENT, NUMBER, SCHOOL, START, Running, an_actor
from tests.integration.test_agency_pages import signed_in

PRINCIPAL_DESK, LATE = f"school.principal@{SCHOOL}", f"school.duty-desk@{SCHOOL}"
PRINCIPAL = an_actor(PRINCIPAL_DESK, service="schools")
REPORT = "01a0f1aa-0000-8000-8000-00000000ab01"


def a_missing_report(**changes: Any) -> ReportMissing:
    said: dict[str, Any] = {
        "report": REPORT, "incident": INCIDENT, "number": NUMBER, "desk": PRINCIPAL_DESK, "kind": "periodic", "mandate": "PER-01",
        "name": "疑似辍学学生月报（含零报告）", "publisher": LATE, "school_id": SCHOOL, "period": "2026-09", "due": START,
    }  # fmt: skip
    return ReportMissing.model_validate(said | changes)


async def test_a_missing_report_is_shown_until_it_is_cleared(schools: Running) -> None:
    assert await schools.told.say("bus.report.missing", a_missing_report(), to=PRINCIPAL_DESK) == Done()
    async with schools.client(PRINCIPAL) as principal:
        (one,) = (await principal.get("/api/escalations")).json()["items"]
        assert (one["id"], one["late_desk"], one["duty"], one["step"]) == (REPORT, LATE, "periodic", 1)
        assert one["payload"] == {
            "kind": "periodic", "mandate": "PER-01", "name": "疑似辍学学生月报（含零报告）", "school_id": SCHOOL, "period": "2026-09",
        }  # fmt: skip
        over = EscalationCleared(
            escalation=REPORT, incident=INCIDENT, number=NUMBER, desk=PRINCIPAL_DESK, late_desk=LATE, duty="periodic", why="done",
            at=START + timedelta(days=9),
        )  # fmt: skip
        assert await schools.told.say("bus.escalation.cleared", over, to=PRINCIPAL_DESK) == Done()
        assert (await principal.get("/api/escalations")).json()["items"] == []
        assert (await principal.get(f"/api/escalations/{REPORT}")).json()["cleared_why"] == "done"


async def test_the_page_says_what_is_missing_in_words(schools: Running) -> None:
    await schools.told.say("bus.report.missing", a_missing_report(), to=PRINCIPAL_DESK)
    async with signed_in(schools, PRINCIPAL) as page:
        shown = (await page.get(f"/escalations/{REPORT}")).text
    for words in ("应报未报", "疑似辍学学生月报（含零报告）", "泉西小学", "定期报送", "应报周期", "2026-09"):
        assert words in shown


async def test_a_suspicion_is_a_line_beside_its_notification(schools: Running) -> None:
    said = a_missing_report(kind="cross-check", mandate="XCK-02", evidence="e-1", evidence_type="health.illness-cluster.detected", period=None)
    assert await schools.told.say("bus.report.missing", said, to=PRINCIPAL_DESK) == Done()
    async with schools.client(PRINCIPAL) as principal:
        assert (await principal.get("/api/escalations")).json()["items"] == []
    assert await schools.told.pool.fetchval("select name from updates") == "bus.report.missing"
