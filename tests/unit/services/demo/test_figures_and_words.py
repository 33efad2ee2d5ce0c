import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len
from rich.console import Console

from services.commands.both import pick
from services.commands.errors import WrongUse
from services.commands.terminal import Terminal
from services.demo.audit import Finding, Report
from services.demo.board import Board, state_of
from services.demo.client import _events
from services.demo.figures import CaseFigures, Latency, durations, percentile
from services.demo.forward import Moved, parse_duration
from services.demo.links import curl_line
from services.demo.summary import Summary

NOW = datetime(2026, 9, 21, 0, 0, tzinfo=UTC)


def case(**other: object) -> CaseFigures:
    usual = {
        "incident": "i",
        "number": "XT-1",
        "key": "J1",
        "opened_at": NOW,
        "is_closed": False,
        "task_closed": False,
        "told": 4,
        "delivered": 4,
        "to_sign": 3,
        "signed": 1,
        "returned": 0,
        "escalated": 0,
        "events": 1,
        "outcome": "routed",
    }
    return CaseFigures(**{**usual, **other})  # type: ignore[arg-type]


def summary(**other: object) -> Summary:
    usual = {
        "posted": 2,
        "cases": (case(), case(signed=3, escalated=2)),
        "latency": Latency(2, 20.0, 40.0),
        "audit": Report(judged=9),
        "began": NOW,
        "ended": NOW + timedelta(minutes=14),
        "speed": 30.0,
        "ready_seconds": 12.34,
        "seconds": 44.0,
    }
    return Summary(**{**usual, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "state"),
    [
        ({}, "working"),
        ({"signed": 3}, "signed"),
        ({"signed": 3, "returned": 1}, "returned"),
        ({"escalated": 1, "returned": 1}, "escalated"),
        ({"task_closed": True, "escalated": 1}, "closed"),
        ({"is_closed": True}, "closed"),
        ({"outcome": "unmatched", "signed": 3}, "unmatched"),
        ({"to_sign": 0, "signed": 0}, "working"),
    ],
)
def test_the_word_for_a_case_is_what_most_wants_to_be_seen(other: dict[str, object], state: str) -> None:
    assert state_of(case(**other)) == state


def test_the_summary_counts_what_the_cases_hold() -> None:
    record = summary().record()
    assert record["clean"] is True
    assert (record["events"], record["cases"], record["notifications"], record["acknowledged"], record["escalated"]) == (2, 2, 8, 4, 2)
    assert record["event_to_desk_ms"] == {"count": 2, "p50": 20.0, "p99": 40.0}
    assert record["business_time"] == {"from": "2026-09-21T08:00:00+08:00", "to": "2026-09-21T08:14:00+08:00", "speed": 30.0}
    json.dumps(record)


@pytest.mark.parametrize(
    "other",
    [{"audit": Report((Finding("lost", "x"),))}, {"faults": ("a desk: 500",)}, {"cases": ()}],
    ids=["a finding", "a desk that was hindered", "nothing told"],
)
def test_a_summary_with_a_fault_is_not_clean(other: dict[str, object]) -> None:
    assert not summary(**other).is_clean


def test_the_summary_speaks_both_languages() -> None:
    lines = summary(audit=Report((Finding("lost", "x"),))).lines()
    assert "丢失 1" in "\n".join(pick(line, "zh") for line in lines)
    assert "lost 1" in "\n".join(pick(line, "en") for line in lines)


@pytest.mark.parametrize(
    ("values", "share", "value"), [([], 50, None), ([3.0], 99, 3.0), ([1.0, 2.0, 3.0, 4.0], 50, 2.0), ([1.0, 2.0, 9.0], 99, 9.0)]
)
def test_a_percentile_is_a_value_that_was_seen(values: list[float], share: float, value: float | None) -> None:
    assert percentile(values, share) == value


def test_only_what_an_event_caused_and_a_desk_has_is_timed() -> None:
    stated = {"e1": NOW}
    issued = {("n1", 1): "e1", ("n2", 1): "clock", ("n3", 1): "e1"}
    delivered = {("n1", 1): NOW + timedelta(milliseconds=25), ("n2", 1): NOW}
    assert durations(stated, issued, delivered) == [25.0]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("6min", 360), ("90s", 90), ("2h", 7200), ("1d", 86400), ("1.5h", 5400), ("6分钟", 360), ("6 分", 360), ("2小时", 7200)],
)
def test_a_duration_is_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["-6min", "0min", "61d", "9" * 400 + "d", "6", "min", "sechs", ""])
def test_a_duration_that_goes_back_or_nowhere_is_wrong_use(text: str) -> None:
    with pytest.raises(WrongUse):
        parse_duration(text)


def test_what_moved_is_told_in_beijing_time() -> None:
    moved = Moved(NOW, NOW + timedelta(minutes=6), 1, 2)
    assert "08:00:00 → 2026-09-21 08:06:00" in pick(moved.words, "zh")
    assert moved.record() == {
        "from": "2026-09-21 08:00:00", "to": "2026-09-21 08:06:00", "missed": 1, "escalations": 2,
        "leapt_from": None, "unattended_windows": 0,
    }  # fmt: skip


def test_the_line_for_posting_an_alarm_holds_no_token() -> None:
    line = curl_line("http://127.0.0.1:8001", NOW.date())
    assert "$(.venv/bin/xietong token police.110-desk@pb-990102)" in line
    assert "eyJ" not in line


async def test_a_stream_gives_what_changed_and_passes_the_rest_over() -> None:
    text = (
        'retry: 2000\n\nid: 0\nevent: time\ndata: {"now": "x"}\n\n:\n\nid: 3\nevent: notification\ndata: {"id": "n1", "ring": "loud"}\n\n'
    )

    async def lines() -> AsyncIterator[bytes]:
        for line in text.splitlines(keepends=True):
            yield line.encode()

    assert [found async for found in _events(lines())] == [("3", "notification", "n1")]


@pytest.mark.parametrize(("width", "numbered"), [(80, False), (140, True)])
def test_the_table_shows_every_count_in_a_narrow_window_too(width: int, numbered: bool) -> None:
    board = Board(Terminal(), {"J1": "车辆堵门 · 实验初中门前 → 退单、裁定、改派、再次告知"})
    seen = Console(file=io.StringIO(), width=width, force_terminal=False)
    seen.print(board.table(NOW, 30, [case(number="XT-990102-20260921-ABCDEF", escalated=2, delivered=3)], width=width))
    said = seen.file.getvalue()  # type: ignore[attr-defined]
    for words in ("时间", "已告知", "签收", "督办", "情况", "08:00:00", "车辆堵门", "3/4", "1/3", " 2 ", "督办中"):
        assert words in said
    assert ("XT-990102-20260921-ABCDEF" in said) is numbered
    assert max(cell_len(line) for line in said.splitlines()) <= width
