"""公安: the closed lists of what the police state."""

from typing import Literal

AlarmKind = Literal[
    "public-order", "violence", "weapon", "intrusion", "theft", "fraud", "traffic", "drowning",
    "pupil-missing", "suicide-risk", "bullying", "suspicious-person", "crowd", "fire", "other",
]  # fmt: skip
Relation = Literal["on-campus", "perimeter", "pupil-only"]
Advice = Literal["lockdown", "hold-dismissal", "escort", "head-count", "watch", "no-contact"]
FirstDisposal = Literal["none", "dispatched", "on-scene", "controlled", "handed-over"]
AlarmOutcome = Literal["mediated", "warned", "administrative", "criminal-case", "no-case", "false", "transferred"]
AcceptanceResult = Literal["accepted", "case-opened", "transferred", "not-accepted"]
CheckAct = Literal["in", "out"]
CheckMethod = Literal["nfc", "qr", "face-none", "manual"]
PoliceHazardDomain = Literal["public-order", "traffic", "facility", "person"]

LABELS: dict[str, dict[str, str]] = {
    "alarm_kind": {
        "public-order": "扰乱秩序",
        "violence": "伤害",
        "weapon": "持械",
        "intrusion": "闯入",
        "theft": "盗窃",
        "fraud": "诈骗",
        "traffic": "交通事故",
        "drowning": "溺水",
        "pupil-missing": "学生失联",
        "suicide-risk": "轻生",
        "bullying": "欺凌殴打",
        "suspicious-person": "可疑人员",
        "crowd": "聚集纠纷",
        "fire": "火情",
        "other": "其他",
    },
    "relation": {"on-campus": "校内", "perimeter": "校园周边", "pupil-only": "涉生校外"},
    "advice": {
        "lockdown": "封闭管理",
        "hold-dismissal": "暂缓放学",
        "escort": "护送",
        "head-count": "清点人数",
        "watch": "加强值守",
        "no-contact": "勿自行处置",
    },
    "first_disposal": {"none": "未处置", "dispatched": "已派警", "on-scene": "已到场", "controlled": "已控制", "handed-over": "已移交"},
    "alarm_outcome": {
        "mediated": "调解",
        "warned": "训诫",
        "administrative": "行政处罚",
        "criminal-case": "刑事立案",
        "no-case": "不成案",
        "false": "虚假警情",
        "transferred": "移交",
    },
    "acceptance_result": {"accepted": "受理", "case-opened": "立案", "transferred": "移送", "not-accepted": "不予受理"},
    "check_act": {"in": "到岗", "out": "离岗"},
    "check_method": {"nfc": "刷卡", "qr": "扫码", "face-none": "人工核对（不采人脸）", "manual": "人工登记"},
    "police_hazard_domain": {"public-order": "治安", "traffic": "交通", "facility": "设施", "person": "重点人员"},
}
