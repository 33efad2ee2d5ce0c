"""Small numbers: what is about pupils is not shown below its limit, and cannot be worked out from what is shown."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.core.sla.figures import ASKED, CELLS, Figures, combine
from services.routing.core.sla.hiding import HIDDEN, hide
from services.routing.core.sla.subjects import guard_of, smallest_shown
from services.routing.core.sla.sums import TOTAL, Column

Table = Mapping[str, Figures]


def table(**lines: dict[str, int]) -> Table:
    """Lines by key with counts of what was signed (``in_time=3``), and their sums."""
    made = {key: Figures({f"signed/{name.replace('_', '-')}": count for name, count in cells.items()}) for key, cells in lines.items()}
    return {TOTAL: combine(made.values()), **made}


def everything(lines: Table) -> Column:
    return TOTAL, tuple(key for key in lines if key != TOTAL)


def shown(lines: Table, guards: Mapping[str, int], key: str) -> list[int | str]:
    hidden = hide(lines, guards, [everything(lines)])
    cells = ("asked", "in-time", "late", "open")
    return [hidden.get((key, f"signed/{cell}"), lines[key].count(f"signed/{cell}")) for cell in cells]


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("school.psych-risk.assessed", 10), ("health.psych-referral.answered", 10), ("school.pupil-transfer.started", 10),
        ("school.bullying.reported", 5), ("school.dropout-list.submitted", 5), ("police.forced-report.accepted", 5),
        ("police.alarm.raised", None), ("bus.uncovered", None),
    ],
)  # fmt: skip
def test_psychology_is_shown_from_ten_other_matters_of_pupils_from_five(name: str, limit: int | None) -> None:
    assert smallest_shown(name) == limit


def test_a_line_that_counts_other_matters_too_is_shown() -> None:
    assert guard_of(["school.psych-risk.assessed", "police.alarm.raised"]) is None
    assert guard_of(["school.psych-risk.assessed", "school.bullying.reported"]) == 5
    assert guard_of([]) is None


def test_nothing_is_hidden_where_nothing_is_about_pupils() -> None:
    lines = table(alarms={"in_time": 1, "late": 1}, hazards={"in_time": 2})
    assert hide(lines, {}, [everything(lines)]) == {}


def test_a_small_count_takes_its_parts_with_it() -> None:
    lines = table(psych={"in_time": 3, "late": 1})
    assert shown(lines, {"psych": 10, TOTAL: 10}, "psych") == ["<10", "<10", "<10", 0]


def test_one_small_part_of_a_large_count_takes_another_part_with_it() -> None:
    lines = table(psych={"in_time": 20, "late": 2})
    assert shown(lines, {"psych": 10, TOTAL: 10}, "psych") == [22, HIDDEN, "<10", 0]


def test_one_small_line_takes_the_smallest_other_line_with_it_so_that_the_total_stands() -> None:
    lines = table(psych={"in_time": 3}, alarms={"in_time": 8}, hazards={"in_time": 30})
    guards = {"psych": 10}
    assert shown(lines, guards, "psych")[:2] == ["<10", "<10"]
    assert shown(lines, guards, "alarms")[:2] == [HIDDEN, HIDDEN]
    assert shown(lines, guards, "hazards")[:2] == [30, 30]
    assert shown(lines, guards, TOTAL)[:2] == [41, 41]


def test_a_zero_and_a_number_at_the_limit_are_shown() -> None:
    lines = table(bullying={"in_time": 5, "late": 0})
    assert shown(lines, {"bullying": 5, TOTAL: 5}, "bullying") == [5, 5, 0, 0]


def test_two_lines_whose_sum_leaves_one_way_only_take_a_third_with_them() -> None:
    """Both are at least one, and together they are two."""
    lines = table(left={"in_time": 1}, right={"in_time": 1}, alarms={"in_time": 9})
    assert shown(lines, {"left": 5, "right": 5}, "alarms")[1] == HIDDEN


def test_what_was_delivered_does_not_tell_what_fell_away() -> None:
    cells = {"delivered/in-time": 30, "signed/in-time": 27, "dropped/withdrawn": 3}
    lines = {TOTAL: Figures(cells), "psych": Figures(cells)}
    hidden = hide(lines, {"psych": 10, TOTAL: 10}, [everything(lines)])
    assert hidden["psych", "dropped/withdrawn"] == "<10"
    assert {("psych", "delivered/asked"), ("psych", "signed/asked")} & hidden.keys()


def test_a_limit_that_leaves_one_way_only_is_not_told_either() -> None:
    """Four counts of at least one each, of a total below five: the total is hidden without its limit."""
    lines = table(psych={"in_time": 1}, bullying={"in_time": 1, "late": 1, "open": 1})
    assert shown(lines, {"psych": 10, "bullying": 5, TOTAL: 5}, TOTAL)[0] == HIDDEN


COUNTS = st.fixed_dictionaries({"in_time": st.integers(0, 12), "late": st.integers(0, 6), "open": st.integers(0, 6)})


@settings(deadline=None)
@given(st.lists(st.tuples(COUNTS, st.sampled_from([None, 5, 10])), min_size=1, max_size=6))
def test_no_small_count_has_one_value_alone(drawn: list[tuple[dict[str, int], int | None]]) -> None:
    """INVARIANT: what a reader knows leaves a small count open — broken by a sum of which all but one count is shown.

    The reader is the test's own: every hidden count may be anything that fits all sums, tried out by moving one unit along them."""
    lines = table(**{f"d{n}": counts for n, (counts, _) in enumerate(drawn)})
    guards = {f"d{n}": guard for n, (_, guard) in enumerate(drawn) if guard is not None}
    if all(guard is not None for _, guard in drawn):
        guards[TOTAL] = min(guards.values())
    hidden = hide(lines, guards, [everything(lines)])
    for place in [place for place, text in hidden.items() if text != HIDDEN]:
        low, high = reach(lines, hidden, place)
        assert low < high, (place, low, high)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("xyz"), COUNTS, st.sampled_from([None, 5, 10])), min_size=1, max_size=6))
