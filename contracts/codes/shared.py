"""What the types of several agencies use."""

from typing import Literal

Severity = Literal["life-risk", "urgent", "routine"]
AgeBand = Literal["u6", "6-13", "14-15", "16-17", "18+"]
Sex = Literal["male", "female"]
Datum = Literal["CGCS2000", "WGS84", "GCJ02", "BD09"]
WithdrawnCode = Literal["false-alarm", "duplicate", "wrong-entity", "invalid"]
PsyLevel = Literal["red", "orange", "yellow"]

LABELS: dict[str, dict[str, str]] = {
    "severity": {"life-risk": "危及生命", "urgent": "紧急", "routine": "一般"},
    "age_band": {"u6": "6岁以下", "6-13": "6至13岁", "14-15": "14至15岁", "16-17": "16至17岁", "18+": "18岁及以上"},
    "sex": {"male": "男", "female": "女"},
    "datum": {"CGCS2000": "国家大地坐标系", "WGS84": "WGS-84", "GCJ02": "国测局坐标系", "BD09": "百度坐标系"},
    "withdrawn_code": {"false-alarm": "误报", "duplicate": "重复", "wrong-entity": "对象有误", "invalid": "无效"},
    "psy_level": {"red": "红色", "orange": "橙色", "yellow": "黄色"},
}
