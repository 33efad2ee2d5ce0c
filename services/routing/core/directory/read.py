"""From a unit's document to its frozen rows."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from services.routing.core.calendar import EARLIEST_CLOSING, SHORTEST_OFFICE_DAY, Closure, OfficeRow, Span, WindowRow
from services.routing.core.directory.channels import read_channels
from services.routing.core.directory.faults import Problem, Reader, RowRefused, read_clock, read_date, read_instant, read_text, read_yes_no
from services.routing.core.directory.kinds import KINDS, SCHOOL_TYPES, Kind, unit_name
from services.routing.core.directory.records import SLOTS, CircleRow, Gate, RosterRow, UnitRead, UnitRow
from services.routing.core.directory.roles import CIRCLE_PAIRS, ROLES

ONBOARDING = frozenset({"none", "shadow", "live"})
PEAKS = frozenset({"am", "pm", "night"})
_SECTIONS = ("unit", "rows", "desks", "circle", "gates", "windows", "closings", "closures")
KNOWN_FIELDS = frozenset((*_SECTIONS, "office", "hospital", "rosters", "channels", "seal_keys", "confirmed"))


def read_unit(document: Mapping[str, Any], problems: list[Problem]) -> UnitRead | None:
    """Read one document; None when it cannot stand at all. Unknown fields are left alone (a newer writer may know them)."""
    unit = str(document.get("unit", ""))
    name = unit_name(unit)
    reader = Reader(unit or "?", "", document, problems)
    kind = KINDS.get(name.kind) if name else None
    if name is None or kind is None:
        reader.fault("unit", f"单位编号不合规：{unit!r}", f"not a unit id: {unit!r}")
        return None
    rows = reader.rows("rows", _unit_row)
    if not rows:
        reader.fault("rows", "至少需要一行有效期", "needs at least one dated row")
        return None
    _check_order(reader, [row.span for row in rows])
    _check_confirmed(reader)
    return UnitRead(
        unit=unit,
        kind=name.kind,
        agency=kind.agency,
        rows=rows,
        desks=_desks(reader, kind),
        circle=reader.rows("circle", _circle_row),
        gates=reader.rows("gates", _gate),
        windows=reader.rows("windows", _window),
        closings=reader.rows("closings", _closing),
        closures=reader.rows("closures", _closure) if name.kind in ("sch", "area") else (),
        office=reader.rows("office", _office),
        hospital=reader.rows("hospital", lambda r: (r.span(), r.value("unit", read_text))),
        rosters=_rosters(reader, _desks(reader, kind)),
        channels=read_channels(reader, _desks(reader, kind)),
    )


def unknown_fields(document: Mapping[str, Any]) -> list[Problem]:
    """Fields no reader knows: a fault when a person writes the document, not when it arrives over a topic."""
    unit = str(document.get("unit", "?"))
    return [Problem(unit, key, "未知字段", "unknown field") for key in document if key not in KNOWN_FIELDS]


def _unit_row(r: Reader) -> UnitRow:
    name = unit_name(r.unit)
    own = [name.code] if name and name.kind in ("town", "com") else []
    school_kind = SCHOOL_TYPES.get(r.unit[:2], "") if r.unit.isdigit() else ""
    return UnitRow(
        span=r.span(),
        name=r.value("name", read_text),
        place_code=r.value("place_code", _division, ""),
        parent=r.value("parent", read_text, ""),
        school_kind=r.value("kind", read_text, school_kind),
        successor=r.value("successor", read_text, ""),
        onboarding=r.value("onboarding", _onboarding, "live"),
        serves=tuple(r.value("serves", lambda codes: [_division(code) for code in codes], own)),
        responsible=r.value("responsible", read_text, ""),
        duty=r.value("duty", read_text, ""),
        way=r.value("way", read_text, ""),
    )


def _check_order(reader: Reader, spans: list[Span]) -> None:
    for before, after in pairwise(spans):
        if before.end is None or after.first < before.end:
            reader.fault("rows", "有效期须按先后排列且不重叠", "dated rows must be in order without overlap")


def _check_confirmed(reader: Reader) -> None:
    """The day on which the unit confirmed its people and its circle: a later one makes the record a changed one."""
    with suppress(RowRefused):
        reader.value("confirmed", read_date, None)


def _desks(reader: Reader, kind: Kind) -> frozenset[str]:
    roles = reader.data.get("desks", kind.desks)
    unknown = [role for role in roles if role not in ROLES]
    for role in unknown:
        if "desks" in reader.data:
            reader.fault("desks", f"未知岗位：{role}", f"unknown role: {role}")
    return frozenset(roles) - frozenset(unknown)


def _circle_row(r: Reader) -> CircleRow:
    pairs = {}
    for pair, kind in CIRCLE_PAIRS.items():
        unit = r.value(pair, read_text, "")
        name = unit_name(unit)
        if unit and (name is None or name.kind != kind):
            raise r.fault(pair, f"{unit} 不是{KINDS[kind].title}", f"{unit} is no unit of kind {kind}")
        if unit:
            pairs[pair] = unit
    return CircleRow(r.span(), pairs)


def _gate(r: Reader) -> Gate:
    return Gate(r.value("id", read_text), r.value("name", read_text), r.value("required", _required, {"police": 1, "school": 1}))


def _required(slots: Mapping[str, Any]) -> Mapping[str, int]:
    """Persons by slot: one that nobody knows, or a number of persons that cannot be, would leave the gate unguarded in silence."""
    if any(slot not in SLOTS or type(count) is not int or count < 0 for slot, count in slots.items()):
        raise ValueError("not the persons of a gate")
    return dict(slots)


def _window(r: Reader) -> WindowRow:
    row = WindowRow(
        gate=r.value("gate", read_text),
        peak=r.value("peak", _peak),
        starts=r.value("starts", read_clock),
        ends=r.value("ends", read_clock),
        span=r.span(),
        season=r.value("season", lambda two: (_month_day(two[0]), _month_day(two[1])), None),
        weekdays=r.value("weekdays", lambda days: frozenset(_weekday(day) for day in days), None),
    )
    if row.ends <= row.starts:
        raise r.fault("ends", "须晚于开始时间", "must be after starts")
    if row.peak == "am" and row.starts > EARLIEST_CLOSING:
        raise r.fault("starts", f"早高峰不得晚于 {EARLIEST_CLOSING:%H:%M} 开始", f"a morning window starts by {EARLIEST_CLOSING:%H:%M}")
    return row


def _closing(r: Reader) -> tuple[Span, time]:
    span, at = r.span(), r.value("at", read_clock)
    if at < EARLIEST_CLOSING:
        raise r.fault("at", f"值守不得早于 {EARLIEST_CLOSING:%H:%M} 结束", f"a desk does not close before {EARLIEST_CLOSING:%H:%M}")
    return span, at


def _closure(r: Reader) -> Closure:
    row = Closure(
        first=r.value("first", read_date),
        last=r.value("last", read_date),
        published=r.value("published", read_instant),
        opens=r.value("opens", read_yes_no, False),
        reason=r.value("reason", read_text),
        grades=tuple(r.value("grades", lambda grades: [read_text(grade) for grade in grades], [])),
    )
    if row.last < row.first:
        raise r.fault("last", "不得早于首日", "must not be before first")
    return row


def _office(r: Reader) -> OfficeRow:
    row = OfficeRow(r.span(), r.value("opens", read_clock), r.value("closes", read_clock))
    if row.closes <= row.opens:
        raise r.fault("closes", "须晚于上班时间", "must be after opens")
    open_for = datetime.combine(date.min, row.closes) - datetime.combine(date.min, row.opens)
    if row.closes < EARLIEST_CLOSING or open_for < SHORTEST_OFFICE_DAY:
        shortest = SHORTEST_OFFICE_DAY // timedelta(hours=1)
        raise r.fault(
            "closes",
            f"办公时间不得少于 {shortest} 小时，也不得早于 {EARLIEST_CLOSING:%H:%M} 下班",
            f"an office is open for at least {shortest} hours and closes at {EARLIEST_CLOSING:%H:%M} or later",
        )
    return row


def _rosters(reader: Reader, desks: frozenset[str]) -> Mapping[str, tuple[RosterRow, ...]]:
    rows = reader.rows("rosters", lambda r: _roster_row(r, desks))
    by_role: dict[str, list[RosterRow]] = {}
    for row in rows:
        by_role.setdefault(row.role, []).append(row)
    return {role: tuple(sorted(found, key=lambda row: row.first)) for role, found in by_role.items()}


def _roster_row(r: Reader, desks: frozenset[str]) -> RosterRow:
    row = RosterRow(
        role=r.value("role", read_text),
        person=r.value("person", read_text),
        shown=r.value("shown", _masked),
        first=r.value("from", read_instant),
        end=r.value("to", read_instant, None),
        substitute=r.value("substitute", _desk, None),
    )
    if row.role not in desks:
        raise r.fault("role", f"本单位没有岗位 {row.role}", f"this unit has no desk {row.role}")
    if row.end is not None and row.end <= row.first:
        raise r.fault("to", "须晚于起始时间", "must be after from")
    return row


def _division(code: Any) -> str:
    if not (isinstance(code, str) and code.isdigit() and len(code) in (2, 4, 6, 9, 12)):
        raise ValueError("not a division code")
    return code


def _onboarding(value: Any) -> str:
    if value not in ONBOARDING:
        raise ValueError("not an onboarding state")
    return str(value)


def _peak(value: Any) -> str:
    if value not in PEAKS:
        raise ValueError("not a peak")
    return str(value)


def _month_day(value: Any) -> tuple[int, int]:
    parsed = date.fromisoformat(f"2000-{value}")
    return parsed.month, parsed.day


def _weekday(value: Any) -> int:
    if value not in range(1, 8):
        raise ValueError("weekdays run from 1 (Monday) to 7")
    return int(value) - 1


def _masked(value: Any) -> str:
    text = read_text(value)
    if not (2 <= len(text) <= 3 and text.endswith("*")):
        raise ValueError("only a masked name (张*) is shown")
    return text


def _desk(value: Any) -> str:
    role, at, unit = read_text(value).partition("@")
    if not at or role not in ROLES or unit_name(unit) is None:
        raise ValueError("not a desk")
    return f"{role}@{unit}"
