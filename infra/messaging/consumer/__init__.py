"""The plain consumer loop: fetch, deliver, fetch again. Where to read on is the ledger's word; Kafka is told now and then, as a hint."""

from infra.messaging.consumer.loop import run_consumer
from infra.messaging.consumer.reader import OnProgress, Progress

__all__ = ["OnProgress", "Progress", "run_consumer"]
