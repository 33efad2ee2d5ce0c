"""``/api/sla`` and the gauges on a real database: who may ask for what, what a wrong question is answered, what Prometheus is shown."""

from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from infra.http.app import create_app
from infra.http.auth import public_keys, read_keys
from services.routing.sla.gauges import measure_month
from services.routing.sla.routes import Room, sla_routes
from tests.integration.agency_desk import SIGN_IN, a_token, an_actor
from tests.integration.routing.town import Town, reference
from tests.unit.contracts.stating import golden
from tests.unit.routing.core.places import EDU, OPS, POLICE_110, POLICE_IN_CHARGE, RAISED, SCHOOL, SCHOOL_B, STATION

CITY_DUTY = "city.education-duty@city-education-990100"
ELSEWHERE = "education.duty-officer@edu-990202"


async def client(town: Town, desk: str | None = None, *, service: str = "clock") -> httpx.AsyncClient:
    room = Room(await town.database.pool("routing", role="xt_clock"), reference(), read_keys(public_keys(SIGN_IN)))
    app = create_app(title="t", version="1", routers=[sla_routes(room)])
    headers = {"Authorization": f"Bearer {a_token(an_actor(desk, service=service))}"} if desk else {}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://clock.localhost", headers=headers)


async def ask(town: Town, desk: str | None, query: str = "month=2026-09", **how: Any) -> httpx.Response:
    async with await client(town, desk, **how) as asking:
        return await asking.get(f"/api/sla?{query}")


@pytest.fixture
async def alarmed(town: Town) -> Town:
    """One alarm; the school signs in time, the station late."""
    await town.give(await town.alarm())
    await town.deliver_all()
    await town.at("09-21 10:02:00")
    await town.give(await town.signature((await town.issued())[SCHOOL]))
    await town.at("09-21 10:08:00")
    await town.give(await town.signature((await town.issued())[STATION]))
    return town


async def test_education_reads_the_figures_of_its_county(alarmed: Town) -> None:
    answer = await ask(alarmed, EDU)
    assert answer.status_code == 200
    read = answer.json()
    assert (read["period"]["name"], read["by"], read["scope"]) == ("2026-09", "agency", "990102")
    lines = {line["key"]: line for line in read["actual"]["lines"]}
    assert lines["school"]["signed"] == {"asked": 1, "in_time": 1, "late": 0, "open": 0, "rate": 1.0}
    assert lines["police"]["receiver"] == {"late": 1, "minutes": 3.0}
    assert read["actual"]["total"]["signed"]["asked"] == 3
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("desk", "scope", "asked"),
    [(OPS, "", 3), (CITY_DUTY, "9901", 3), (POLICE_IN_CHARGE, "990102", 3), (ELSEWHERE, "990202", 0)],
)
async def test_each_reads_its_own_division(alarmed: Town, desk: str, scope: str, asked: int) -> None:
    read = (await ask(alarmed, desk)).json()
    assert (read["scope"], read["actual"]["total"]["signed"]["asked"]) == (scope, asked)


@pytest.mark.parametrize(
    ("desk", "unit", "asked"),
    [
        (SCHOOL, "2199000101", {SCHOOL: 1}),
        ("school.principal@2199000101", "2199000101", {SCHOOL: 1}),
        ("police.unit-leader@ps-990102-01", "ps-990102-01", {STATION: 1}),
        (SCHOOL_B, SCHOOL_B.partition("@")[2], {}),
    ],
)
async def test_any_other_desk_reads_its_own_unit_alone(alarmed: Town, desk: str, unit: str, asked: dict[str, int]) -> None:
    """INVARIANT: no figure of another unit nor of its county is in the answer — broken by a division as the reach of every desk."""
    read = (await ask(alarmed, desk, "month=2026-09&by=desk")).json()
    assert (read["unit"], read["scope"], read["incidents"], read["voided"]) == (unit, "", None, [])
    assert {line["key"]: line["signed"]["asked"] for line in read["actual"]["lines"] if line["signed"]["asked"]} == asked
    assert read["actual"]["total"]["signed"]["asked"] == sum(asked.values())


async def test_a_unit_is_one_line_of_its_county(alarmed: Town) -> None:
    read = (await ask(alarmed, EDU, "month=2026-09&by=unit")).json()
    lines = {line["key"]: line for line in read["actual"]["lines"]}
    assert (lines["2199000101"]["title"], lines["2199000101"]["signed"]["in_time"]) == ("泉西小学", 1)
    assert lines["ps-990102-01"]["signed"]["late"] == 1


async def test_a_forced_report_is_in_no_figure_of_the_unit_that_filed_it(alarmed: Town) -> None:
    """INVARIANT: nobody learns from a number that a colleague reported — broken by counting every type for the own unit."""
    report = await alarmed.statement("school.forced-report.filed", SCHOOL, golden("school.forced-report.filed", "school-staff"))
    await alarmed.give(report)
    assert "school.forced-report.filed" in {line["key"] for line in (await ask(alarmed, EDU, "by=type")).json()["actual"]["lines"]}
    own = (await ask(alarmed, SCHOOL, "by=type")).json()["actual"]
    assert [line["key"] for line in own["lines"] if "forced" in line["key"]] == []
    assert (await ask(alarmed, SCHOOL, "by=desk")).json()["actual"]["total"]["published"]["asked"] == 0


