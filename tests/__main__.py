"""`make test`: the whole suite, as two pytest runs side by side on servers of their own; both must pass.

The stories and the chaos wait for other processes most of the time, the rest computes: together they fill two cores.
Arguments are handed to both runs (``python -m tests -x``).
"""

import subprocess
import sys
import tempfile
from pathlib import Path

STORIES = ("tests/acceptance", "tests/chaos")
OTHERS = ("tests/architecture", "tests/contract", "tests/integration", "tests/migration", "tests/unit")


def main(arguments: list[str]) -> int:
    """The worse exit code of both runs; the stories' output follows when they are done."""
    with tempfile.TemporaryFile() as told, tempfile.TemporaryDirectory(prefix="xietong-pytest-", ignore_cleanup_errors=True) as room:
        stories = subprocess.Popen(command(STORIES, arguments, Path(room)), stdout=told, stderr=subprocess.STDOUT)
        others = subprocess.run(command(OTHERS, arguments, Path(room)), check=False).returncode
        code = stories.wait()
        told.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(told.read())
    return max(others, code)


def command(folders: tuple[str, ...], arguments: list[str], room: Path) -> list[str]:
    """One run over some folders, with a cache of its own, and a place for its files that no other run closes to the servers in it."""
    name = Path(folders[0]).name
    own = ["-o", f"cache_dir={Path('.pytest_cache') / name}", "--basetemp", str(room / name)]
    return [sys.executable, "-m", "pytest", "-m", "not slow", *own, *arguments, *folders]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
