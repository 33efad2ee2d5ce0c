"""Items of the bus's own government (arbitration, uncovered desks) are incidents of their own, linked to the one they came from."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from contracts.ids import public_number
from services.routing.core.model import Fold, Incident

BEIJING = ZoneInfo("Asia/Shanghai")


def number_of(county: str, incident: str, fold: Fold) -> str:
    """The number people read aloud, with the Beijing date of its opening."""
    return public_number(county, f"{fold.now.astimezone(BEIJING):%Y%m%d}", incident)


def link_item(fold: Fold, incident: Incident, *, family: str, item: str) -> Incident:
    """Open a linked incident below the same root; it never merges with the first one."""
    linked = replace(
        incident,
        id=item,
        number=number_of(incident.county, item, fold),
        family=family,
        key=item,
        follows=incident.id,
        closed_at=None,
        withdrawn_at=None,
        head_missing=False,
        triage=None,
    )
    fold.put(linked)
    return linked
