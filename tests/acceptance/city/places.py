"""The desks of the story district by the names stories call them."""

A, B, C, E = "2199000101", "3199000102", "3499000103", "2199000105"

A_DUTY, A_PRINCIPAL, A_LAW, A_LEADER = (f"school.{role}@{A}" for role in ("duty-desk", "principal", "law-vice-principal", "duty-leader"))
B_DUTY, B_PRINCIPAL, B_LAW = (f"school.{role}@{B}" for role in ("duty-desk", "principal", "law-vice-principal"))
STATION, STATION_LEADER = "police.station-duty@ps-990102-01", "police.unit-leader@ps-990102-01"
POLICE_110, LIAISON, POLICE_IN_CHARGE = "police.110-desk@pb-990102", "police.liaison-desk@pb-990102", "police.leader-in-charge@pb-990102"
DUTY_OFFICER, SAFETY_DESK, CONFERENCE, EDU_LEADER, EDU_IN_CHARGE = (
    f"education.{role}@edu-990102" for role in ("duty-officer", "safety-desk", "conference-office", "unit-leader", "leader-in-charge")
)
HEALTH, HEALTH_LEADER = "health.emergency-office@hb-990102", "health.unit-leader@hb-990102"
CITY_EDUCATION, CITY_POLICE, CITY_HEALTH = (f"city.{agency}-duty@city-{agency}-990100" for agency in ("education", "police", "health"))
OPS = "bus.ops-desk@bus-990100"
OTHER_STATION = "police.station-duty@ps-990102-02"
