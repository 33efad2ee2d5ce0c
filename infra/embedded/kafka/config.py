"""Settings of the brokers: small machine, real guarantees. The reasons for the unusual ones stand beside them."""

from dataclasses import dataclass
from pathlib import Path

from infra.embedded.ports import LOOPBACK


@dataclass(frozen=True, kw_only=True)
class NodePorts:
    client: int
    controller: int


def server_properties(node: int, ports: dict[int, NodePorts], data: Path) -> str:
    """The file of one node that is broker and controller; `ports` names all nodes of the cluster."""
    brokers = len(ports)
    in_sync = max(1, brokers - 1)
    mine = ports[node]
    voters = ",".join(f"{number}@{LOOPBACK}:{each.controller}" for number, each in ports.items())
    lines = {
        "process.roles": "broker,controller",
        "node.id": node,
        "controller.quorum.voters": voters,
        "controller.listener.names": "CONTROLLER",
        "listeners": f"CLIENT://{LOOPBACK}:{mine.client},CONTROLLER://{LOOPBACK}:{mine.controller}",
        "advertised.listeners": f"CLIENT://{LOOPBACK}:{mine.client}",
        "inter.broker.listener.name": "CLIENT",
        "listener.security.protocol.map": "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": data,
        "auto.create.topics.enable": "false",  # topics are declared, a typing error must not make one
        "default.replication.factor": brokers,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": brokers,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": brokers,
        "transaction.state.log.min.isr": in_sync,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": brokers,
        "share.coordinator.state.topic.min.isr": in_sync,
        "share.coordinator.state.topic.num.partitions": 4,
        "group.initial.rebalance.delay.ms": 0,
        "broker.session.timeout.ms": 3000,  # a killed broker's old registration blocks its restart for so long
        "broker.heartbeat.interval.ms": 500,
        "log.cleaner.dedupe.buffer.size": 4_194_304,  # the default takes 128 MB at start
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 2,
    }
    return "".join(f"{name}={value}\n" for name, value in lines.items())


LOG4J = """<?xml version="1.0" encoding="UTF-8"?>
<Configuration status="WARN">
  <Appenders>
    <RollingFile name="file" fileName="${sys:xietong.log}" filePattern="${sys:xietong.log}.%i">
      <PatternLayout pattern="[%d] %p %m (%c)%n"/>
      <Policies><SizeBasedTriggeringPolicy size="10 MB"/></Policies>
      <DefaultRolloverStrategy max="2"/>
    </RollingFile>
  </Appenders>
  <Loggers><Root level="INFO"><AppenderRef ref="file"/></Root></Loggers>
</Configuration>
"""


def jvm_flags(scratch: Path) -> tuple[str, ...]:
    return (
        "-XX:+UseSerialGC",
        "-Xms64m",
        "-Xmx256m",
        "-XX:-UsePerfData",
        "-XX:+ExitOnOutOfMemoryError",
        "-Xlog:disable",
        "-Xlog:all=error:stderr",
        f"-Djava.io.tmpdir={scratch}",
    )
