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
        "status": "状态（实战、演练、测试）", "view": "视图", "hidden": "未提供的项目", "colour": "紧急颜色",
        "unit": "单位", "report": "应报事项编号", "period": "应报周期", "desks": "所涉值守台", "evidence": "依据事件", "evidence_type": "依据事件类型",
        "gap": "缺岗编号", "school": "学校", "schools": "学校", "school_id": "学校", "gate_id": "校门", "peak": "时段", "slot": "岗位类别", "row": "排班行", "handover": "交接编号",
        "post": "岗位编号", "gate_name": "校门名称", "dropped": "不再设岗", "device_id": "设备编号",
        "from_unit": "移交单位", "to_unit": "接收单位", "from_county": "移交区县", "to_county": "接收区县", "drill": "演练编号",
        "actual_incident": "实战事由", "actual_number": "实战事由编号", "linked": "关联事由", "relation": "关联关系",
        "link": "关联编号", "sides": "所涉事由", "matter": "事项", "decidable": "本台可否决定", "dismissed": "并非同一事由",
        "digest": "摘要编号", "week": "所在周", "checks": "合格检查", "shop_name": "店铺名称", "metres": "距校门米数",
        "exercise": "演练", "month": "月份", "scope": "统计范围", "area": "统计地区", "of": "统计对象",
    },
    _TIME: {
        "time": "发布时间", "known_at": "知悉时间", "occurred_at": "发生时间", "decided_at": "研判时间", "delivered_at": "送达时间",
        "acknowledged_at": "签收时间", "returned_at": "退单时间", "reported_at": "反馈时间",
        "closed_at": "办结时间", "opened_at": "开立时间", "publish_due": "发布期限", "overrun_minutes": "发布超时分钟", "law_due": "法定时限",
        "rated_at": "评价时间", "recorded_at": "登记时间", "followed_on": "回访日期",
        "paused_at": "暂停时间", "resumed_at": "恢复时间",
        "ruled_at": "裁定时间", "logical_at": "督办应发时间", "at": "时间", "from_at": "自", "to_at": "至", "due": "期限", "duty": "职责",
        "duties": "各项期限", "forms": "期限形式", "form": "期限形式", "words": "期限说明", "derivation": "期限推算",
        "pending_calendar": "待装载的日历", "calendar_version": "日历版本", "ladder": "督办阶梯", "step": "督办级次",
        "date": "日期", "ended_at": "结束时间", "confirmed_at": "确认时间", "filled_at": "补位时间", "minutes": "缺岗分钟", "checked_at": "签到时间", "uploaded_at": "上传时间",
        "received_at": "收到时间",
        "voided_at": "撤销时间", "offered_at": "发起时间", "accepted_at": "接收时间", "completed_at": "完成时间", "refused_at": "拒绝时间",
        "suspended_at": "中止时间", "suggested_at": "提示时间", "lapsed_at": "失效时间", "linked_at": "关联时间", "unlinked_at": "解除时间", "published_at": "发布时间",
        "ack": "签收", "first_action": "首次行动", "close": "办结", "publish": "发布", "lawful": "法定时限内发布", "bus": "平台送达", "counted": "计数", "on_time": "按时",
        "median_minutes": "签收中位分钟", "p90_minutes": "签收九成分钟", "escalations": "各级督办数", "publisher_minutes": "报送方超时分钟",
        "bus_minutes": "总线超时分钟", "receiver_minutes": "接收方超时分钟", "windows": "护学时段",
        "windows_covered": "到岗时段", "lists_in_time": "按时报表", "lists_late": "迟报报表", "lists_missing": "未报报表", "invalid": "无效",
        "rated": "互评", "given": "互评次数", "average": "互评平均分",
        "lines": "分项", "total": "合计",
        "stated_at": "记录时间", "triaged_at": "分办时间", "back_entered": "补录", "by_leader": "负责人代签", "channel": "渠道",
    },
    _WHY: {
        "mandate": "职责规则", "mandates": "职责规则", "name": "规则名称", "pack": "规则包", "quote": "依据原文", "numbers": "时限来源", "fits": "相符之处",
        "matched": "匹配条件", "about": "内容所属事件类型", "condition": "条件", "conditions": "条件检验", "bases": "依据", "reasons": "理由", "notes": "备注",
        "note": "备注", "reason": "理由", "why": "原因", "change": "变化说明", "material": "实质变更",
        "outcome": "结果", "recipients": "接收单位",
        "law": "法定依据", "law_met": "法定时限已满足", "confirmed": "负责人确认", "batch_no": "签到批次",
        "pack_version": "规则包版本", "directory_version": "名录版本", "refused": "未予办结原因", "legal_complete": "法定要素齐全",
    },
    _DO: {
        "lead": "主办", "agency": "部门", "parts": "分工", "part": "本台分工", "progress": "进展", "text": "说明", "ruling": "裁定",
        "suggested_desk": "建议承办值守台", "new_desk": "新承办值守台", "from_desk": "原值守台", "to_desk": "新值守台",
        "rostered": "已排人数", "slots": "各岗到岗情况", "signed": "签收情况", "state": "状态", "persons": "在岗与排班人员", "batches": "待确认补传",
        "wrong_clocks": "时钟有误的签到",
        "required": "应到人数", "present": "已到人数", "scheduled": "应到岗时段", "covered": "到岗时段", "uncovered": "缺岗时段",
        "pending": "尚未结束时段", "filled": "补齐时段", "late": "补传证实时段", "by": "补位方式", "awaited": "待接收值守台", "accepted": "接收情况",
        "returnable": "可退单", "choices": "可选规则",
        "rating": "可互评回访", "score": "评分", "of_desk": "被评值守台", "pauses": "可暂停事由", "lab": "检验机构",
        "hide": "收回内容", "to_publisher": "抄送发布方", "role": "岗位",
    },
    _OPS: {
        "consumer": "消费方", "topic": "主题", "partition": "分区", "offset": "位点", "calendar": "日历", "year": "年份",
        "waiting": "等待的期限数", "covers_from": "覆盖自", "covers_to": "覆盖至", "computed": "已计算期限数", "loaded_at": "装载时间",
        "level": "规则层级", "jurisdiction": "适用地区", "effective_from": "生效时间", "effective_to": "失效时间", "rules": "规则数",
        "warnings": "提示", "rules_checked": "核查规则数", "counties_checked": "核查区县数", "schools_checked": "核查学校数", "errors": "法定职责缺口数",
        "findings": "缺口", "day": "核查日期", "activated_at": "启用时间",
    },
}  # fmt: skip

