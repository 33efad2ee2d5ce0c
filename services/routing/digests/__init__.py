"""每周摘要: what schools are told of together, kept beside the incidents, and the round that tells it."""

from services.routing.digests.round import DigestRound
from services.routing.digests.watcher import DigestItems

__all__ = ["DigestItems", "DigestRound"]
