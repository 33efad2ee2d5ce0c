"""消防: the closed lists of what the fire service states."""

from typing import Literal

FireProblem = Literal[
    "exit-blocked", "extinguisher", "hydrant", "wiring", "dorm-bars",
    "alarm-off", "storage", "drill-missing", "other",
]  # fmt: skip
FireInterim = Literal["close-area", "guard-24h", "power-off", "none"]

LABELS: dict[str, dict[str, str]] = {
    "fire_problem": {
        "exit-blocked": "疏散通道堵塞",
        "extinguisher": "灭火器失效",
        "hydrant": "消火栓故障",
        "wiring": "电气线路隐患",
        "dorm-bars": "宿舍防盗窗",
        "alarm-off": "报警系统停用",
        "storage": "违规存放可燃物",
        "drill-missing": "未按期演练",
        "other": "其他",
    },
    "fire_interim": {"close-area": "封闭区域", "guard-24h": "24小时值守", "power-off": "断电", "none": "无"},
}
