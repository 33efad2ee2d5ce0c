"""`xietong demo` as a person runs it: real servers, every service a process of its own, and an audit that can be made to fail."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import psutil
import pytest

from infra.clock import monotonic
from infra.embedded import embedded_servers
from infra.postgres.pool import connect
from services.demo.audit import ClientLog, Report, judge, law_of, read_rows
from services.routing.packs import FOUNDING
from topics.catalogue import Catalogue

COMMAND = (sys.executable, "-m", "services")
FAST = ("--speed", "60")
CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\r")
LINK = re.compile(r"http://[a-z0-9-]+\.localhost:\d+/login\?ticket=[\w-]+\.[\w-]+\.[\w-]{86}")
LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


@dataclass(frozen=True)
class Played:
    """A data root on which the morning was played once, and what the command said."""

    home: Path
    code: int
    out: str
    err: str

    @property
    def summary(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return said


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XIETONG_")}
    return {**kept, "XIETONG_HOME": str(home)}


def command(home: Path, *line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *line], env=environment(home), capture_output=True, text=True, check=False)


def processes_of(home: Path) -> list[str]:
    """Command lines of living processes that work on this data root."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        if process.info["status"] == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
            continue
        try:
            mine = str(home) in " ".join(process.info["cmdline"] or ()) or process.environ().get("XIETONG_HOME") == str(home)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        found += [" ".join(process.info["cmdline"] or ())] if mine else []
    return found


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    with tempfile.TemporaryDirectory(prefix="xietong-demo-", ignore_cleanup_errors=True) as folder:
        done = command(Path(folder), "demo", "--once", *FAST)
        yield Played(Path(folder), done.returncode, done.stdout, done.stderr)


def test_the_morning_is_played_and_audited_clean(played: Played) -> None:
    assert played.code == 0, played.err
    summary = played.summary
    assert summary["clean"] is True
    assert {fault: summary["audit"][fault] for fault in ("lost", "doubled", "unexplained", "disordered", "stuck")} == dict.fromkeys(
        ("lost", "doubled", "unexplained", "disordered", "stuck"), 0
    )
    assert summary["events"] == 41
    assert summary["delivered"] == summary["notifications"] > 30
    assert summary["escalated"] >= 1
    assert summary["returned"] == 1
    assert summary["unmatched"] == 1
    assert summary["event_to_desk_ms"]["count"] > 30


def test_only_the_summary_is_on_standard_output(played: Played) -> None:
    assert len(played.out.splitlines()) == 1
    assert "\x1b" not in played.err


def test_no_process_is_left(played: Played) -> None:
    assert processes_of(played.home) == []
    assert not (played.home / "run" / "system.json").exists()


def test_secrets_and_the_log_hold_no_surprise(played: Played) -> None:
    assert {path.stat().st_mode & 0o777 for path in (played.home / "secrets").iterdir()} == {0o600}
    log = ClientLog.read(next((played.home / "demo").glob("*.jsonl")))
    assert len(log.stated) == 41
    assert {one.act for one in log.answered} == {"acknowledge", "return", "report", "close", "ruling"}


SPOILS = {
    "lost": "delete from schools.notifications where id = (select id from schools.notifications where state = 'acknowledged' limit 1)",
    "doubled": """insert into routing.notifications (id, root, incident, unit, desk, state, issued_at, delivered_at, body)
        select gen_random_uuid(), root, incident, unit, desk, state, issued_at, delivered_at, body
        from routing.notifications where state = 'acknowledged' limit 1""",
    "unexplained": """insert into routing.notifications (id, root, incident, unit, desk, state, issued_at, delivered_at, body)
        select gen_random_uuid(), root, incident, 'cac-990102', 'cyberspace.duty-desk@cac-990102', state, issued_at, delivered_at, body
        from routing.notifications where state = 'acknowledged' limit 1""",
    "disordered": """update routing.outbox set sent_offset = 0 where seq =
        (select max(seq) from routing.outbox where topic like 'xietong.routing.to-schools%')""",
    "stuck": "update police.outbox set sent_at = null, sent_offset = null where seq = (select max(seq) from police.outbox)",
}


