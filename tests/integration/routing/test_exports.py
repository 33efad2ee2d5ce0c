"""省级平台归集 on a real database and a real folder: every closed task in one file once, whatever dies, sleeps or cannot be written."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from contracts.coordination import PartReported, TaskClosed, TaskOpened
from contracts.envelope import Event
from infra.postgres.unit_of_work import unit_of_work
from services.__main__ import run
from services.routing.exports import ExportRound
from services.routing.exports.round import DayDue
from tests.integration.routing.quarter import moves, quiet
from tests.integration.routing.town import Town, outbox, reference
from tests.unit.routing.core.bench import at, person


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "province"


@pytest.fixture
async def province(town: Town, folder: Path) -> Town:
    """Mon 09-21 10:00, closed tasks exported."""
    town.rounds = lambda: (ExportRound(folder),)
    return town


async def closes(town: Town, number: int, **about: Any) -> str:
    """An alarm whose every part is done and whose lead closes it now; returns its task."""
    alarm = await town.alarm(number)
    before = await town.owner.fetchval("select coalesce(max(seq), 0) from routing.outbox")
    await town.give(Event(alarm.envelope.model_copy(update=about), alarm.data))
    opened: TaskOpened = next(event.data for event in await town.told("bus.task.opened", since=before) if isinstance(event.data, TaskOpened))
    await town.give(*[await town.delivery(event.data) for event in await town.told(since=before)])  # type: ignore[arg-type]
    now = await town.now()
    for part in opened.parts:
        done = PartReported(
            task=opened.task, incident=opened.incident, desk=part.desk, progress="done", text="已处置", reported_at=now, person=person(part.desk)
        )
        await town.give(await town.answer("bus.part.reported", done))
    asked = TaskClosed(
        task=opened.task, incident=opened.incident, desk=opened.lead, outcome="已处置", closed_at=now, person=person(opened.lead)
    )
    await town.give(await town.answer("bus.task.closed", asked))
    return opened.task


def files(folder: Path) -> dict[str, list[str]]:
    """name → the tasks in it."""
    return {path.name: [json.loads(line)["task"] for line in path.read_text(encoding="utf-8").splitlines()] for path in sorted(folder.glob("*"))}


async def test_each_day_has_one_file_with_the_tasks_that_were_closed_on_it(province: Town, folder: Path) -> None:
    first = await closes(province, 1)
    clock = await province.clock()
    await moves(province, clock, "09-22 00:29:59")
    assert files(folder) == {"tasks-2026-09-20.jsonl": []}
    await moves(province, clock, "09-22 00:30:00")
    assert files(folder) == {"tasks-2026-09-20.jsonl": [], "tasks-2026-09-21.jsonl": [first]}
    (folder / "tasks-2026-09-20.jsonl").unlink()
    await province.at("09-22 11:00:00")
    second, third = await closes(province, 2), await closes(province, 3)
    await moves(province, clock, "09-23 00:30:00", "09-24 00:30:00")
    assert files(folder) == {
        "tasks-2026-09-21.jsonl": [first], "tasks-2026-09-22.jsonl": sorted([second, third]), "tasks-2026-09-23.jsonl": [],
    }  # fmt: skip


async def test_what_is_learnt_late_stands_in_the_next_file(province: Town, folder: Path) -> None:
    """INVARIANT: a file that was handed over changes no more — broken by filing a task under the day that it names."""
    clock = await province.clock()
    await moves(province, clock, "09-22 00:30:00")
    late = await closes(province, 1)
    await province.owner.execute("update routing.tasks set closed_at = $1", at("09-21 23:00:00"))
    await moves(province, clock, "09-23 00:30:00")
    assert files(folder) == {"tasks-2026-09-21.jsonl": [], "tasks-2026-09-22.jsonl": [late]}


async def test_a_drill_and_an_open_task_stand_in_no_file(province: Town, folder: Path) -> None:
    await closes(province, 1, status="exercise")
    await province.give(await province.alarm(2))
    await moves(province, await province.clock(), "09-22 00:30:00")
    assert files(folder) == {"tasks-2026-09-21.jsonl": []}


async def test_a_clock_that_slept_makes_a_file_for_each_day(province: Town, folder: Path) -> None:
    clock = await province.clock()
    await moves(province, clock, "09-22 00:30:00")
    task = await closes(province, 1)
    await moves(province, clock, "09-25 08:00:00")
    assert {name: len(tasks) for name, tasks in files(folder).items()} == {
        "tasks-2026-09-21.jsonl": 0, "tasks-2026-09-22.jsonl": 1, "tasks-2026-09-23.jsonl": 0, "tasks-2026-09-24.jsonl": 0,
    }  # fmt: skip
    assert files(folder)["tasks-2026-09-22.jsonl"] == [task]


async def test_a_clock_that_dies_after_the_file_and_before_its_row_writes_the_same_file_again(province: Town, folder: Path) -> None:
    task = await closes(province, 1)
    await province.at("09-22 00:30:00")
    pool, day = await province.database.pool("routing", role="xt_clock"), at("09-21 00:00:00").date()
    dying = ExportRound(folder)

    async def step(act: Any, *, dies: bool) -> None:
        async with unit_of_work(pool, outbox=outbox()) as uow:
            await dying.look(uow, DayDue(act, day), await reference().current(uow))
            if dies:
                raise ConnectionError("killed")

    with pytest.raises(ConnectionError, match="killed"):
        await step("gather", dies=True)
    assert await province.count("task_exports") == 0
    await step("gather", dies=False)
    with pytest.raises(ConnectionError, match="killed"):
        await step("write", dies=True)
    before = (folder / "tasks-2026-09-21.jsonl").read_bytes()
    await quiet(await province.clock())
    assert (folder / "tasks-2026-09-21.jsonl").read_bytes() == before
    assert files(folder) == {"tasks-2026-09-21.jsonl": [task]}


async def test_a_folder_that_cannot_be_written_loses_nothing(province: Town, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    task = await closes(province, 1)
    folder.write_text("no folder")  # noqa: ASYNC240  as a person would
    await moves(province, await province.clock(), "09-22 00:30:00")
    assert "clock_round_failed" in caplog.text
    folder.unlink()  # noqa: ASYNC240  as above
    await quiet(await province.clock())
    assert files(folder) == {"tasks-2026-09-21.jsonl": [task]}


async def test_two_clocks_at_once_export_a_task_once(province: Town, folder: Path) -> None:
    task = await closes(province, 1)
    await province.at("09-22 00:30:00")
    await asyncio.gather(*[quiet(await province.clock()) for _ in range(2)])
    assert files(folder) == {"tasks-2026-09-21.jsonl": [task]}


async def test_the_command_lists_the_days_and_prints_one_as_it_was_written(
    province: Town, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("XIETONG_HOME", str(tmp_path))
    monkeypatch.setenv("XIETONG_DATABASE_DSN", province.database.owner_dsn)
    monkeypatch.setenv("XIETONG_KAFKA", "127.0.0.1:1")
    await closes(province, 1)
    await moves(province, await province.clock(), "09-22 00:30:00")
    assert await asyncio.to_thread(run, ["export", "days", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["day"], row["tasks"]) == ("2026-09-21", 1)
    assert await asyncio.to_thread(run, ["export", "show", "2026-09-21", "--out", str(tmp_path / "again")]) == 0
    assert (tmp_path / "again").read_bytes() == (folder / "tasks-2026-09-21.jsonl").read_bytes()
    capsys.readouterr()
    assert await asyncio.to_thread(run, ["export", "show", "2026-09-20"]) == 2
    assert "没有归集" in capsys.readouterr().err
    assert await asyncio.to_thread(run, ["export", "show", "yesterday", "--lang", "en"]) == 2
    assert "a day is written" in capsys.readouterr().err
