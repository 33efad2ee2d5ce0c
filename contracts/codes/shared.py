"""What the types of several agencies use."""

from typing import Literal

Severity = Literal["life-risk", "urgent", "routine"]
AgeBand = Literal["u6", "6-13", "14-15", "16-17", "18+"]
HazardLevel = Literal["general", "grave"]
HazardOutcome = Literal["rectified", "handed-over", "unfounded", "other"]
OnlineHarmKind = Literal["rumour", "doxxing", "cyberbullying", "fraud", "violence", "porn", "self-harm", "vulgar", "other"]
GuardPeak = Literal["am", "pm", "night"]
GuardSlot = Literal["police", "auxiliary", "school", "parent"]
Sex = Literal["male", "female"]
Datum = Literal["CGCS2000", "WGS84", "GCJ02", "BD09"]
WithdrawnCode = Literal["false-alarm", "duplicate", "wrong-entity", "invalid"]
Symptom = Literal["fever", "vomiting", "diarrhoea", "rash", "cough", "jaundice", "parotid", "hand-foot-mouth", "other"]
ClusterOutcome = Literal["ended", "excluded", "other"]
FoodOutcome = Literal["confirmed", "excluded", "other"]
PsyLevel = Literal["red", "orange", "yellow"]
ForcedReportKind = Literal["injury", "sexual", "abuse", "neglect", "begging-labour", "death", "trafficking", "other"]
SuspectRelation = Literal["family", "school-staff", "pupil", "acquaintance", "stranger", "online", "unknown"]

LABELS: dict[str, dict[str, str]] = {
    "severity": {"life-risk": "危及生命", "urgent": "紧急", "routine": "一般"},
    "age_band": {"u6": "6岁以下", "6-13": "6至13岁", "14-15": "14至15岁", "16-17": "16至17岁", "18+": "18岁及以上"},
    "hazard_level": {"general": "一般", "grave": "重大"},
    "hazard_outcome": {"rectified": "已整改", "handed-over": "移交其他单位", "unfounded": "查无此隐患", "other": "其他"},
    "sex": {"male": "男", "female": "女"},
    "online_harm_kind": {
        "rumour": "谣言",
        "doxxing": "泄露信息",
        "cyberbullying": "网络欺凌",
        "fraud": "诈骗",
        "violence": "暴力",
        "porn": "色情",
        "self-harm": "诱导自伤",
        "vulgar": "低俗",
        "other": "其他",
    },
    "guard_peak": {"am": "早高峰", "pm": "晚高峰", "night": "晚自习放学"},
    "guard_slot": {"police": "民警", "auxiliary": "辅警", "school": "学校", "parent": "家长"},
    "datum": {"CGCS2000": "国家大地坐标系", "WGS84": "WGS-84", "GCJ02": "国测局坐标系", "BD09": "百度坐标系"},
    "withdrawn_code": {"false-alarm": "误报", "duplicate": "重复", "wrong-entity": "对象有误", "invalid": "无效"},
    "symptom": {
        "fever": "发热",
        "vomiting": "呕吐",
        "diarrhoea": "腹泻",
        "rash": "皮疹",
        "cough": "咳嗽",
        "jaundice": "黄疸",
        "parotid": "腮腺肿大",
        "hand-foot-mouth": "手足口疱疹",
        "other": "其他",
    },
    "cluster_outcome": {"ended": "疫情平息", "excluded": "排除聚集疫情", "other": "其他"},
    "food_outcome": {"confirmed": "确认食源性疾病", "excluded": "排除食源性疾病", "other": "其他"},
    "psy_level": {"red": "红色", "orange": "橙色", "yellow": "黄色"},
    "forced_report_kind": {
        "injury": "伤害",
        "sexual": "性侵害",
        "abuse": "虐待",
        "neglect": "失管",
        "begging-labour": "乞讨用工",
        "death": "非正常死亡",
        "trafficking": "拐卖",
        "other": "其他",
    },
    "suspect_relation": {
        "family": "家庭成员",
        "school-staff": "学校人员",
        "pupil": "学生",
        "acquaintance": "熟人",
        "stranger": "陌生人",
        "online": "网上相识",
        "unknown": "不明",
    },
}
