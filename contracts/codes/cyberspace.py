"""网信: the closed lists of what cyberspace administrations state."""

from typing import Literal

ContentGrade = Literal["general", "serious", "imminent"]
ContentOutcome = Literal["removed", "handed-over", "unfounded", "other"]
ReportRhythm = Literal["weekly", "fortnightly"]
CampaignOutcome = Literal["completed", "stopped", "other"]
PlatformOrder = Literal["delete", "block", "label", "limit", "account-action"]
OrderResult = Literal["done", "partly", "refused", "pending"]

LABELS: dict[str, dict[str, str]] = {
    "content_grade": {"general": "一般", "serious": "严重", "imminent": "现实危险"},
    "content_outcome": {"removed": "已清理", "handed-over": "移交其他部门", "unfounded": "查无此信息", "other": "其他"},
    "report_rhythm": {"weekly": "每周", "fortnightly": "每两周"},
    "campaign_outcome": {"completed": "按期完成", "stopped": "提前终止", "other": "其他"},
    "platform_order": {
        "delete": "删除",
        "block": "屏蔽",
        "label": "标注",
        "limit": "限制传播",
        "account-action": "账号处置",
    },
    "order_result": {"done": "已落实", "partly": "部分落实", "refused": "未落实", "pending": "办理中"},
}
