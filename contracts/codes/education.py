"""教育局: the closed lists of what education bureaus state."""

from typing import Literal

ConferenceKind = Literal["joint-conference", "consultation", "periodic", "arbitration"]
ConferenceOutcome = Literal["held", "postponed", "cancelled", "other"]
Department = Literal["police", "health", "market", "cyberspace", "education", "fire", "housing", "urban", "civil", "community"]
TrainingList = Literal["white", "black", "removed"]

LABELS: dict[str, dict[str, str]] = {
    "conference_kind": {
        "joint-conference": "联席会议",
        "consultation": "工作会商",
        "periodic": "定期会商",
        "arbitration": "退单裁定",
    },
    "conference_outcome": {"held": "已召开", "postponed": "延期", "cancelled": "取消", "other": "其他"},
    "department": {
        "police": "公安",
        "health": "卫健",
        "market": "市场监管",
        "cyberspace": "网信",
        "education": "教育",
        "fire": "消防",
        "housing": "住建",
        "urban": "城管",
        "civil": "民政",
        "community": "街道社区",
    },
    "training_list": {"white": "白名单", "black": "黑名单", "removed": "移出名单"},
}
