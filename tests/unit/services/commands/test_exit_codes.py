from pathlib import Path

import pytest

from infra.embedded import EmbeddedError
from infra.errors import FieldError, XietongError
from services.__main__ import run
from services.commands.errors import Findings, NothingRuns, WrongUse, guarded
from services.commands.terminal import Terminal


@pytest.fixture(autouse=True)
def nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIETONG_HOME", str(tmp_path))
    for name in ("XIETONG_DATABASE_DSN", "XIETONG_DATABASE_DSN_FILE", "XIETONG_KAFKA", "XIETONG_LANG"):
        monkeypatch.delenv(name, raising=False)


def failing(error: Exception) -> int:
    def run_it() -> None:
        raise error

    return guarded(run_it, Terminal())


def test_failures_that_are_foreseen_have_their_codes() -> None:
    assert failing(Findings()) == 1
    assert failing(XietongError("坏了", en="broken")) == 1
    assert failing(EmbeddedError("没有就绪", en="not ready")) == 1
    assert failing(ConnectionRefusedError(111, "refused")) == 1
    assert failing(WrongUse("不对", en="wrong")) == 2
    assert failing(NothingRuns()) == 2
    assert guarded(lambda: 3, Terminal()) == 3
    assert guarded(lambda: None, Terminal()) == 0


def test_a_failure_nobody_foresaw_keeps_its_trace() -> None:
    with pytest.raises(ZeroDivisionError):
        guarded(lambda: 1 // 0, Terminal())


def test_an_error_names_its_fields_in_the_persons_language(capsys: pytest.CaptureFixture[str]) -> None:
    error = XietongError("名录有误", en="bad directory", fields=(FieldError("edu.rows", "缺少", "missing"),))

    def run_it() -> None:
        raise error

    guarded(run_it, Terminal("en"))
    assert capsys.readouterr().err.splitlines() == ["error: bad directory", "  edu.rows: missing"]


@pytest.mark.parametrize(
    "line",
    [
        ["topics", "plan"],
        ["migrate", "--plan"],
        ["directory", "show"],
        ["dead-letters", "list"],
        ["demo", "forward", "6min"],
        ["token", "school.duty-desk@2199000101", "--ticket"],
    ],
)
def test_a_command_that_needs_a_running_system_says_that_none_runs(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line) == 2
    said = capsys.readouterr()
    assert "xietong demo" in said.err or "正在运行" in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["nosuch"], "没有这个命令：nosuch"),
        (["topics", "aply"], "没有这个命令：aply，是不是 apply"),
        (["token"], "缺少参数：DESK"),
        (["doctor", "--nosuch"], "没有这个选项：--nosuch"),
        (["doctor", "--jso"], "没有这个选项：--jso，是不是 --json"),
        (["doctor", "more", "words"], "多余的参数：more words"),
        (["doctor", "--json=1"], "选项 --json 不带值"),
        (["sla", "report", "--month"], "选项 --month 缺少值"),
        (["migrate", "--phase", "x"], "参数不对：--phase 应为以下之一：pre、post、all"),
        (["directory", "import", "/no/such/file"], "参数不对：FILE 不存在"),
        (["directory", "import", "/"], "参数不对：FILE 应为文件，不是目录"),
        (["token", "police.110-desk@pb-990102", "--hours", "x"], "参数不对：--hours 应为数字"),
        (["demo", "--speed", "0"], "参数不对：--speed 不得小于 1"),
        (["demo", "--speed", "99"], "参数不对：--speed 不得大于 60"),
        (["serve", "nosuch"], "没有进程 nosuch"),
        (["config", "show", "nosuch"], "没有进程 nosuch"),
        (["token", "nodesk"], "不是值守台（role@unit）：nodesk"),
        (["token", "police.110-desk@pb-990102", "--hours", "13"], "0 与 12"),
        (["token", "police.110-desk@pb-990102", "police.station-duty@ps-990102-01"], "一个单位"),
        (["dead-letters", "show", "police"], "schools/3"),
        (["dead-letters", "show", "police/²"], "schools/3"),
        (["dead-letters", "show", "police/9999999999999999999"], "schools/3"),
    ],
)
def test_wrong_use_is_said_in_chinese_with_exit_code_two(line: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["mandates", "explain", "/no/such/file"], "没有这个文件或目录：/no/such/file"),
        (["schemas", "export", "/proc/nosuch"], "没有这个文件或目录：/proc/nosuch"),
        (["schemas", "export", "/dev/null"], "已有同名的文件：/dev/null"),
        (["mandates", "matrix", "--out", "/"], "是目录，不是文件：/"),
    ],
)
def test_what_the_system_refuses_is_said_in_chinese_with_exit_code_one(
    line: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(line) == 1
    assert capsys.readouterr().err == f"错误：{words}\n"


def test_half_an_environment_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XIETONG_DATABASE_DSN", "postgresql://nobody@127.0.0.1:1/none")
    assert run(["migrate", "--plan"]) == 2
    assert "XIETONG_KAFKA" in capsys.readouterr().err


def test_a_database_that_is_away_is_one_line_and_exit_code_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XIETONG_DATABASE_DSN", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("XIETONG_KAFKA", "127.0.0.1:1")
    assert run(["migrate", "--plan"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_the_settings_of_a_process_without_any_are_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "show", "clock"]) == 2
    assert "  XIETONG_DATABASE_DSN：必填项缺失" in capsys.readouterr().err.splitlines()
