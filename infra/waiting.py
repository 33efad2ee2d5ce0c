"""Waiting for the first of several events, for so long at most."""

import asyncio


async def first_of(*events: asyncio.Event, seconds: float | None = None) -> None:
    """Until one of the events is set or the seconds are over; None: however long it takes."""
    waits = [asyncio.ensure_future(one.wait()) for one in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waits:
            one.cancel()
