"""The demo from beginning to end: everything up, the morning played, audited, summed up, and then left to the person."""

from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

from infra.clock import BEIJING, machine_now, monotonic
from infra.postgres.pool import connect
from services.commands.both import both
from services.commands.system.home import home_of
from services.commands.system.place import Place
from services.commands.system.prepare import bring_directory
from services.commands.system.running import System, running_system
from services.commands.system.secrets import Secrets
from services.commands.terminal import Terminal
from services.demo.audit import ClientLog
from services.demo.business import DAWN, next_morning, set_business_time, stored_business_time
from services.demo.links import tell_links
from services.demo.script import MORNING
from services.demo.stage import Stage
from services.demo.summary import Summary
from services.routing.directory import load_documents
from topics.catalogue import Catalogue

LEAVE = both(
    "演示继续运行，业务时间恢复正常速度；Ctrl-C 结束，数据保留",
    "the demo goes on, business time runs as usual; Ctrl-C ends it, the data stays",
)


class Demo:
    """One run of ``xietong demo``. ``summary`` is there when the morning has been played and audited."""

    def __init__(self, terminal: Terminal, *, once: bool, speed: float) -> None:
        self.summary: Summary | None = None
        self._terminal = terminal
        self._once = once
        self._speed = speed
        self._began = monotonic()
        self._documents = load_documents()
        self._morning = datetime.min

    @property
    def exit_code(self) -> int:
        """Staying has done its work when it was played; ``--once`` answers for the audit."""
        return 0 if self.summary is not None and (self.summary.is_clean or not self._once) else 1

    async def run(self) -> None:
        """Until everything is said (``--once``) or until cancelled."""
        async with running_system(home_of(), "demo", self._progress, furnish=self._furnish) as system:
            ready = monotonic() - self._began
            self._progress(both("全部就绪", "everything is ready"))
            async with AsyncExitStack() as stack:
                stage, summary = await self._play(system, stack, ready)
                if not self._once:
                    tell_links(self._terminal, system, self._documents, self._morning.date())
                for line in summary.lines():
                    self._terminal.note(line)
                if not self._once:
                    self._terminal.note(LEAVE)
                    await stage.stay()
        if self._once and self.summary is not None:
            self._terminal.json(self.summary.record())

    def _progress(self, text: str) -> None:
        self._terminal.note(f"[{monotonic() - self._began:5.1f}s] {self._terminal.pick(text)}")

    async def _furnish(self, place: Place, secrets: Secrets, catalogue: Catalogue) -> None:
        """The story district, and a business clock that stands before dawn of a school day until the crews are at the first gates."""
        async with connect(place.dsn, application="xietong-demo") as connection:
            reached = await stored_business_time(connection)
            self._morning = next_morning(reached)
            dawn = self._morning - DAWN
            await set_business_time(connection, max(dawn, reached) if reached else dawn, 0)
        changed = await bring_directory(place, secrets, catalogue, self._documents)
        self._progress(
            both(
                f"单位名录：{len(self._documents)} 个单位，{changed} 个有更新",
                f"directory: {len(self._documents)} units, {changed} changed",
            )
        )
        date = f"{self._morning:%Y-%m-%d}"
        self._progress(both(f"业务时间从 {date} 06:50 开始（上学日）", f"business time begins at 06:50 on {date}, a school day"))

    async def _play(self, system: System, stack: AsyncExitStack, ready: float) -> tuple[Stage, Summary]:
        log = ClientLog(_log_path(system.place.home, self._morning))
        stage = Stage(system, self._terminal, MORNING, self._documents, log)
        machine_since = machine_now()
        await stage.open(stack, self._morning)
        self._progress(
            both(
                f"开演：业务时间按 {self._speed:g} 倍速走，演完恢复正常速度",
                f"the play begins at ×{self._speed:g}, afterwards time runs as usual",
            )
        )
        with stage.board:
            await stage.play(self._speed)
            self.summary = await stage.sum_up(
                machine_since=machine_since, alone=self._once, speed=self._speed, ready=ready, seconds=lambda: monotonic() - self._began
            )
        return stage, self.summary


def _log_path(home: Path, morning: datetime) -> Path:
    folder = home / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"accepted-{morning.astimezone(BEIJING):%Y%m%d}.jsonl"
    path.unlink(missing_ok=True)
    return path