def test_no_small_count_of_a_desk_can_be_worked_out_from_its_unit(drawn: list[tuple[str, dict[str, int], int | None]]) -> None:
    """INVARIANT: the same where lines of units stand beside those of their desks — broken by hiding each table on its own."""
    lines = dict(table(**{f"d{n}": counts for n, (_, counts, _) in enumerate(drawn)}))
    guards = {f"d{n}": guard for n, (*_, guard) in enumerate(drawn)}
    units = {unit: tuple(f"d{n}" for n, (of, *_) in enumerate(drawn) if of == unit) for unit, *_ in drawn}
    columns = [*units.items(), (TOTAL, tuple(units)), everything(lines)]
    for whole, parts in columns:
        lines[whole] = combine(lines[part] for part in parts)
        several = [guard for part in parts if (guard := guards[part]) is not None]
        guards[whole] = min(several) if len(several) == len(parts) else None
    hidden = hide(lines, {key: guard for key, guard in guards.items() if guard is not None}, columns)
    for place in [place for place, text in hidden.items() if text != HIDDEN]:
        low, high = reach(lines, hidden, place, columns)
        assert low < high, (place, low, high)


def reach(lines: Table, hidden: Mapping[tuple[str, str], str], wanted: tuple[str, str], columns: Sequence[Column] = ()) -> tuple[int, int]:
    """The least and the greatest value that a hidden count can have, by narrowing until nothing changes."""
    spans = {(key, cell): (figures.count(cell),) * 2 for key, figures in lines.items() for cell in (*CELLS, *ASKED)}
    spans |= {place: (1, int(text[1:]) - 1) if text != HIDDEN else (0, 999) for place, text in hidden.items()}
    equations = [((key, asked), [(key, part) for part in parts]) for key in lines for asked, parts in ASKED.items()]
    equations += [
        ((whole, cell), [(key, cell) for key in parts]) for whole, parts in columns or [everything(lines)] for cell in (*CELLS, *ASKED)
    ]
    changed = True
    while changed:
        changed = False
        for total, parts in equations:
            for one in (total, *parts):
                others = [spans[part] for part in parts if part != one]
                low, high = sum(low for low, _ in others), sum(high for _, high in others)
                bounds = (low, high) if one == total else (spans[total][0] - high, spans[total][1] - low)
                narrowed = (max(spans[one][0], bounds[0]), min(spans[one][1], bounds[1]))
                changed |= narrowed != spans[one]
                spans[one] = narrowed
    return spans[wanted]
