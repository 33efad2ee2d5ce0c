"""A lower pack may only tighten: what a rule would loosen of the rule of the same id above it, dimension by dimension."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from contracts.coordination import Kind, Ladder
from services.routing.core.deadlines import never_later
from services.routing.core.mandates.conditions import Clause
from services.routing.core.mandates.expected import AnyRule
from services.routing.core.mandates.implication import clause_implies
from services.routing.core.mandates.model import LadderStep, Mandate, NotifyRow, Overdue, TaskRow
from services.routing.core.mandates.sight import changed

Dimension = Literal["times", "recipients", "kind", "view", "ladder", "condition", "thresholds", "lead"]
DIMENSIONS: Mapping[Dimension, str] = {
    "times": "期限", "recipients": "接收单位", "kind": "通报种类", "view": "视图", "ladder": "督办阶梯", "condition": "条件", "thresholds": "门槛",
    "lead": "主办与位次",
}  # fmt: skip
STRENGTH: Mapping[Kind, int] = {"acknowledge": 2, "bulletin": 1, "inform": 0}
Ladders = Mapping[Ladder, Sequence[LadderStep]]


@dataclass(frozen=True, slots=True)
class Breach:
    """One loosening: in which dimension, at which line of the lower rule, and what it is in words."""

    dimension: Dimension
    line: int
    zh: str
    en: str


def breaches(rule: Mandate, above: Mandate, ladders: Ladders) -> tuple[Breach, ...]:
    """Every loosening of ``above`` by ``rule``; empty: it asks no less of anybody, nowhere and never, and shows nobody more."""
    return (
        *_matches_less(rule, above),
        *(breach for row in above.notify for breach in _row(rule, row, above)),
        *ladder_breaches(rule, above, ladders),
        *_task(rule, above),
        *_nature(rule, above),
    )


def counterpart(rule: Mandate, row: NotifyRow, above: Mandate) -> NotifyRow | None:
    """The row that stands in ``rule`` for a row of the rule above: the first of the same role that loosens nothing, else the first."""
    same = [one for one in rule.notify if one.to == row.to and one.only == row.only and _reaches(one, row)]
    return next((one for one in same if not any(_loosened(one, row, above))), same[0] if same else None)


def _reaches(one: NotifyRow, row: NotifyRow) -> bool:
    """Whether it stands for the same types, cases and places, or more."""
    types = not one.types or (bool(row.types) and set(row.types) <= set(one.types))
    cases = all(any(clause_implies(held, clause) for held in row.when) for clause in one.when)
    return types and cases and one.within in (row.within, "county")


def _row(rule: Mandate, row: NotifyRow, above: Mandate) -> Iterator[Breach]:
    one = counterpart(rule, row, above)
    if one is None:
        yield Breach("recipients", rule.line, f"不再告知 {row.to}", f"{row.to} is no longer told")
        return
    yield from _loosened(one, row, above)


def _loosened(one: NotifyRow, row: NotifyRow, above: Mandate) -> Iterator[Breach]:
    if STRENGTH[one.kind] < STRENGTH[row.kind]:
        yield Breach("kind", one.line, f"{row.to} 由 {row.kind} 降为 {one.kind}", f"{row.to} goes from {row.kind} down to {one.kind}")
    if row.act is not None and one.act != row.act:
        yield Breach("condition", one.line, f"{row.to} 的首次行动不再是 {row.act}", f"the first action of {row.to} is {row.act} no more")
    if one.digest is not None and row.digest is None:
        yield Breach("times", one.line, f"{row.to} 由逐件告知改为每周摘要", f"{row.to} is told once a week and no longer at once")
    yield from _times(one, row)
    yield from _view(one, row, above)


def _times(one: NotifyRow, row: NotifyRow) -> Iterator[Breach]:
    letters: tuple[Ladder, ...] = get_args(Ladder) if one.ack_by_ladder or row.ack_by_ladder else ()
    acks = [(one.ack_by_ladder.get(letter) or one.ack, row.ack_by_ladder.get(letter) or row.ack) for letter in letters]
    for duty, form, wanted in (
        *(("ack", form, wanted) for form, wanted in acks or [(one.ack, row.ack)]),
        ("first_action", one.first_action, row.first_action),
    ):
        if _is_later(form, wanted):
            yield _late(f"{row.to} {duty}", form, wanted, one.line)


def _is_later(form: str | None, wanted: str | None) -> bool:
    """Whether a clock is given up, or cannot be proven to end as early."""
    return wanted is not None and (form is None or not never_later(form, wanted))


def _late(what: str, form: str | None, wanted: str | None, line: int) -> Breach:
    return Breach("times", line, f"{what} 由 {wanted} 放宽为 {form or '无期限'}", f"{what} goes from {wanted} to {form or 'no clock'}")


def _view(one: NotifyRow, row: NotifyRow, above: Mandate) -> Iterator[Breach]:
    if one.view == row.view:
        return
    if "own" in (one.view, row.view) or not above.types:
        yield Breach("view", one.line, f"{row.to} 的视图不得改为 {one.view}", f"the view of {row.to} cannot become {one.view}")
        return
    found = changed(row.types or above.types, row.view, one.view)
    for labels, zh, en in (
        (found.gained, "新增个人信息", "shows more of persons"),
        (found.lost, "不再提供所需项目", "lacks what is needed"),
    ):
        if labels:
            names = "、".join(labels)
            yield Breach("view", one.line, f"{row.to} 视图 {one.view} {zh}：{names}", f"view {one.view} of {row.to} {en}: {names}")


def _matches_less(rule: Mandate, above: Mandate) -> Iterator[Breach]:
    missing = [name for name in above.types if name not in rule.types]
    if missing:
        yield Breach("condition", rule.line, f"不再适用于 {'、'.join(missing)}", f"no longer matches {', '.join(missing)}")
    for clause in rule.when:
        if not any(clause_implies(held, clause) for held in above.when):
            dimension: Dimension = "thresholds" if _is_threshold(clause, above) else "condition"
            yield Breach(dimension, rule.line, f"条件收窄：{clause.words}", f"matches less: {clause.words}")


def _is_threshold(clause: Clause, above: Mandate) -> bool:
    counted = {one.field for held in above.when for one in held.conditions if one.op in ("gte", "lte")}
    return any(one.op in ("gte", "lte") and one.field in counted for one in clause.conditions)


def ladder_breaches(rule: AnyRule, above: AnyRule, ladders: Ladders) -> Iterator[Breach]:
    """Whether the ladder of a rule climbs later than that of the rule above, or not at all."""
    if above.ladder is None or rule.ladder == above.ladder:
        return
    if rule.ladder is None or above.ladder == "P" or not climbs_no_later(ladders.get(rule.ladder, ()), ladders.get(above.ladder, ())):
        letter = rule.ladder or "无"
        yield Breach(
            "ladder", rule.line, f"督办阶梯由 {above.ladder} 放宽为 {letter}", f"the ladder goes from {above.ladder} to {rule.ladder}"
        )


def climbs_no_later(steps: Sequence[LadderStep], wanted: Sequence[LadderStep]) -> bool:
    """Whether each step of the other ladder has its counterpart here."""
    return bool(steps) and all(has_counterpart(steps, step) for step in wanted)


def has_counterpart(steps: Sequence[LadderStep], wanted: LadderStep) -> bool:
    """Whether a step reaches the same target, no later, and tells the publisher if the wanted one does."""
    return any(
        one.target == wanted.target and never_later(one.offset, wanted.offset) and one.inform_publisher >= wanted.inform_publisher
        for one in steps
    )


def _task(rule: Mandate, above: Mandate) -> Iterator[Breach]:
    if above.task is None:
        return
    task = rule.task
    if task is None:
        yield Breach("recipients", rule.line, "取消了协同处置任务", "there is no joint task any more")
        return
    for what, form, wanted in given_longer(task, above.task):
        yield _late(what, form, wanted, task.line)
    if above.task.overdue is not None and not _tells_no_later(task.overdue, above.task.overdue):
        yield Breach("recipients", task.line, "久未办结时告知得更少或更晚", "fewer are told, or later, when it stays open")
    if above.task.lead not in (None, task.lead):
        yield Breach(
            "lead", task.line, f"主办由 {above.task.lead} 改为 {task.lead}", f"the lead goes from {above.task.lead} to {task.lead}"
        )
    for pause in [one for one in task.pauses if one not in above.task.pauses]:
        yield Breach("times", task.line, f"办结期限新增可暂停事由 {pause}", f"the close may newly wait for {pause}")
    for missing in [role for role in _parts(above.task) if role not in _parts(task)]:
        yield Breach("recipients", task.line, f"{missing} 不再有分工", f"{missing} has no part any more")


def _tells_no_later(overdue: Overdue | None, wanted: Overdue) -> bool:
    return overdue is not None and never_later(overdue.after, wanted.after) and {*wanted.tell} <= {*overdue.tell}


def given_longer(task: TaskRow, above: TaskRow) -> Iterator[tuple[str, str | None, str | None]]:
    """The limits of a lead that are longer than those above: which, and both forms."""
    for what, form, wanted in (("report", task.report, above.report), ("close", task.close, above.close)):
        if _is_later(form, wanted):
            yield what, form, wanted


def _parts(task: TaskRow) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*((task.lead,) if task.lead else ()), *task.assist, *task.parts)))


def _nature(rule: Mandate, above: Mandate) -> Iterator[Breach]:
    """What a rule of that id is cannot change; a rank decides who leads, and with whose limits."""
    if rule.rank != above.rank:
        yield Breach("lead", rule.line, f"位次由 {above.rank} 改为 {rule.rank}", f"the rank goes from {above.rank} to {rule.rank}")
    if (rule.trigger, rule.own_incident) != (above.trigger, above.own_incident):
        yield Breach("condition", rule.line, "触发方式不得改变", "its trigger cannot change")
