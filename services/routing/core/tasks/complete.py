"""法定要素齐全: whether everything that an incident asked of anybody is done."""

from services.routing.core.clocks.timing import RUNNING
from services.routing.core.model import Fold, Incident


def is_complete(fold: Fold, incident: Incident) -> bool:
    """Legally complete: every duty of the incident is met or has fallen away, and what must be signed was delivered and is signed."""
    duties = (duty for duty in fold.state.duties.values() if duty.incident == incident.id)
    asked = (n for n in fold.notifications_of(incident.id) if n.live and n.kind != "inform")
    return all(duty.state not in RUNNING for duty in duties) and all(n.acknowledged_version >= n.material_version for n in asked)
