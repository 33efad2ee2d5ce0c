"""互评 in the figures, on a real database: counted for whom it was said of, by when it was said, averaged where there are enough."""

import asyncio
import json
from typing import Any

import pytest

from contracts.coordination import SlaRated, TaskRated
from infra.messaging.delivery import Done
from services.__main__ import run
from tests.integration.routing.test_exports import closes
from tests.integration.routing.test_figures import OCTOBER, SEPTEMBER, line, report
from tests.integration.routing.test_monthly_report import clock, message, tick
from tests.integration.routing.town import Town
from tests.unit.routing.core.bench import person
from tests.unit.routing.core.places import SCHOOL, STATION


async def rates(town: Town, task: str, by: str, of: str, score: int) -> None:
    incident = str(await town.owner.fetchval("select incident::text from routing.tasks where id = $1::uuid", task))
    said = TaskRated(task=task, incident=incident, desk=by, of_desk=of, score=score, rated_at=await town.now(), person=person(by))
    assert await town.give(await town.answer("bus.task.rated", said)) == [Done()]


async def rated(town: Town, scores: list[int], *, of: str = SCHOOL, by: str = STATION, first: int = 1) -> None:
    """Closed tasks, after each of which one side rates the other."""
    for number, score in enumerate(scores, first):
        await rates(town, await closes(town, number), by, of, score)


async def test_ratings_are_averaged_for_whom_they_were_said_of(town: Town) -> None:
    await rated(town, [5, 4, 4, 3, 5])
    assert (await line(town, SCHOOL))["rated"] == {"given": 5, "average": 4.2}
    assert (await line(town, STATION))["rated"] == {"given": 0, "average": None}
    by_agency = {one.key: one.rated.average for one in (await report(town, by="agency")).actual.lines}
    assert (by_agency["school"], by_agency["police"]) == (4.2, None)


async def test_of_few_ratings_only_how_many_are_shown(town: Town) -> None:
    """INVARIANT: what one desk said of another is in no report — broken by an average of one."""
    await rated(town, [1])
    found = await report(town)
    assert (await line(town, SCHOOL))["rated"] == {"given": 1, "average": None}
    assert found.actual.total.rated.average is None


async def test_a_rating_counts_when_it_was_given_and_not_when_the_task_was_closed(town: Town) -> None:
    await town.at("09-30 23:50:00")
    task = await closes(town, 1)
    await rates(town, task, STATION, SCHOOL, 5)
    await town.at("10-01 00:10:00")
    await rates(town, task, SCHOOL, STATION, 2)
    given = {
        (key, month.name): (await line(town, key, month)).get("rated", {"given": 0})["given"]
        for key in (SCHOOL, STATION)
        for month in (SEPTEMBER, OCTOBER)
    }
    assert given == {(SCHOOL, "2026-09"): 1, (SCHOOL, "2026-10"): 0, (STATION, "2026-09"): 0, (STATION, "2026-10"): 1}


async def test_the_monthly_report_carries_the_ratings_of_its_month(town: Town) -> None:
    await rated(town, [5, 4, 4, 3, 5])
    await town.at("10-08 09:00:00")
    await tick(await clock(town))
    county, city = await message(town, "990102"), await message(town, "990100")
    assert {line.of: line.rated for line in county.lines}[SCHOOL] == SlaRated(given=5, average=4.2)
    assert city.total.rated == SlaRated(given=5, average=4.2)
    assert "互评 5 次，平均 4.20 分" in county.text


async def test_a_person_reads_the_average_in_a_column_and_a_program_as_numbers(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    for name, value in (("HOME", str(tmp_path)), ("DATABASE_DSN", town.database.owner_dsn), ("KAFKA", "127.0.0.1:1")):
        monkeypatch.setenv(f"XIETONG_{name}", value)
    await rated(town, [5, 4, 4, 3, 5])
    await rated(town, [2], of=STATION, by=SCHOOL, first=6)

    async def said(*arguments: str) -> str:
        capsys.readouterr()
        assert await asyncio.to_thread(run, ["sla", "report", "--month", "2026-09", "--by", "desk", *arguments]) == 0
        return capsys.readouterr().out

    told = await said()
    assert next(text.split()[-1] for text in told.splitlines() if text.startswith("值守台")) == "互评"
    assert "隐去（5 次）" in told
    assert "3.83（6 次）" in next(text for text in told.splitlines() if text.startswith("合计"))
    lines = {one["key"]: one["rated"] for one in json.loads(await said("--json"))["actual"]["lines"]}
    assert (lines[SCHOOL], lines[STATION]) == ({"given": 5, "average": None}, {"given": 1, "average": None})
