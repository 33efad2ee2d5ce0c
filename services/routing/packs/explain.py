"""Explain what the mandates make of one event: which rules were tested and how, who is told by when, and where each rule comes from."""

from datetime import datetime
from typing import Any

from contracts.envelope import Event
from services.routing.core.cast import STAND_INS
from services.routing.core.deadlines import compute_due, describe_form
from services.routing.core.directory import Directory, Resolved, Where
from services.routing.core.mandates import Mandate, MandateBook, NotifyRow, test
from services.routing.core.places import schools_of
from services.routing.core.views import project

KINDS = {"acknowledge": "须签收", "bulletin": "须签收（通报）", "inform": "知会"}


def explain(event: Event, book: MandateBook, directory: Directory) -> str:
    """Plain Chinese text; dues are computed as if every desk got its row at the event's published time."""
    envelope = event.envelope
    data = event.data.model_dump(mode="json", by_alias=True, exclude_none=True)
    lines = [
        f"事件 {event.name}（{envelope.subject}），获悉 {envelope.known_at.isoformat()}，规则 {book.version}，名录 {directory.version}"
    ]
    matched: list[Mandate] = []
    for mandate in book.candidates(event.name, envelope.county, envelope.known_at, envelope.time):
        ok, results = test(mandate, data, envelope)
        matched += [mandate] if ok else []
        lines.append(f"{'✓' if ok else '✗'} {mandate.id}@{mandate.version} {mandate.name}")
        lines += [f"    {'✓' if result.matched else '✗'} {result.condition}" for result in results]
    if not matched:
        lines.append("没有规则匹配：转人工研判（GOV-01）")
    for mandate in matched:
        lines += _mandate(mandate, event, data, directory)
    return "\n".join(lines)


def _mandate(mandate: Mandate, event: Event, data: dict[str, Any], directory: Directory) -> list[str]:
    lines = [f"{mandate.id} {mandate.name}"]
    lines += [f"    依据：{basis.document}" + (f"：“{basis.quote}”" if basis.quote else "") for basis in mandate.basis]
    for row in mandate.notify:
        lines += _row(row, event, data, directory)
    task = mandate.task
    if task is not None:
        parts = "；".join(f"{agency}：{text}" for agency, text in task.parts.items())
        clocks = "，".join(f"{name} {describe_form(form)}" for name, form in (("反馈", task.report), ("办结", task.close)) if form)
        lines.append(f"    任务：主办 {task.lead or '（并入上位任务）'}，协办 {'、'.join(task.assist) or '无'}；{parts}；{clocks}")
    return lines


def _row(row: NotifyRow, event: Event, data: dict[str, Any], directory: Directory) -> list[str]:
    if row.to in STAND_INS or "@" in row.to:
        return [f"    {row.to} {KINDS[row.kind]}"]
    at = event.envelope.time
    found = directory.look_up(row.to, _where(event, data), at)
    lines = [_desk(resolved, row, event, data, directory) for resolved in found.found]
    return lines + [f"    ！未解析：{why}" for why in found.unresolved]


def _desk(resolved: Resolved, row: NotifyRow, event: Event, data: dict[str, Any], directory: Directory) -> str:
    at = event.envelope.time
    if resolved.desk == event.envelope.publisher:
        return f"    {directory.title(resolved.desk, at)}（{resolved.desk}）为发布方，不另行通报"
    own = directory.ids_of(resolved.school, at) if resolved.school else None
    payload, hidden = project(event.name, data, row.view, school=own, place=directory.place_of(resolved.desk, at))
    clock = _clock(row, resolved, at, directory)
    unseen = f"；不含：{'、'.join(hidden)}" if hidden else ""
    return f"    {directory.title(resolved.desk, at)}（{resolved.desk}）{KINDS[row.kind]} 视图 {row.view}，{len(payload)} 项{unseen}{clock}"


def _clock(row: NotifyRow, resolved: Resolved, at: datetime, directory: Directory) -> str:
    if row.ack is None:
        return ""
    place = directory.desk_time(resolved.desk, at)
    ack = compute_due(row.ack, at, place)
    first = compute_due(row.first_action, at, place, ack_due=ack, duty="first-action") if row.first_action else None
    return f"；{ack.derivation}" + (f"；{first.derivation}" if first else "")


def _where(event: Event, data: dict[str, Any]) -> Where:
    return Where(schools_of(data), event.envelope.county, event.envelope.place_code, event.envelope.publisher)
