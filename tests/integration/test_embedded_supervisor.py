import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from infra.embedded import Backoff, Child, EmbeddedError, Supervisor, read_status, supervise
from infra.embedded.process import identity, spawn
from infra.embedded.records import Record, Records

QUICK = Backoff(first=0.01, most=0.05)
HOST = """
import asyncio, signal, sys
from pathlib import Path
from infra.embedded import Child, supervise

async def main():
    root = Path(sys.argv[1])
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    async with supervise(root) as supervisor:
        for name in ("one", "two"):
            await supervisor.start(Child(name=name, argv=("sleep", "600"), log=root / f"{name}.log"))
        (root / "up").touch()
        await asked.wait()

asyncio.run(main())
"""


def python(name: str, code: str, folder: Path, **more: object) -> Child:
    return Child(name=name, argv=(sys.executable, "-c", code), log=folder / f"{name}.log", **more)


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while True:
            answer = condition()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.01)


def lines(file: Path) -> int:
    return len(file.read_text().splitlines()) if file.exists() else 0


async def host(root: Path) -> tuple[asyncio.subprocess.Process, dict[str, int]]:
    """Another process that supervises two children, and their pids."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", HOST, str(root), stdout=asyncio.subprocess.DEVNULL)
    await until((root / "up").exists)
    return process, {record.name: record.pid for record in Records(root / "run" / "services").read()}


async def test_a_child_that_exits_is_started_again_and_again(tmp_path: Path) -> None:
    async with supervise(tmp_path, QUICK) as supervisor:
        await supervisor.start(python("crashing", "print('here', flush=True); raise SystemExit(3)", tmp_path))
        await until(lambda: lines(tmp_path / "crashing.log") >= 4)
        (status,) = supervisor.status()
        assert status.restarts >= 3
        assert status.last_exit == 3


async def test_a_child_killed_from_outside_comes_back_with_another_pid(tmp_path: Path) -> None:
    async with supervise(tmp_path, QUICK) as supervisor:
        await supervisor.start(Child(name="quiet", argv=("sleep", "600"), log=tmp_path / "quiet.log"))
        before = supervisor.status()[0].pid
        assert before
        os.kill(before, signal.SIGKILL)
        await until(lambda: supervisor.status()[0].pid not in (None, before))
        assert supervisor.status()[0].restarts == 1
        assert supervisor.status()[0].last_exit == -signal.SIGKILL


async def test_a_child_that_was_told_to_stop_stays_stopped_and_can_be_started_again(tmp_path: Path) -> None:
    child = Child(name="quiet", argv=("sleep", "600"), log=tmp_path / "quiet.log")
    async with supervise(tmp_path, QUICK) as supervisor:
        await supervisor.start(child)
        await supervisor.stop("quiet")
        assert supervisor.status()[0].state == "stopped"
        assert read_status(tmp_path) == ()
        await supervisor.start(child)
        assert supervisor.status()[0].state == "running"


async def test_a_deaf_child_is_killed_with_its_descendants_when_patience_ends(tmp_path: Path) -> None:
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print(subprocess.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)"
    )
    async with supervise(tmp_path) as supervisor:
        await supervisor.start(python("deaf", code, tmp_path, patience=0.1))
        await until(lambda: lines(tmp_path / "deaf.log") == 1)
    grandchild = int((tmp_path / "deaf.log").read_text())
    await until(lambda: identity(grandchild) is None)


async def test_what_a_crashed_child_left_is_gone_before_its_restart(tmp_path: Path) -> None:
    code = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True); raise SystemExit(1)"
    async with supervise(tmp_path, QUICK) as supervisor:
        await supervisor.start(python("crashing", code, tmp_path))
        await until(lambda: lines(tmp_path / "crashing.log") >= 2)
    orphans = [int(line) for line in (tmp_path / "crashing.log").read_text().splitlines()]
    await until(lambda: all(identity(orphan) is None for orphan in orphans))


async def test_a_program_that_does_not_exist_is_an_error_at_once(tmp_path: Path) -> None:
    async with supervise(tmp_path) as supervisor:
        with pytest.raises(FileNotFoundError):
            await supervisor.start(Child(name="none", argv=("/no/such/program",), log=tmp_path / "none.log"))
        assert supervisor.status()[0].state == "stopped"


async def test_a_child_that_never_gets_ready_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    async with supervise(tmp_path, QUICK) as supervisor:
        crashing = python("crashing", "raise SystemExit('no configuration')", tmp_path)
        with pytest.raises(EmbeddedError, match=r"反复退出（退出码 1）；日志的末尾：[\s\S]*no configuration"):
            await supervisor.start(crashing, ready=never)
        with pytest.raises(EmbeddedError, match="没有就绪"):
            await supervisor.start(Child(name="slow", argv=("sleep", "600"), log=tmp_path / "slow.log"), ready=never, within=0.05)


async def test_children_start_in_order_each_after_the_one_before_is_ready(tmp_path: Path) -> None:
    async def first_is_up() -> bool:
        return (tmp_path / "first.log").exists() and "up" in (tmp_path / "first.log").read_text()

    async with supervise(tmp_path) as supervisor:
        await supervisor.start(python("first", "import time; print('up', flush=True); time.sleep(600)", tmp_path), ready=first_is_up)
        assert await first_is_up()
        await supervisor.start(Child(name="second", argv=("sleep", "600"), log=tmp_path / "second.log"))
        assert [status.name for status in supervisor.status()] == ["first", "second"]
        assert {status.name for status in read_status(tmp_path)} == {"first", "second"}
        assert all(status.uptime >= 0 for status in read_status(tmp_path))


async def test_two_supervisors_on_one_root_refuse_each_other(tmp_path: Path) -> None:
    async with supervise(tmp_path):
        with pytest.raises(EmbeddedError, match="正由另一个进程使用"):
            async with supervise(tmp_path):
                pytest.fail("two supervisors on the same data")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_and_sigterm_leave_no_process_behind(tmp_path: Path, number: signal.Signals) -> None:
    process, children = await host(tmp_path / "root")
    process.send_signal(number)
    assert await process.wait() == 0
    assert {name: identity(pid) for name, pid in children.items()} == {"one": None, "two": None}
    assert Records(tmp_path / "root" / "run" / "services").read() == []


async def test_a_killed_supervisor_takes_its_children_with_it(tmp_path: Path) -> None:
    process, children = await host(tmp_path / "root")
    process.kill()
    await process.wait()
    await until(lambda: all(identity(pid) is None for pid in children.values()))
    async with supervise(tmp_path / "root") as supervisor:
        assert supervisor.status() == ()


async def test_what_a_killed_supervisor_left_running_is_ended_by_the_next_start(tmp_path: Path) -> None:
    left = await spawn(Child(name="left", argv=("sleep", "600"), log=tmp_path / "left.log"))
    name = identity(left.pid)
    assert name
    note = Record(name="left", pid=left.pid, identity=name, started=0.0, restarts=0, stop_signal=int(signal.SIGTERM))
    Records(tmp_path / "run" / "services").write(note)
    async with supervise(tmp_path):
        assert await left.wait() == -signal.SIGTERM


async def test_a_stranger_with_a_noted_pid_is_left_alone(tmp_path: Path) -> None:
    stranger = await spawn(Child(name="stranger", argv=("sleep", "600"), log=tmp_path / "stranger.log"))
    note = Record(name="left", pid=stranger.pid, identity="another boot/1", started=0.0, restarts=0, stop_signal=int(signal.SIGTERM))
    Records(tmp_path / "run" / "services").write(note)
    async with supervise(tmp_path):
        assert psutil.pid_exists(stranger.pid)
        assert read_status(tmp_path) == ()
    stranger.kill()
    await stranger.wait()


async def test_a_stop_during_the_wait_before_a_restart_is_final(tmp_path: Path) -> None:
    async with supervise(tmp_path, Backoff(first=600.0, most=600.0)) as supervisor:
        await supervisor.start(python("once", "print('here', flush=True)", tmp_path))
        await until(lambda: supervisor.status()[0].state == "waiting")
        await supervisor.stop("once")
        assert supervisor.status()[0].state == "stopped"
    assert lines(tmp_path / "once.log") == 1


async def test_restart_gives_a_new_process(tmp_path: Path) -> None:
    async with supervise(tmp_path) as supervisor:
        await started(supervisor, tmp_path)
        before = supervisor.status()[0].pid
        await supervisor.restart("quiet")
        assert supervisor.status()[0].pid not in (None, before)


async def started(supervisor: Supervisor, folder: Path) -> None:
    await supervisor.start(Child(name="quiet", argv=("sleep", "600"), log=folder / "quiet.log"))
