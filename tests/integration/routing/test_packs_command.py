"""`xietong mandates activate` on a real database: packs are held against the folder that the setting names."""

import asyncio
import shutil
from pathlib import Path

import pytest

from services.__main__ import run
from services.demo.audit import law_of
from services.demo.audit.rules import Rule
from services.routing.packs import FOUNDING
from tests.integration.routing.town import CATALOGUE, Town
from tests.unit.routing.packs.small import write_pack

POLICE = "national/police.yaml"
TOLD = "{to: education.duty-officer, kind: acknowledge, view: E, ack: 10min, first_action: 30min, from: ours}"


def rule_of(folder: Path, identity: str) -> str:
    """The text of one rule."""
    text = (folder / POLICE).read_text(encoding="utf-8")
    start = text.index(f"- id: {identity}\n")
    return text[start : text.index("\n- id: ", start + 1) + 1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The founding pack as this place has it: education signs for life at risk within five minutes."""
    root = Path(shutil.copytree(FOUNDING, tmp_path / "ours"))
    text = (root / POLICE).read_text(encoding="utf-8")
    first = text.index(TOLD)
    (root / POLICE).write_text(text[:first] + TOLD.replace("ack: 10min", "ack: 5min") + text[first + len(TOLD) :], encoding="utf-8")
    return root


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A county that asks for eight minutes: a tightening of the shipped rule alone."""
    return write_pack(tmp_path / "county", "huxi@1 county 990102 2026-10-01", rule_of(FOUNDING, "POL-01").replace("ack: 10min", "ack: 8min"))


@pytest.fixture(autouse=True)
def place(town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XIETONG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XIETONG_DATABASE_DSN", town.database.owner_dsn)
    monkeypatch.setenv("XIETONG_KAFKA", "127.0.0.1:1")


async def command(*arguments: str) -> int:
    return await asyncio.to_thread(run, ["mandates", *arguments])


async def test_a_pack_that_loosens_the_folder_of_the_setting_is_refused_and_both_are_named(
    town: Town, folder: Path, pack: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XIETONG_MANDATES_FOLDER", str(folder))
    for arguments in (("activate", str(pack), "--dry-run"), ("activate", str(pack))):
        assert await command(*arguments) == 1
        said = capsys.readouterr().err
        assert "由 5min 放宽为 8min" in said
        assert "national-founding@1 POL-01" in said
    assert await town.count("packs") == 0


async def test_without_the_setting_the_shipped_rules_are_what_counts(town: Town, pack: Path) -> None:
    assert await command("activate", str(pack)) == 0
    assert await town.count("packs") == 1


async def test_the_auditor_reads_the_packs_that_were_activated_and_the_folder_of_the_setting(
    town: Town, folder: Path, pack: Path
) -> None:
    """INVARIANT: the audit judges by what is in force — broken by one that reads what is shipped alone."""
    assert await command("activate", str(pack)) == 0
    law = await law_of(town.database.owner_dsn, folder, CATALOGUE)
    assert acks([rule for rule in law.rules if rule.id == "POL-01"]) == {"": "5min", "990102": "8min"}


def acks(rules: list[Rule]) -> dict[str, str | None]:
    return {rule.place: next(row.ack for row in rule.rows if row.to == "education.duty-officer") for rule in rules}
