"""城管: the closed lists of what urban management states."""

from typing import Literal

StreetIssueKind = Literal["vendor", "posters", "parking", "waste", "construction", "other"]
StreetIssueOutcome = Literal["fixed", "transferred", "unfounded", "other"]

LABELS: dict[str, dict[str, str]] = {
    "street_issue_kind": {
        "vendor": "占道经营",
        "posters": "乱贴乱画",
        "parking": "乱停乱放",
        "waste": "垃圾堆放",
        "construction": "施工占道扬尘",
        "other": "其他",
    },
    "street_issue_outcome": {"fixed": "整治完成", "transferred": "移交其他部门", "unfounded": "查无此事", "other": "其他"},
}
