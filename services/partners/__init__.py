"""协作单位 (partners): fire, housing, urban management, civil affairs, communities and the bus's own operations."""

from services.chassis.agency import Agency
from services.partners.statements import EVENTS

agency = Agency(
    name="partners",
    title="协作单位",
    title_en="Partners",
    events=EVENTS,
    desks=(
        "fire.station-duty",
        "fire.supervision-desk",
        "fire.unit-leader",
        "fire.leader-in-charge",
        "housing.safety-desk",
        "housing.unit-leader",
        "housing.leader-in-charge",
        "urban.squad",
        "urban.bureau-desk",
        "urban.unit-leader",
        "urban.leader-in-charge",
        "civil.protection-duty",
        "civil.unit-leader",
        "civil.leader-in-charge",
        "community.town-office",
        "community.desk",
        "community.unit-leader",
        "city.fire-duty",
        "city.housing-duty",
        "city.urban-duty",
        "city.civil-duty",
        "province.platform",
        "province.unit-leader",
        "bus.ops-desk",
        "bus.unit-leader",
    ),
)
