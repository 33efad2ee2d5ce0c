"""`xietong mandates proposals` on a real database: what rulings propose, for people in both languages and for programs."""

import asyncio
import json
from pathlib import Path

import pytest

from services.__main__ import run
from tests.integration.routing.answering import rule, send_back
from tests.integration.routing.town import Town
from tests.unit.routing.core.places import OFFICE, OTHER_STATION, STATION, A


class Shell:
    """Runs the command as a person would: exit code, what was said and what was noted."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured = captured

    async def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self._captured.readouterr()
        code = await asyncio.to_thread(run, ["mandates", "proposals", *arguments])
        return code, *self._captured.readouterr()


@pytest.fixture
def shell(town: Town, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    monkeypatch.setenv("XIETONG_HOME", str(tmp_path))
    monkeypatch.setenv("XIETONG_DATABASE_DSN", town.database.owner_dsn)
    monkeypatch.setenv("XIETONG_KAFKA", "127.0.0.1:1")
    return Shell(capsys)


@pytest.fixture
async def ruled(town: Town) -> Town:
    """The station returned an alarm at A; the office gave it to the other one."""
    await town.give(await town.alarm())
    await town.deliver_all()
    await town.at("09-21 10:02:00")
    await send_back(town, (await town.issued())[STATION])
    item = (await town.issued())[OFFICE]
    await town.give(await town.delivery(item))
    await rule(town, item, OTHER_STATION)
    return town


async def test_a_person_reads_what_goes_where_by_whose_ruling(ruled: Town, shell: Shell) -> None:
    code, said, noted = await shell()
    assert (code, noted) == (0, "")
    head, line = (text.split() for text in said.splitlines())
    assert head == ["事由编号", "规则", "事件", "何类", "何处", "退单台", "建议承办", "裁定", "时间"]
    assert line[1:8] == ["POL-01", "police.alarm.raised", "持械", A, STATION, OTHER_STATION, "支持退单"]
    assert line[8:] == ["2026-09-21", "10:02"]
    _, english, _ = await shell("--lang", "en")
    assert english.splitlines()[0].split()[:2] == ["number", "rules"]
    assert "weapon" in english
    assert "uphold" in english


async def test_a_program_reads_all_of_it(ruled: Town, shell: Shell) -> None:
    code, said, _ = await shell("--json")
    (one,) = json.loads(said)
    assert (code, one["mandates"], one["codes"], one["goes_to"]) == (0, ["POL-01"], {"kind": "weapon"}, [OTHER_STATION])
    assert (one["schools"], one["returned_by"], one["ruled_by"], one["county"]) == ([A], STATION, OFFICE, "990102")


async def test_one_rule_is_listed_alone_and_nothing_is_said_to_be_nothing(ruled: Town, shell: Shell) -> None:
    assert json.loads((await shell("--rule", "POL-01", "--json"))[1])
    code, said, noted = await shell("--rule", "POL-02")
    assert (code, len(said.splitlines()), noted) == (0, 1, "没有规则建议\n")
    assert (await shell("--rule", "POL-02", "--lang", "en"))[2] == "no proposals\n"


async def test_where_nothing_runs_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("XIETONG_DATABASE_DSN", "XIETONG_KAFKA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XIETONG_HOME", str(tmp_path))
    code, said, noted = await Shell(capsys)()
    assert (code, said) == (2, "")
    assert noted
