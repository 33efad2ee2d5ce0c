"""What the other agencies state this morning: market supervision, cyberspace, a school about its street, disease control."""

from services.commands.both import both
from services.demo.cast import CYBERSPACE, DISEASE_CONTROL, JUNIOR, MARKET, PRIMARY, SENIOR
from services.demo.morning import Scene

USCC = "91990102MA0000000A"
"""A made-up credit code with a true check digit."""

OTHER_AGENCIES = (
    Scene(
        at=30,
        case="shop",
        family="finding",
        desk=MARKET,
        title=both("过期食品 · 两校之间的小卖部", "expired food in a shop near two schools"),
        data={
            "inspection_no": "JC-0001",
            "object": "food-shop",
            "grade": "major",
            "problems": ["expired", "three-noes"],
            "shop_name": "街角小卖部",
            "uscc": USCC,
            "operator": {"name": "甲某", "phone": "0999-0000000"},
            "schools": [{"school_id": PRIMARY, "metres": 85}, {"school_id": JUNIOR, "metres": 140}],
            "ill_pupils": 0,
            "sealed": True,
            "recheck_on": "2026-12-31",
        },
    ),
    Scene(
        at=150,
        case="rumour",
        family="content",
        desk=CYBERSPACE,
        title=both("涉校谣言 · 泉西小学", "a rumour about the primary school"),
        data={
            "kind": "rumour",
            "grade": "general",
            "schools": [PRIMARY],
            "platform": "短视频平台",
            "urls": ["https://video.example/clip/1"],
            "pupil_identifiable": False,
            "suggested_line": "情况已核实，请勿传播",
        },
    ),
    Scene(
        at=240,
        case="vendors",
        family="hazard",
        desk=f"school.safety-officer@{PRIMARY}",
        title=both("占道经营 · 泉西小学 → 城管", "street vendors: the urban squad"),
        data={
            "domain": "street-vendor",
            "level": "general",
            "school_id": PRIMARY,
            "place_text": "南门外人行道",
            "description": "摊贩占用人行道，学生绕行机动车道",
        },
    ),
    Scene(
        at=420,
        case="cluster",
        family="cluster",
        desk=DISEASE_CONTROL,
        title=both("疾控先行发现聚集病例 · 一中", "disease control finds a cluster at the senior school"),
        data={
            "schools": [SENIOR],
            "disease_group": "intestinal",
            "cases": 6,
            "notifiable": False,
            "emergency_grade": "none",
            "advice": ["isolate", "disinfect"],
        },
    ),
)
