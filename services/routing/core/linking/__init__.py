"""事由关联: which incidents may be one happening, who may say so, and what its saying changes: nothing of who must act by when."""

from services.routing.core.linking.concerned import Concerned, concerned_by
from services.routing.core.linking.fitting import MOST, fit, nearest, still_fit
from services.routing.core.linking.link import APART, Decision, Link, LinkState, decide, lapsed, pair_of, suggested
from services.routing.core.linking.matters import Matters
from services.routing.core.linking.telling import Telling, refuse, take_back, tell

__all__ = [
    "APART",
    "MOST",
    "Concerned",
    "Decision",
    "Link",
    "LinkState",
    "Matters",
    "Telling",
    "concerned_by",
    "decide",
    "fit",
    "lapsed",
    "nearest",
    "pair_of",
    "refuse",
    "still_fit",
    "suggested",
    "take_back",
    "tell",
]
