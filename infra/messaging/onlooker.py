# mypy: untyped-calls-exclude="aiokafka"
"""A client that asks about logs and reads none of them."""

from collections.abc import Collection

from aiokafka import AIOKafkaConsumer, TopicPartition


def know(consumer: AIOKafkaConsumer, places: Collection[TopicPartition]) -> None:
    """Let a started client without a group learn of all these partitions in one question; it fetches nothing of them.

    By itself it would learn of one topic after another, with a pause after each: seconds for the topics of routing."""
    consumer.assign(list(places))
    consumer.pause(*places)
