"""卫健: the closed lists of what health agencies state."""

from typing import Literal

SlipStep = Literal["accepted", "assessed", "admitted", "treating", "discharged", "declined"]
PsyAdvice = Literal["rest-at-home", "accompany", "return-ok", "medication-at-school", "follow-up"]
DeclineReason = Literal["no-bed", "not-competent", "guardian-refused", "other"]

LABELS: dict[str, dict[str, str]] = {
    "slip_step": {
        "accepted": "接诊",
        "assessed": "评估",
        "admitted": "住院",
        "treating": "治疗",
        "discharged": "出院",
        "declined": "不予接收",
    },
    "psy_advice": {
        "rest-at-home": "居家休养",
        "accompany": "专人陪护",
        "return-ok": "可以返校",
        "medication-at-school": "在校服药",
        "follow-up": "定期随访",
    },
    "decline_reason": {"no-bed": "无床位", "not-competent": "不具备诊疗条件", "guardian-refused": "监护人不同意", "other": "其他"},
}
