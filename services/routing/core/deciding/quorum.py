"""会商到齐: a conference counts as held only when everybody whom it needs was there; until then what is owed for it runs on.

The four of a care conference are checked where it is stated (CON-01); a conference of departments (GOV-02) needs those it called.
"""

from contracts.codes import LABELS
from contracts.envelope import Event
from services.routing.core.model import Incident

CARE, CALLED = "school.care-conference.requested.concluded", "education.conference.called.concluded"
NOT_HELD = frozenset({(CARE, "not-held"), (CALLED, "postponed")})
RUNS_ON = "会商未召开，期限继续计算"


def why_unheld(incident: Incident, event: Event) -> str:
    """Why a conclusion does not count as a conference that was held, in words; empty where it does, or where none is needed any more."""
    outcome = str(getattr(event.data, "outcome", ""))
    if (event.name, outcome) in NOT_HELD:
        return RUNS_ON
    present = getattr(event.data, "present", None)
    if event.name != CALLED or outcome != "held" or present is None:
        return ""
    missing = [agency for agency in incident.picture.get("agencies", ()) if agency not in present]
    names = "、".join(LABELS["department"].get(agency, agency) for agency in missing)
    return f"应到部门未到齐（缺{names}），不计为已召开，期限继续计算" if missing else ""
