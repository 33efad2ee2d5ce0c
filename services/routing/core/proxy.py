"""代收: a county that is not on the bus yet. Its desks are told through the city's desk of the same agency, with the same clocks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from contracts.ids import unit_of
from services.routing.core.model import Fold, Incident
from services.routing.core.places import rule_of
from services.routing.core.recipients import Wanted, stronger

MANDATE = "GOV-06"
BY_PROXY = "by-proxy：该县区尚未接入，由市级代收并电话转达"


def by_proxy(fold: Fold, incident: Incident, wanted: Mapping[str, Wanted], at: datetime) -> dict[str, Wanted]:
    """The desks to tell. Onboarding ``none``: the city's desk in place of the county's; ``shadow``: both, for its desk only looks on."""
    told: dict[str, Wanted] = {}
    for desk, asked in wanted.items():
        state = _onboarding(fold, desk, at)
        city = None if state == "live" else fold.world.directory.ladder_target("city-duty", desk, at, county=incident.county)
        city = None if city is not None and fold.suspected(incident, city) else city
        if city is None or state == "shadow":
            told[desk] = _and(told.get(desk), asked)
        if city is not None and city != desk:
            told[city] = _and(told.get(city), _through(fold, incident, asked, city))
    return told


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


def _and(one: Wanted | None, other: Wanted) -> Wanted:
    """What two county desks are asked for reaches their city desk as one."""
    if one is None:
        return other
    kinds = dict.fromkeys((*one.forms, *other.forms))
    return replace(
        one,
        kind=stronger(one.kind, other.kind),
        view="".join(sorted({*one.view, *other.view})),
        mandates=tuple({(m.id, m.pack): m for m in (*one.mandates, *other.mandates)}.values()),
        forms={kind: tuple(dict.fromkeys((*one.forms.get(kind, ()), *other.forms.get(kind, ())))) for kind in kinds},
        ladder=one.ladder or other.ladder,
        notes=tuple(dict.fromkeys((*one.notes, *other.notes))),
    )
