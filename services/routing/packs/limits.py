"""Every deadline of a book: what it is, by when, and whether a law, an official document, a practice or nothing but our default says so."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.routing.core.deadlines import describe_form, describe_period
from services.routing.core.mandates import OURS, AnyRule, CrossCheck, Mandate, MandateBook, NotifyRow, PeriodicDuty, Source, Standing

STANDINGS: Mapping[Standing, str] = {"law": "法律法规", "doc": "规范性文件", "practice": "实践做法", "ours": "平台默认"}
_FIRMEST: tuple[Standing, ...] = ("law", "doc", "practice", "ours")
DUTIES: Mapping[str, str] = {
    "ack": "签收", "first-action": "首个措施", "report": "反馈", "close": "办结", "ladder": "督办",
    "periodic": "应报", "told": "缺报告知", "window": "核对时限",
}  # fmt: skip


SINCE: Mapping[str, str] = {"known_at": "获悉", "published_at": "发布", "delivered_at": "送达"}


@dataclass(frozen=True, slots=True)
class Limit:
    """One deadline of one rule (of a ladder: ``rule`` is its letter). ``standings``: what the numbers of its row stand on, firmest first."""

    rule: str
    pack: str
    who: str
    duty: str
    form: str
    words: str
    standings: tuple[Standing, ...]
    basis: str


def duty_words(duty: str) -> str:
    """签收, and of a ladder's class 签收（A 类）."""
    name, _, letter = duty.partition("/")
    return DUTIES[name] + (f"（{letter} 类）" if letter else "")


def limits(book: MandateBook, at: datetime) -> list[Limit]:
    """Those of every rule in force at ``at``, by rule, of periodic duties and cross-checks, then those of the ladders."""
    rules = [rule for rule in book if book.in_force(rule.in_pack, at)]
    duties = [duty for duty in book.periodic if book.in_force(duty.in_pack, at)]
    checks = [check for check in book.crosschecks if book.in_force(check.in_pack, at)]
    return [
        *(limit for rule in rules for limit in _of(rule)),
        *(limit for duty in duties for limit in _of_duty(duty)),
        *(limit for check in checks for limit in _of_check(check)),
        *_of_ladders(book, at),
    ]


def _of(rule: Mandate) -> Iterator[Limit]:
    for row in rule.notify:
        for duty, form in _forms(row):
            yield _limit(rule, row.to, duty, form, row.sources)
    task = rule.task
    if task is not None:
        who = task.lead or "（并入上位任务）"
        for duty, limit in (("report", task.report), ("close", task.close)):
            if limit is not None:
                yield _limit(rule, who, duty, limit, task.sources)


def _forms(row: NotifyRow) -> Iterator[tuple[str, str]]:
    if row.ack is not None:
        yield "ack", row.ack
    yield from ((f"ack/{letter}", form) for letter, form in row.ack_by_ladder.items())
    if row.first_action is not None:
        yield "first-action", row.first_action


def _of_duty(duty: PeriodicDuty) -> Iterator[Limit]:
    """When each part is owed, and who hears by when that it is missing."""
    for part in duty.parts:
        yield _limit(duty, part.desk, "periodic", part.due, duty.sources, words=describe_period(part.due))
        for row in part.told:
            in_a_row = f"，连续 {row.in_a_row} 个周期缺报时" if row.in_a_row > 1 else ""
            yield _limit(duty, row.to, "told", row.after, duty.sources, words=_after_miss(row.after) + in_a_row)


def _of_check(check: CrossCheck) -> Iterator[Limit]:
    minutes = int(check.after.total_seconds() // 60)
    form = f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}min"
    sources = check.mandate.notify[0].sources
    yield _limit(check.mandate, check.owes, "window", form, sources, words=f"所依事件{SINCE[check.since]}后{_span(form)}")
    yield from _of(check.mandate)


def _after_miss(form: str) -> str:
    return "逾期时" if form == "0min" else f"逾期后{_span(form)}"


def _span(form: str) -> str:
    return describe_form(form).removeprefix("送达后")


def _limit(rule: AnyRule, who: str, duty: str, form: str, sources: Iterable[Source], *, words: str = "") -> Limit:
    named = tuple(sources) or (OURS,)
    standings = tuple(dict.fromkeys(sorted((source.standing for source in named), key=_FIRMEST.index)))
    basis = "；".join(f"{source.key} {source.words}" if source.key != OURS.key else source.words for source in named)
    return Limit(rule.id, rule.pack, who, duty, form, words or describe_form(form), standings, basis)


def _of_ladders(book: MandateBook, at: datetime) -> Iterator[Limit]:
    """Those that all packs share, then those that packs have for their places."""
    shared = [(letter, "", book.ladder(letter)) for letter in sorted(book.ladders)]
    own = [(one.letter, one.pack, one.steps) for one in book.placed_ladders.own if book.in_force(one.in_pack, at)]
    for letter, pack, steps in (*shared, *own):
        for step in steps:
            yield Limit(letter, pack, f"第 {step.step} 步 {step.target}", "ladder", step.offset, _after_miss(step.offset), ("ours",), OURS.words)
