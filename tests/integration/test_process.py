"""What a process of its own does with its loop and its garbage collector: tried in processes of their own."""

import asyncio
import sys

LOOP = """
import asyncio, pathlib
from infra.loop import run

async def talk():
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        reader, _ = await asyncio.open_connection(*server.sockets[0].getsockname())
        await reader.read()
    threads = [path.read_text() for path in pathlib.Path("/proc/self/task").glob("*/comm")]
    return type(asyncio.get_running_loop()).__module__, *threads

print(*run(talk()))
"""
COLLECTOR = """
import gc, weakref
from infra.collector import keep_what_is_there, look_seldom

class Thing:
    pass

look_seldom()
held, knot = Thing(), Thing()
knot.itself = knot
gone = [weakref.ref(held), weakref.ref(knot)]
del knot
keep_what_is_there()
del held
later = Thing()
later.itself = later
gone.append(weakref.ref(later))
del later
gc.collect()
print(gc.get_freeze_count() > 1000, [ref() is None for ref in gone])
"""


async def said_by(program: str) -> str:
    running = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    said, _ = await running.communicate()
    assert running.returncode == 0
    return said.decode().strip()


async def test_the_loop_has_no_thread_of_the_kernel_that_spins_for_it() -> None:
    said = await said_by(LOOP)
    assert said.startswith("uvloop")
    assert "iou-" not in said, "a spinning thread took a fifth of the processor time under load"


async def test_what_is_kept_out_of_the_collectors_sight_goes_with_its_last_reference_and_garbage_is_still_found() -> None:
    assert await said_by(COLLECTOR) == "True [True, True, True]"
