import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from infra.embedded.errors import EmbeddedError
from infra.embedded.keeper import Keeper

Ready = Callable[[], Awaitable[bool]]

_PAUSE = 0.03
_EXITS = 3


async def wait_ready(keeper: Keeper, ready: Ready, *, within: float, logs: tuple[Path, ...]) -> None:
    """Until `ready` answers True.

    :raises EmbeddedError: not within the seconds, or the process exited three times; the text carries the end of the logs.
    """
    before = keeper.restarts
    try:
        async with asyncio.timeout(within):
            while not await ready():
                if keeper.restarts - before >= _EXITS:
                    raise EmbeddedError(f"{keeper.name} 反复退出(退出码 {keeper.last_exit});日志的末尾:\n{tail(logs)}")
                await asyncio.sleep(_PAUSE)
    except TimeoutError as late:
        raise EmbeddedError(f"{keeper.name} 在 {within:.0f} 秒内没有就绪;日志的末尾:\n{tail(logs)}") from late


def tail(logs: tuple[Path, ...], lines: int = 15) -> str:
    """The last lines of each log that there is, under its path."""
    there = [log for log in logs if log.exists()]
    return "\n".join(f"{log}:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) for log in there)
