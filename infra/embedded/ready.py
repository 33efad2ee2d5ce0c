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
            while not (there := await ready()) and keeper.restarts - before < _EXITS:  # noqa: ASYNC110  another process's state
                await asyncio.sleep(_PAUSE)
    except TimeoutError as late:
        raise _failed(keeper, logs, f"在 {within:.0f} 秒内没有就绪", f"not ready within {within:.0f} seconds") from late
    if not there:
        raise _failed(keeper, logs, f"反复退出（退出码 {keeper.last_exit}）", f"keeps exiting (code {keeper.last_exit})")


def _failed(keeper: Keeper, logs: tuple[Path, ...], zh: str, en: str) -> EmbeddedError:
    end = tail(logs)
    return EmbeddedError(f"{keeper.name} {zh}；日志的末尾：\n{end}", en=f"{keeper.name} {en}; the end of its logs:\n{end}")


def tail(logs: tuple[Path, ...], lines: int = 15) -> str:
    """The last lines of each log that there is, under its path."""
    there = [log for log in logs if log.exists()]
    return "\n".join(f"{log}:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) for log in there)
