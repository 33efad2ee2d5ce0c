"""Explain what the mandates make of one event: which rules were tested and how, who is told by when, and where each rule comes from.

Everything is asked of the core itself, on an incident that this event opens; what only a history could tell is said in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from contracts.coordination import DutyKind
from contracts.envelope import Event
from services.routing.case import Case, open_incident, waits_for_head
from services.routing.core.clocks.timing import earliest_due
from services.routing.core.deadlines import Due, describe_form, end_words
from services.routing.core.directory import Directory, Resolved
from services.routing.core.mandates import Mandate, MandateBook, NotifyRow, PackInfo, Place, test
from services.routing.core.matching.cast import STAND_INS, Scene, resolve_role
from services.routing.core.matching.content import Sight, shown_to
from services.routing.core.matching.match import match, spoken_of, tested
from services.routing.core.matching.places import places_of
from services.routing.core.matching.proxy import by_proxy
from services.routing.core.matching.recipients import Wanted, find_recipients
from services.routing.core.model import Fold, Incident, IncidentState, World
from services.routing.core.tasks.asked import ask

KINDS = {"acknowledge": "须签收", "bulletin": "须签收（通报）", "inform": "知会"}
LEVELS = {"national": "全国", "province": "省级", "city": "市级", "county": "县级", "school": "校级"}
FROM_HISTORY: Mapping[str, str] = {
    "@publisher": "首个事件的发布台",
    "@original-publisher": "首个事件的发布台",
    "@finder": "发现问题的发布台",
    "@filing-desk": "提交报告的发布台",
    "@original": "此前收到本事由通报的各台，各按其原视图",
    "@lead": "本事由任务的主办台",
    "@unit-leader": "当事值守台所在单位的负责人",
    "@city-duty": "同部门的市级值班台",
}
"""Stand-ins whose desks an earlier event, or the bus's own item, decides."""


@dataclass(frozen=True, slots=True)
class Scenery:
    """One event on the incident that it opens. ``historic``: it says something about an earlier event that is not at hand."""

    event: Event
    fold: Fold
    incident: Incident
    scene: Scene
    historic: bool

    @property
    def directory(self) -> Directory:
        return self.fold.world.directory

    def title(self, desk: str) -> str:
        return f"{self.directory.title(desk, self.scene.at)}（{desk}）"


def explain(event: Event, book: MandateBook, directory: Directory) -> str:
    """Plain Chinese text; dues are computed as if every desk got its row at the event's published time."""
    envelope = event.envelope
    scenery = _set(event, World(directory, book, book.version))
    lines = [
        f"事件 {event.name}（{envelope.subject}），获悉 {envelope.known_at.isoformat()}，规则 {book.version}，名录 {directory.version}"
    ]
    if scenery.historic:
        lines.append("本事件承接先前事件：仅按其自身所载检验，须由先前事件确定的接收方以文字说明")
    lines += _tests(scenery, book)
    matched = match(scenery.fold, scenery.incident, event)
    if matched.unmatched:
        found = len(matched.mandates) > 1
        lines.append("学校不明或缺少首个事件：另转人工研判（GOV-01）" if found else "没有规则匹配：转人工研判（GOV-01）")
    asked = ask(scenery.fold, scenery.incident, matched.mandates, scenery.scene)
    lead = next((part.desk for part in asked.parts if part.lead), None)
    scenery = replace(scenery, scene=replace(scenery.scene, lead=lead))
    for mandate in matched.mandates:
        lines += _mandate(mandate, scenery)
    return "\n".join([*lines, *_told(scenery, matched.mandates), *_task(scenery, asked.leader, lead)])


def _set(event: Event, world: World) -> Scenery:
    case = Case.of(event)
    fold = Fold(IncidentState(), world, event.envelope.time, "explain")
    incident = replace(open_incident(fold, case, None), head_missing=False)
    scene = Scene(spoken_of(event), event.envelope.publisher, event.envelope.time)
    return Scenery(event, fold, incident, scene, waits_for_head(case))


