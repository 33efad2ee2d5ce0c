"""卫健: the addresses and forms of what health agencies state."""

from contracts.health import FoodIllnessReported, HealthForcedReportFiled, IllnessClusterDetected, PsychReferralAnswered, WarningIssued
from services.chassis.agency import EventIn

EVENTS: tuple[EventIn, ...] = (
    EventIn(
        PsychReferralAnswered,
        path="/psych-referrals",
        form="psych-referral",
        first=("referral_no", "slip_no", "step", "decline_reason", "decline_note", "advice", "next_contact_on", "level_advised"),
    ),
    EventIn(
        IllnessClusterDetected,
        path="/illness-clusters",
        form="illness-cluster",
        first=("schools", "disease_group", "disease_note", "cases", "notifiable", "emergency_grade", "advice", "cluster_no"),
        defaults={"notifiable": False, "emergency_grade": "none"},
    ),
    EventIn(
        FoodIllnessReported,
        path="/food-illnesses",
        form="food-illness",
        first=("schools", "ill", "severe", "dead", "exposure", "symptoms", "symptoms_note", "report_no"),
        defaults={"severe": 0, "dead": 0},
    ),
    EventIn(WarningIssued, path="/warnings", form="warning"),
    EventIn(HealthForcedReportFiled, path="/forced-reports", form="forced-report"),
)
