"""What the types of several agencies use."""

from typing import Literal

Severity = Literal["life-risk", "urgent", "routine"]
AgeBand = Literal["u6", "6-13", "14-15", "16-17", "18+"]
Sex = Literal["male", "female"]
ForcedReportKind = Literal["injury", "sexual", "abuse", "neglect", "begging-labour", "death", "trafficking", "other"]
SuspectRelation = Literal["family", "school-staff", "pupil", "acquaintance", "stranger", "online", "unknown"]
HazardLevel = Literal["general", "grave"]
HazardOutcome = Literal["rectified", "handed-over", "unfounded", "other"]
Datum = Literal["CGCS2000", "WGS84", "GCJ02", "BD09"]
WithdrawnCode = Literal["false-alarm", "duplicate", "wrong-entity", "invalid"]

LABELS: dict[str, dict[str, str]] = {
    "severity": {"life-risk": "危及生命", "urgent": "紧急", "routine": "一般"},
    "age_band": {"u6": "6岁以下", "6-13": "6至13岁", "14-15": "14至15岁", "16-17": "16至17岁", "18+": "18岁及以上"},
    "sex": {"male": "男", "female": "女"},
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
    "hazard_level": {"general": "一般", "grave": "重大"},
    "hazard_outcome": {"rectified": "已整改", "handed-over": "移交其他单位", "unfounded": "查无此隐患", "other": "其他"},
    "datum": {"CGCS2000": "国家大地坐标系", "WGS84": "WGS-84", "GCJ02": "国测局坐标系", "BD09": "百度坐标系"},
    "withdrawn_code": {"false-alarm": "误报", "duplicate": "重复", "wrong-entity": "对象有误", "invalid": "无效"},
}
