"""The live stream: ids alone, numbered, nothing missed over a reconnection, woken by the commit."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from infra.http.auth import Actor
from services.chassis.stream import Place, Reader, queries, read_place
from tests.integration.agency_desk import NUMBER, SCHOOL, SCHOOL_DESK, START, Running, a_notification, an_actor

DUTY = an_actor(SCHOOL_DESK, service="schools")


class Listener:
    """Reads a stream's bytes into messages."""

    def __init__(self, parts: AsyncIterator[bytes]) -> None:
        self._parts = parts
        self._rest = ""
        self.everything = ""

    async def next(self) -> dict[str, Any]:
        while True:
            while "\n\n" not in self._rest:
                chunk = (await asyncio.wait_for(anext(self._parts), 20)).decode()
                self._rest += chunk
                self.everything += chunk
            block, _, self._rest = self._rest.partition("\n\n")
            fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            if "event" in fields:
                return {**fields, "data": json.loads(fields["data"])}

    async def change(self) -> dict[str, Any]:
        """The next message that is no clock."""
        while (message := await self.next())["event"] == "time":
            continue
        return message


@asynccontextmanager
async def listening(running: Running, actor: Actor, place: Place | None = None, *, signed_in: bool = True) -> AsyncIterator[Listener]:
    async def still() -> bool:
        return signed_in

    stop = asyncio.Event()
    waking = asyncio.create_task(running.bureau.waker.run(stop))
    parts = Reader(running.bureau, actor, still, stop).parts(place)
    try:
        yield Listener(parts)
    finally:
        stop.set()
        await parts.aclose()
        await waking


async def test_a_stream_begins_with_the_clock_and_tells_ids_alone(schools: Running) -> None:
    async with listening(schools, DUTY) as stream:
        first = await stream.next()
        assert (first["event"], first["id"], first["data"]["speed"]) == ("time", "0", 0)
        issued = await schools.told.issue(a_notification())
        change = await stream.change()
        assert (change["event"], change["id"], change["data"]) == ("notification", "1", {"id": issued.notification, "ring": "loud"})
        for content in (NUMBER, "泉西", "weapon", "POL-01"):
            assert content not in stream.everything


async def test_a_reconnection_brings_what_was_missed_and_nothing_twice(schools: Running) -> None:
    first = await schools.told.issue(a_notification())
    async with listening(schools, DUTY, read_place([SCHOOL_DESK], "0")) as stream:
        reached = (await stream.change())["id"]
    second, third = (
        await schools.told.issue(a_notification()),
        await schools.told.issue(a_notification(kind="inform", colour="blue", ladder=None)),
    )
    async with listening(schools, DUTY, read_place([SCHOOL_DESK], reached)) as stream:
        seen = [(await stream.change())["data"]["id"] for _ in range(2)]
    assert first.notification not in seen
    assert seen == [second.notification, third.notification]


async def test_what_comes_while_a_page_is_read_is_told_behind_it(schools: Running) -> None:
    """INVARIANT: a page hears of everything that it does not show — broken by reading its place after what it shows."""
    async with schools.bureau.picture(DUTY) as page:
        shown = await page.fetchval("select count(*) from notifications")
        issued = await schools.told.issue(a_notification())
        (reached,) = await page.fetchval(queries["desk_seqs"], [SCHOOL_DESK])
    async with asyncio.timeout(30), listening(schools, DUTY, read_place([SCHOOL_DESK], str(reached))) as stream:
        assert ((await stream.change())["data"]["id"], shown) == (issued.notification, 0)


async def test_an_answer_rings_quietly(schools: Running) -> None:
    issued = await schools.told.issue(a_notification())
    async with listening(schools, DUTY) as stream:
        await stream.next()
        async with schools.client(DUTY) as desk:
            await desk.post(f"/api/notifications/{issued.notification}/acknowledge", json={"version": 1})
        assert (await stream.change())["data"] == {"id": issued.notification, "ring": "quiet"}


async def test_another_desk_hears_nothing(schools: Running) -> None:
    officer = an_actor(f"school.safety-officer@{SCHOOL}", service="schools")
    async with listening(schools, officer) as stream:
        await stream.next()
        await schools.told.issue(a_notification())
        own = await schools.told.issue(a_notification(f"school.safety-officer@{SCHOOL}"))
        assert (await stream.change())["data"]["id"] == own.notification


async def test_a_clock_that_is_set_is_told(schools: Running) -> None:
    async with listening(schools, DUTY) as stream:
        await stream.next()
        moved = START + timedelta(hours=1)
        await schools.told.clock(moved, speed=60)
        told = await stream.next()
        while told["data"]["speed"] != 60:
            told = await stream.next()
        assert told["data"]["now"].startswith("2026-09-21T09:38:0")


async def test_several_desks_have_a_number_each(schools: Running) -> None:
    both = an_actor(SCHOOL_DESK, f"school.safety-officer@{SCHOOL}", service="schools")
    async with listening(schools, both) as stream:
        assert (await stream.next())["id"] == "0.0"
        await schools.told.issue(a_notification(f"school.safety-officer@{SCHOOL}"))
        assert (await stream.change())["id"] == "0.1"
        await schools.told.issue(a_notification())
        assert (await stream.change())["id"] == "1.1"


def test_a_place_of_other_desks_begins_at_the_beginning() -> None:
    assert read_place(["a@1", "b@1"], "7") == Place(("a@1", "b@1"), (0, 0))
    assert read_place(["a@1"], "７") == Place(("a@1",), (0,))
    assert read_place(["a@1"], None) is None


async def test_the_stream_needs_a_person(schools: Running) -> None:
    async with schools.client() as nobody:
        assert (await nobody.get("/api/stream")).status_code == 401
