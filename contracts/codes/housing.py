"""住建: the closed lists of what the housing authority states."""

from typing import Literal

BuildingRating = Literal["A", "B", "C", "D"]
BuildingInterim = Literal["close-building", "close-area", "prop", "monitor", "none"]

LABELS: dict[str, dict[str, str]] = {
    "building_rating": {"A": "A级（安全）", "B": "B级（个别构件危险）", "C": "C级（局部危险）", "D": "D级（整体危险）"},
    "building_interim": {
        "close-building": "停用整栋",
        "close-area": "封闭区域",
        "prop": "临时支护",
        "monitor": "持续监测",
        "none": "无",
    },
}
