"""学校与教育局 (schools): incidents on campus; desks of every school and of the education bureaus."""

from services.chassis.agency import Agency, GuardIn
from services.schools.statements import EVENTS
from services.schools.yellow import YELLOW

agency = Agency(
    name="schools",
    title="学校与教育局",
    title_en="Schools and education",
    events=EVENTS,
    desks=(
        "school.principal",
        "school.duty-leader",
        "school.duty-desk",
        "school.safety-officer",
        "school.moral-director",
        "school.class-teacher",
        "school.psych-teacher",
        "school.resident-doctor",
        "school.infection-reporter",
        "school.law-vice-principal",
        "school.health-vice-principal",
        "school.social-worker",
        "education.duty-officer",
        "education.safety-desk",
        "education.student-desk",
        "education.conference-office",
        "education.unit-leader",
        "education.leader-in-charge",
        "city.education-duty",
    ),
    openers={
        "school": frozenset({"school.principal", "school.moral-director", "school.psych-teacher", "school.resident-doctor"}),
    },
    kept=(YELLOW,),
    guard=GuardIn(leaders=("school.principal", "school.duty-leader")),
)
