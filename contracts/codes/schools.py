"""学校: the closed lists of what schools state."""

from typing import Literal

IncidentKind = Literal[
    "violence",
    "weapon",
    "intrusion",
    "theft",
    "accident",
    "medical",
    "pupil-missing",
    "suicide-act",
    "fire",
    "crowd",
    "dangerous-item",
    "other",
]
PlaceInSchool = Literal["classroom", "playground", "dorm", "canteen", "gate", "lab", "toilet", "roof", "other"]
ActionTaken = Literal["lockdown", "first-aid", "110-called", "120-called", "119-called", "evacuated", "guardians-told", "none"]
IncidentOutcome = Literal["handled", "transferred", "false", "other"]
PsyTrigger = Literal["self-harm", "suicide-plan", "attempt", "acute-distress", "psychosis", "trauma", "other"]
GuardianTold = Literal["yes", "trying", "not-safe"]
Companion = Literal["teacher", "guardian", "none"]
PsyStep = Literal["found", "assessed", "plan-made", "intervention", "review", "closed"]
PsyOutcome = Literal["recovered", "local-care", "handed-over", "unreachable"]
Unexplained = Literal["none", "single-high-fever", "group"]
ClusterMeasure = Literal["isolated", "sent-home", "disinfected", "class-suspended", "none"]
Meal = Literal["breakfast", "lunch", "supper", "snack", "milk", "outside"]
FoodSource = Literal["own-canteen", "contracted", "catering", "shop", "parcel", "unknown"]
SealedThing = Literal["food", "tools", "site", "none"]
DropoutReason = Literal["illness", "work", "migration", "refusal", "family", "unknown"]
TransferOutcome = Literal["accepted", "cancelled"]
ClueOutcome = Literal["removed", "handed-over", "unfounded", "other"]
QuorumRole = Literal["guardian", "class-teacher", "moral-director", "psych-teacher"]
CareTopic = Literal["family-conflict", "learning", "conduct", "psychology", "other"]
CareOutcome = Literal["held", "not-held", "no-longer-needed"]
BullyingGrade = Literal["suspected", "general", "severe"]
BullyingChannel = Literal["physical", "verbal", "property", "social", "online", "sexual"]
BullyingSource = Literal["pupil", "parent", "teacher", "police", "hotline", "inspection"]
BullyingOutcome = Literal["founded", "unfounded", "transferred", "other"]
PupilRole = Literal["victim", "actor", "bystander"]
ReviewRequester = Literal["victim-side", "actor-side"]
ReviewOutcome = Literal["upheld", "changed", "reopened", "other"]
DrillKind = Literal["evacuation", "fire", "anti-violence", "earthquake", "bus", "food", "psych"]
SchoolHazardDomain = Literal[
    "traffic",
    "public-order",
    "street-vendor",
    "posters",
    "food-shop",
    "goods-shop",
    "building",
    "fire",
    "bus-route",
    "lighting",
    "water",
    "other",
]

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
    "psy_trigger": {
        "self-harm": "自伤",
        "suicide-plan": "自杀计划",
        "attempt": "自杀行为",
        "acute-distress": "急性情绪",
        "psychosis": "疑似精神症状",
        "trauma": "重大事件后",
        "other": "其他",
    },
    "guardian_told": {"yes": "已告知", "trying": "正在联系", "not-safe": "告知不安全，暂不告知"},
    "companion": {"teacher": "教师陪护", "guardian": "监护人陪护", "none": "无人陪护"},
    "psy_step": {"found": "发现", "assessed": "评估", "plan-made": "制定方案", "intervention": "干预", "review": "复评", "closed": "结案"},
    "psy_outcome": {"recovered": "恢复平稳", "local-care": "转为校内关注", "handed-over": "已交接", "unreachable": "失去联系"},
    "unexplained": {"none": "无", "single-high-fever": "单例不明原因高热", "group": "群体性不明原因疾病"},
    "cluster_measure": {
        "isolated": "已隔离",
        "sent-home": "已离校就医",
        "disinfected": "已消毒",
        "class-suspended": "已停课",
        "none": "尚未采取措施",
    },
    "meal": {"breakfast": "早餐", "lunch": "午餐", "supper": "晚餐", "snack": "加餐", "milk": "学生奶", "outside": "校外用餐"},
    "food_source": {
        "own-canteen": "自营食堂",
        "contracted": "承包食堂",
        "catering": "集中配送",
        "shop": "周边店铺",
        "parcel": "家庭自带",
        "unknown": "不明",
    },
    "sealed_thing": {"food": "食品", "tools": "工具用具", "site": "场所", "none": "尚未封存"},
    "dropout_reason": {
        "illness": "疾病",
        "work": "务工",
        "migration": "随迁流动",
        "refusal": "厌学拒学",
        "family": "家庭原因",
        "unknown": "不明",
    },
    "transfer_outcome": {"accepted": "双方已接收", "cancelled": "转学取消"},
    "clue_outcome": {"removed": "已清理", "handed-over": "移交其他部门", "unfounded": "查无此信息", "other": "其他"},
    "quorum_role": {"guardian": "家长", "class-teacher": "班主任", "moral-director": "德育校长", "psych-teacher": "心理教师"},
    "care_topic": {"family-conflict": "家庭矛盾", "learning": "学业", "conduct": "行为", "psychology": "心理", "other": "其他"},
    "care_outcome": {"held": "已会商", "not-held": "未能会商", "no-longer-needed": "不再需要"},
    "bullying_grade": {"suspected": "疑似", "general": "一般", "severe": "严重"},
    "bullying_channel": {"physical": "肢体", "verbal": "言语", "property": "财物", "social": "孤立", "online": "网络", "sexual": "涉性"},
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