@pytest.mark.parametrize("desk", ["education.duty-officer@nowhere", "school.duty-desk@nowhere"])
async def test_who_stands_nowhere_may_not_ask(alarmed: Town, desk: str) -> None:
    answer = await ask(alarmed, desk)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:xietong:problem:forbidden")


@pytest.mark.parametrize(("desk", "service"), [(None, "clock"), (EDU, "schools"), (EDU, "routing")])
async def test_a_token_of_nobody_or_for_another_process_opens_nothing(alarmed: Town, desk: str | None, service: str) -> None:
    answer = await ask(alarmed, desk, service=service)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("month=2026-13", "month"),
        ("month=", "month"),
        ("week=2025-W53", "week"),
        ("month=2026-09&week=2026-W39", "week"),
        ("by=pupil", "by"),
    ],
)
async def test_a_wrong_question_is_answered_with_its_field(alarmed: Town, query: str, field: str) -> None:
    answer = await ask(alarmed, EDU, query)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert all(error["zh"] and error["en"] for error in answer.json()["errors"])


async def test_a_week_by_desk_and_the_current_month_by_default(alarmed: Town) -> None:
    week = (await ask(alarmed, EDU, "week=2026-W39&by=desk")).json()
    assert {line["key"] for line in week["actual"]["lines"]} >= {SCHOOL, STATION, EDU, POLICE_110}
    assert next(line for line in week["actual"]["lines"] if line["key"] == SCHOOL)["title"] == "泉西小学 · 学校值守台"
    assert (await ask(alarmed, EDU, "")).json()["period"]["name"] == "2026-09"


async def test_without_a_directory_the_answer_is_later(empty_town: Town) -> None:
    answer = await ask(empty_town, EDU)
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


async def test_few_matters_of_pupils_are_answered_as_few(alarmed: Town) -> None:
    await alarmed.give(
        await alarmed.statement(
            "school.psych-risk.assessed", "school.psych-teacher@3199000102", golden("school.psych-risk.assessed", "red")
        )
    )
    await alarmed.deliver_all()
    answer = await ask(alarmed, EDU, "by=type")
    psych = next(line for line in answer.json()["actual"]["lines"] if line["key"] == "school.psych-risk.assessed")
    assert (psych["signed"]["asked"], psych["signed"]["rate"], psych["published"]["asked"]) == ("<10", None, "<10")


async def test_openapi_tells_the_words_that_may_be_asked(town: Town) -> None:
    async with await client(town) as asking:
        operation = (await asking.get("/openapi.json")).json()["paths"]["/api/sla"]["get"]
    parameters = {one["name"]: one for one in operation["parameters"]}
    assert parameters.keys() == {"month", "week", "by"}
    assert parameters["by"]["schema"]["enum"] == ["desk", "unit", "agency", "type", "county"]
    assert {"401", "403", "422", "503"} <= operation["responses"].keys()


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_the_gauges_show_the_month_by_agency_county_type_and_share(alarmed: Town) -> None:
    pool = await alarmed.database.pool("routing", role="xt_clock")
    await measure_month(pool, reference())
    assert [value("xietong_sla_counted_notifications", agency=name) for name in ("school", "police", "education")] == [1, 1, 1]
    assert [value("xietong_sla_on_time_ratio", agency=name) for name in ("school", "police", "education")] == [1, 0, None]
    assert [value(f"xietong_sla_county_{name}", county="990102") for name in ("counted_notifications", "on_time_ratio")] == [3, 0.5]
    assert [value(f"xietong_sla_type_{name}", type=RAISED) for name in ("counted_notifications", "on_time_ratio")] == [3, 0.5]
    assert [value("xietong_sla_overrun_seconds", share=name) for name in ("publisher", "bus", "receiver")] == [0, 0, 180]
    await alarmed.at("10-09 10:00:00")
    await measure_month(pool, reference())
    assert value("xietong_sla_counted_notifications", agency="school") is None, "the month is over"
    assert value("xietong_sla_county_counted_notifications", county="990102") is None


async def test_a_signature_is_counted_with_its_outcome_and_its_share(town: Town) -> None:
    def counters() -> list[float]:
        return [
            value("xietong_sla_signatures_total", agency="school", outcome="in-time") or 0,
            value("xietong_sla_signatures_total", agency="police", outcome="late") or 0,
            value("xietong_sla_late_seconds_total", share="receiver") or 0,
        ]

    before = counters()
    await town.give(await town.alarm())
    await town.deliver_all()
    await town.at("09-21 10:02:00")
    await town.give(await town.signature((await town.issued())[SCHOOL]))
    await town.at("09-21 10:08:00")
    await town.give(await town.signature((await town.issued())[STATION]))
    assert [after - earlier for after, earlier in zip(counters(), before, strict=True)] == [1, 1, 180]
