"""校外培训机构黑白名单变更: the firm is the key, so that its changes stay in order."""

from typing import Annotated

from pydantic import ConfigDict

from contracts.codes.education import TrainingList
from contracts.envelope import Closed
from contracts.event_type import EventType, Within, key_of
from contracts.fields import say
from contracts.followups import Head, with_follow_ups
from contracts.texts import FREE_TEXT
from contracts.values import Day, Uscc


class TrainingListChanged(Closed):
    """校外培训机构黑白名单变更."""

    model_config = ConfigDict(serialize_by_alias=True)

    firm_uscc: Annotated[Uscc, say("M E", "work", "识别培训机构", "统一社会信用代码")]
    firm_name: Annotated[str, say("S E M", "work", "识别培训机构", "机构名称", max_length=60), FREE_TEXT]
    list: Annotated[TrainingList, say("S E M", "work", "提醒学生家长与监管", "名单", codes="training_list")]
    from_: Annotated[Day, say("S E M", "work", "确定生效日期", "生效日期", alias="from")]


_CHANGED = EventType(
    name="education.training-list.changed",
    title="校外培训机构黑白名单变更",
    model=TrainingListChanged,
    intake_model=TrainingListChanged,
    key=key_of("firm_uscc"),
    key_field="firm_uscc",
    family="training-list",
    publishers=("education.safety-desk",),
    publish_within=(Within("1wd"),),
)

TYPES: tuple[EventType, ...] = with_follow_ups(Head(of=_CHANGED, marks=("C", "W"), rows={}))
