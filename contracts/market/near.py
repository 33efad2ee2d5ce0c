"""What several types of market supervision are about: schools near a shop, goods."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from contracts.envelope import Closed
from contracts.fields import say
from contracts.texts import FREE_TEXT, SchoolId

Metres = Annotated[int, Field(strict=True, ge=0, le=10_000)]


class SchoolNear(Closed):
    """A school and how far the shop is from its nearest gate."""

    school_id: Annotated[SchoolId, say("S E H M L", "work", "确定涉及的学校", "学校")]
    metres: Annotated[Metres, say("S E H M L", "work", "判断与校门的距离", "距校门米数")]


def _each_once(schools: tuple[SchoolNear, ...] | None) -> tuple[SchoolNear, ...] | None:
    if schools is not None and len({one.school_id for one in schools}) != len(schools):
        raise PydanticCustomError("repeated-item", "The list must not name the same item twice")
    return schools


EACH_SCHOOL_ONCE = AfterValidator(_each_once)
"""Stands behind the list's length."""


class Goods(Closed):
    """One kind of goods; who sees it is said by the field that lists it. 三无 goods have neither brand nor batch."""

    name: Annotated[str, say("all", "work", "识别问题产品", "品名", max_length=60), FREE_TEXT]
    brand: Annotated[str | None, say("all", "work", "识别问题产品", "品牌", max_length=60), FREE_TEXT] = None
    batch: Annotated[str | None, say("all", "work", "识别问题批次", "批号", max_length=60), FREE_TEXT] = None
