"""What a person sees while the morning is played: a table that is redrawn on a terminal, plain lines elsewhere. All on standard error."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from infra.clock import BEIJING
from services.commands.both import both
from services.commands.terminal import Terminal
from services.demo.figures import CaseFigures

_MATTER, _NUMBER = both("事由", "incident"), both("编号", "number")
_WIDE = 120
"""A window of so many characters has room for the numbers of the incidents too."""
_HEADS = (
    both("时间", "time"),
    _MATTER,
    _NUMBER,
    both("已告知", "told"),
    both("签收", "signed"),
    both("督办", "escalated"),
    both("情况", "state"),
)
_STATES: Mapping[str, str] = {
    "unmatched": both("人工研判", "triage"),
    "returned": both("退单", "returned"),
    "escalated": both("督办中", "escalated"),
    "closed": both("已办结", "closed"),
    "working": both("处置中", "working"),
    "signed": both("已全部签收", "all signed"),
}
_STYLES = {"escalated": "bold red", "returned": "yellow", "unmatched": "magenta", "closed": "green"}


def state_of(case: CaseFigures) -> str:
    """The word for a case: what most wants to be seen."""
    if case.outcome == "unmatched":
        return "unmatched"
    if case.is_closed or case.task_closed:
        return "closed"
    if case.escalated:
        return "escalated"
    if case.returned:
        return "returned"
    return "signed" if case.to_sign and case.signed >= case.to_sign else "working"


def clock_text(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%H:%M:%S}"


class Board:
    """Shows cases; ``titles``: business number → what it is about."""

    def __init__(self, terminal: Terminal, titles: Mapping[str, str]) -> None:
        self._terminal = terminal
        self._titles = titles
        self._known: dict[str, tuple[int, int, int]] = {}
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self._terminal.is_live:
            self._live = Live(console=Console(file=self._terminal.err), refresh_per_second=4, transient=False)
            self._live.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, trace)

    def note(self, text: str) -> None:
        """A line above the table."""
        if self._live is not None:
            self._live.console.print(self._terminal.pick(text), markup=False, highlight=False)
        else:
            self._terminal.note(text)

    def show(self, now: datetime, speed: float, cases: Sequence[CaseFigures]) -> None:
        if self._live is not None:
            self._live.update(self.table(now, speed, cases, width=self._live.console.width))
            return
        for case in cases:
            figures = (case.signed, case.escalated, int(case.is_closed))
            before = self._known.get(case.incident)
            self._known[case.incident] = figures
            if before is not None and (figures[1:] != before[1:] or (figures != before and case.signed >= case.to_sign)):
                self._terminal.note(f"  {clock_text(now)}  {self._line(case)}")

    def table(self, now: datetime, speed: float, cases: Sequence[CaseFigures], *, width: int) -> Table:
        """The cases as they stand. Where the window is narrow the number is left out, and the title alone is cut."""
        caption = both(
            f"业务时间 {now.astimezone(BEIJING):%Y-%m-%d} {clock_text(now)}（{speed:g} 倍速）",
            f"business time {now.astimezone(BEIJING):%Y-%m-%d} {clock_text(now)} (×{speed:g})",
        )
        table = Table(title=self._terminal.pick(caption), title_justify="left", expand=False)
        shown = [head for head in _HEADS if head is not _NUMBER or width >= _WIDE]
        for head in shown:
            table.add_column(self._terminal.pick(head), no_wrap=head is not _MATTER)
        for case in cases:
            cells = self._cells(case)
            table.add_row(*(cells[head] for head in shown), style=_STYLES.get(state_of(case)))
        return table

    def _cells(self, case: CaseFigures) -> Mapping[str, str | Text]:
        told, signed, escalated = f"{case.delivered}/{case.told}", f"{case.signed}/{case.to_sign}", str(case.escalated or "")
        title = Text(self._title(case), no_wrap=True, overflow="ellipsis")
        state = self._terminal.pick(_STATES[state_of(case)])
        return dict(zip(_HEADS, (clock_text(case.opened_at), title, case.number, told, signed, escalated, state), strict=True))

    def _title(self, case: CaseFigures) -> str:
        return self._terminal.pick(self._titles.get(case.key, case.key))

    def _line(self, case: CaseFigures) -> str:
        title, state = self._title(case), self._terminal.pick(_STATES[state_of(case)])
        words = both(
            f"{title}：告知 {case.told}，签收 {case.signed}/{case.to_sign}，督办 {case.escalated}，{state}",
            f"{title}: told {case.told}, signed {case.signed}/{case.to_sign}, escalated {case.escalated}, {state}",
        )
        return self._terminal.pick(words)
