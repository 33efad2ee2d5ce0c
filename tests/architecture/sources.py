"""What the laws look at: the project's Python files as syntax trees, its SQL blocks, its texts."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("contracts", "topics", "infra", "services")
EVERYTHING = (*ROOMS, "tests")
SKIPPED = {".git", ".venv", ".cache", ".xietong", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "node_modules"}


@dataclass(frozen=True)
class Source:
    """One Python file. ``path`` is relative to the project, with slashes."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())


@dataclass(frozen=True)
class Finding:
    """One breach: where, and what in words."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def snippet(text: str, path: str = "services/snippet.py") -> Source:
    """A piece of code as the laws see a file: to prove that a law can fail."""
    return Source(path, text, ast.parse(text))


@cache
def python_files(*rooms: str) -> tuple[Source, ...]:
    """Every Python file of the rooms (default: the product's), by path."""
    return tuple(_read(path) for room in rooms or ROOMS for path in sorted((ROOT / room).rglob("*.py")))


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text))


@cache
def sql_files() -> tuple[tuple[str, str], ...]:
    """(path, text) of every SQL file of the product."""
    found = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.sql"))]
    return tuple((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in found)


@cache
def project_texts() -> tuple[tuple[str, str], ...]:
    """(path, text) of everything that is or would be committed and is text."""
    return tuple((path, text) for path in _project_paths() if (text := _text(ROOT / path)) is not None)


def _project_paths() -> list[str]:
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
        ).stdout.decode()
        return sorted(path for path in set(listed.split("\0")) if path and (ROOT / path).is_file())
    walked = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in walked if not SKIPPED & set(path.parts))


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def dotted(node: ast.expr) -> str:
    """``datetime.datetime.now`` of an attribute chain; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """(line, full module or name) of every import, also those inside functions."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def report(findings: list[Finding]) -> str:
    """What a failing law prints."""
    return "\n" + "\n".join(str(finding) for finding in findings)
