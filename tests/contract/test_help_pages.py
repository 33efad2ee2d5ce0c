"""Every help page of the command, in both languages, is as it was agreed. `python -m tests.contract.test_help_pages` writes them anew."""

import contextlib
import io
from pathlib import Path

import pytest
from typer.core import TyperGroup

from services.__main__ import run
from services.commands.app import build

PAGES = Path(__file__).parent / "golden" / "help"
LANGUAGES = ("zh", "en")


def commands() -> list[tuple[str, ...]]:
    """Every command and group of the tree, the root first."""
    found: list[tuple[str, ...]] = [()]
    for name, command in build().commands.items():
        found.append((name,))
        found += [(name, child) for child in command.commands] if isinstance(command, TyperGroup) else []
    return found


def page(language: str, path: tuple[str, ...]) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert run(["--lang", language, *path, "--help"]) == 0
    return said.getvalue()


def file_of(language: str, path: tuple[str, ...]) -> Path:
    return PAGES / language / f"{'-'.join(('xietong', *path))}.txt"


@pytest.mark.parametrize("path", commands(), ids=" ".join)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_help_page_is_as_agreed(language: str, path: tuple[str, ...]) -> None:
    assert page(language, path) == file_of(language, path).read_text(encoding="utf-8")


def test_no_agreed_page_is_left_of_a_command_that_is_gone() -> None:
    wanted = {file_of(language, path) for language in LANGUAGES for path in commands()}
    assert set(PAGES.rglob("*.txt")) == wanted


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_an_english_page_holds_no_chinese(path: tuple[str, ...]) -> None:
    assert not [letter for letter in page("en", path) if "\u4e00" <= letter <= "\u9fff"]


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_no_line_of_a_page_is_wider_than_a_terminal(path: tuple[str, ...]) -> None:
    from rich.cells import cell_len

    assert max(map(cell_len, page("zh", path).splitlines())) <= 100


def write() -> None:
    for language in LANGUAGES:
        for path in commands():
            file = file_of(language, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(page(language, path), encoding="utf-8")


if __name__ == "__main__":
    write()
