"""Names, commits of transactions, and what the project's own text must never hold."""

import ast
import re
from pathlib import PurePosixPath

import pytest

from tests.architecture.sources import EVERYTHING, Finding, Source, dotted, functions, project_texts, python_files, report, snippet

FORBIDDEN_NAMES = frozenset({"utils", "util", "common", "helpers", "helper", "manager", "managers", "base", "misc", "core_utils"})
FORBIDDEN_CLASS = re.compile(r"(Manager|Helper|Utils?|Base)$")

# Named in pieces, so that this file does not hold what it looks for.
HOSTS = tuple(".".join(parts) for parts in (
    ("pypi", "org"), ("python" "hosted", "org"), ("registry", "npmjs"), ("npmmirror", "com"), ("repo1", "maven"), ("repo", "maven", "apache"),
    ("maven", "org"), ("maven", "google"), ("docker", "io"), ("ghcr", "io"), ("quay", "io"), ("aliyun", "com"), ("tuna", "tsinghua"),
    ("proxy", "golang"), ("crates", "io"),
))  # fmt: skip
HOST = re.compile("|".join(re.escape(host) for host in HOSTS) + r"|https?://mirrors?\.", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.$}>/-])/(?:" + "|".join(("work", "home", "root", "Users", "tmp")) + r")/[\w.]")


def wrong_names(path: str, source: Source | None = None) -> list[Finding]:
    """Parts of a path, and classes of a file, that say nothing."""
    pure = PurePosixPath(path)
    found = [Finding(path, f"is called {part}") for part in (*pure.parts[:-1], pure.stem) if part in FORBIDDEN_NAMES]
    classes = [node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)] if source else []
    return found + [Finding(f"{path}:{node.lineno}", f"class {node.name}") for node in classes if FORBIDDEN_CLASS.search(node.name)]


def broken_docstrings(source: Source) -> list[Finding]:
    """Tests of an invariant whose docstring does not name what breaks it."""
    documented = [(function, ast.get_docstring(function) or "") for function in functions(source)]
    return [
        Finding(f"{source.path}::{function.name}", "does not say what breaks it")
        for function, text in documented
        if text.startswith("INVARIANT") and not re.match(r"INVARIANT: .+ — broken by \S+", text)
    ]


def foreign_texts(path: str, text: str) -> list[Finding]:
    """Registry hosts and paths of one machine."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        for what, pattern in (("a registry host", HOST), ("a path of one machine", MACHINE_PATH)):
            found += [Finding(f"{path}:{number}", f"{what}: {match[0]}") for match in pattern.finditer(line)]
    return found


def own_commits(source: Source) -> list[Finding]:
    """Transactions opened outside the unit of work's room."""
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [
        Finding(f"{source.path}:{call.lineno}", f"opens a transaction: {dotted(call.func)}")
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("transaction", "commit") and "consumer" not in dotted(call.func)
    ]


def test_no_module_or_class_has_a_name_that_says_nothing() -> None:
    """INVARIANT: one word for one thing — broken by a utils, common, helpers, manager or base."""
    found = [finding for source in python_files(*EVERYTHING) for finding in wrong_names(source.path, source)]
    assert not found, report(found)


def test_every_invariant_names_what_breaks_it() -> None:
    """INVARIANT: a law test tells the reader how to fail it — broken by an INVARIANT docstring without «— broken by …»."""
    found = [finding for source in python_files("tests") for finding in broken_docstrings(source)]
    assert not found, report(found)


def test_nobody_commits_but_the_unit_of_work() -> None:
    """INVARIANT: one message, one transaction — broken by a transaction opened outside infra/postgres."""
    found = [finding for source in python_files() if not source.path.startswith("infra/postgres/") for finding in own_commits(source)]
    assert not found, report(found)


def test_the_project_names_no_registry_and_no_path_of_a_machine() -> None:
    """INVARIANT: the project stands alone — broken by a registry's host or an absolute path of one machine."""
    found = [finding for path, text in project_texts() for finding in foreign_texts(path, text)]
    assert not found, report(found)


@pytest.mark.parametrize("path", ["infra/utils.py", "services/common/desk.py", "tests/unit/helpers.py"])
def test_an_empty_name_is_found(path: str) -> None:
    assert wrong_names(path)


def test_an_empty_class_name_is_found() -> None:
    assert wrong_names("services/desk.py", snippet("class DeskManager: ..."))


def test_an_invariant_without_its_breaker_is_found() -> None:
    assert broken_docstrings(snippet('def test_x():\n    """INVARIANT: nothing is lost."""'))


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://" + "pypi" + ".org/simple",
        "https://" + "mirrors.example/maven",
        'ROOT = Path("/' + 'home/somebody")',
        "see /" + "tmp/notes.md",
    ],
)
def test_a_foreign_text_is_found(text: str) -> None:
    assert foreign_texts("README.md", text)


@pytest.mark.parametrize(
    "text", ["tmpfs: [/tmp]", "GET /api/homework", "<root>/cache", "https://example.org/a", "services/" + "work/a.py", "${HOME}/x"]
)
def test_a_harmless_text_is_not_found(text: str) -> None:
    assert foreign_texts("README.md", text) == []


def test_a_transaction_outside_the_unit_of_work_is_found() -> None:
    assert own_commits(snippet("async def f(c):\n    async with c.transaction(): ..."))
