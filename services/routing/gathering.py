"""How many events make a batch: as many as are there."""

from typing import Any, Self


class AsManyAsThere(int):
    """A size that a batch has reached when it holds ``most`` events, or when nothing more waits in the queue.

    Whoever gathers compares the size of a batch with it; so a lone event is handled at once, and what came while the batch before was
    handled is handled together. ``queue``: anything with ``empty()``.
    """

    _queue: Any

    def __new__(cls, most: int, queue: Any) -> Self:
        size = super().__new__(cls, most)
        size._queue = queue
        return size

    def __le__(self, gathered: int) -> bool:
        return gathered >= int(self) or bool(self._queue.empty())