def _tests(scenery: Scenery, book: MandateBook) -> Iterator[str]:
    """Every rule of the type that is in force at the places of the event, and how each of its conditions came out."""
    event, incident = scenery.event, scenery.incident
    for name, facts in tested(incident, event):
        places = places_of(scenery.fold, incident, name, event.envelope.time)
        for rule in book.candidates(name, places, incident.first_known_at, incident.first_time):
            ok, results = test(rule, facts, event.envelope)
            yield f"{'✓' if ok else '✗'} {rule.id}@{rule.version} {rule.name}{_origin(rule)}"
            yield from (f"    {'✓' if result.matched else '✗'} {result.condition}" for result in results)


def _origin(rule: Mandate) -> str:
    """Of a rule that is not the nation's: whose it is, and which places of the event it speaks for."""
    places = f"，适用于 {'、'.join(map(_place, rule.places))}" if rule.places else ""
    return f"（{_level(rule.in_pack)} {rule.pack}{places}）" if rule.in_pack.level != "national" or places else ""


def _level(pack: PackInfo) -> str:
    return f"{LEVELS[pack.level]}规则" + (f" {pack.jurisdiction}" if pack.jurisdiction else "")


def _place(place: Place) -> str:
    return place.school or place.division


def _mandate(mandate: Mandate, scenery: Scenery) -> Iterator[str]:
    yield f"{mandate.id} {mandate.name}{_origin(mandate)}"
    yield from (f"    依据：{basis.document}" + (f"：“{basis.quote}”" if basis.quote else "") for basis in mandate.basis)
    facts = {**scenery.incident.picture, **scenery.incident.said(scenery.scene.about)}
    for row in mandate.notify:
        missing = [clause.words for clause in row.when if not clause.holds(facts)]
        if missing:
            yield f"    {row.to}：本次不通报，仅限 {'；'.join(missing)}"
        elif not row.types or scenery.scene.about in row.types:
            yield from (f"    {line}" for line in _row(row, mandate, scenery))
    task = mandate.task
    if task is not None:
        parts = "；".join(f"{who}：{text}" for who, text in task.parts.items())
        clocks = "，".join(f"{name} {describe_form(form)}" for name, form in (("反馈", task.report), ("办结", task.close)) if form)
        yield f"    任务：主办 {task.lead or '（并入上位任务）'}，协办 {'、'.join(task.assist) or '无'}；{parts}；{clocks}"


def _row(row: NotifyRow, mandate: Mandate, scenery: Scenery) -> Iterator[str]:
    """Each desk of a row; a stand-in that only the history knows is said in words."""
    words = FROM_HISTORY.get(row.to)
    looked = resolve_role(scenery.fold, scenery.incident, row.to, scenery.scene, within=row.within, places=mandate.places)
    if words is not None and (scenery.historic or not looked.found):
        yield f"{row.to}：{words}，{KINDS[row.kind]} 视图 {row.view}{_forms(row)}"
        return
    yield from (_desk(resolved, row, scenery) for resolved in looked.found)
    yield from (f"！未解析 {row.to}：{why}" for why in looked.unresolved)
    if row.to in STAND_INS and not looked.found and not looked.unresolved:
        yield f"{row.to}：本事件没有对应的值守台"


def _forms(row: NotifyRow) -> str:
    ack = "；".join(f"{letter} 类 {describe_form(form)}" for letter, form in row.ack_by_ladder.items())
    said = [*(["签收 " + (ack or describe_form(row.ack or ""))] if row.ack or ack else [])]
    said += [f"首个措施 {describe_form(row.first_action)}"] if row.first_action else []
    said += ["每周摘要，于每周首个上学日 09:00 合并告知"] if row.digest else []
    return "".join(f"；{one}" for one in said)


