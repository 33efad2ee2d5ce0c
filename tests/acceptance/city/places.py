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
A_SAFETY, A_PSYCH, A_CLASS = (f"school.{role}@{A}" for role in ("safety-officer", "psych-teacher", "class-teacher"))
SQUAD, SQUAD_LEADER, URBAN_IN_CHARGE = "urban.squad@urb-990102-01", "urban.unit-leader@urb-990102-01", "urban.leader-in-charge@urb-990102"
MARKET_STATION, MARKET_IN_CHARGE = "market.station@mkt-990102-01", "market.leader-in-charge@mkt-990102"
C_DUTY, C_PRINCIPAL, C_SAFETY = (f"school.{role}@{C}" for role in ("duty-desk", "principal", "safety-officer"))
FIRE_STATION, FIRE_SUPERVISION = "fire.station-duty@fire-990102-01", "fire.supervision-desk@fire-990102"
B_PSYCH, B_DOCTOR, B_HEALTH_VICE, B_MORAL = (
    f"school.{role}@{B}" for role in ("psych-teacher", "resident-doctor", "health-vice-principal", "moral-director")
)
HOSPITAL, EXPERTS = "health.hospital-green-channel@hos-990100-psy", "health.expert-pool@hb-990102"
CDC, MARKET, CYBERSPACE = "health.cdc-duty@cdc-990102", "market.duty-desk@mkt-990102", "cyberspace.duty-desk@cac-990102"
A_HEALTH_VICE = f"school.health-vice-principal@{A}"
CITY_MARKET, MINOR_CASES = "city.market-duty@city-market-990100", "police.minor-case-desk@pb-990102"
STUDENT_DESK = "education.student-desk@edu-990102"
