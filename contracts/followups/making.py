"""Makes the follow-up types of a head, each a typed, closed model of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, create_model

from contracts.event_type import SUFFIXES, EventType, Mark
from contracts.fields import said_of, say
from contracts.followups.models import FollowUp, LevelMoved, Withdrawn
from contracts.forms import Rows, changes_form, described, intake_form, partial_form, type_of
from contracts.texts import FREE_TEXT

TITLES: Mapping[Mark, str] = {"S": "补充", "C": "更正", "L": "级别变更", "W": "撤销", "X": "办结"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A head type with what its follow-ups need.

    ``words``: field of a code → field of the words that its ``other`` needs. ``level``: the field that `.level-changed` moves;
    ``levels``: between which values, where the level goes by steps of its own, which no correction may pass by; ``moved``: what it says
    beside them.
    ``outcome``: the model of `.concluded` without its key; ``outcome_posted``: that of its POST, where it asks for more.
    """

    of: EventType
    marks: tuple[Mark, ...]
    rows: Rows
    words: Mapping[str, str] = field(default_factory=dict)
    level: str | None = None
    levels: Any = None
    moved: type[BaseModel] = LevelMoved
    outcome: type[BaseModel] | None = None
    outcome_posted: type[BaseModel] | None = None


def with_follow_ups(head: Head) -> tuple[EventType, ...]:
    """The head and one event type for each of its marks."""
    return (head.of, *(_follow_up(head, mark) for mark in head.marks))


def _follow_up(head: Head, mark: Mark) -> EventType:
    name = f"{head.of.model.__name__}{_CLASS[mark]}"
    if mark in _SINGLE:
        wire = _SINGLE[mark](head, name)
        asks_more = mark == "X" and head.outcome_posted is not None
        posted = create_model(f"{name}Intake", __base__=head.outcome_posted, **_key_fields(head)) if asks_more else wire
    else:
        wire = _PAIRED[mark](head, name, posted=False)
        posted = _PAIRED[mark](head, f"{name}Intake", posted=True)
    return EventType(
        name=f"{head.of.name}.{SUFFIXES[mark]}",
        title=f"{head.of.title}·{TITLES[mark]}",
        model=wire,
        intake_model=posted,
        key=head.of.key,
        key_field=head.of.key_field,
        family=head.of.family,
        publishers=head.of.publishers,
        head=head.of.name,
        mark=mark,
        key_scope=head.of.key_scope,
        joins=head.of.joins,
        row=head.of.row,
        openers=head.of.openers,
    )


def _key_fields(head: Head) -> dict[str, Any]:
    names = head.of.key_fields
    if not names:
        raise ValueError(f"{head.of.name} has no key field")
    found = {name: head.of.model.model_fields[name] for name in names}
    return {name: (type_of(info), described(info)) for name, info in found.items()}


def _source(head: Head, *, posted: bool) -> type[BaseModel]:
    return intake_form(head.of.model, head.rows) if posted else head.of.model


def _left_out(head: Head) -> frozenset[str]:
    """What a supplement cannot add: the key, and the level unless it is a count, which grows with time."""
    moves = head.level is not None and head.of.model.model_fields[head.level].annotation is not int
    return frozenset((*head.of.key_fields, *([head.level] if head.level and moves else [])))


def _supplemented(head: Head, name: str, *, posted: bool) -> type[BaseModel]:
    added = partial_form(_source(head, posted=posted), f"{name}Added", leave_out=_left_out(head), words=head.words if posted else None)
    note = say("", "minor", "并入事件全貌后，各单位按其视图获知", "补充的事实")
    return create_model(name, __base__=FollowUp, **_key_fields(head), added=(added, note))


def _corrected(head: Head, name: str, *, posted: bool) -> type[BaseModel]:
    left_out = frozenset(head.of.key_fields) if head.levels is None else _left_out(head)
    changes = changes_form(_source(head, posted=posted), f"{name}Changes", leave_out=left_out, words=head.words if posted else None)
    note = say("", "minor", "并入事件全貌后，各单位按其视图获知", "更正内容")
    reason = say("all", "work", "告知各接收单位更正缘由", "更正理由", max_length=500)
    return create_model(name, __base__=FollowUp, **_key_fields(head), changes=(changes, note), reason=(Annotated[str, FREE_TEXT], reason))


def _level_changed(head: Head, name: str) -> type[BaseModel]:
    if head.level is None:
        raise ValueError(f"{head.of.name} has no level to change")
    info = head.of.model.model_fields[head.level]
    said, level = said_of(info), head.levels or type_of(info)
    views, codes = " ".join(said["x-views"]), said.get("x-codes")
    fields: dict[str, Any] = {
        "field": (Literal[head.level], say(views, "work", "指明变更的级别项", "级别项")),
        "from_": (level, say(views, "work", "对照变更前级别", "原级别", codes=codes, alias="from")),
        "to": (level, say(views, "work", "按新级别处置", "新级别", codes=codes)),
    }
    return create_model(name, __base__=head.moved, **_key_fields(head), **fields)


def _withdrawn(head: Head, name: str) -> type[BaseModel]:
    return create_model(name, __base__=Withdrawn, **_key_fields(head))


def _concluded(head: Head, name: str) -> type[BaseModel]:
    if head.outcome is None:
        raise ValueError(f"{head.of.name} has no outcome to conclude with")
    return create_model(name, __base__=head.outcome, **_key_fields(head))


_CLASS: Mapping[Mark, str] = {"S": "Supplemented", "C": "Corrected", "L": "LevelChanged", "W": "Withdrawn", "X": "Concluded"}
_PAIRED: Mapping[Mark, Callable[..., type[BaseModel]]] = {"S": _supplemented, "C": _corrected}
"""Follow-ups whose posted form differs: it has plain rows and must say something."""
_SINGLE: Mapping[Mark, Callable[[Head, str], type[BaseModel]]] = {"L": _level_changed, "W": _withdrawn, "X": _concluded}