_OTHER: dict[str, tuple[str, Sensitivity, str]] = {
    "payload": ("视图内的事件内容", "minor", "接收单位履职所需，限其视图"),
    "person": ("签办人", "personal", "由具名人员负责"),
    "ref": ("人员代码", "personal", "由具名人员负责"),
    "shown": ("隐名姓名", "personal", "由具名人员负责"),
    "substitute": ("替班人员代码", "personal", "落实替班"),
    "document": ("单位资料", "personal", "送达、签收与值守安排"),
    "Basis.document": ("依据文件", "work", _WHY),
    "DecisionMade.outcome": ("研判结果", "work", _WHY),
    "IncidentTriaged.refused": ("未予重新研判的原因", "work", _WHY),
    "GuardSlotState.kind": ("缺岗种类", "work", _KNOW),
    "GuardPerson.rostered": ("在排班中", "work", _DO),
    "GuardPerson.present": ("在岗", "work", _DO),
    "GuardLateBatch.count": ("签到条数", "work", _KNOW),
    "GuardWrongClock.act": ("签到动作", "work", _KNOW),
    "GuardGapOpened.kind": ("缺岗种类", "work", _KNOW),
    "ReportMissing.kind": ("缺报种类", "work", _KNOW),
    "ReportMissing.publisher": ("应报值守台", "work", _KNOW),
    "SlaLine.report": ("报送", "work", _TIME),
    "SlaReportPublished.report": ("月报编号", "work", _KNOW),
    "MessageParked.reason": ("挂起原因代码", "work", _OPS),
}

FIELDS: Mapping[str, tuple[str, Sensitivity, str]] = MappingProxyType(
    {field: (label, "work", purpose) for purpose, labels in _WORK.items() for field, label in labels.items()} | _OTHER
)
"""Field, or Model.field → (label, sensitivity, purpose)."""


def said_of_bus_field(model: str, field: str) -> tuple[str, Sensitivity, str]:
    """Label, sensitivity and purpose of a field of a bus event; a field nobody described is a KeyError."""
    return FIELDS.get(f"{model}.{field}") or FIELDS[field]