async def test_the_audit_of_that_morning_finds_whatever_is_spoilt(played: Played) -> None:
    """INVARIANT: a clean audit means something — broken by an auditor that passes rows which were taken away, added or turned round."""
    log, catalogue = ClientLog.read(next((played.home / "demo").glob("*.jsonl"))), Catalogue.load()

    async def audit(dsn: str) -> Report:
        law = await law_of(dsn, FOUNDING, catalogue)
        begins = min(one.time for one in log.stated)
        return judge(log, law, await read_rows(dsn, catalogue.services(), since=begins, machine_since=LONG_AGO))

    async with embedded_servers(played.home, cache=Path(__file__).parents[2] / ".xietong" / "cache") as servers:
        assert (await audit(servers.postgres_dsn)).findings == ()
        for fault, sql in SPOILS.items():
            async with connect(servers.postgres_dsn, application="spoil") as connection:
                await connection.execute(sql)
            assert (await audit(servers.postgres_dsn)).count(fault) >= 1, fault  # type: ignore[arg-type]  # the keys are the faults


@dataclass(frozen=True)
class Watched:
    """A command whose standard error is a window of 80 columns, and what stands in it line by line."""

    process: subprocess.Popen[bytes]
    lines: SimpleQueue[str | None]

    def heard(self, words: str) -> str:
        """What the process says, up to the line that holds the words."""
        said = ""
        while words not in said:
            line = self.lines.get()
            assert line is not None, said
            said += line
        return said


def read_window(window: int, lines: SimpleQueue[str | None]) -> None:
    """Take everything out at once: who writes into a full window waits."""
    with open(window, encoding="utf-8", errors="replace") as text, suppress(OSError):
        for line in text:
            lines.put(CONTROL.sub("", line))
    lines.put(None)


@pytest.fixture(scope="module")
def staying(played: Played) -> Iterator[Watched]:
    """The demo started again on the same data, playing or past its play."""
    window, inside = os.openpty()
    termios.tcsetwinsize(inside, (24, 80))
    said: SimpleQueue[str | None] = SimpleQueue()
    seen = {**environment(played.home), "TERM": "xterm"}
    with subprocess.Popen([*COMMAND, "demo", *FAST], env=seen, stdout=subprocess.DEVNULL, stderr=inside) as process:
        os.close(inside)
        threading.Thread(target=read_window, args=(window, said), daemon=True).start()
        yield Watched(process, said)
        if process.poll() is None:
            process.kill()


def test_a_second_start_keeps_the_data_serves_other_terminals_and_ends_at_ctrl_c(played: Played, staying: Watched) -> None:
    assert "2026-09-22 06:50" in staying.heard("业务时间从")
    staying.heard("全部就绪")
    assert command(played.home, "doctor", "--json").returncode == 0
    said = staying.heard("演示继续运行")
    links = [line.strip() for line in said.splitlines() if ".localhost:" in line and "/login?" in line]
    assert any(link.startswith("http://duty-desk-2199000101.localhost:") for link in links)
    assert all(LINK.fullmatch(link) for link in links), "a link is cut by the window"
    assert "审计：无误" in said
    refused = command(played.home, "demo", "forward", "0min")
    assert refused.returncode == 2
    moved = json.loads(command(played.home, "demo", "forward", "6min", "--json").stdout)
    assert moved["escalations"] >= 1
    second = command(played.home, "demo", "--once")
    assert second.returncode == 1
    assert "正由另一个进程使用" in second.stderr
    staying.process.send_signal(signal.SIGINT)
    assert staying.process.wait(timeout=60) == 0
    deadline = monotonic() + 10
    while processes_of(played.home) and monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(played.home) == []
