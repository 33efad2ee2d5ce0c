"""``python -m tests.chaos``: the kill programme. KILLS rounds, RATE events a second, SECONDS of load before and after each kill."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.chaos.kill import programme
from tests.chaos.stack import running_stack


def asked(name: str, usual: float) -> float:
    return float(os.environ.get(name) or usual)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xietong-chaos-", ignore_cleanup_errors=True) as folder:
        async with running_stack(Path(folder)) as stack:
            kills, rate, seconds = int(asked("KILLS", 3)), asked("RATE", 50), asked("SECONDS", 5)
            good = await programme(stack, kills=kills, rate=rate, seconds=seconds, say=say)
    say("all audits clean" if good else "NOT clean")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
