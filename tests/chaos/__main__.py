"""``python -m tests.chaos``: the kill programme. KILLS rounds, RATE events a second, SECONDS of load before and after each kill."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.chaos.kill import programme
from tests.chaos.stack import BACK_SECONDS, running_stack

LATE = 3
"""The exit code when nothing was lost, and somebody was back later than is promised: a slow machine tells no more than that."""


def asked(name: str, usual: float) -> float:
    return float(os.environ.get(name) or usual)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main() -> int:
    with tempfile.TemporaryDirectory(prefix="xietong-chaos-", ignore_cleanup_errors=True) as folder:
        async with running_stack(Path(folder)) as stack:
            kills, rate, seconds = int(asked("KILLS", 3)), asked("RATE", 50), asked("SECONDS", 5)
            rounds = await programme(stack, kills=kills, rate=rate, seconds=seconds, say=say)
    if not all(one.is_clean for one in rounds):
        say("NOT clean")
        return 1
    late = any(one.is_late for one in rounds)
    say(f"all audits clean{f', but somebody was back after more than {BACK_SECONDS:.0f} s' if late else ''}")
    return LATE if late else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
