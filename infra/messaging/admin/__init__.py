"""The catalogue made real: topics are created and their settings kept; nothing is ever deleted, and partitions are never added."""

from infra.messaging.admin.bring import apply, plan, restore
from infra.messaging.admin.client import TopicsDiffer, TopicsRefused, places_of
from infra.messaging.admin.difference import Change

__all__ = ["Change", "TopicsDiffer", "TopicsRefused", "apply", "places_of", "plan", "restore"]
