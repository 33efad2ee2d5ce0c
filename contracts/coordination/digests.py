"""每周摘要: what was stated about a school in a week and needs no telling one by one."""

from typing import Annotated

from pydantic import AwareDatetime, NonNegativeInt

from contracts.coordination.words import DigestChange
from contracts.envelope import Tolerant
from contracts.fields import say
from contracts.values import Day

WHICH, LIST = "确定涉及的学校", "了解周边检查情况"


class PassedCheck(Tolerant):
    """One passed check as the school near the shop may see it. ``change``: to what an earlier digest said of it."""

    stated_at: Annotated[AwareDatetime, say("S", "work", LIST, "记录时间")]
    shop_name: Annotated[str, say("S", "work", "识别店铺", "店铺名称")]
    metres: Annotated[NonNegativeInt, say("S", "work", "判断与校门的距离", "距校门米数")]
    change: Annotated[DigestChange | None, say("S", "work", "说明与前次摘要的不同", "变化", codes="digest_change")] = None


class DigestPublished(Tolerant):
    """周边检查合格周报 of one school: the passed checks that were stated since its last digest. What has views is shown to its desk."""

    digest: str
    incident: str
    number: str
    school_id: Annotated[str, say("S", "work", WHICH, "学校")]
    week: Annotated[Day, say("S", "work", LIST, "所在周（周一）")]
    checks: Annotated[tuple[PassedCheck, ...], say("S", "work", LIST, "合格检查")]
    published_at: Annotated[AwareDatetime, say("S", "work", LIST, "发布时间")]
