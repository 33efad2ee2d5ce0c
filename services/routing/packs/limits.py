"""Every deadline of a book: what it is, by when, and whether a law, an official document, a practice or nothing but our default says so."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.routing.core.deadlines import describe_form
from services.routing.core.mandates import OURS, Mandate, MandateBook, NotifyRow, Source, Standing

STANDINGS: Mapping[Standing, str] = {"law": "法律法规", "doc": "规范性文件", "practice": "实践做法", "ours": "平台默认"}
_FIRMEST: tuple[Standing, ...] = ("law", "doc", "practice", "ours")
DUTIES: Mapping[str, str] = {"ack": "签收", "first-action": "首个措施", "report": "反馈", "close": "办结", "ladder": "督办"}


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
    """Those of every rule in force at ``at``, by rule, then those of the ladders."""
    rules = [rule for rule in book if book.in_force(rule.in_pack, at)]
    return [*(limit for rule in rules for limit in _of(rule)), *_of_ladders(book)]


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


def _limit(rule: Mandate, who: str, duty: str, form: str, sources: Iterable[Source]) -> Limit:
    named = tuple(sources) or (OURS,)
    standings = tuple(dict.fromkeys(sorted((source.standing for source in named), key=_FIRMEST.index)))
    basis = "；".join(f"{source.key} {source.words}" if source.key != OURS.key else source.words for source in named)
    return Limit(rule.id, rule.pack, who, duty, form, describe_form(form), standings, basis)


def _of_ladders(book: MandateBook) -> Iterator[Limit]:
    for letter in sorted(book.ladders):
        for step in book.ladder(letter):
            words = f"逾期后{describe_form(step.offset).removeprefix('送达后')}"
            yield Limit(letter, "", f"第 {step.step} 步 {step.target}", "ladder", step.offset, words, ("ours",), OURS.words)
