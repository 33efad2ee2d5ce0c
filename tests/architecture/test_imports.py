"""The laws of import: checked on the project, and each shown to fail on a small copy of its shape."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

LAWS = ROOT / "tests" / "architecture" / "importlinter.toml"
CORE = (
    "services/routing/core/deciding/decide.py",
    *(f"services/routing/core/{room}/__init__.py" for room in (
        "answering", "bulletins", "calendar", "climbing", "clocks", "deadlines", "directory", "expected", "gaps", "guard", "issue", "linking",
        "mandates", "matching", "model", "sla", "tasks",
    )),
)  # fmt: skip
SHAPE = (
    "contracts/ids.py", "topics/codec.py", "infra/postgres/pool.py", "infra/messaging/consumer.py", "infra/http/auth.py",
    "services/chassis/preview.py", "services/chassis/routes.py", "services/chassis/pages.py", "services/chassis/intake.py",
    "services/police.py", "services/health.py", "services/market.py", "services/cyberspace.py", "services/schools.py",
    "services/partners.py",
    *CORE, "services/routing/handle.py", "services/routing/worker.py", "services/demo/audit/judge.py",
    "services/routing/sla/routes.py", "services/matters/__init__.py",
)  # fmt: skip
LAWFUL = {
    "topics/codec.py": "import contracts.ids",
    "infra/postgres/pool.py": "import asyncpg",
    "infra/messaging/consumer.py": "import aiokafka, topics.codec",
    "infra/http/auth.py": "import fastapi",
    "services/chassis/routes.py": "import fastapi, infra.http.auth",
    "services/chassis/preview.py": "import services.routing.core.deciding.decide",
    "services/police.py": "import services.chassis.preview",
    "services/routing/core/deciding/decide.py": "import contracts.ids",
    "services/routing/handle.py": "import infra.postgres.pool, services.routing.core.deciding.decide",
    "services/routing/worker.py": "import faust, services.routing.handle",
    "services/routing/sla/routes.py": "import fastapi",
}
UNLAWFUL = [
    ("contracts/ids.py", "import topics.codec", "contracts <- topics <- infra <- services"),
    ("topics/codec.py", "import infra.postgres.pool", "contracts <- topics <- infra <- services"),
    ("infra/http/auth.py", "import services.police", "contracts <- topics <- infra <- services"),
    ("services/routing/core/deciding/decide.py", "import infra.postgres.pool", "services.routing.core imports contracts only"),
    ("services/routing/core/matching/__init__.py", "import services.routing.core.deciding.decide", "the rooms of the core"),
    ("services/police.py", "import services.health", "agencies are independent"),
    ("services/schools.py", "import services.routing.handle", "agencies are independent"),
    ("services/chassis/intake.py", "import services.police", "chassis imports no agency"),
    ("services/chassis/intake.py", "import services.routing.core.deciding.decide", "chassis imports no agency"),
    ("services/chassis/preview.py", "import services.routing.handle", "chassis imports no agency"),
    ("services/routing/handle.py", "import services.chassis.intake", "routing imports neither"),
    ("services/routing/handle.py", "import faust", "only the routing worker imports faust"),
    ("services/chassis/intake.py", "import aiokafka", "only infra.messaging imports aiokafka"),
    ("services/routing/handle.py", "import asyncpg", "only infra.postgres imports asyncpg"),
    ("services/chassis/intake.py", "import fastapi", "import fastapi"),
    ("services/demo/audit/judge.py", "import services.routing.core.deciding.decide", "the auditor shares no code"),
    ("services/matters/__init__.py", "import services.routing.core.deciding.decide", "the table of matters knows nobody"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the laws over the packages in a folder."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--config", str(LAWS), "--no-cache", "--no-logo"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}, check=False
    )


def shape(folder: Path, extra: tuple[str, str] | None = None) -> Path:
    """A copy of the project's shape that keeps the laws, and one line more."""
    for name in SHAPE:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(LAWFUL.get(name, "") + (f"\n{extra[1]}\n" if extra and extra[0] == name else "\n"))
    for package in {parent for name in SHAPE for parent in Path(name).parents if parent != Path()}:
        (folder / package / "__init__.py").touch()
    return folder


def test_the_rooms_import_as_the_laws_say() -> None:
    """INVARIANT: a room knows only what stands below it — broken by an import across a wall that the laws' file does not name."""
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


def test_a_project_that_keeps_the_laws_passes(tmp_path: Path) -> None:
    result = lint(shape(tmp_path))
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("file", "line", "law"), UNLAWFUL)
def test_an_unlawful_import_is_found(tmp_path: Path, file: str, line: str, law: str) -> None:
    result = lint(shape(tmp_path, (file, line)))
    broken = [text for text in result.stdout.splitlines() if "BROKEN" in text]
    assert any(law in text for text in broken), result.stdout + result.stderr
