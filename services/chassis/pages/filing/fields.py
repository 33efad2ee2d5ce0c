"""A form from a model: one field for each of the model's, in the words of its labels. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from contracts.codes import LABELS
from contracts.fields import said_of
from contracts.sealed import PlainRow
from infra.http.language import Language
from services.chassis.reading.words import field_label, plain

Kind = Literal[
    "text", "long", "number", "decimal", "choice", "choices", "yesno", "school", "schools", "rows", "group",
    "day", "moment", "lines", "objects",
]  # fmt: skip
"""``rows`` are sealed on their way, ``objects`` are not; ``lines``: a list of texts, one on each line."""
LONG_TEXT = 80
ROWS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class FormField:
    """One field. ``name``: its path in the data (``pupils.0.name``); ``parts``: the fields of a group or of one row.

    ``max_length``: of a text in characters, of a list in items."""

    name: str
    kind: Kind
    label: str
    required: bool
    options: tuple[tuple[str, str], ...] = ()
    max_length: int | None = None
    parts: tuple["FormField", ...] = ()
    default: Any = None
    room: int = ROWS_SHOWN

    @property
    def anchor(self) -> str:
        return "f-" + self.name.replace(".", "-")

    @property
    def listed(self) -> bool:
        """Whether it is a list of things with fields of their own."""
        return self.kind in ("rows", "objects")

    @property
    def rows_shown(self) -> range:
        """The numbers of the rows that a form has room for."""
        return range(min(self.room, self.max_length or self.room))

    def row(self, number: int) -> tuple["FormField", ...]:
        """The fields of one row of a list of rows."""
        return tuple(replace(part, name=f"{self.name}.{number}.{part.name}") for part in self.parts)

    def opened(self, number: int, values: Mapping[str, Sequence[str]]) -> bool:
        """Whether a row stands open: it holds something, or is the first of a list that is needed."""
        return (self.required and number == 0) or any(values.get(part.name, [""])[0] for part in self.row(number))


@dataclass(frozen=True, slots=True)
class Shape:
    """How a form is made from its model. ``leave_out``: fields that the address or the server fills in; ``room``: rows of a list."""

    language: Language
    leave_out: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    room: Mapping[str, int] = field(default_factory=dict)


def fields_of(model: type[BaseModel], shape: Shape, prefix: str = "") -> tuple[FormField, ...]:
    """The fields of a model; what a form cannot hold and the model does not need is left out (LookupError where it needs it)."""
    return tuple(_made(model, shape, prefix))


def _made(model: type[BaseModel], shape: Shape, prefix: str) -> Iterator[FormField]:
    for attribute, info in model.model_fields.items():
        wire = info.alias or attribute
        if wire in shape.leave_out:
            continue
        made = _field(model, wire, info, shape, prefix)
        if made is not None:
            yield made
        elif info.is_required():
            raise LookupError(f"no form can hold {model.__name__}.{wire}")


def _field(model: type[BaseModel], wire: str, info: FieldInfo, shape: Shape, prefix: str) -> FormField | None:
    inner = core_type(info.annotation)
    kind = kind_of(wire, inner, info)
    if kind is None:
        return None
    name = f"{prefix}{wire}"
    made = FormField(
        name=name,
        kind=kind,
        label=_label(model, wire, shape.language),
        required=info.is_required(),
        options=_options(inner, info, shape.language),
        max_length=_max_length(info),
        default=shape.defaults.get(wire),
        room=shape.room.get(wire, ROWS_SHOWN),
    )
    if kind == "group":
        return replace(made, parts=fields_of(inner, replace(shape, defaults={}, leave_out=frozenset()), f"{name}."))
    if made.listed:
        clear = _known(model) if kind == "rows" else frozenset[str]()
        return replace(made, parts=fields_of(get_args(inner)[0], replace(shape, defaults={}, leave_out=clear)))
    return made


def _known(model: type[BaseModel]) -> frozenset[str]:
    """What a sealed row need not say again: its school, where the event names just one."""
    return frozenset({"school_id"} & model.model_fields.keys())


def core_type(annotation: Any) -> Any:
    """A type without ``None`` and without what is annotated to it."""
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation = get_args(annotation)[0]
        elif origin in (Union, UnionType):
            kinds = [one for one in get_args(annotation) if one is not type(None)]
            if len(kinds) != 1:
                return annotation
            annotation = kinds[0]
        else:
            return annotation


def kind_of(name: str, inner: Any, info: FieldInfo) -> Kind | None:
    """The kind of input for a type; None for what no input can hold."""
    if get_origin(inner) is tuple:
        return _list_kind(name, core_type(get_args(inner)[0]))
    if get_origin(inner) is Literal:
        return "choice"
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return "group"
    if inner is str:
        return "school" if name == "school_id" else "long" if (_max_length(info) or 0) > LONG_TEXT else "text"
    kinds: Mapping[Any, Kind] = {bool: "yesno", int: "number", float: "decimal", date: "day", AwareDatetime: "moment"}
    return kinds.get(inner)


def _list_kind(name: str, item: Any) -> Kind | None:
    if get_origin(item) is Literal:
        return "choices"
    if isinstance(item, type) and issubclass(item, BaseModel):
        return "rows" if issubclass(item, PlainRow) else "objects"
    return None if item is not str else "schools" if name == "schools" else "lines"


def _options(inner: Any, info: FieldInfo, language: Language) -> tuple[tuple[str, str], ...]:
    item = core_type(get_args(inner)[0]) if get_origin(inner) is tuple else inner
    if get_origin(item) is not Literal:
        return ()
    labels = _labels_for(info, get_args(item))
    return tuple((code, labels.get(code, code) if language == "zh" else plain(code)) for code in get_args(item))


def _labels_for(info: FieldInfo, codes: Sequence[str]) -> Mapping[str, str]:
    named = said_of(info).get("x-codes")
    if named:
        return LABELS.get(str(named), {})
    return next((labels for labels in LABELS.values() if set(codes) == set(labels)), {})


def _max_length(info: FieldInfo) -> int | None:
    return next((int(one.max_length) for one in info.metadata if getattr(one, "max_length", None) is not None), None)


_PERSON = {
    "school_id": ("所属学校", "School"),
    "name": ("姓名", "Name"),
    "class": ("班级", "Class"),
    "pupil_no": ("学号", "Pupil number"),
    "age_band": ("年龄段", "Age band"),
    "guardian_phone": ("监护人电话", "Guardian's phone"),
    "lon": ("经度", "Longitude"),
    "lat": ("纬度", "Latitude"),
    "crs": ("坐标系", "Datum"),
}


def _label(model: type[BaseModel], wire: str, language: Language) -> str:
    said = field_label(model, wire, language)
    return _PERSON[wire][0 if language == "zh" else 1] if said == wire and wire in _PERSON else said
