"""Linking of incidents beside the incidents: what to look at, which pairs are known, and what desks say of them."""

from services.routing.linking.answers import LINK_ANSWERS, Pairs, pairs_of
from services.routing.linking.round import LinkRound
from services.routing.linking.watcher import LinkWatcher

__all__ = ["LINK_ANSWERS", "LinkRound", "LinkWatcher", "Pairs", "pairs_of"]
