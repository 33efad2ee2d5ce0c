"""学校: the closed lists of what schools state."""

from typing import Literal

IncidentKind = Literal[
    "violence", "weapon", "intrusion", "theft", "accident", "medical",
    "pupil-missing", "suicide-act", "fire", "crowd", "dangerous-item", "other",
]  # fmt: skip
PlaceInSchool = Literal["classroom", "playground", "dorm", "canteen", "gate", "lab", "toilet", "roof", "other"]
ActionTaken = Literal["lockdown", "first-aid", "110-called", "120-called", "119-called", "evacuated", "guardians-told", "none"]
IncidentOutcome = Literal["handled", "transferred", "false", "other"]
BullyingGrade = Literal["suspected", "general", "severe"]
BullyingChannel = Literal["physical", "verbal", "property", "social", "online", "sexual"]
BullyingSource = Literal["pupil", "parent", "teacher", "police", "hotline", "inspection"]
BullyingOutcome = Literal["founded", "unfounded", "transferred", "other"]
PupilRole = Literal["victim", "actor", "bystander"]
ReviewRequester = Literal["victim-side", "actor-side"]
ReviewOutcome = Literal["upheld", "changed", "reopened", "other"]
DrillKind = Literal["evacuation", "fire", "anti-violence", "earthquake", "bus", "food", "psych"]
SchoolHazardDomain = Literal[
    "traffic", "public-order", "street-vendor", "posters", "food-shop", "goods-shop",
    "building", "fire", "bus-route", "lighting", "water", "other",
]  # fmt: skip

LABELS: dict[str, dict[str, str]] = {
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
    "bullying_grade": {"suspected": "疑似", "general": "一般", "severe": "严重"},
    "bullying_channel": {
        "physical": "肢体",
        "verbal": "言语",
        "property": "财物",
        "social": "孤立",
        "online": "网络",
        "sexual": "涉性",
    },
    "bullying_source": {
        "pupil": "学生反映",
        "parent": "家长反映",
        "teacher": "教师发现",
        "police": "公安通报",
        "hotline": "热线",
        "inspection": "排查发现",
    },
    "bullying_outcome": {"founded": "认定欺凌", "unfounded": "不构成欺凌", "transferred": "移送公安", "other": "其他"},
    "pupil_role": {"victim": "受欺凌者", "actor": "实施者", "bystander": "旁观者"},
    "review_requester": {"victim-side": "受欺凌方", "actor-side": "实施方"},
    "review_outcome": {"upheld": "维持", "changed": "变更", "reopened": "重新调查", "other": "其他"},
    "drill_kind": {
        "evacuation": "疏散",
        "fire": "消防",
        "anti-violence": "防暴恐",
        "earthquake": "地震",
        "bus": "校车",
        "food": "食品安全",
        "psych": "心理",
    },
    "school_hazard_domain": {
        "traffic": "交通",
        "public-order": "治安",
        "street-vendor": "占道经营",
        "posters": "乱贴乱画",
        "food-shop": "食品店铺",
        "goods-shop": "用品店铺",
        "building": "校舍",
        "fire": "消防",
        "bus-route": "校车线路",
        "lighting": "照明",
        "water": "水域",
        "other": "其他",
    },
}
