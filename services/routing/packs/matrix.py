"""Who tells whom by when, as one table: a row for each event type, a column for each agency that is told, with the rules behind it.

Behind them a row for each duty that is owed without being asked, and for each cross-check of one agency's word against another's silence."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Literal

from contracts.event_type import EventType
from contracts.registry import UnknownType, event_type
from services.routing.core.deadlines import describe_form, describe_period
from services.routing.core.directory import ROLES
from services.routing.core.mandates import CrossCheck, Mandate, MandateBook, NotifyRow, PeriodicDuty
from services.routing.core.matching.agency import agency_word

Format = Literal["markdown", "html"]
AGENCIES: Mapping[str, str] = {
    "police": "公安", "school": "学校", "education": "教育", "health": "卫健", "market": "市场监管", "cyberspace": "网信", "fire": "消防",
    "housing": "住建", "urban": "城管", "civil": "民政", "community": "社区街道", "city": "市级", "province": "省级", "bus": "平台", "@": "随事件而定",
}  # fmt: skip
KINDS = {"acknowledge": "签收", "bulletin": "签收（通报）", "inform": "知会"}
HEADS = ("发布", "事件")
_STAND_INS: Mapping[str, str] = {
    "@publisher": "发布台", "@original-publisher": "原发布台", "@finder": "发现台", "@filing-desk": "提交台", "@original": "原各接收台",
    "@lead": "主办台", "@agencies.leader-in-charge": "所列部门分管负责同志", "@all.leader-in-charge": "各部门分管负责同志",
    "@unit-leader": "单位负责人", "@city-duty": "市级值班", "@unit-desk": "各单位值守台",
}  # fmt: skip
_SIDES = {"to": "（转入）", "from": "（转出）"}


EVERY: Mapping[str, str] = {"month": "每月", "quarter": "每季", "term": "每学期", "year": "每年", "7nd": "每 7 日", "once": "逐件"}
Silent = tuple[str, str, dict[str, list[str]]]
"""Who owes it, what it is, and by agency who is told of its absence."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The table as texts. ``lines``: publisher, event, then one cell for each column; a cell is a list of lines."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, str, tuple[tuple[str, ...], ...]], ...]


def matrix(book: MandateBook, at: datetime) -> Matrix:
    """The rules in force at ``at``; the same book and instant give the same table."""
    rules = [rule for rule in book if book.in_force(rule.in_pack, at)]
    by_type: dict[str, list[Mandate]] = {}
    for rule in rules:
        for name in rule.types or (f"（{rule.trigger}）",):
            by_type.setdefault(name, []).append(rule)
    cells = {name: _cells(name, by_type[name]) for name in by_type}
    silent = [*_periodic(book, at), *_crosschecks(book, at)]
    every = [*cells.values(), *(row for _, _, row in silent)]
    columns = [agency for agency in AGENCIES if any(agency in row for row in every)]
    ordered = sorted(by_type, key=lambda name: (_rank(name), name))
    lines = [(_publishers(name), _title(name), tuple(tuple(cells[name].get(agency, ())) for agency in columns)) for name in ordered]
    lines += [(publisher, title, tuple(tuple(row.get(agency, ())) for agency in columns)) for publisher, title, row in silent]
    return Matrix(f"职责矩阵：{book.version}", tuple(AGENCIES[agency] for agency in columns), tuple(lines))


def _periodic(book: MandateBook, at: datetime) -> Iterator[Silent]:
    for duty in book.periodic:
        for part in duty.parts if book.in_force(duty.in_pack, at) else ():
            title = f"应报 {duty.name}（{EVERY[part.every]}，{describe_period(part.due)}）" + (f" {part.part}" if part.part else "")
            cells: dict[str, list[str]] = {}
            for row in part.told:
                after = describe_form(row.after).removeprefix("送达后") if row.after != "0min" else ""
                when = f"逾期后{after}知会" if after else "逾期即知会"
                when += f"（连续 {row.in_a_row} 个周期）" if row.in_a_row > 1 else ""
                cells.setdefault(_agency(row.to), []).append(f"{_who(row.to)}：{when}，视图 L［{_tag(duty)}］")
            yield _agency_name(part.desk), f"{title} {_who(part.desk)}", cells


def _crosschecks(book: MandateBook, at: datetime) -> Iterator[Silent]:
    for check in book.crosschecks:
        if book.in_force(check.in_pack, at):
            cells: dict[str, list[str]] = {}
            for row in check.mandate.notify:
                cells.setdefault(_agency(row.to), []).append(_line(check.mandate, row))
            yield _agency_name(check.owes), f"疑似漏报 {check.mandate.name}（{_window(check)}后核对） {_who(check.owes)}", cells


