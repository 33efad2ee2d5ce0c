"""Follow-ups of a head type: supplemented, corrected, level-changed, withdrawn, concluded. Each is a typed, closed model of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, create_model, model_validator
from pydantic_core import PydanticCustomError

from contracts.codes import WithdrawnCode
from contracts.envelope import Closed
from contracts.event_type import SUFFIXES, EventType, Mark
from contracts.fields import said_of, say
from contracts.forms import Rows, changes_form, described, intake_form, partial_form, type_of
from contracts.texts import FREE_TEXT

TITLES: Mapping[Mark, str] = {"S": "补充", "C": "更正", "L": "级别变更", "W": "撤销", "X": "办结"}


class FollowUp(Closed):
    """Base of every follow-up model: closed, frozen, wire names on the wire."""

    model_config = ConfigDict(serialize_by_alias=True)


class Withdrawn(FollowUp):
    """撤销: what a head said is void; the named officer answers for it."""

    code: Annotated[WithdrawnCode, say("all", "work", "说明事件为何失效", "撤销类别", codes="withdrawn_code")]
    reason: Annotated[str, say("all", "work", "告知各接收单位撤销缘由", "撤销理由", max_length=500), FREE_TEXT]
    officer: Annotated[str, say("L", "personal", "由具名人员对撤销负责,供督办核查", "撤销责任人", max_length=40), FREE_TEXT]


class LevelMoved(FollowUp):
    """级别变更 without its field: who moved it and why."""

    by: Annotated[str, say("L", "personal", "由具名人员对变更负责,供督办核查", "变更责任人", max_length=80), FREE_TEXT]
    why: Annotated[str, say("all", "work", "告知各接收单位级别变更缘由", "变更理由", max_length=500), FREE_TEXT]

    @model_validator(mode="after")
    def _moves(self) -> "LevelMoved":
        if getattr(self, "from_", None) == getattr(self, "to", None):
            raise PydanticCustomError("nothing-changed", "Old and new value are the same")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A head type with what its follow-ups need.

    ``level``: the field that `.level-changed` moves; ``outcome``: the model of `.concluded` without its key.
    """

    of: EventType
    marks: tuple[Mark, ...]
    rows: Rows
    level: str | None = None
    outcome: type[BaseModel] | None = None


def with_follow_ups(head: Head) -> tuple[EventType, ...]:
    """The head and one event type for each of its marks."""
    return (head.of, *(_follow_up(head, mark) for mark in head.marks))


def _follow_up(head: Head, mark: Mark) -> EventType:
    name = f"{head.of.model.__name__}{_CLASS[mark]}"
    if mark in _SINGLE:
        wire = posted = _SINGLE[mark](head, name)
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
    )


def _key_field(head: Head) -> dict[str, Any]:
    name = head.of.key_field
    if name is None:
        raise ValueError(f"{head.of.name} has no key field")
    info = head.of.model.model_fields[name]
    return {name: (type_of(info), described(info))}


def _source(head: Head, *, posted: bool) -> type[BaseModel]:
    return intake_form(head.of.model, head.rows) if posted else head.of.model


def _left_out(head: Head) -> frozenset[str]:
    return frozenset(name for name in (head.of.key_field, head.level) if name)


def _supplemented(head: Head, name: str, *, posted: bool) -> type[BaseModel]:
    added = partial_form(_source(head, posted=posted), f"{name}Added", leave_out=_left_out(head), posted=posted)
    note = say("", "minor", "并入事件全貌后,各单位按其视图获知", "补充的事实")
    return create_model(name, __base__=FollowUp, **_key_field(head), added=(added, note))


def _corrected(head: Head, name: str, *, posted: bool) -> type[BaseModel]:
    left_out = frozenset({head.of.key_field or ""})
    changes = changes_form(_source(head, posted=posted), f"{name}Changes", leave_out=left_out, posted=posted)
    note = say("", "minor", "并入事件全貌后,各单位按其视图获知", "更正内容")
    reason = say("all", "work", "告知各接收单位更正缘由", "更正理由", max_length=500)
    return create_model(name, __base__=FollowUp, **_key_field(head), changes=(changes, note), reason=(Annotated[str, FREE_TEXT], reason))


def _level_changed(head: Head, name: str) -> type[BaseModel]:
    if head.level is None:
        raise ValueError(f"{head.of.name} has no level to change")
    info = head.of.model.model_fields[head.level]
    said = said_of(info)
    views, codes = " ".join(said["x-views"]), said["x-codes"]
    fields: dict[str, Any] = {
        "field": (Literal[head.level], say(views, "work", "指明变更的级别项", "级别项")),
        "from_": (type_of(info), say(views, "work", "对照变更前级别", "原级别", codes=codes, alias="from")),
        "to": (type_of(info), say(views, "work", "按新级别处置", "新级别", codes=codes)),
    }
    return create_model(name, __base__=LevelMoved, **_key_field(head), **fields)


def _withdrawn(head: Head, name: str) -> type[BaseModel]:
    return create_model(name, __base__=Withdrawn, **_key_field(head))


def _concluded(head: Head, name: str) -> type[BaseModel]:
    if head.outcome is None:
        raise ValueError(f"{head.of.name} has no outcome to conclude with")
    return create_model(name, __base__=head.outcome, **_key_field(head))


_CLASS: Mapping[Mark, str] = {"S": "Supplemented", "C": "Corrected", "L": "LevelChanged", "W": "Withdrawn", "X": "Concluded"}
_PAIRED: Mapping[Mark, Callable[..., type[BaseModel]]] = {"S": _supplemented, "C": _corrected}
"""Follow-ups whose posted form differs: it has plain rows and must say something."""
_SINGLE: Mapping[Mark, Callable[[Head, str], type[BaseModel]]] = {"L": _level_changed, "W": _withdrawn, "X": _concluded}


def new_values(mark: Mark | None, data: BaseModel) -> dict[str, Any]:
    """What a follow-up changes in the merged picture of its head: field on the wire → new value (None: no longer stated). JSON values."""
    body = data.model_dump(mode="json", exclude_none=True, by_alias=True)
    if mark == "S":
        return dict(body["added"])
    if mark == "C":
        return {name: change.get("new") for name, change in body["changes"].items()}
    if mark == "L":
        return {body["field"]: body["to"]}
    return {}
