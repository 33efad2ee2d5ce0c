"""The kill programme, short: one round at a low rate, in a process of its own as `make chaos` runs it."""

import asyncio
import os
import sys

from tests.architecture.sources import ROOT


async def test_nothing_is_lost_or_doubled_when_each_process_and_each_server_is_killed_once() -> None:
    """INVARIANT: an accepted event takes effect exactly once whatever crashes — broken by any effect outside its event's transaction."""
    environment = {**os.environ, "KILLS": "1", "RATE": "5", "SECONDS": "2"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.chaos", cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()
