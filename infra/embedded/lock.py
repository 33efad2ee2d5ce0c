"""One set of servers, and one set of services, per data root."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.embedded.errors import EmbeddedError


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the file for the length of the block.

    The lock is the kernel's and ends with the process that holds it: a file that a killed process left is no lock.
    :raises EmbeddedError: another living process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            file.seek(0)
            holder = file.read().strip() or "?"
            raise EmbeddedError(
                f"{path.parent} 正由另一个进程使用（pid {holder}）；请先停止它，或换一个数据目录",
                en=f"{path.parent} is in use by another process (pid {holder}); stop it first, or take another data folder",
            ) from taken
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
