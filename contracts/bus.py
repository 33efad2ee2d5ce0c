"""协同: the bus's own events under their house names."""

from collections.abc import Callable

from pydantic import BaseModel

from contracts import coordination as said
from contracts.event_type import EventType, key_of


def _decision_key(data: BaseModel) -> str:
    """The incident; an event that never got one (refused, duplicate) is its own key."""
    assert isinstance(data, said.DecisionMade)
    return data.incident or data.event_id


def _parked_key(data: BaseModel) -> str:
    """A parked message may have no readable id: then its place in the log."""
    assert isinstance(data, said.MessageParked)
    return data.event_id or f"{data.topic}/{data.partition}"


def _bus(name: str, title: str, model: type[BaseModel], key: Callable[[BaseModel], str] | None = None) -> EventType:
    return EventType(name=f"bus.{name}", title=title, model=model, key=key or key_of("incident"), family=name.split(".")[0], publishers=())


TYPES: tuple[EventType, ...] = (
    _bus("decision.made", "研判结果", said.DecisionMade, _decision_key),
    _bus("notification.issued", "通报签发", said.NotificationIssued),
    _bus("notification.delivered", "送达", said.NotificationDelivered),
    _bus("notification.acknowledged", "签收", said.NotificationAcknowledged),
    _bus("notification.returned", "退单", said.NotificationReturned),
    _bus("notification.withdrawn", "通报撤回", said.NotificationWithdrawn),
    _bus("duty.timed", "期限确定", said.DutyTimed),
    _bus("duty.missed", "逾期", said.DutyMissed),
    _bus("task.opened", "协同处置任务开立", said.TaskOpened),
    _bus("task.closed", "办结", said.TaskClosed),
    _bus("task.rated", "办结互评", said.TaskRated),
    _bus("task.followed-up", "办结回访", said.TaskFollowedUp),
    _bus("task.paused", "办结期限暂停", said.TaskPaused),
    _bus("task.resumed", "办结期限恢复", said.TaskResumed),
    _bus("part.reported", "分工反馈", said.PartReported),
    _bus("part.reassigned", "分工改派", said.PartReassigned),
    _bus("escalation.raised", "督办", said.EscalationRaised),
    _bus("escalation.cleared", "督办解除", said.EscalationCleared),
    _bus("desk.uncovered", "无人值守", said.DeskUncovered),
    _bus("arbitration.ruled", "裁定", said.ArbitrationRuled),
    _bus("report.missing", "应报未报", said.ReportMissing),
    _bus("guard-gap.opened", "护学岗缺岗", said.GuardGapOpened),
    _bus("guard-gap.filled", "缺岗补位", said.GuardGapFilled),
    _bus("guard-gap.voided", "缺岗撤销", said.GuardGapVoided),
    _bus("guard-coverage.reported", "护学岗到岗日报", said.GuardCoverageReported),
    _bus("guard-post.changed", "护学岗到岗状态", said.GuardPostChanged, key_of("post")),
    _bus("guard-batch.confirmed", "签到补传确认", said.GuardBatchConfirmed, key_of("batch_no")),
    _bus("handover.offered", "交接发起", said.HandoverOffered),
    _bus("handover.accepted", "交接接收", said.HandoverAccepted),
    _bus("handover.completed", "交接完成", said.HandoverCompleted),
    _bus("handover.refused", "交接拒收", said.HandoverRefused),
    _bus("drill.suspended", "演练中止", said.DrillSuspended),
    _bus("link.suggested", "疑似同一事由", said.LinkSuggested),
    _bus("link.lapsed", "疑似同一事由失效", said.LinkLapsed),
    _bus("incident.linked", "事由关联", said.IncidentLinked),
    _bus("incident.unlinked", "关联解除", said.IncidentUnlinked),
    _bus("incident.triaged", "分办", said.IncidentTriaged),
    _bus("message.parked", "挂起", said.MessageParked, _parked_key),
    _bus("calendar.missing", "日历缺失", said.CalendarMissing, key_of("calendar")),
    _bus("calendar.loaded", "日历装载", said.CalendarLoaded, key_of("calendar")),
    _bus("pack.activated", "规则包启用", said.PackActivated, key_of("pack")),
    _bus("pack.refused", "规则包拒绝", said.PackRefused, key_of("pack")),
    _bus("sla-report.published", "履职月报", said.SlaReportPublished, key_of("report")),
    _bus("net.checked", "责任网核查", said.NetChecked),
    _bus("digest.published", "周边检查合格周报", said.DigestPublished),
    _bus("directory.changed", "名录变更", said.UnitRecord, key_of("unit")),
)
