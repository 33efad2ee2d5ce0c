"""市场监管: the closed lists of what market supervision states."""

from typing import Literal

CheckedObject = Literal["food-shop", "restaurant", "canteen", "catering", "stationery", "toys", "other-goods"]
InspectionResult = Literal["pass", "problems"]
FindingGrade = Literal["minor", "major", "critical"]
FindingProblem = Literal[
    "expired", "three-noes", "no-licence", "hygiene", "additive", "toxic",
    "lottery-toy", "tobacco-alcohol", "unsafe-goods", "other",
]  # fmt: skip
FindingOutcome = Literal["rectified", "sanctioned", "transferred", "unfounded", "other"]
SanctionOutcome = Literal[
    "ordered-to-correct", "warned", "fined", "confiscated",
    "licence-revoked", "closed-down", "transferred-to-police", "no-sanction",
]  # fmt: skip
RecallClass = Literal["1", "2", "3"]
RecallReason = Literal["toxic", "microbial", "allergen", "mislabelled", "unsafe-goods"]
RecallOutcome = Literal["recalled", "none-found", "lifted", "other"]

LABELS: dict[str, dict[str, str]] = {
    "checked_object": {
        "food-shop": "食品店",
        "restaurant": "餐馆",
        "canteen": "学校食堂",
        "catering": "集中配送餐",
        "stationery": "文具",
        "toys": "玩具",
        "other-goods": "其他学生用品",
    },
    "inspection_result": {"pass": "合格", "problems": "发现问题"},
    "finding_grade": {"minor": "轻微", "major": "一般违法", "critical": "严重"},
    "finding_problem": {
        "expired": "过期",
        "three-noes": "三无产品",
        "no-licence": "无证经营",
        "hygiene": "卫生不合格",
        "additive": "添加剂超标",
        "toxic": "有毒有害",
        "lottery-toy": "盲盒诱导",
        "tobacco-alcohol": "向未成年人售烟酒",
        "unsafe-goods": "用品不安全",
        "other": "其他",
    },
    "finding_outcome": {
        "rectified": "复查合格",
        "sanctioned": "已查处",
        "transferred": "移送其他部门",
        "unfounded": "查无问题",
        "other": "其他",
    },
    "sanction_outcome": {
        "ordered-to-correct": "责令改正",
        "warned": "警告",
        "fined": "罚款",
        "confiscated": "没收",
        "licence-revoked": "吊销许可证",
        "closed-down": "取缔",
        "transferred-to-police": "移送公安",
        "no-sanction": "不予处罚",
    },
    "recall_class": {"1": "一级召回", "2": "二级召回", "3": "三级召回"},
    "recall_reason": {
        "toxic": "有毒有害",
        "microbial": "微生物超标",
        "allergen": "过敏原",
        "mislabelled": "标签不符",
        "unsafe-goods": "用品不安全",
    },
    "recall_outcome": {"recalled": "召回完毕", "none-found": "未发现流入", "lifted": "解除召回", "other": "其他"},
}
