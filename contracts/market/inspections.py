"""校园周边检查记录: every check of a shop near a school, passed or not."""

from typing import Annotated

from contracts.codes.market import CheckedObject, InspectionResult
from contracts.codes.shared import Datum
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.market.near import EACH_SCHOOL_ONCE, SchoolNear
from contracts.texts import FREE_TEXT, Instant, Number
from contracts.values import Uscc


class ShopPoint(Closed):
    """Where the shop is, with its datum; the publisher measures its distance to the gates."""

    lon: Annotated[float, say("M", "work", "计算与校门的距离", "经度", ge=-180, le=180, allow_inf_nan=False)]
    lat: Annotated[float, say("M", "work", "计算与校门的距离", "纬度", ge=-90, le=90, allow_inf_nan=False)]
    crs: Annotated[Datum, say("M", "work", "坐标须注明坐标系", "坐标系", codes="datum")]


class InspectionRecorded(Closed):
    """校园周边检查记录."""

    inspection_no: Annotated[Number, say("M E L", "work", "核对同一检查", "检查编号", max_length=32)]
    object: Annotated[CheckedObject, say("M E L", "work", "判断检查对象", "检查对象", codes="checked_object")]
    uscc: Annotated[Uscc, say("M", "work", "识别经营者", "统一社会信用代码")]
    shop_name: Annotated[str, say("M S E", "work", "识别店铺", "店铺名称", max_length=60), FREE_TEXT]
    shop_point: Annotated[ShopPoint, say("M", "work", "计算与校门的距离", "店铺坐标")]
    schools: Annotated[
        tuple[SchoolNear, ...],
        say("M S E L", "work", "确定店铺附近的学校", "附近学校", min_length=1, max_length=200),
        EACH_SCHOOL_ONCE,
    ]
    checked_at: Annotated[Instant, say("M E L", "work", "统计定期检查", "检查时间")]
    result: Annotated[InspectionResult, say("M E L", "work", "判断是否需跟进", "检查结果", codes="inspection_result")]


_RECORDED = EventType(
    name="market.inspection.recorded",
    title="校园周边检查记录",
    model=InspectionRecorded,
    intake_model=InspectionRecorded,
    key=key_of("inspection_no"),
    key_field="inspection_no",
    family="inspection",
    publishers=("market.station",),
    publish_within=(Within("1wd"),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(Head(of=_RECORDED, marks=("C",), rows={}))
