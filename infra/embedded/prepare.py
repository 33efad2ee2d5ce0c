"""`python -m infra.embedded.prepare`: everything that the first start would have to fetch or make."""

import asyncio
import sys

from infra.embedded import EmbeddedError, default_root
from infra.embedded.kafka import obtain_jars, train


async def _prepare() -> None:
    jars = await obtain_jars(default_root() / "cache", _say)
    await train(jars, _say)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    try:
        asyncio.run(_prepare())
    except EmbeddedError as failed:
        sys.exit(str(failed))
