"""One rule of a pack, from YAML to a Mandate; everything it names is checked against contracts, roles and clocks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any, get_args

from pydantic import BaseModel

from contracts.coordination import Kind, Ladder
from contracts.fields import ALL_VIEWS
from contracts.registry import UnknownType, all_types, event_type
from services.routing.core.bulletins.digests import DIGESTED
from services.routing.core.deadlines import fields_of, parse_form
from services.routing.core.directory import ROLES
from services.routing.core.mandates import OURS, BasisRef, Clause, Mandate, NotifyRow, PackInfo, Source, TaskRow, Trigger
from services.routing.packs.conditions import field_of, read_when
from services.routing.packs.ends import read_overdue, read_pauses, read_role
from services.routing.packs.faults import Place, RuleRefused
from services.routing.packs.lines import LINE
from services.routing.packs.reading import need, one_of, only_known, optional, part, rows, texts
from services.routing.packs.sources import Sources

KINDS: frozenset[str] = frozenset(get_args(Kind))
LADDERS: frozenset[str] = frozenset(get_args(Ladder))
ONLY = frozenset({"highest", "otherwise"})
TRIGGERS: frozenset[str] = frozenset(get_args(Trigger))
WITHIN = frozenset({"county"})
DIGESTS = frozenset({"weekly"})
_RULE = frozenset({"id", "version", "name", "covers", "basis", "when", "trigger", "own_incident", "notify", "task", "rank", "ladder"})
_NOTIFY = frozenset({"to", "kind", "view", "ack", "first_action", "from", "only", "ack_by_ladder", "types", "within", "when", "act", "digest"})
_TASK = frozenset({"lead", "assist", "parts", "report", "close", "pauses", "overdue", "from"})
_BASIS = frozenset({"row", "document", "quote"})
Models = Sequence[type[BaseModel]]


def read_rule(data: Mapping[str, Any], pack: PackInfo, sources: Sources, place: Place) -> Mandate | None:
    """The mandate, or None with its fault noted."""
    try:
        return _rule(data, pack, sources, place)
    except RuleRefused:
        return None


def _rule(data: Mapping[str, Any], pack: PackInfo, sources: Sources, place: Place) -> Mandate:
    only_known(data, _RULE, place)
    trigger = one_of(data.get("trigger", "event"), TRIGGERS, "trigger", place)
    when = part(data, "when", place)
    types = read_types(when, place.at(when)) if trigger == "event" else ()
    models = [event_type(name).model for name in types]
    told = rows(data, "notify", place) if data.get("notify") != [] else []
    _check_digests(told, types, place)
    notify = tuple(replace(read_notify(row, models, sources, place.at(row)), when=_row_when(row, types, place.at(row))) for row in told)
    numbers = "；".join(dict.fromkeys(row.numbers for row in notify if row.numbers))
    return Mandate(
        id=need(data, "id", str, place),
        version=need(data, "version", int, place),
        name=need(data, "name", str, place),
        in_pack=pack,
        types=types,
        when=read_when(when, models, place.at(when)),
        notify=notify,
        task=_task(part(data, "task", place), models, sources, place) if "task" in data else None,
        rank=need(data, "rank", int, place),
        ladder=one_of(data["ladder"], LADDERS, "ladder", place) if "ladder" in data else None,  # type: ignore[arg-type]
        basis=tuple(read_basis(row, numbers, sources, place.at(row)) for row in rows(data, "basis", place)),
        covers=texts(data, "covers", place),
        trigger=trigger,  # type: ignore[arg-type]  # one of TRIGGERS
        own_incident=data.get("own_incident") is True,
        file=place.file,
        line=place.line,
    )


def _check_digests(told: Sequence[Mapping[str, Any]], types: Sequence[str], place: Place) -> None:
    """What is told once a week is for schools, asks for nothing, and is of a type that a digest can list."""
    for row in told:
        wrong = set(types) - set(DIGESTED) or row.get("view") != "S" or row.get("kind") != "inform" or not str(row.get("to")).startswith("school.")
        if "digest" in row and wrong:
            zh, en = "digest 只用于学校视图 S 的知会，且仅限 " + "、".join(sorted(DIGESTED)), f"digest is for informs of schools, view S, of {', '.join(sorted(DIGESTED))}"
            raise place.at(row).refuse(zh, en)


def read_types(when: Mapping[str, Any], place: Place) -> tuple[str, ...]:
    """The event types of a rule; ``*`` stands for any agency."""
    found: list[str] = []
    for pattern in texts(when, "type", place):
        names = [one.name for one in all_types() if fnmatchcase(one.name, pattern) and one.mark is None] if "*" in pattern else [pattern]
        if not names or not all(map(is_type, names)):
            raise place.refuse(f"没有事件类型 {pattern}", f"no event type {pattern}")
        found += names
    if not found:
        raise place.refuse("缺少事件类型 type", "type is missing")
    return tuple(dict.fromkeys(found))


def is_type(name: str) -> bool:
    """Whether the contracts know an event type of that name."""
    try:
        return event_type(name) is not None
    except UnknownType:
        return False


def _row_when(row: Mapping[str, Any], types: Sequence[str], place: Place) -> tuple[Clause, ...]:
    """In which case a row stands; of a type that joins an incident, by the fields of those that open one."""
    when = part(row, "when", place)
    kinds = [event_type(name) for name in types]
    heads = [one for one in all_types() if one.mark is None and not one.joins]
    models = [head.model for kind in kinds for head in ([one for one in heads if one.family == kind.family] if kind.joins else [kind])]
    return read_when(when, models, place.at(when)) if when else ()


def _form(text: str | None, models: Models, place: Place) -> str | None:
    """A deadline form whose fields every type of the rule has."""
    if text is None:
        return None
    try:
        form = parse_form(text)
    except ValueError:
        raise place.refuse(f"期限写法无法识别：{text}", f"not a deadline form: {text}") from None
    for name in fields_of(form):
        if field_of(name, models) is None:
            raise place.refuse(f"期限所用字段 {name} 不存在", f"the deadline needs the field {name}")
    return text


def read_notify(row: Mapping[str, Any], models: Models, sources: Sources, place: Place) -> NotifyRow:
    """One row of those who are told."""
    only_known(row, _NOTIFY, place)
    kind = one_of(row.get("kind"), KINDS, "kind", place)
    by_ladder = part(row, "ack_by_ladder", place)
    read = NotifyRow(
        to=read_role(need(row, "to", str, place), place),
        kind=kind,  # type: ignore[arg-type]  # one of KINDS
        view=_view(need(row, "view", str, place), place),
        ack=_form(optional(row, "ack", place), models, place),
        first_action=_form(optional(row, "first_action", place), models, place),
        sources=read_named(row, sources, place),
        only=one_of(row["only"], ONLY, "only", place) if "only" in row else None,  # type: ignore[arg-type]
        ack_by_ladder={
            one_of(letter, LADDERS, "ack_by_ladder", place): _form(form, models, place)  # type: ignore[misc]
            for letter, form in by_ladder.items()
            if letter != LINE
        },
        types=texts(row, "types", place),
        act=_act(row, place),
        within=one_of(row["within"], WITHIN, "within", place) if "within" in row else None,  # type: ignore[arg-type]  # one of WITHIN
        digest=one_of(row["digest"], DIGESTS, "digest", place) if "digest" in row else None,  # type: ignore[arg-type]  # one of DIGESTS
        line=place.line,
    )
    clocked = bool(read.ack or read.ack_by_ladder)
    if clocked == (kind == "inform") or (read.first_action and not clocked):
        raise place.refuse("须签收的通报要有签收期限，知会没有期限", "what must be acknowledged needs an ack clock, an inform has none")
    return read


def _act(row: Mapping[str, Any], place: Place) -> str | None:
    """The statement of the desk's own unit that alone is its first action."""
    act = optional(row, "act", place)
    if act is not None and ("first_action" not in row or not is_type(act)):
        raise place.refuse(f"首次行动不能是 {act}", f"{act} cannot be a first action")
    return act


