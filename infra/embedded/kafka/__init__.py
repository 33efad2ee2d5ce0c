from infra.embedded.kafka.aot import train
from infra.embedded.kafka.cluster import KafkaCluster
from infra.embedded.kafka.jars import Jars, obtain_jars

__all__ = ["Jars", "KafkaCluster", "obtain_jars", "train"]