def _desk(resolved: Resolved, row: NotifyRow, scenery: Scenery) -> str:
    desk = str(resolved.desk)
    if desk == scenery.event.envelope.publisher:
        return f"{scenery.title(desk)}为发布方，不另行通报"
    named = f"（{row.to}）" if row.to.startswith("@") or "@" in row.to else ""
    side = {"to": "转入方 ", "from": "转出方 "}.get(row.to.partition("@")[2], "") if not row.to.startswith("@") else ""
    return f"{side}{scenery.title(desk)}{named}{KINDS[row.kind]} 视图 {row.view}{_seen(resolved, row.view, scenery)}{_clocks(row, desk, scenery)}"


def _seen(resolved: Resolved, view: str, scenery: Scenery) -> str:
    if view == "own":
        return "，按其原视图或本部门视图"
    at, directory = scenery.scene.at, scenery.directory
    own = directory.ids_of(resolved.school, at) if resolved.school else None
    payload, hidden = shown_to(scenery.incident, (scenery.scene.about,), Sight(view, own, directory.place_of(resolved.desk, at)))
    return f"，{len(payload)} 项" + (f"；不含：{'、'.join(hidden)}" if hidden else "")


def _clocks(row: NotifyRow, desk: str, scenery: Scenery) -> str:
    if row.ack is None:
        return _forms(row)
    ack = _due(scenery, desk, row.ack)
    if ack is None or row.first_action is None:
        return f"；{ack.derivation}" if ack is not None else _forms(row)
    first = _due(scenery, desk, row.first_action, kind="first-action", ack=ack)
    return f"；{ack.derivation}；{first.derivation if first else describe_form(row.first_action)}"


def _due(scenery: Scenery, desk: str, form: str, *, kind: DutyKind = "ack", ack: Due | None = None) -> Due | None:
    """When a form falls due if it is delivered as it is published; None where it counts from a field that this event does not bring."""
    try:
        return earliest_due(scenery.fold, scenery.incident, desk, (form,), scenery.scene.at, kind=kind, ack=ack)
    except ValueError:
        return None


def _told(scenery: Scenery, mandates: Sequence[Mandate]) -> Iterator[str]:
    """What each desk gets in the end: one notification, by the earliest of what several rules ask."""
    if scenery.historic:
        return
    fold, incident, at = scenery.fold, scenery.incident, scenery.scene.at
    wanted = by_proxy(fold, incident, find_recipients(fold, incident, mandates, scenery.scene).wanted, at)
    yield f"合并后共通报 {len(wanted)} 个值守台："
    for desk, one in sorted(wanted.items()):
        by = f"，签收 {_signed_by(scenery, one)}" if one.forms.get("ack") else ""
        notes = f"（{'；'.join(one.notes)}）" if one.notes else ""
        yield f"    {scenery.title(desk)}{KINDS[one.kind]} 视图 {one.view}{by} ← {'、'.join(one.mandate_ids)}{notes}"


def _signed_by(scenery: Scenery, one: Wanted) -> str:
    dues = [_due(scenery, one.desk, form) for form in one.forms["ack"]]
    known = [due.at for due in dues if due is not None and due.at is not None]
    return f"{end_words(min(known), scenery.scene.at)} 前" if known else "期限待定"


def _task(scenery: Scenery, leader: Mandate | None, lead: str | None) -> Iterator[str]:
    if leader is None or lead is None or leader.task is None:
        return
    limits: tuple[tuple[str, str | None, DutyKind], ...] = (
        ("反馈", leader.task.report, "report"),
        ("办结", leader.task.close, "close"),
    )
    clocks = ""
    for word, form, kind in limits:
        due = _due(scenery, lead, form, kind=kind) if form else None
        clocks += f"；{word}：{due.derivation if due else describe_form(form)}" if form else ""
    yield f"任务由 {scenery.title(lead)} 主办（{leader.id}）{clocks}"
