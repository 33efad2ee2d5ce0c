"""What a unit may say to a suspicion instead of reporting now, and who may say it."""

from collections.abc import Mapping

from contracts.coordination import ReturnReason
from contracts.ids import unit_of
from services.routing.core.model import Incident

CROSS_CHECK = "cross-check"
"""The family of suspicions."""
ANSWERS: Mapping[ReturnReason, str] = {
    "duplicate": "已在别处报告",
    "not-my-area": "不属本单位",
    "not-my-duty": "不属本单位",
    "wrong-school": "不属本单位",
}
"""By the reason a notification is given back with."""


def is_answerable(item: Incident, desk: str) -> bool:
    """Whether a desk may answer a suspicion: one of the unit that should have reported."""
    return item.family == CROSS_CHECK and unit_of(desk) == item.picture.get("school_id")
