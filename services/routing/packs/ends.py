"""Whom a rule names, and how its joint task ends: what the close may wait for, and whom an open one is told to."""

from collections.abc import Mapping
from typing import Any, get_args

from contracts.coordination import PauseReason
from services.routing.core.deadlines import Elapsed, can_pause, parse_form
from services.routing.core.directory import ROLES
from services.routing.core.mandates import Overdue
from services.routing.core.matching.cast import STAND_INS
from services.routing.packs.faults import Place
from services.routing.packs.reading import need, one_of, only_known, optional, part, texts

PAUSES: frozenset[str] = frozenset(get_args(PauseReason))
SIDES = frozenset({"to", "from"})
"""The two sides of a handover, behind a role: ``school.psych-teacher@to``."""


def read_role(value: str, place: Place) -> str:
    """A role of the Directory, one side of a handover, or a stand-in."""
    role, _, side = value.partition("@") if not value.startswith("@") else (value, "", "")
    if role not in STAND_INS and (role not in ROLES or (side and side not in SIDES)):
        raise place.refuse(f"未知岗位 {value}", f"unknown role {value}")
    return value


def read_pauses(data: Mapping[str, Any], place: Place) -> tuple[PauseReason, ...]:
    """What the close may wait for, where it is known what a pause does to its form."""
    named = texts(data, "pauses", place)
    close = optional(data, "close", place)
    if named and (close is None or not can_pause(close)):
        raise place.refuse(f"办结期限 {close or '缺失'} 不能暂停", f"a close clock of the form {close or 'none'} cannot pause")
    return tuple(one_of(name, PAUSES, "pauses", place) for name in named)  # type: ignore[misc]  # of PAUSES


def read_overdue(data: Mapping[str, Any], place: Place) -> Overdue | None:
    """After which time an open close is told, and to whom."""
    if "overdue" not in data:
        return None
    said = part(data, "overdue", place)
    only_known(said, frozenset({"after", "tell"}), place)
    after = need(said, "after", str, place)
    roles = tuple(read_role(role, place) for role in texts(said, "tell", place))
    if not roles or not _is_elapsed(after):
        raise place.refuse("超时告知须写明经过的时间和岗位", "what is told when it takes too long names an elapsed time and roles")
    return Overdue(after, roles)


def _is_elapsed(form: str) -> bool:
    try:
        return isinstance(parse_form(form), Elapsed)
    except ValueError:
        return False
