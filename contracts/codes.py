"""The closed lists and their Chinese labels: one row of ``LABELS`` for each ``Literal`` here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from contracts.bus_labels import BUS_LABELS

Severity = Literal["life-risk", "urgent", "routine"]
AlarmKind = Literal[
    "public-order", "violence", "weapon", "intrusion", "theft", "fraud", "traffic", "drowning",
    "pupil-missing", "suicide-risk", "bullying", "suspicious-person", "crowd", "fire", "other",
]  # fmt: skip
Relation = Literal["on-campus", "perimeter", "pupil-only"]
Advice = Literal["lockdown", "hold-dismissal", "escort", "head-count", "watch", "no-contact"]
FirstDisposal = Literal["none", "dispatched", "on-scene", "controlled", "handed-over"]
AlarmOutcome = Literal["mediated", "warned", "administrative", "criminal-case", "no-case", "false", "transferred"]
IncidentKind = Literal[
    "violence", "weapon", "intrusion", "theft", "accident", "medical",
    "pupil-missing", "suicide-act", "fire", "crowd", "dangerous-item", "other",
]  # fmt: skip
PlaceInSchool = Literal["classroom", "playground", "dorm", "canteen", "gate", "lab", "toilet", "roof", "other"]
ActionTaken = Literal["lockdown", "first-aid", "110-called", "120-called", "119-called", "evacuated", "guardians-told", "none"]
IncidentOutcome = Literal["handled", "transferred", "false", "other"]
AgeBand = Literal["u6", "6-13", "14-15", "16-17", "18+"]
Datum = Literal["CGCS2000", "WGS84", "GCJ02", "BD09"]
WithdrawnCode = Literal["false-alarm", "duplicate", "wrong-entity", "invalid"]

_LABELS: dict[str, dict[str, str]] = {
    "severity": {"life-risk": "危及生命", "urgent": "紧急", "routine": "一般"},
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
    "incident_kind": {
        "violence": "伤害",
        "weapon": "持械",
        "intrusion": "闯入",
        "theft": "盗窃",
        "accident": "安全事故",
        "medical": "突发疾病",
        "pupil-missing": "学生失联",
        "suicide-act": "自杀自伤行为",
        "fire": "火情",
        "crowd": "聚集纠纷",
        "dangerous-item": "违禁品",
        "other": "其他",
    },
    "place_in_school": {
        "classroom": "教室",
        "playground": "操场",
        "dorm": "宿舍",
        "canteen": "食堂",
        "gate": "校门",
        "lab": "实验室",
        "toilet": "卫生间",
        "roof": "楼顶",
        "other": "其他",
    },
    "action_taken": {
        "lockdown": "已封闭校园",
        "first-aid": "已现场急救",
        "110-called": "已拨打110",
        "120-called": "已拨打120",
        "119-called": "已拨打119",
        "evacuated": "已疏散",
        "guardians-told": "已告知监护人",
        "none": "尚未采取措施",
    },
    "incident_outcome": {"handled": "处置完毕", "transferred": "移交", "false": "误报", "other": "其他"},
    "age_band": {"u6": "6岁以下", "6-13": "6至13岁", "14-15": "14至15岁", "16-17": "16至17岁", "18+": "18岁及以上"},
    "datum": {"CGCS2000": "国家大地坐标系", "WGS84": "WGS-84", "GCJ02": "国测局坐标系", "BD09": "百度坐标系"},
    "withdrawn_code": {"false-alarm": "误报", "duplicate": "重复", "wrong-entity": "对象有误", "invalid": "无效"},
}

LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {name: MappingProxyType(codes) for name, codes in (_LABELS | BUS_LABELS).items()}
)
"""List name → code → Chinese label."""
