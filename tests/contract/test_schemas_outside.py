"""The committed schemas before a checker that nobody here wrote."""

import json
import subprocess
import sys
from pathlib import Path

import contracts.schemas

SCHEMAS = sorted(Path(contracts.schemas.__file__).parent.glob("*.json"))


def check(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--check-metaschema", *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_schema_is_one_for_check_jsonschema() -> None:
    assert SCHEMAS
    done = check(*SCHEMAS)
    assert done.returncode == 0, done.stdout + done.stderr


def test_check_jsonschema_would_see_a_bad_schema(tmp_path: Path) -> None:
    bad = json.loads(SCHEMAS[0].read_text(encoding="utf-8")) | {"type": "thing"}
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(bad), encoding="utf-8")
    assert check(path).returncode == 1