def _window(check: CrossCheck) -> str:
    minutes = int(check.after.total_seconds() // 60)
    return f"{minutes // 60} 小时" if minutes % 60 == 0 else f"{minutes} 分钟"


def _agency_name(role: str) -> str:
    return AGENCIES[_agency(role)] if _agency(role) != "@" else "各单位"


def as_text(table: Matrix, form: Format) -> str:
    """The table as a Markdown or an HTML document."""
    return _markdown(table) if form == "markdown" else _html(table)


def _rank(name: str) -> int:
    """Agencies in the order of the columns; what no event sets off comes last."""
    words = list(AGENCIES)
    word = name.partition(".")[0]
    return words.index(word) if word in words else len(words)


def _cells(name: str, rules: Iterable[Mandate]) -> dict[str, list[str]]:
    cells: dict[str, dict[str, None]] = {}
    for rule in rules:
        for row in rule.notify:
            if not row.types or name in row.types:
                cells.setdefault(_agency(row.to), {})[_line(rule, row)] = None
        if rule.task is not None and rule.task.lead is not None:
            cells.setdefault(_agency(rule.task.lead), {})[_lead_line(rule)] = None
    return {agency: list(lines) for agency, lines in cells.items()}


def _agency(role: str) -> str:
    word = "@" if role.startswith("@") else agency_word(f"{role.partition('@')[0]}@-")
    return word if word in AGENCIES else "@"


def _line(rule: Mandate, row: NotifyRow) -> str:
    acks = [f"{letter} {form}" for letter, form in row.ack_by_ladder.items()]
    clocks = [f"签收 {'、'.join(acks) or row.ack}"] if acks or row.ack else []
    clocks += [f"首措 {row.first_action}"] if row.first_action else []
    kind = "" if clocks and row.kind == "acknowledge" else KINDS[row.kind]
    case = "".join(f"，限 {clause.words}" for clause in row.when)
    clocks += ["每周摘要"] if row.digest else []
    return f"{_who(row.to)}：{'，'.join([*([kind] if kind else []), *clocks])}，视图 {row.view}{case}［{_tag(rule)}］"


def _lead_line(rule: Mandate) -> str:
    task = rule.task
    limits = [f"{word} {form}" for word, form in (("反馈", task.report), ("办结", task.close)) if form] if task else []
    return f"{_who(task.lead or '') if task else ''}：主办" + "".join(f"，{limit}" for limit in limits) + f"［{_tag(rule)}］"


def _tag(rule: Mandate | PeriodicDuty) -> str:
    return rule.id if rule.in_pack.level == "national" else f"{rule.id} {rule.in_pack.jurisdiction}"


def _who(role: str) -> str:
    if role.startswith("@"):
        return _STAND_INS.get(role, role)
    name, _, side = role.partition("@")
    return (ROLES[name].title if name in ROLES else name) + _SIDES.get(side, "")


def _type(name: str) -> EventType | None:
    try:
        return event_type(name)
    except UnknownType:
        return None


def _publishers(name: str) -> str:
    kind = _type(name)
    words = [agency_word(f"{role}@-") for role in (kind.publishers if kind else ())] or [name.partition(".")[0]]
    return "、".join(dict.fromkeys(AGENCIES.get(word, "平台") for word in words))


def _title(name: str) -> str:
    kind = _type(name)
    return f"{kind.title} {name}" if kind else name


def _markdown(table: Matrix) -> str:
    heads = [*HEADS, *table.columns]
    rows = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for publisher, event, cells in table.lines:
        rows.append(f"| {' | '.join(_plain(text) for text in (publisher, event, *('<br>'.join(cell) for cell in cells)))} |")
    return "\n".join([f"# {table.title}", "", *_legend(), "", *rows, ""])


def _plain(text: str) -> str:
    return text.replace("|", "\\|")


def _html(table: Matrix) -> str:
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in (*HEADS, *table.columns))
    rows = "\n".join(f"<tr>{_html_row(line)}</tr>" for line in table.lines)
    legend = "\n".join(f"<p>{escape(line)}</p>" for line in _legend())
    style = "body{font-family:sans-serif}table{border-collapse:collapse;font-size:13px}th,td{border:1px solid #999;padding:4px;vertical-align:top}"
    return (
        f'<!doctype html>\n<html lang="zh-CN">\n<head><meta charset="utf-8"><title>{escape(table.title)}</title><style>{style}</style></head>\n'
        f"<body>\n<h1>{escape(table.title)}</h1>\n{legend}\n<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n"
        "</body>\n</html>\n"
    )


def _html_row(line: tuple[str, str, Sequence[Sequence[str]]]) -> str:
    publisher, event, cells = line
    first = f'<td>{escape(publisher)}</td><th scope="row">{escape(event)}</th>'
    return first + "".join(f"<td>{'<br>'.join(map(escape, cell))}</td>" for cell in cells)


def _legend() -> Iterator[str]:
    """What the forms mean that a table has no room to spell out."""
    samples = ("30min", "4h/open", "30min/next-sd", "1sd", "1wd", "10nd", "day-end")
    yield "期限写法：" + "；".join(f"{form} = {describe_form(form)}" for form in samples)
    yield "方括号内为职责规则编号；“首措”为首个措施；“随事件而定”为由事件本身决定的值守台。"
