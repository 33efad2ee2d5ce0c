"""`xietong mandates` where nothing runs: the rules as they are shipped, or those of a folder."""

import json
from pathlib import Path

import pytest

from services.__main__ import run
from services.routing.packs import FOUNDING
from tests.unit.routing.packs.small import FIRE, national, write_pack


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XIETONG_DATABASE_DSN", "XIETONG_DATABASE_DSN_FILE", "XIETONG_KAFKA", "XIETONG_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XIETONG_HOME", str(tmp_path / "home"))
    return tmp_path


def test_the_mandates_that_are_shipped_stand(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mandates", "check", "--json"]) == 0
    assert not [one for one in json.loads(capsys.readouterr().out) if one["level"] == "error"]


def test_an_event_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    golden = next(Path(__file__).parents[3].glob("contract/golden/**/police.alarm.raised.v1/*.json"))
    assert run(["mandates", "explain", str(golden)]) == 0
    assert "police.alarm.raised" in capsys.readouterr().out


def test_a_file_that_is_no_event_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "no.json").write_text("{}")
    assert run(["mandates", "explain", str(tmp_path / "no.json")]) == 1
    assert capsys.readouterr().err.splitlines() == ["错误：事件文件无法读取。", "  data：事件内容（data）缺失或不符合事件类型"]


def test_findings_of_a_folder_are_told_with_file_and_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = national(tmp_path / "packs")
    rules = root / "national" / "rules.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("view: E}", "view: P}", 1), encoding="utf-8")
    assert run(["mandates", "check", "--folder", str(root)]) == 1
    said = capsys.readouterr()
    assert "错误 national/rules.yaml:2 N-01 education.safety-desk 不属于视图 P" in said.out
    assert "检查了 3 条规则" in said.err


def test_a_pack_that_begins_later_is_checked_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = national(tmp_path / "packs")
    write_pack(
        root,
        "far@1 county 990102 2099-01-01",
        FIRE.replace("N-01", "N-07").replace("kind: [fire, drowning]", "kind: {not_in: [fire]}, any_of: [{kind: [fire]}]"),
    )
    assert run(["mandates", "check", "--folder", str(root), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(one["code"], one["pack"], one["place"]) for one in found if one["level"] == "error"] == [
        ("dead-rule", "far@1", "far-1/rules.yaml:2")
    ]


def test_a_loosening_is_told_in_both_languages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = national(tmp_path / "packs")
    write_pack(root, "huxi@1 county 990102 2026-01-01", FIRE.replace("close: 3wd", "close: 9wd"))
    assert run(["mandates", "check", "--folder", str(root)]) == 1
    assert "放宽了上级规则（law@1 N-01，national/rules.yaml:2）的期限：close 由 3wd 放宽为 9wd" in capsys.readouterr().err
    assert run(["--lang", "en", "mandates", "check", "--folder", str(root)]) == 1
    assert "loosens times of the rule above (law@1 N-01，national/rules.yaml:2): close goes from 3wd to 9wd" in capsys.readouterr().err


@pytest.mark.parametrize(("form", "begins"), [("markdown", "# 职责矩阵：national-founding@1"), ("html", "<!doctype html>")])
def test_the_matrix_is_written_as_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, begins: str) -> None:
    out = tmp_path / "matrix"
    assert run(["mandates", "matrix", "--format", form, "--out", str(out)]) == 0
    assert capsys.readouterr().out == ""
    assert out.read_text(encoding="utf-8").startswith(begins)
    assert run(["mandates", "matrix", "--format", form, "--folder", str(FOUNDING)]) == 0
    assert capsys.readouterr().out == out.read_text(encoding="utf-8")


def test_a_format_that_does_not_exist_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mandates", "matrix", "--format", "pdf"]) == 2
    assert "没有格式 pdf" in capsys.readouterr().err


def test_deadlines_are_listed_with_what_they_stand_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["mandates", "deadlines"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["规则", "对象", "期限", "写法", "含义", "性质", "依据"]
    assert any(line.split()[:4] == ["POL-01", "school.duty-desk", "签收", "5min"] and "实践做法" in line for line in lines)
    assert run(["mandates", "deadlines", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == len(lines) - 1
    assert rows[0].keys() == {"rule", "pack", "who", "duty", "form", "words", "standings", "basis"}


def test_a_pack_is_activated_in_a_running_system_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_pack(tmp_path, "huxi@1 county 990102 2026-01-01", FIRE)
    assert run(["mandates", "activate", str(folder)]) == 2
    assert "没有正在运行的协同系统" in capsys.readouterr().err
    assert run(["mandates", "activate", str(tmp_path / "nowhere")]) == 2
