"""The one message machine: everything that consumes calls ``deliver`` with a batch and gets a closed set of outcomes back."""

from infra.messaging.delivery.machine import deliver
from infra.messaging.delivery.outcome import DeadLetter, Done, Handlers, Outcome, Poison, Received, Record, Retry
from infra.messaging.delivery.steadily import deliver_steadily

__all__ = ["DeadLetter", "Done", "Handlers", "Outcome", "Poison", "Received", "Record", "Retry", "deliver", "deliver_steadily"]
