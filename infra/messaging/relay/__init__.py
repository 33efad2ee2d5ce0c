"""Outbox → Kafka. One relay per schema sends (it holds the lease), in the order of the outbox; NOTIFY wakes it, a poll is the net."""

from infra.messaging.relay.loop import Relay, this_process
from infra.messaging.relay.window import Wire

__all__ = ["Relay", "Wire", "this_process"]
