"""民政: the closed lists of what civil affairs state."""

from typing import Literal

CareCategory = Literal["difficult", "left-behind", "migrant"]
CareAsk = Literal["watch", "visit", "contact-us"]
ChildCareOutcome = Literal["settled", "moved-away", "file-closed", "other"]

LABELS: dict[str, dict[str, str]] = {
    "care_category": {"difficult": "困境儿童", "left-behind": "留守儿童", "migrant": "流动儿童"},
    "care_ask": {"watch": "日常关注", "visit": "家访", "contact-us": "联系民政"},
    "child_care_outcome": {"settled": "关爱已落实", "moved-away": "已转离", "file-closed": "档案已结", "other": "其他"},
}
