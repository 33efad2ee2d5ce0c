"""Figures as columns for a person."""

from typing import TYPE_CHECKING, Any

from services.commands.both import both
from services.commands.terminal import Terminal

if TYPE_CHECKING:
    from services.routing.core.sla.shapes import Line, Outcome, Rated, Report, Share

HEADS = (
    both("应签", "asked"), both("按时", "in time"), both("逾期", "late"), both("未到期", "open"), both("按时率", "rate"),
    both("中位分", "median"), both("九成分", "p90"), both("首办", "acted"), both("报送", "reported"), both("办结", "closed"),
    both("报送方迟", "publisher late"), both("总线迟", "bus late"), both("接收方迟", "receiver late"), both("发布", "published"), both("法定时限", "by law"),
    both("互评", "rated"),
)  # fmt: skip
BY_HEADS = {
    "desk": both("值守台", "desk"), "unit": both("单位", "unit"), "agency": both("部门", "agency"), "type": both("事件类型", "type"),
    "county": both("县区", "county"),
}  # fmt: skip


def tell_figures(terminal: Terminal, made: "Report") -> None:
    heads = (BY_HEADS[made.by], *HEADS)
    total = made.actual.total
    terminal.say(both(f"履职统计 {made.period.name}", f"service levels {made.period.name}"))
    terminal.rows(heads, [_cells(line) for line in (*made.actual.lines, total)])
    if (told := made.incidents) is not None:
        terminal.say(both(f"事由 {told.reported} 起，合并后 {told.counted} 起", f"incidents {told.reported}, merged ones as one {told.counted}"))
    if made.exercise.lines:
        terminal.say(both("演练（不计入以上）", "drills (in no figure above)"))
        terminal.rows(heads, [_cells(line) for line in (*made.exercise.lines, made.exercise.total)])
    if made.dropped:
        terminal.say(both("失效（不计入以上）", "dropped (in no figure above)"))
        names = (both("被替代", "superseded"), both("已撤回", "withdrawn"), both("已改派", "redirected"))
        terminal.rows(
            (BY_HEADS[made.by], *names),
            [(_title(one.key, one.title), *map(_count, (one.superseded, one.withdrawn, one.redirected))) for one in made.dropped],
        )  # fmt: skip
    if made.coverage:
        terminal.say(both("护学岗（已过时段）", "guard posts (windows that are over)"))
        windows = (both("县区", "county"), both("时段", "windows"), both("无缺岗", "covered"))
        terminal.rows(windows, [(one.county, one.scheduled, one.covered) for one in made.coverage])
    if made.expected or made.expected_of_pupils:
        terminal.say(both("应报", "owed without being asked"))
        owed = (BY_HEADS[made.by], both("规则", "rule"), both("按时", "in time"), both("迟报", "late"), both("未报", "missing"))
        of_lines = [(one.key, one.rule, *map(_count, (one.in_time, one.late, one.missing))) for one in made.expected]
        of_pupils = [("—", one.rule, *map(_count, (one.in_time, one.late, one.missing))) for one in made.expected_of_pupils]
        terminal.rows(owed, of_lines + of_pupils)
    _tell_voided(terminal, made)
    if not made.actual.lines:
        terminal.note(both("这段时间没有通报", "nothing was told in this time"))


def _tell_voided(terminal: Terminal, made: "Report") -> None:
    """Incidents that were void, each with reason and officer."""
    from services.routing.core.sla.naming import type_title

    if not made.voided and not made.voided_hidden:
        return
    terminal.say(both("作废", "void"))
    rows = [(one.number, type_title(one.type), one.code, one.reason, one.officer) for one in made.voided]
    rows += [("—", type_title(name), _count(count), "—", "—") for name, count in made.voided_hidden.items()]
    terminal.rows(
        (both("编号", "number"), both("类型", "type"), both("类别", "code"), both("理由", "reason"), both("责任人", "officer")), rows
    )


def _cells(line: "Line") -> tuple[str, ...]:
    signed = line.signed
    return (
        _title(line.key, line.title),
        *map(_count, (signed.asked, signed.in_time, signed.late, signed.open)),
        _rate(signed.rate),
        *(_number(minutes) for minutes in (line.median_minutes, line.p90_minutes)),
        *map(_outcome, (line.acted, line.reported, line.closed)),
        *map(_share, (line.publisher, line.bus, line.receiver)),
        _outcome(line.published),
        _outcome(line.lawful),
        _rated(line.rated),
    )


def _title(key: str, title: str) -> str:
    return both(title, key or "total")


def _count(count: Any) -> str:
    return both("隐去", "hidden") if count == "hidden" else str(count)


def _rate(rate: float | None) -> str:
    return f"{rate:.1%}" if rate is not None else "—"


def _number(minutes: float | None) -> str:
    return f"{minutes:,.1f}".removesuffix(".0") if minutes is not None else "—"


def _outcome(outcome: "Outcome") -> str:
    """In time of those that are decided."""
    counts = (outcome.in_time, outcome.late)
    if not all(isinstance(count, int) for count in counts):
        return _count(next(count for count in counts if not isinstance(count, int)))
    return f"{counts[0]}/{counts[0] + counts[1]}" if any(counts) else "—"  # type: ignore[operator]  # both are counts


def _rated(rated: "Rated") -> str:
    """The average, and of how many; of too few only how many."""
    if not isinstance(rated.given, int):
        return _count(rated.given)
    if not rated.given:
        return "—"
    zh, en = (f"{rated.average:.2f}",) * 2 if rated.average is not None else ("隐去", "hidden")
    return both(f"{zh}（{rated.given} 次）", f"{en} ({rated.given})")


def _share(share: "Share") -> str:
    """How many, and their minutes."""
    if not isinstance(share.late, int):
        return _count(share.late)
    return both(f"{share.late} 件 {_number(share.minutes)} 分", f"{share.late}: {_number(share.minutes)} min") if share.late else "0"
