"""The script: what is stated when and by whom, and which desks do not simply sign."""

from typing import Any

from services.commands.both import both
from services.demo.cast import (
    COMMAND,
    JUNIOR,
    KINDERGARTEN,
    PRIMARY,
    RURAL,
    SENIOR,
    SILENT,
    STATION,
    TRAFFIC,
    GiveBack,
    gatehouse,
)
from services.demo.morning import Closing, Morning, Scene
from services.demo.others import OTHER_AGENCIES

FALSE_ALARM_BY = "值班长"


def alarm(kind: str, severity: str, relation: str, schools: list[str], place: str, **more: Any) -> dict[str, Any]:
    """An alarm with the usual rest."""
    usual = {"online": False, "casualties": 0, "suspect_at_large": False, "advice": ["watch"], "first_disposal": "dispatched"}
    return {"kind": kind, "severity": severity, "relation": relation, "schools": schools, "place_text": place, **usual, **more}


def at_school(kind: str, severity: str, school: str, place: str, **more: Any) -> dict[str, Any]:
    """A campus incident with the usual rest."""
    usual = {"casualties": 0, "dead": 0, "outsider_involved": False, "actions_taken": ["guardians-told"]}
    return {"kind": kind, "severity": severity, "school_id": school, "place_in_school": place, **usual, **more}


SCENES = (
    Scene(
        at=10,
        case="weapon",
        family="alarm",
        desk=COMMAND,
        title=both("持械人员 · 泉西小学南门外", "armed person outside the primary school"),
        data=alarm(
            "weapon",
            "life-risk",
            "perimeter",
            [PRIMARY],
            "泉西小学南门外五十米",
            suspect_at_large=True,
            suspect_look="男，约四十岁，黑色上衣，灰色长裤",
            advice=["lockdown", "no-contact"],
            place_point={"lon": 117.0, "lat": 36.6, "crs": "CGCS2000"},
        ),
        known=45,
    ),
    Scene(
        at=60,
        case="theft",
        family="campus-incident",
        desk=gatehouse(JUNIOR),
        title=both("财物被盗 · 实验初中", "theft at the junior school"),
        data=at_school("theft", "routine", JUNIOR, "classroom"),
        known=600,
    ),
    Scene(
        at=120,
        case="intruder",
        family="alarm",
        desk=COMMAND,
        title=both("闯入 · 柳埠镇中心小学", "intruder at the rural school"),
        data=alarm(
            "intrusion", "life-risk", "on-campus", [RURAL], "教学楼一层西侧", suspect_at_large=True, advice=["lockdown", "head-count"]
        ),
    ),
    Scene(
        at=175,
        case="weapon",
        family="alarm",
        desk=COMMAND,
        tail="supplemented",
        title=both("补充：两人受伤 → 卫健", "supplement: two injured"),
        data={"added": {"casualties": 2, "injury_note": "两名成年人手臂划伤，意识清楚"}},
    ),
    Scene(
        at=215,
        case="fraud",
        family="alarm",
        desk=COMMAND,
        title=both("校外诈骗 · 学校不明 → 人工研判", "fraud away from an unknown school: a person looks"),
        data=alarm("fraud", "routine", "pupil-only", ["unknown"], "线上购物平台", online=True, advice=[]),
    ),
    Scene(
        at=250,
        case="crowd",
        family="alarm",
        desk=COMMAND,
        title=both("聚集纠纷 · 一中与幼儿园之间", "crowd between two schools"),
        data=alarm("crowd", "urgent", "perimeter", [SENIOR, KINDERGARTEN], "两校之间的丁字路口", advice=["watch", "escort"]),
    ),
    Scene(
        at=290,
        case="collision",
        family="alarm",
        desk=COMMAND,
        title=both("车辆堵门 · 实验初中门前 → 退单、裁定", "cars block a gate: returned and ruled"),
        data=alarm("public-order", "urgent", "perimeter", [JUNIOR], "校门前斑马线", advice=["escort"]),
    ),
    Scene(
        at=330,
        case="fight",
        family="campus-incident",
        desk=gatehouse(SENIOR),
        title=both("宿舍伤害 · 一中", "violence in a dormitory"),
        data=at_school(
            "violence",
            "life-risk",
            SENIOR,
            "dorm",
            casualties=1,
            injury_note="一人头部受伤，已止血",
            actions_taken=["first-aid", "110-called", "120-called"],
        ),
    ),
    Scene(
        at=370,
        case="knife",
        family="campus-incident",
        desk=f"school.safety-officer@{PRIMARY}",
        title=both("违禁品 · 泉西小学", "dangerous item at the primary school"),
        data=at_school("dangerous-item", "routine", PRIMARY, "gate", actions_taken=["none"]),
    ),
    Scene(
        at=410,
        case="smoke",
        family="alarm",
        desk=STATION,
        title=both("火情 · 幼儿园", "smoke at the kindergarten"),
        data=alarm("fire", "urgent", "on-campus", [KINDERGARTEN], "厨房外窗有烟", advice=["head-count"]),
    ),
    Scene(
        at=455,
        case="stranger",
        family="alarm",
        desk=COMMAND,
        title=both("可疑人员 · 泉西小学", "suspicious person at the primary school"),
        data=alarm("suspicious-person", "routine", "perimeter", [PRIMARY], "学校东侧便道", suspect_look="戴蓝色帽子，背双肩包"),
    ),
    Scene(
        at=500,
        case="stranger",
        family="alarm",
        desk=COMMAND,
        tail="corrected",
        title=both("更正：实为实验初中", "correction: it is the junior school"),
        data={"changes": {"schools": {"old": [PRIMARY], "new": [JUNIOR]}}, "reason": "报警人更正地点"},
    ),
    Scene(
        at=540,
        case="smoke",
        family="alarm",
        desk=STATION,
        tail="withdrawn",
        title=both("撤销：误报", "withdrawn: false alarm"),
        data={"code": "false-alarm", "reason": "现场核实为蒸汽", "officer": FALSE_ALARM_BY},
    ),
    Scene(
        at=590,
        case="crowd",
        family="alarm",
        desk=STATION,
        tail="concluded",
        title=both("办结反馈：已调解", "outcome: mediated"),
        data={"outcome": "mediated", "advice": "放学时段继续加强路口值守"},
    ),
    Scene(
        at=640,
        case="theft",
        family="campus-incident",
        desk=gatehouse(JUNIOR),
        tail="concluded",
        title=both("办结：已找回", "concluded: found again"),
        data={"outcome": "handled"},
    ),
)

MORNING = Morning(
    scenes=(*SCENES, *OTHER_AGENCIES),
    apart={
        ("intruder", gatehouse(RURAL)): SILENT,
        ("collision", STATION): GiveBack(50, "not-my-duty", TRAFFIC, "车辆违停由交警中队处置"),
    },
    ruling={"collision": TRAFFIC},
    closings=(
        Closing(700, "crowd", STATION, "双方已调解，路口秩序恢复"),
        Closing(730, "theft", gatehouse(JUNIOR), "财物已找回并归还"),
    ),
    lasts=870,
)
