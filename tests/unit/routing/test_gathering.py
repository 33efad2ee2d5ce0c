import asyncio
from collections import deque

import pytest

from services.routing.gathering import AsManyAsThere


def gathered(most: int, waiting: int) -> list[int]:
    """The sizes of the batches that somebody makes of what waits, who compares as Faust does: ``size >= most``."""
    queue: asyncio.Queue[int] = asyncio.Queue()
    for number in range(waiting):
        queue.put_nowait(number)
    full, batch, sizes = AsManyAsThere(most, queue), deque[int](), []
    while not queue.empty():
        batch.append(queue.get_nowait())
        if len(batch) >= full:
            sizes.append(len(batch))
            batch.clear()
    assert not batch, "something was gathered and not handed over"
    return sizes


@pytest.mark.parametrize(("waiting", "sizes"), [(0, []), (1, [1]), (7, [7]), (10, [10]), (23, [10, 10, 3])])
def test_a_batch_holds_what_is_there_and_no_more_than_allowed(waiting: int, sizes: list[int]) -> None:
    assert gathered(10, waiting) == sizes


def test_it_is_the_number_that_it_was_made_of() -> None:
    assert int(AsManyAsThere(200, asyncio.Queue())) == 200
