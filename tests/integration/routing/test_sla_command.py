"""`xietong sla report` on a real database: columns for people, JSON for programs, exit codes."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from services.__main__ import run
from tests.integration.routing.town import Town
from tests.unit.routing.core.places import POLICE_110, RAISED, SCHOOL


class Shell:
    """Runs command lines as a person would."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured

    async def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, what was said and what was noted."""
        self._captured.readouterr()
        code = await asyncio.to_thread(run, ["sla", "report", *arguments])
        return code, *self._captured.readouterr()


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    monkeypatch.setenv("XIETONG_HOME", str(tmp_path))
    return Shell(capsys)


@pytest.fixture
async def busy(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """An alarm that the school signs in time, one that is void, and a drill."""
    monkeypatch.setenv("XIETONG_DATABASE_DSN", town.database.owner_dsn)
    monkeypatch.setenv("XIETONG_KAFKA", "127.0.0.1:1")
    alarm, void, drill = await town.alarm(1), await town.alarm(2), await town.alarm(3)
    await town.give(alarm, void, type(drill)(drill.envelope.model_copy(update={"status": "exercise"}), drill.data))
    await town.give(*[await town.delivery(event.data) for event in await town.told()])
    first = next(event.data for event in await town.told() if event.data.desk == SCHOOL and event.data.event.status == "actual")  # type: ignore[attr-defined]
    await town.at("09-21 10:02:00")
    await town.give(await town.signature(first))  # type: ignore[arg-type]
    withdrawal = {"alarm_no": void.envelope.subject, "code": "duplicate", "reason": "重复报送", "officer": "李警官"}
    await town.give(await town.statement(f"{RAISED}.withdrawn", POLICE_110, withdrawal, revision=2))
    return town


def cells(text: str, first: str) -> list[str]:
    """The columns of the line that begins with a word."""
    return next(line.split() for line in text.splitlines() if line.startswith(first))


async def test_a_person_reads_columns_with_drills_dropped_and_void_apart(busy: Town, shell: Shell) -> None:
    code, said, noted = await shell("--month", "2026-09", "--by", "desk")
    assert (code, noted) == (0, "")
    assert cells(said, "值守台")[:6] == ["值守台", "应签", "按时", "逾期", "未到期", "按时率"]
    assert cells(said, "泉西小学")[3:8] == ["1", "1", "0", "0", "100.0%"]
    assert [line for line in said.splitlines() if line.startswith(("履职", "演练", "失效", "作废"))] == [
        "履职统计 2026-09", "演练（不计入以上）", "失效（不计入以上）", "作废",
    ]  # fmt: skip
    assert "重复报送" in said
    assert "李警官" in said


async def test_a_program_reads_the_same_as_from_the_api(busy: Town, shell: Shell) -> None:
    code, said, _ = await shell("--json")
    read: dict[str, Any] = json.loads(said)
    assert (code, read["period"]["name"], read["by"], read["scope"]) == (0, "2026-09", "agency", "")
    assert read["period"]["start"].startswith("2026-09-01T00:00:00+08:00")
    assert {line["key"]: line["signed"]["asked"] for line in read["actual"]["lines"]} == {"education": 1, "police": 1, "school": 1}
    assert {line["key"]: line["signed"]["asked"] for line in read["exercise"]["lines"]}["school"] == 1


async def test_a_week_in_english(busy: Town, shell: Shell) -> None:
    code, said, _ = await shell("--week", "2026-W39", "--by", "type", "--lang", "en")
    assert code == 0
    assert cells(said, "type")[:4] == ["type", "asked", "in", "time"]
    assert cells(said, RAISED)[1:3] == ["3", "1"]
    assert not [
        letter
        for letter in said.replace("重复报送", "").replace("李警官", "").replace("涉校涉生警情", "")
        if "\u4e00" <= letter <= "\u9fff"
    ]


async def test_a_time_without_notifications_says_so(busy: Town, shell: Shell) -> None:
    code, _, noted = await shell("--month", "2026-01")
    assert (code, noted.strip()) == (0, "这段时间没有通报")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [(("--month", "九月"), "--month"), (("--month", "2026-09", "--week", "2026-W39"), "--week"), (("--by", "pupil"), "--by")],
)
async def test_a_wrong_question_ends_with_two_and_its_option(busy: Town, shell: Shell, arguments: tuple[str, ...], field: str) -> None:
    code, said, noted = await shell(*arguments)
    assert (code, said) == (2, "")
    assert field in noted


async def test_without_a_system_it_ends_with_two(shell: Shell) -> None:
    code, _, noted = await shell()
    assert (code, "没有正在运行的协同系统" in noted) == (2, True)


async def test_an_owner_who_may_not_see_every_row_gets_an_error_and_no_smaller_figures(
    busy: Town, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """INVARIANT: no figure is too small — broken by row level security that filters in silence."""
    await busy.owner.execute("create role xt_weak_owner login noinherit password 'x'")
    try:
        await busy.owner.execute("grant usage on schema routing, bus to xt_weak_owner")
        await busy.owner.execute("grant select on all tables in schema routing, bus to xt_weak_owner")
        monkeypatch.setenv("XIETONG_DATABASE_DSN", busy.database.dsn("xt_weak_owner").replace(":xt_weak_owner@", ":x@"))
        code, said, noted = await shell("--month", "2026-09")
        assert (code, said) == (1, "")
        assert "42501" in noted
    finally:
        await busy.owner.execute("drop owned by xt_weak_owner; drop role xt_weak_owner")
