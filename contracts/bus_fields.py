"""What is said of the fields of the bus's own events. A name means the same wherever it stands; ``Model.field`` overrides it."""

from collections.abc import Mapping
from types import MappingProxyType

from contracts.fields import Sensitivity

_KNOW = "说明事由与对象"
_TIME = "计算期限与履职统计"
_WHY = "说明依据与理由"
_DO = "按职责处置"
_OPS = "运行维护"

_WORK: dict[str, dict[str, str]] = {
    _KNOW: {
        "incident": "事由", "number": "事由编号", "notification": "通报", "task": "任务", "escalation": "督办", "arbitration": "裁定通报",
        "arbitration_of": "所裁定的通报", "desk": "值守台", "late_desk": "逾期值守台", "event": "事件信封", "event_source": "事件来源",
        "event_id": "事件标识", "event_type": "事件类型", "type": "事件类型", "kind": "通报种类", "version": "版本", "round": "轮次",
        "title": "名称", "revision": "修订号", "publisher": "发布值守台", "county": "所在区县", "place_code": "所在街镇社区",
        "status": "状态(实战、演练、测试)", "view": "视图", "hidden": "未提供的项目", "colour": "紧急颜色",
        "unit": "单位",
    },
    _TIME: {
        "time": "发布时间", "known_at": "知悉时间", "occurred_at": "发生时间", "decided_at": "研判时间", "delivered_at": "送达时间",
        "acknowledged_at": "签收时间", "returned_at": "退单时间", "reported_at": "反馈时间",
        "closed_at": "办结时间", "opened_at": "开立时间",
        "ruled_at": "裁定时间", "logical_at": "督办应发时间", "at": "时间", "from_at": "自", "to_at": "至", "due": "期限", "duty": "职责",
        "duties": "各项期限", "forms": "期限形式", "form": "期限形式", "words": "期限说明", "derivation": "期限推算",
        "pending_calendar": "待装载的日历", "calendar_version": "日历版本", "ladder": "督办阶梯", "step": "督办级次",
        "back_entered": "补录", "by_leader": "负责人代签", "channel": "渠道",
    },
    _WHY: {
        "mandate": "职责规则", "mandates": "职责规则", "name": "规则名称", "pack": "规则包", "quote": "依据原文", "numbers": "时限来源",
        "matched": "匹配条件", "about": "内容所属事件类型", "condition": "条件", "conditions": "条件检验", "bases": "依据", "reasons": "理由", "notes": "备注",
        "note": "备注", "reason": "理由", "why": "原因", "change": "变化说明", "material": "实质变更",
        "outcome": "结果", "recipients": "接收单位",
        "pack_version": "规则包版本", "directory_version": "名录版本", "refused": "未予办结原因", "legal_complete": "法定要素齐全",
    },
    _DO: {
        "lead": "主办", "agency": "部门", "parts": "分工", "part": "本台分工", "progress": "进展", "text": "说明", "ruling": "裁定",
        "suggested_desk": "建议承办值守台", "new_desk": "新承办值守台", "from_desk": "原值守台", "to_desk": "新值守台",
        "returnable": "可退单", "hide": "收回内容", "to_publisher": "抄送发布方", "role": "岗位",
    },
    _OPS: {
        "consumer": "消费方", "topic": "主题", "partition": "分区", "offset": "位点", "calendar": "日历", "year": "年份",
        "waiting": "等待的期限数",
    },
}  # fmt: skip

_OTHER: dict[str, tuple[str, Sensitivity, str]] = {
    "payload": ("视图内的事件内容", "minor", "接收单位履职所需,限其视图"),
    "person": ("签办人", "personal", "由具名人员负责"),
    "ref": ("人员代码", "personal", "由具名人员负责"),
    "shown": ("隐名姓名", "personal", "由具名人员负责"),
    "substitute": ("替班人员代码", "personal", "落实替班"),
    "document": ("单位资料", "personal", "送达、签收与值守安排"),
    "Basis.document": ("依据文件", "work", _WHY),
    "DecisionMade.outcome": ("研判结果", "work", _WHY),
    "MessageParked.reason": ("挂起原因代码", "work", _OPS),
}

FIELDS: Mapping[str, tuple[str, Sensitivity, str]] = MappingProxyType(
    {field: (label, "work", purpose) for purpose, labels in _WORK.items() for field, label in labels.items()} | _OTHER
)
"""Field, or Model.field → (label, sensitivity, purpose)."""


def said_of_bus_field(model: str, field: str) -> tuple[str, Sensitivity, str]:
    """Label, sensitivity and purpose of a field of a bus event; a field nobody described is a KeyError."""
    return FIELDS.get(f"{model}.{field}") or FIELDS[field]
