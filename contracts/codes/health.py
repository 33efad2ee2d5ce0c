"""卫健: the closed lists of what health agencies state."""

from typing import Literal

SlipStep = Literal["accepted", "assessed", "admitted", "treating", "discharged", "declined"]
PsyAdvice = Literal["rest-at-home", "accompany", "return-ok", "medication-at-school", "follow-up"]
DeclineReason = Literal["no-bed", "not-competent", "guardian-refused", "other"]
DiseaseGroup = Literal[
    "respiratory", "intestinal", "hand-foot-mouth", "chickenpox", "mumps", "tuberculosis", "unknown", "other",
]  # fmt: skip
EmergencyGrade = Literal["none", "general", "larger", "major", "extreme"]
ClusterAdvice = Literal["isolate", "suspend-class", "ventilate", "disinfect", "screen", "vaccinate", "none"]
FoodExposure = Literal["canteen", "catering", "shop", "home", "unknown"]
EmergencyColour = Literal["red", "orange", "yellow", "blue"]
WarningTopic = Literal["respiratory", "intestinal", "heat", "haze", "vaccination", "other"]

LABELS: dict[str, dict[str, str]] = {
    "slip_step": {
        "accepted": "接诊",
        "assessed": "评估",
        "admitted": "住院",
        "treating": "治疗",
        "discharged": "出院",
        "declined": "不予接收",
    },
    "psy_advice": {
        "rest-at-home": "居家休养",
        "accompany": "专人陪护",
        "return-ok": "可以返校",
        "medication-at-school": "在校服药",
        "follow-up": "定期随访",
    },
    "decline_reason": {"no-bed": "无床位", "not-competent": "不具备诊疗条件", "guardian-refused": "监护人不同意", "other": "其他"},
    "disease_group": {
        "respiratory": "呼吸道",
        "intestinal": "肠道",
        "hand-foot-mouth": "手足口病",
        "chickenpox": "水痘",
        "mumps": "流行性腮腺炎",
        "tuberculosis": "结核病",
        "unknown": "不明",
        "other": "其他",
    },
    "emergency_grade": {"none": "未构成", "general": "一般", "larger": "较大", "major": "重大", "extreme": "特别重大"},
    "cluster_advice": {
        "isolate": "隔离",
        "suspend-class": "停课",
        "ventilate": "通风",
        "disinfect": "消毒",
        "screen": "筛查",
        "vaccinate": "接种",
        "none": "暂无建议",
    },
    "food_exposure": {"canteen": "学校食堂", "catering": "集中配送", "shop": "周边店铺", "home": "家庭", "unknown": "不明"},
    "emergency_colour": {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"},
    "warning_topic": {
        "respiratory": "呼吸道",
        "intestinal": "肠道",
        "heat": "高温",
        "haze": "雾霾",
        "vaccination": "预防接种",
        "other": "其他",
    },
}
