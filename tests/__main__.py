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
    with tempfile.TemporaryFile() as told:
        stories = subprocess.Popen(command(STORIES, arguments), stdout=told, stderr=subprocess.STDOUT)
        others = subprocess.run(command(OTHERS, arguments), check=False).returncode
        code = stories.wait()
        told.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(told.read())
    return max(others, code)


def command(folders: tuple[str, ...], arguments: list[str]) -> list[str]:
    """One run over some folders, with a cache of its own."""
    cache = Path(".pytest_cache") / Path(folders[0]).name
    return [sys.executable, "-m", "pytest", "-m", "not slow", "-o", f"cache_dir={cache}", *arguments, *folders]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
