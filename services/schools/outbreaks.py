"""学校: the addresses and forms of what schools state about illness."""

from contracts.schools import FoodIllnessSuspected, IllnessClusterReported
from services.chassis.agency import EventIn

OUTBREAKS: tuple[EventIn, ...] = (
    EventIn(
        IllnessClusterReported,
        path="/illness-clusters",
        form="illness-cluster",
        first=("school_id", "group", "symptoms", "symptoms_note", "cases_today", "cases_3days", "notifiable", "cluster_no"),
        defaults={"notifiable": False, "unexplained": "none", "in_hospital": 0, "measures": ["none"]},
    ),
    EventIn(
        FoodIllnessSuspected,
        path="/food-illnesses",
        form="food-illness",
        first=("school_id", "ill", "severe", "in_hospital", "dead", "meal", "meal_at", "source", "supplier_uscc", "incident_no"),
        defaults={"severe": 0, "in_hospital": 0, "dead": 0, "samples_kept": False, "sealed": ["none"], "service_stopped": False},
    ),
)
