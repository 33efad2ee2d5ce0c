"""Rows that travel encrypted: their plain form in a POST, their sealed form on the wire."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints

from contracts.codes.shared import AgeBand
from contracts.envelope import Closed
from contracts.fields import say, views_of
from contracts.texts import SEALED_TEXT, SchoolId

Base64Url = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=16_384)]


_OPEN = "密封件的开启与分发"
Service = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
View = Annotated[str, StringConstraints(pattern=r"^[SVEPHMCKUWL]$")]
Community = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
"""The division code of a community or village."""
RowNumber = Annotated[int, Strict(), Field(ge=1, le=9999)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,19}$")]
IN_CLEAR = ("school_id", "row_no", "home_community")
"""What of a plain row stands in clear beside the sealed one, since routing must read it."""


class SealedRow(Closed):
    """One row, encrypted with its own data key; the key is wrapped for each service whose view holds the row."""

    row: Annotated[str, say("all", "work", _OPEN, "密封行编号", pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
    school_id: Annotated[SchoolId | None, say("S P", "work", "涉及多校时区分所属学校", "所属学校")] = None
    row_no: Annotated[RowNumber | None, say("S W E", "work", "社区家访结果据以对应", "行号")] = None
    home_community: Annotated[Community | None, say("S W E", "work", "确定由哪个社区家访", "居住社区代码")] = None
    alg: Annotated[str, say("all", "work", _OPEN, "加密算法", pattern=r"^A256GCM$")] = "A256GCM"
    nonce: Annotated[Base64Url, say("all", "work", _OPEN, "随机数")]
    ciphertext: Annotated[Base64Url, say("all", "minor", _OPEN, "密文", sealed=True)]
    keys: Annotated[dict[Service, Base64Url], say("all", "work", _OPEN, "各服务的封装密钥", max_length=20)]
    views: Annotated[tuple[View, ...], say("all", "work", _OPEN, "可开启的视图", min_length=1, max_length=11)]


class PlainRow(Closed):
    """A row before it is sealed: only in a POST and on the pages of a desk that may open it.

    The views of its fields say who may open what: views that see different fields get a sealed row each."""

    model_config = ConfigDict(serialize_by_alias=True)

    school_id: Annotated[SchoolId | None, say("S P", "work", "涉及多校时区分所属学校", "所属学校")] = None


@dataclass(frozen=True, slots=True)
class Share:
    """What some views may open of a plain row: it becomes one sealed row. ``fields``: names on the wire."""

    views: frozenset[str]
    fields: frozenset[str]


def shares_of(row: type[BaseModel], views: frozenset[str]) -> tuple[Share, ...]:
    """The sealed rows that one plain row becomes, the fullest first. A view that could open nothing of the row is a ValueError."""
    letters = {name: seen for name, seen in views_of(row).items() if name not in PlainRow.model_fields}
    groups: dict[frozenset[str], frozenset[str]] = {}
    for view in sorted(views):
        fields = frozenset(name for name, seen in letters.items() if view in seen)
        if not fields:
            raise ValueError(f"view {view} sees nothing of {row.__name__}")
        groups[fields] = groups.get(fields, frozenset()) | {view}
    return tuple(Share(seen, fields) for fields, seen in sorted(groups.items(), key=lambda group: (-len(group[0]), sorted(group[0]))))


class Pupil(PlainRow):
    """A pupil concerned. ``school_id``: needed where the event names several schools."""

    name: Annotated[str, say("S P", "minor", "核实学生身份", "姓名", sealed=True, max_length=40), SEALED_TEXT]
    class_: Annotated[str | None, say("S P", "minor", "联系班主任", "班级", sealed=True, alias="class", max_length=40), SEALED_TEXT] = None
    pupil_no: Annotated[str | None, say("S P", "minor", "核实学生身份", "学籍号", sealed=True, max_length=32), SEALED_TEXT] = None
    age_band: Annotated[AgeBand, say("S P", "minor", "适用未成年人保护规定", "年龄段", sealed=True, codes="age_band")]
    guardian_phone: Annotated[Phone | None, say("S P", "minor", "联系监护人", "监护人电话", sealed=True)] = None
