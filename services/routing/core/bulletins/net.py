"""责任网核查 (GOV-05): what is told of a night's check of the duty net. Pure; what was found is brought along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contracts.coordination import EventFacts
from contracts.ids import derived_id
from services.routing.core.calendar import BEIJING
from services.routing.core.issue import issue_new
from services.routing.core.mandates import Mandate
from services.routing.core.matching.cast import Scene
from services.routing.core.matching.content import Content
from services.routing.core.matching.linked import number_of
from services.routing.core.matching.recipients import find_recipients
from services.routing.core.model import OPS_DESK, Fold, Incident

HEAD, FAMILY, GOV_05 = "bus.net.checked", "net-check", "GOV-05"


@dataclass(frozen=True, slots=True)
class NetCheck:
    """What one night found. ``findings`` in words, errors first, as many as a message carries."""

    day: date
    rules: int
    counties: int
    schools: int
    errors: int
    warnings: int
    findings: Sequence[str]


def tell_net(fold: Fold, check: NetCheck, at: datetime, mandate: Mandate, *, publisher: str) -> Incident:
    """Open and close the matter of one night at its logical time; who the rule names is informed, also that nothing is amiss."""
    county = OPS_DESK.rpartition("-")[2]
    identity = derived_id(at, FAMILY, check.day.isoformat())
    incident = Incident(
        id=identity, root=identity, number=number_of(county, identity, fold), family=FAMILY, scope="", key=check.day.isoformat(),
        status="actual", county=county, head_type=HEAD, head_source="/routing", head_id=identity, publisher=publisher, first_time=at,
        first_known_at=at, revision=1, picture=_picture(check, fold.now), closed_at=fold.now,
    )  # fmt: skip
    fold.put(incident)
    facts = EventFacts(type=HEAD, time=at, known_at=at, status="actual", county=county, revision=1, publisher=publisher)
    for wanted in find_recipients(fold, incident, (mandate,), Scene(HEAD, publisher, fold.now)).wanted.values():
        issue_new(fold, incident, wanted, Content(facts, HEAD))
    return incident


def _picture(check: NetCheck, now: datetime) -> Mapping[str, Any]:
    return {
        "day": check.day.isoformat(), "rules_checked": check.rules, "counties_checked": check.counties,
        "schools_checked": check.schools, "errors": check.errors,
        "warnings": check.warnings, "findings": list(check.findings), "checked_at": now.astimezone(BEIJING).isoformat(),
    }  # fmt: skip
