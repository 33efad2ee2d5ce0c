"""代收: a county that is not on the bus yet. Its desks are told, and act, through the city's desk of the same agency, by the same clocks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from contracts.ids import unit_of
from services.routing.core.matching.places import rule_of
from services.routing.core.matching.recipients import Wanted, both
from services.routing.core.model import Fold, Incident

MANDATE = "GOV-06"
NOT_YET = "none"
BY_PROXY = "by-proxy：该县区尚未接入，由市级代收并电话转达"


def by_proxy(fold: Fold, incident: Incident, wanted: Mapping[str, Wanted], at: datetime) -> dict[str, Wanted]:
    """The desks to tell. Onboarding ``none``: the city's desk in place of the county's; ``shadow``: both, for its desk only looks on."""
    told: dict[str, Wanted] = {}
    for desk, asked in wanted.items():
        state = _onboarding(fold, desk, at)
        city = _city(fold, incident, desk, at) if state != "live" else None
        if city is None or state != NOT_YET:
            told[desk] = both(fold, incident, first, asked, at=at) if (first := told.get(desk)) else asked
        if city is not None and city != desk:
            through = _through(fold, incident, asked, city)
            told[city] = both(fold, incident, first, through, at=at) if (first := told.get(city)) else through
    return told


def stand_in(fold: Fold, incident: Incident, desk: str, at: datetime) -> str:
    """The desk that acts for one whose county is not on the bus at all; any other acts itself."""
    return (_city(fold, incident, desk, at) or desk) if _onboarding(fold, desk, at) == NOT_YET else desk


def _city(fold: Fold, incident: Incident, desk: str, at: datetime) -> str | None:
    city = fold.world.directory.ladder_target("city-duty", desk, at, county=incident.county)
    return None if city is not None and fold.suspected(incident, city) else city


def _onboarding(fold: Fold, desk: str, at: datetime) -> str:
    """How far the county of a desk is; the desks of cities, provinces and the bus are on it."""
    unit = fold.world.directory.unit(unit_of(desk), at)
    if unit is None or unit.county.endswith("00") or not unit.county:
        return "live"
    return fold.world.directory.onboarding(unit.county, at)


def _through(fold: Fold, incident: Incident, asked: Wanted, city: str) -> Wanted:
    mandate = rule_of(fold, incident, MANDATE)
    mandates = (*asked.mandates, *([mandate] if mandate else []))
    return replace(asked, desk=city, school=None, mandates=mandates, notes=(*asked.notes, f"{BY_PROXY}（{asked.desk}）"))
