"""Periodic duties and cross-checks of a pack, from YAML; everything they name is checked against contracts, roles, units and clocks."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, get_args

from contracts.registry import all_types, event_type
from services.routing.core.deadlines import Elapsed, check_period_form, parse_form
from services.routing.core.directory import KINDS, ROLES, SCHOOL_TYPES
from services.routing.core.mandates import (
    AllReported,
    Clause,
    CrossCheck,
    Every,
    ExerciseSigned,
    Expected,
    Floor,
    MetBy,
    PackInfo,
    PeriodicDuty,
    RecordConfirmed,
    Since,
    Statement,
    ToldRow,
    Who,
    Whose,
)
from services.routing.packs.conditions import field_of, read_when
from services.routing.packs.faults import Place, RuleRefused
from services.routing.packs.lines import LINE
from services.routing.packs.reading import need, one_of, only_known, optional, part, rows, texts
from services.routing.packs.rules import LADDERS, read_basis, read_named, read_rule, read_types
from services.routing.packs.sources import Sources

UNIT_DESK, UNIT_LEADER = "@unit-desk", "@unit-leader"
"""The first desk of whatever unit owes, and the leader of that unit."""
_DUTY = frozenset({"id", "version", "name", "covers", "basis", "from", "expects", "ladder"})
_PART = frozenset({"part", "who", "desk", "every", "due", "at_least", "met_by", "opened_by", "told"})
_CHECK = frozenset({"evidence", "answer", "since", "before", "after", "owes", "told_by", "acts"})
_STATEMENT = frozenset({"type", "of", "period", "dated"})
_FLOORS = {"school_days": "school-days", "working_days": "working-days"}
EVERY, SINCE, WHOSE = (frozenset(get_args(words)) for words in (Every, Since, Whose))


def read_periodic(data: Mapping[str, Any], pack: PackInfo, sources: Sources, place: Place) -> PeriodicDuty | None:
    """One periodic duty, or None with its fault noted."""
    try:
        only_known(data, _DUTY, place)
        parts = tuple(_expected(row, place.at(row)) for row in rows(data, "expects", place))
        if len({one.part for one in parts}) < len(parts):
            raise place.refuse("part 重复", "two parts have one name")
        named = read_named(data, sources, place)
        numbers = "；".join(source.words for source in named)
        return PeriodicDuty(
            id=need(data, "id", str, place),
            version=need(data, "version", int, place),
            name=need(data, "name", str, place),
            in_pack=pack,
            parts=parts,
            basis=tuple(read_basis(row, numbers, sources, place.at(row)) for row in rows(data, "basis", place)),
            covers=texts(data, "covers", place),
            ladder=one_of(data["ladder"], LADDERS, "ladder", place) if "ladder" in data else None,  # type: ignore[arg-type]
            sources=named,
            file=place.file,
            line=place.line,
        )
    except RuleRefused:
        return None


def _expected(row: Mapping[str, Any], place: Place) -> Expected:
    only_known(row, _PART, place)
    who = _who(part(row, "who", place), place)
    every = one_of(row.get("every"), EVERY, "every", place)
    opened_by = _statement(part(row, "opened_by", place), place) if "opened_by" in row else None
    if (every in ("7nd", "once")) != (opened_by is not None):
        raise place.refuse("由事件引起的报送须有起始事件 opened_by", "what a statement makes somebody owe needs opened_by")
    if every == "once" and (opened_by is None or opened_by.period is None or not {"of", "period"} <= part(row, "met_by", place).keys()):
        raise place.refuse("once 的 opened_by 与 met_by 均须以 period 写明编号字段", "once needs the field of the number, period, on both sides")
    return Expected(
        part=optional(row, "part", place) or "",
        who=who,
        desk=_desk(need(row, "desk", str, place), place),
        every=every,  # type: ignore[arg-type]  # one of EVERY
        due=_due(need(row, "due", str, place), who, every, place),
        met_by=_met_by(part(row, "met_by", place), place),
        told=tuple(_told(one, who, place.at(one)) for one in rows(row, "told", place)),
        floor=_floor(part(row, "at_least", place), place) if "at_least" in row else None,
        opened_by=opened_by,
    )


def _who(data: Mapping[str, Any], place: Place) -> Who:
    only_known(data, frozenset({"kinds", "except", "schools"}), place)
    known, schools = frozenset(KINDS), frozenset(SCHOOL_TYPES.values())
    named = texts(data, "kinds", place)
    kinds = known if named == ("*",) else frozenset(one_of(kind, known, "kinds", place) for kind in named)
    left = kinds - {one_of(kind, known, "except", place) for kind in texts(data, "except", place)}
    if not left:
        raise place.refuse("没有任何单位", "nobody owes this")
    return Who(left, frozenset(one_of(kind, schools, "schools", place) for kind in texts(data, "schools", place)))


def _desk(role: str, place: Place) -> str:
    if role not in ROLES and role != UNIT_DESK:
        raise place.refuse(f"未知岗位 {role}", f"unknown role {role}")
    return role


def _due(text: str, who: Who, every: str, place: Place) -> str:
    try:
        if every == "7nd":
            known = text == f"{every} from last"
        else:
            check_period_form(text)
            once = text.endswith(" from begin")
            known = ("sd" not in text or who.kinds == {"sch"}) and (every != "once" or once)
    except ValueError:
        known = False
    if not known:
        raise place.refuse(f"期限写法无法识别：{text}", f"not a form of a period: {text}")
    return text


def _floor(data: Mapping[str, Any], place: Place) -> Floor:
    only_known(data, frozenset(_FLOORS), place)
    given = [key for key in data if key != LINE]
    if len(given) != 1:
        raise place.refuse("at_least 应只有一项", "at_least counts one kind of day")
    return Floor(_FLOORS[given[0]], need(data, given[0], int, place))  # type: ignore[arg-type]  # one of Counted


def _told(row: Mapping[str, Any], who: Who, place: Place) -> ToldRow:
    only_known(row, frozenset({"to", "after", "in_a_row"}), place)
    role, after = need(row, "to", str, place), optional(row, "after", place) or "0min"
    if role not in ROLES and role != UNIT_LEADER:
        raise place.refuse(f"未知岗位 {role}", f"unknown role {role}")
    return ToldRow(role, _offset(after, who, place), need(row, "in_a_row", int, place) if "in_a_row" in row else 1)


def _offset(text: str, who: Who, place: Place) -> str:
    try:
        parse_form(text)
    except ValueError:
        raise place.refuse(f"期限写法无法识别：{text}", f"not a deadline form: {text}") from None
    if text.endswith("sd") and who.kinds != {"sch"}:
        raise place.refuse(f"只有学校有上学日：{text}", f"only schools have school days: {text}")
    return text


def _met_by(data: Mapping[str, Any], place: Place) -> MetBy:
    """A statement, a record that was confirmed, exercises that were signed for, or everything of another duty."""
    words = {key: value for key, value in data.items() if key != LINE}
    match words:
        case {"record": "confirmed"} if len(words) == 1:
            return RecordConfirmed()
        case {"exercise": "signed"} if len(words) == 1:
            return ExerciseSigned()
        case {"all_of": str(rule)} if len(words) == 1:
            return AllReported(rule)
        case _:
            return _statement(data, place.at(data))


def _statement(data: Mapping[str, Any], place: Place) -> Statement:
    types = read_types(data, place)
    models = [event_type(name).model for name in types]
    for key in ("period", "dated"):
        name = optional(data, key, place)
        if name is not None and field_of(name, models) is None and field_of(name, _openers(types)) is None:
            raise place.refuse(f"事件没有字段 {name}", f"the event has no field {name}")
    return Statement(
        types=types,
        when=_clauses(data, types, place),
        of=one_of(data.get("of", "schools"), WHOSE, "of", place),  # type: ignore[arg-type]  # one of WHOSE
        period=optional(data, "period", place),
        dated=optional(data, "dated", place),
    )


def _clauses(data: Mapping[str, Any], types: tuple[str, ...], place: Place) -> tuple[Clause, ...]:
    """Conditions on the fields of the types themselves, or of what opened the incident that they join."""
    models = [event_type(name).model for name in types]
    conditions = {key: value for key, value in data.items() if key not in _STATEMENT and key != LINE}
    own = {key: value for key, value in conditions.items() if key == "any_of" or field_of(key, models) is not None}
    opened = {key: value for key, value in conditions.items() if key not in own}
    return (*read_when(own, models, place), *read_when(opened, _openers(types), place))


def _openers(types: tuple[str, ...]) -> list[Any]:
    """The models of what opens the incidents that joining types speak about."""
    families = {kind.family for name in types if (kind := event_type(name)).joins}
    heads = (one for one in all_types() if one.family in families and one.mark is None)
    return [one.model for one in heads if one.publishers and not one.joins]


def read_crosscheck(data: Mapping[str, Any], pack: PackInfo, sources: Sources, place: Place) -> CrossCheck | None:
    """One cross-check, or None with its fault noted: who is told stands in it as in any rule."""
    told = {key: value for key, value in data.items() if key not in _CHECK}
    mandate = read_rule({**told, "trigger": "clock", "own_incident": True}, pack, sources, place)
    if mandate is None:
        return None
    try:
        since = one_of(data.get("since"), SINCE, "since", place)
        told_by = optional(data, "told_by", place)
        if (since == "delivered_at") != (told_by is not None):
            raise place.refuse("以送达起算须写明所依规则 told_by", "counted from a delivery needs told_by, the mandate it was told by")
        return CrossCheck(
            mandate=mandate,
            evidence=_statement(part(data, "evidence", place), place.at(part(data, "evidence", place))),
            answer=_statement(part(data, "answer", place), place.at(part(data, "answer", place))),
            since=since,  # type: ignore[arg-type]  # one of SINCE
            before=_span(need(data, "before", str, place), place),
            after=_span(need(data, "after", str, place), place),
            owes=_desk(need(data, "owes", str, place), place),
            told_by=told_by,
            acts=data.get("acts") is True,
        )
    except RuleRefused:
        return None


def _span(text: str, place: Place) -> timedelta:
    """Elapsed time: a window counts no days."""
    try:
        form = parse_form(text)
    except ValueError:
        form = None
    if not isinstance(form, Elapsed) or form.of_known_at:
        raise place.refuse(f"时间窗写法无法识别：{text}", f"not an elapsed time: {text}")
    return timedelta(minutes=form.minutes)