def read_named(row: Mapping[str, Any], sources: Sources, place: Place) -> tuple[Source, ...]:
    """Where the numbers of a row come from."""
    return tuple(sources.numbers[one_of(key, sources.numbers, "from", place)] for key in texts(row, "from", place))


def _view(value: str, place: Place) -> str:
    if value != "own" and (not value or set(value) - set(ALL_VIEWS)):
        raise place.refuse(f"没有视图 {value}", f"no view {value}")
    return value


def _task(data: Mapping[str, Any], models: Models, sources: Sources, place: Place) -> TaskRow:
    place = place.at(data)
    only_known(data, _TASK, place)
    lead = optional(data, "lead", place)
    parts = {key: text for key, text in part(data, "parts", place).items() if key != LINE}
    agencies = {role.split(".")[0] for role in ROLES}
    for who, text in parts.items():
        if who not in agencies:
            read_role(who, place)
        if not isinstance(text, str):
            raise place.refuse(f"{who} 的分工应为文字", f"the part of {who} must be a text")
    return TaskRow(
        lead=read_role(lead, place) if lead else None,
        assist=tuple(read_role(role, place) for role in texts(data, "assist", place)),
        parts=parts,
        report=_form(optional(data, "report", place), models, place),
        close=_form(optional(data, "close", place), models, place),
        pauses=read_pauses(data, place),
        overdue=read_overdue(data, place),
        sources=read_named(data, sources, place) or (OURS,),
        line=place.line,
    )


def read_basis(row: Mapping[str, Any], numbers: str, sources: Sources, place: Place) -> BasisRef:
    """The words of a document that a rule stands on, or a law that is only named."""
    only_known(row, _BASIS, place)
    key = optional(row, "row", place) or ""
    if "document" not in row and key in sources.laws:
        law = sources.laws[key]
        return BasisRef(document=law.words, quote="", numbers=numbers, row=key, standing=law.standing)
    return BasisRef(
        document=sources.documents[one_of(row.get("document"), sources.documents, "document", place)],
        quote=need(row, "quote", str, place),
        numbers=numbers,
        row=key,
    )
