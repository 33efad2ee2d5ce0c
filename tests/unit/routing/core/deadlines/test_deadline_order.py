"""The order of deadlines is sound: what is called never later is never later, over made-up calendars and a whole term of deliveries."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from services.routing.core.calendar import EARLIEST_CLOSING, SHORTEST_OFFICE_DAY
from services.routing.core.deadlines import DeskTime, compute_due, earlier_of, never_later, parse_form
from tests.unit.routing.core.deadlines.deadline_oracle import Facts
from tests.unit.routing.core.deadlines.test_deadline_oracle import cases, desk, facts, instants
from tests.unit.routing.core.deadlines.worked_time import A, E, K, at, school_time

CLOSING = EARLIEST_CLOSING.hour * 60
FIELDS = {"f": "2026-09-18T10:00:00+08:00", "g": "2026-10-05"}
single = st.one_of(
    st.sampled_from(["18:00 before g", "17:00 before g", "2sd before g", "3sd before g"]),
    st.sampled_from(["window end", "weekly", "concluded", "accepted", "date:g", "0min", "1440min", "11h", "35h", "72h"]),
    st.integers(0, 6_000).map("{}min".format),
    st.integers(0, 200).map("{}h".format),
    st.integers(0, 200).map("{}h of known_at".format),
    st.one_of(st.integers(1, 9), st.integers(1, 40)).map("{}h/open".format),
    st.one_of(st.sampled_from([660, 700, 1_400, 2_100, 2_200]), st.integers(1, 5_000)).map("{}min/next-sd".format),
    *(st.integers(1, 9).map(f"{{}}{unit}".format) for unit in ("sd", "wd", "nd")),
    st.integers(1, 9).map("review every {}nd".format),
    st.integers(0, 23).map("daily@{:02}:00".format),
    st.tuples(st.integers(1, 9), st.sampled_from(["h", "wd", "sd", "nd"]), st.sampled_from("fg")).map(
        lambda t: f"{t[0]}{t[1]} from {t[2]}"
    ),
)
forms = st.one_of(single, single, st.lists(single, min_size=2, max_size=3).map("≤".join))


@st.composite
def tables(draw: st.DrawFn) -> Facts:
    """Made-up tables whose hours go as far as a unit's document may."""
    opens = draw(st.integers(0, 1_100))
    soonest = max(CLOSING, opens + SHORTEST_OFFICE_DAY // timedelta(minutes=1))
    closes = draw(st.one_of(st.just(soonest), st.integers(soonest, 1_439)))
    begins = st.integers(0, CLOSING)
    return replace(
        draw(facts()),
        office=(opens, closes),
        desk_end=draw(st.integers(CLOSING, 1_439)),
        summer_begin=draw(begins),
        winter_begin=draw(begins),
    )


def due_at(form: str, start: datetime, place: DeskTime, known_at: datetime) -> Any:
    try:
        return compute_due(form, start, place, known_at=known_at, fields=FIELDS).at
    except ValueError:
        return "no window"


@settings(cases(2_000), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(forms, forms, tables(), st.lists(instants, min_size=1, max_size=12))
def test_what_is_called_never_later_is_never_later(one: str, other: str, known: Facts, starts: list[datetime]) -> None:
    """INVARIANT: no tightening gives anybody more time — broken by an order that forgets breaks, closings or make-up days."""
    pairs = [(a, b) for a, b in ((one, other), (other, one)) if never_later(a, b)]
    assume(pairs)
    place = desk(known)
    for a, b in pairs:
        for start in starts:
            first, second = (due_at(form, start, place, start - timedelta(minutes=7)) for form in (a, b))
            if "no window" not in (first, second) and second is not None:
                assert first is not None, (a, b, start)
                assert first <= second, (a, b, start)


@pytest.mark.parametrize("school", [A, E, K])
def test_over_every_half_hour_of_a_term_what_is_called_never_later_is_never_later(school: str) -> None:
    notation = [
        "30min", "2h", "8h", "11h", "24h", "35h", "72h", "96h", "4h/open", "8h/open", "30min/next-sd", "300min/next-sd",
        "1sd", "2sd", "3sd", "1wd", "2wd", "5wd", "1nd", "2nd", "7nd", "1sd≤96h", "3sd≤7nd",
    ]  # fmt: skip
    pairs = [(a, b) for a in notation for b in notation if a != b and never_later(a, b)]
    assert len(pairs) > 120
    start, place = at("09-01 00:00"), school_time(school, at("09-01 00:00"))
    while start < at("12-15 00:00"):
        dues = {form: compute_due(form, start, place).at for form in notation}
        assert [pair for pair in pairs if (dues[pair[0]] or start) > (dues[pair[1]] or start)] == [], start
        start += timedelta(minutes=30)


@pytest.mark.parametrize(
    ("tighter", "than"),
    [
        ("1h", "2h"), ("10min of known_at", "2h of known_at"), ("2h", "1wd"), ("11h", "1wd"), ("35h", "2wd"), ("11h", "1sd"), ("24h", "1nd"),
        ("4h", "4h/open"), ("4h/open", "1wd"), ("2h/open", "4h/open"), ("1wd", "2wd"), ("1sd", "3sd"), ("9nd", "10nd"), ("1nd", "2wd"),
        ("30min", "30min/next-sd"), ("20min/next-sd", "30min/next-sd"), ("30min/next-sd", "1sd"), ("30min/next-sd", "72h"),
        ("1sd≤96h", "96h"), ("1sd≤96h", "1sd"), ("1sd≤48h", "1sd≤96h"), ("daily@12:00", "daily@17:00"), ("review every 7nd", "review every 30nd"),
        ("5wd", "concluded"), ("2wd from f", "3wd from f"), ("day-end", "day-end"),
        ("17:00 before f", "18:00 before f"), ("18:00 before f", "date:f"), ("5sd before f", "3sd before f"), ("weekly", "weekly"), ("daily@17:00", "5wd"),
    ],
)  # fmt: skip
def test_what_people_call_tighter_is_proven(tighter: str, than: str) -> None:
    assert never_later(tighter, than)
    assert tighter == than or not never_later(than, tighter)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1wd", "24h"), ("24h", "1wd"), ("12h", "1wd"), ("1sd", "1wd"), ("1wd", "1sd"), ("1wd", "1nd"), ("1nd", "1wd"), ("5h/open", "1wd"),
        ("4h/open", "4h"), ("30min/next-sd", "30min"), ("30min/next-sd", "71h"), ("2h", "2h of known_at"), ("concluded", "5wd"),
        ("concluded", "accepted"), ("2h", "daily@17:00"), ("daily@17:00", "weekly"), ("1h", "day-end"), ("2wd from f", "3wd from g"),
        ("2wd from f", "9wd"), ("date:f", "1wd"),
        ("17:00 before f", "17:00 before g"), ("3sd before f", "5sd before f"), ("18:00 before f", "date:g"), ("700min/next-sd", "1sd"), ("3wd", "1sd≤96h"), ("window end", "2h"),
    ],
)  # fmt: skip
def test_what_cannot_be_proven_is_no_tightening(one: str, other: str) -> None:
    assert not never_later(one, other)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("1h", "2h", "1h"), ("2h", "1h", "1h"), ("24h", "1wd", "24h≤1wd"), (None, "1wd", "1wd"), ("1wd", None, "1wd"), (None, None, None),
        ("1sd≤96h", "1wd", "1sd≤96h≤1wd"), ("daily@17:00", "1h", "daily@17:00"), ("1h", "daily@17:00", "daily@17:00"),
    ],
)  # fmt: skip
def test_two_forms_are_asked_for_by_the_earlier_of_them(one: str | None, other: str | None, both: str | None) -> None:
    assert earlier_of(one, other) == both
    assert both is None or parse_form(both)


@cases(500)
@given(single, single, tables(), instants)
def test_the_form_that_asks_for_both_is_never_later_than_either(one: str, other: str, known: Facts, start: datetime) -> None:
    both, place = earlier_of(one, other), desk(known)
    assert both is not None
    if "daily" in one + other or "weekly" in one + other or "review" in one + other:
        return
    dues = [due_at(form, start, place, start) for form in (one, other)]
    due = due_at(both, start, place, start)
    assert "no window" in (*dues, due) or all(due is not None and due <= other for other in dues if other is not None)
