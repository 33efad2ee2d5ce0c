"""The budgets that keep the tail short: lines of a file and a function, parameters, nesting."""

import ast

import pytest

from tests.architecture.sources import EVERYTHING, Finding, Source, functions, python_files, report, snippet

FILE, TEST_FILE, DECLARATION, FUNCTION, PARAMETERS, NESTING = 250, 400, 60, 40, 5, 3
DECLARATIONS = {
    *(f"services/{name}.py" for name in ("market", "cyberspace")),
    *(f"services/{name}/__init__.py" for name in ("health", "partners", "police", "schools")),
    "services/routing/worker.py",
}

# One line for each exception, with its reason; an exception that is no longer needed fails too.
EXCEPTIONS: dict[str, str] = {}

BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)


def over_budget(source: Source) -> list[Finding]:
    """Every budget that one file breaks."""
    found = [Finding(source.path, f"{source.lines} lines")] if source.lines > file_limit(source.path) else []
    for function in functions(source):
        where = f"{source.path}::{function.name}"
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        found += [Finding(where, f"{length} lines")] if length > FUNCTION else []
        count = 0 if by_pytest(source.path, function) else len(positional(function))
        found += [Finding(where, f"{count} positional parameters")] if count > PARAMETERS else []
        depth = nesting(function.body)
        found += [Finding(where, f"nested {depth} deep")] if depth > NESTING else []
    return found


def file_limit(path: str) -> int:
    if path in DECLARATIONS:
        return DECLARATION
    return TEST_FILE if path.startswith("tests/") else FILE


def positional(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Parameters that may be given by position, without the one a method is bound to."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def by_pytest(path: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tests and fixtures: pytest gives them their parameters by name."""
    fixture = any("fixture" in ast.unparse(decorator) for decorator in function.decorator_list)
    return path.startswith("tests/") and (fixture or function.name.startswith("test_"))


def nesting(body: list[ast.stmt]) -> int:
    """Depth of blocks inside blocks; ``elif`` is no deeper than its ``if``, and an inner function starts anew."""
    return max((_depth(statement) for statement in body), default=0)


def _depth(statement: ast.stmt) -> int:
    if not isinstance(statement, BLOCKS):
        return 0
    inner = [part for field in ("body", "orelse", "finalbody") for part in getattr(statement, field, [])]
    inner += [part for handler in getattr(statement, "handlers", []) for part in handler.body]
    inner += [part for case in getattr(statement, "cases", []) for part in case.body]
    chained = getattr(statement, "orelse", [])
    if isinstance(statement, ast.If) and len(chained) == 1 and isinstance(chained[0], ast.If):
        return max(1 + nesting(statement.body), _depth(chained[0]))
    return 1 + nesting(inner)


def test_no_file_function_or_signature_outgrows_its_budget() -> None:
    """INVARIANT: files, functions, signatures and nesting stay readable — broken by code that grows uncut, or an idle exception."""
    found = [finding for source in python_files(*EVERYTHING) for finding in over_budget(source)]
    over = {finding.where for finding in found}
    assert not (unexcused := [finding for finding in found if finding.where not in EXCEPTIONS]), report(unexcused)
    assert EXCEPTIONS.keys() <= over, f"no longer needed: {EXCEPTIONS.keys() - over}"


@pytest.mark.parametrize(
    ("path", "text", "what"),
    [
        ("services/long.py", "x = 1\n" * 251, "251 lines"),
        ("tests/long.py", "x = 1\n" * 401, "401 lines"),
        ("services/police/__init__.py", "x = 1\n" * 61, "61 lines"),
        ("services/f.py", "def f():\n" + "    x = 1\n" * 40, "41 lines"),
        ("services/f.py", "def f(a, b, c, d, e, f): ...", "6 positional parameters"),
        ("tests/f.py", "def state(a, b, c, d, e, f): ...", "6 positional parameters"),
        ("services/f.py", "class C:\n    async def f(self, a, b, c, d, e, f): ...", "6 positional parameters"),
        (
            "services/f.py",
            "def f():\n for a in b:\n  if a:\n   pass\n  elif b:\n   with c:\n    try:\n     x = 1\n    except E: pass",
            "nested 4 deep",
        ),
    ],
)
def test_a_budget_that_is_broken_is_found(path: str, text: str, what: str) -> None:
    assert [finding.what for finding in over_budget(snippet(text, path))] == [what]


@pytest.mark.parametrize(
    "text",
    ["def f(self, a, b, c, d, e, *, g, h): ...", "def f():\n if a:\n  x = 1\n elif b:\n  x = 2\n elif c:\n  x = 3\n else:\n  x = 4"],
)
def test_what_keeps_the_budget_is_not_found(text: str) -> None:
    assert over_budget(snippet(text)) == []


@pytest.mark.parametrize("text", ["def test_f(a, b, c, d, e, f): ...", "@pytest.fixture\ndef f(a, b, c, d, e, f): ..."])
def test_what_pytest_gives_by_name_is_not_counted(text: str) -> None:
    assert over_budget(snippet(text, "tests/test_f.py")) == []
