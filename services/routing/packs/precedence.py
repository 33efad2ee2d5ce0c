"""Precedence of packs: nation, province, city, county, school. A lower one may add rules and tighten; one loosening refuses it whole."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.routing.core.mandates import AnyRule, Mandate, MandateBook, OwnLadder, PackInfo, Place
from services.routing.core.mandates.implication import excludes
from services.routing.core.mandates.silence import check_breaches, duty_breaches
from services.routing.core.mandates.tightening import DIMENSIONS, Breach, breaches, counterpart, given_longer
from services.routing.core.matching.cast import STAND_INS
from services.routing.packs.faults import Fault

CountyOf = Callable[[str], str | None]
"""The county that a school lies in; None where it is not known."""


@dataclass(frozen=True, slots=True)
class Loosening:
    """A rule or a ladder of a lower pack that loosens one above it (None: the ladder that all share), in one dimension."""

    rule: AnyRule | OwnLadder
    above: AnyRule | OwnLadder | None
    breach: Breach

    def fault(self) -> Fault:
        """Both rules with file and line, and what is loosened."""
        above, dimension = self.above, DIMENSIONS[self.breach.dimension]
        place = f"{above.pack} {above.id}，{above.file}:{above.line}" if above is not None else f"ladders.yaml {self.rule.id}"
        return Fault(
            self.rule.file,
            self.breach.line or self.rule.line,
            self.rule.id,
            f"放宽了上级规则（{place}）的{dimension}：{self.breach.zh}",
            f"loosens {self.breach.dimension} of the rule above ({place}): {self.breach.en}",
        )


def loosenings(book: MandateBook, county_of: CountyOf, only: PackInfo | None = None) -> list[Fault]:
    """Every loosening of every pack of the book (or of one of them), at any time that it is in force."""
    law = Law(book)
    packs = [only] if only is not None else [pack for pack in book.packs if pack.level != "national"]
    found = [loosening for pack in packs for loosening in law.loosened_by(pack, place_of(pack, county_of))]
    faults = dict.fromkeys(loosening.fault() for loosening in found)
    return sorted(faults, key=lambda fault: (fault.file, fault.line, fault.rule))


def place_of(pack: PackInfo, county_of: CountyOf) -> Place:
    """Where a pack is in force; of a school whose county is not known, below the nation alone."""
    if pack.level != "school":
        return Place(pack.jurisdiction)
    return Place(county_of(pack.jurisdiction) or "", pack.jurisdiction)


class Law:
    """A book as packs are held against it."""

    def __init__(self, book: MandateBook) -> None:
        self._book = book
        self._rules: dict[str, list[Mandate]] = {}
        self._packs: dict[str, list[PackInfo]] = {}
        self._national: dict[str, list[tuple[PackInfo, str]]] = {}
        for pack in book.packs:
            self._packs.setdefault(pack.jurisdiction, []).append(pack)
        for rule in (*book, *(check.mandate for check in book.crosschecks)):
            self._rules.setdefault(rule.pack, []).append(rule)
        for rule in book:
            for row in rule.notify if rule.in_pack.level == "national" else ():
                self._national.setdefault(_bare(row.to), []).append((rule.in_pack, row.view))

    def loosened_by(self, pack: PackInfo, place: Place) -> Iterator[Loosening]:
        """What a pack loosens of those above it: looked at whenever one of them, or it, begins or ends."""
        for at in self._turns(pack, place):
            for rule in self._rules.get(pack.name, ()):
                yield from self._at(rule, place, at)
            yield from self._of_silence(pack, place, at)
            yield from self._of_ladders(pack, place, at)

    def _of_silence(self, pack: PackInfo, place: Place, at: datetime) -> Iterator[Loosening]:
        """What its periodic duties and cross-checks loosen of those in force above them."""
        book, over = self._book, place.jurisdictions[: place.jurisdictions.index(pack.jurisdiction)]
        ladders = book.placed_ladders.everywhere(place, at)
        for duty in (one for one in book.periodic if one.in_pack == pack):
            for above in (one for one in book.periodic if one.id == duty.id and self._is_over(one.in_pack, over, at)):
                yield from (Loosening(duty, above, breach) for breach in duty_breaches(duty, above, ladders))
        for check in (one for one in book.crosschecks if one.mandate.in_pack == pack):
            for over_it in (one for one in book.crosschecks if one.id == check.id and self._is_over(one.mandate.in_pack, over, at)):
                yield from (Loosening(check.mandate, over_it.mandate, breach) for breach in check_breaches(check, over_it, ladders))

    def _of_ladders(self, pack: PackInfo, place: Place, at: datetime) -> Iterator[Loosening]:
        """The steps of a ladder above that its own has later, or not at all."""
        over = place.jurisdictions[: place.jurisdictions.index(pack.jurisdiction)]
        for one in self._book.placed_ladders.own:
            above, lost = self._book.placed_ladders.loosened(one, over, at) if one.in_pack == pack else (None, ())
            for step in lost:
                zh = f"第 {step.step} 步（{step.offset} 告知 {step.target}）推迟或缺失"
                en = f"step {step.step} ({step.offset} to {step.target}) comes later or not at all"
                yield Loosening(one, above, Breach("ladder", one.line, zh, en))

    def _is_over(self, pack: PackInfo, over: Sequence[str], at: datetime) -> bool:
        return pack.jurisdiction in over and self._book.in_force(pack, at)

    def _turns(self, pack: PackInfo, place: Place) -> list[datetime]:
        """The instants of a pack's time at which the packs above it may say something else."""
        above = [other for code in place.jurisdictions for other in self._packs.get(code, ())]
        turns = {pack.effective_from, *(at for other in above for at in (other.effective_from, other.effective_to) if at is not None)}
        return sorted(at for at in turns if self._book.in_force(pack, at))

    def _at(self, rule: Mandate, place: Place, at: datetime) -> Iterator[Loosening]:
        book, over = self._book, place.jurisdictions[: place.jurisdictions.index(rule.in_pack.jurisdiction)]
        above = [one for one in book.chain(rule.id, place, at) if one.in_pack.jurisdiction in over]
        for one in above[-1:]:
            yield from (Loosening(rule, one, breach) for breach in breaches(rule, one, book.placed_ladders.everywhere(place, at)))
        yield from self._shows_more(rule, above[-1] if above else None, at)
        if rule.task is not None and rule.task.lead is not None and not any(one.task and one.task.lead for one in above):
            yield from _takes_the_lead(rule, book.rules_on(rule.types, over, at))

    def _shows_more(self, rule: Mandate, above: Mandate | None, at: datetime) -> Iterator[Loosening]:
        """A recipient that the rule adds sees what the nation lets its role see, or what leaders see, and no more."""
        kept = [counterpart(rule, row, above) for row in above.notify] if above is not None else []
        for row in rule.notify:
            if any(row is one for one in kept) or row.to in STAND_INS:
                continue
            given = (view for pack, view in self._national.get(_bare(row.to), ()) if self._book.in_force(pack, at))
            allowed = "".join(sorted({letter for view in given if view != "own" for letter in view}))
            if row.view == "own" or set(row.view) - {*allowed, "L"}:
                zh = f"{row.to} 不得使用视图 {row.view}（全国规则给该岗位的视图：{allowed or '无'}）"
                en = f"{row.to} may not have view {row.view} (national rules give that role: {allowed or 'none'})"
                yield Loosening(rule, above or rule, Breach("view", row.line, zh, en))


def _bare(role: str) -> str:
    """A role without the side of a handover; a stand-in as it is."""
    return role if role.startswith("@") else role.partition("@")[0]


def _takes_the_lead(rule: Mandate, others: Iterable[Mandate]) -> Iterator[Loosening]:
    """A rule that would lead where one above it leads now must not give its lead more time: the limits of the leading rule hold."""
    for above in others:
        outranks = (-rule.rank, rule.id) < (-above.rank, above.id)
        if rule.task is None or above.task is None or above.task.lead is None or not outranks or _never_together(rule, above):
            continue
        for what, form, wanted in given_longer(rule.task, above.task):
            zh = f"{rule.id} 位次高于 {above.id}，其 {what}（{form or '无期限'}）不得长于 {wanted}"
            en = f"{rule.id} outranks {above.id}: its {what} ({form or 'no clock'}) may not be longer than {wanted}"
            yield Loosening(rule, above, Breach("times", rule.task.line, zh, en))


def _never_together(rule: Mandate, above: Mandate) -> bool:
    single = [[clause.conditions[0] for clause in one.when if len(clause.conditions) == 1] for one in (rule, above)]
    return any(excludes(left, right) for left in single[0] for right in single[1])
