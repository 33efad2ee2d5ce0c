"""社区: the closed lists of what communities state."""

from typing import Literal

VisitFinding = Literal["at-home", "working", "moved-away", "ill", "refused", "not-found", "back-at-school"]
VisitNext = Literal["none", "revisit", "school-to-call", "escalate"]

LABELS: dict[str, dict[str, str]] = {
    "visit_finding": {
        "at-home": "在家",
        "working": "务工",
        "moved-away": "迁走",
        "ill": "患病",
        "refused": "拒绝返校",
        "not-found": "未找到",
        "back-at-school": "已返校",
    },
    "visit_next": {"none": "无需后续", "revisit": "再次家访", "school-to-call": "学校联系", "escalate": "提请上级处置"},
}
