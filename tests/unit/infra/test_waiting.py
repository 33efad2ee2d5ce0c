"""Waiting ends with the first of what is waited for, and leaves nothing running."""

import asyncio

import pytest

from infra.waiting import first_of


async def others() -> set[asyncio.Task[object]]:
    """What runs beside this test, servers of other tests among it."""
    await asyncio.sleep(0)
    return asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [0, 1])
async def test_any_of_the_events_ends_the_wait(number: int) -> None:
    events, before = (asyncio.Event(), asyncio.Event()), await others()
    asyncio.get_running_loop().call_soon(events[number].set)
    await asyncio.wait_for(first_of(*events), 5)
    assert [event.is_set() for event in events] == [number == 0, number == 1]
    assert await others() <= before


async def test_an_event_that_is_set_is_not_waited_for() -> None:
    told = asyncio.Event()
    told.set()
    await asyncio.wait_for(first_of(told, asyncio.Event(), seconds=60), 5)
    assert told.is_set()


async def test_the_seconds_end_the_wait_too() -> None:
    before = await others()
    await asyncio.wait_for(first_of(asyncio.Event(), seconds=0.001), 5)
    assert await others() <= before


async def test_a_wait_that_is_cancelled_leaves_nobody_waiting() -> None:
    before = await others()
    waiting = asyncio.ensure_future(first_of(asyncio.Event(), asyncio.Event()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await others() <= before
