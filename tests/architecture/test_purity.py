"""The core of routing is pure: it computes from its arguments, waits for nothing and touches nothing."""

import ast
import sys

import pytest

from tests.architecture.sources import Finding, Source, dotted, imported, python_files, report, snippet

CORE = "services/routing/core/"
OUTWARD = frozenset({
    "asyncio", "concurrent", "ctypes", "http", "io", "logging", "multiprocessing", "os", "pathlib", "queue", "random", "secrets", "select",
    "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib", "uuid",
})  # fmt: skip
CALLS = frozenset({"open", "print", "input", "eval", "exec", "__import__", "breakpoint"})

# The contracts' models are pydantic models, and core names their type; pydantic_core is the other half of the same library.
THIRD_PARTY = frozenset({"pydantic", "pydantic_core"})


def impure(source: Source) -> list[Finding]:
    """Everything in one file of the core that reaches outside, waits, or remembers."""
    found: list[Finding] = []
    for node in ast.walk(source.tree):
        where = f"{source.path}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            found.append(Finding(where, "waits"))
        elif isinstance(node, ast.Call) and dotted(node.func) in CALLS:
            found.append(Finding(where, f"calls {dotted(node.func)}"))
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found.append(Finding(where, "remembers between calls"))
    return found + foreign_imports(source, {"contracts", "services.routing.core"}, OUTWARD, THIRD_PARTY)


def foreign_imports(source: Source, own: set[str], shut: frozenset[str], third_party: frozenset[str]) -> list[Finding]:
    """Imports that are neither of ``own`` packages, nor the standard library without ``shut``, nor ``third_party``."""
    found = []
    for line, name in imported(source):
        top = name.split(".")[0]
        ours = any(name == package or name.startswith(package + ".") for package in own)
        standard = top in sys.stdlib_module_names and top not in shut
        if not (ours or standard or top in third_party):
            found.append(Finding(f"{source.path}:{line}", f"imports {name}"))
    return found


def test_the_core_of_routing_computes_and_does_nothing_else() -> None:
    """INVARIANT: core is a function of its arguments — broken by async, files, clocks, randomness, or an import of another room."""
    core = [source for source in python_files("services") if source.path.startswith(CORE)]
    assert core
    found = [finding for source in core for finding in impure(source)]
    assert not found, report(found)


def test_contracts_need_nothing_but_the_standard_library_and_pydantic() -> None:
    """INVARIANT: any agency can read the contracts alone — broken by an import of another room or library."""
    found = [f for source in python_files("contracts") for f in foreign_imports(source, {"contracts"}, frozenset(), THIRD_PARTY)]
    assert not found, report(found)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("async def f(): ...", "waits"),
        ("x = open('a')", "calls open"),
        ("import time", "imports time"),
        ("def f():\n    from infra.clock import machine_now", "imports infra.clock.machine_now"),
        ("from services.routing.store import save", "imports services.routing.store.save"),
        ("import asyncpg", "imports asyncpg"),
        ("def f():\n    global seen", "remembers between calls"),
    ],
)
def test_an_impure_line_is_found(text: str, what: str) -> None:
    assert [finding.what for finding in impure(snippet(text, CORE + "bad.py"))] == [what]


def test_a_contract_that_imports_a_library_is_found() -> None:
    assert foreign_imports(snippet("import orjson"), {"contracts"}, frozenset(), THIRD_PARTY)
