"""The kill programme: under load, kill -9 each process in turn and the servers, then audit; a run whose audit fails has no figures."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from services.demo.audit import ClientLog
from tests.chaos.auditor import Verdict, Window, audit
from tests.chaos.client import Client
from tests.chaos.latency import Latency, latency_of
from tests.chaos.load import Load
from tests.chaos.stack import BACK_SECONDS, Stack

SERVERS = ("postgres", "kafka-1")
WARMING_SECONDS = 10.0


@dataclass
class Round:
    """One round: what was killed, how long each took to be back, and what the audit says."""

    recoveries: dict[str, float] = field(default_factory=dict)
    stated: int = 0
    repeats: int = 0
    failures: list[str] = field(default_factory=list)
    verdict: Verdict | None = None
    latency: Latency | None = None
    cpu: dict[str, float] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not self.failures and self.verdict is not None and self.verdict.is_clean

    @property
    def is_late(self) -> bool:
        """Whether somebody took longer to be back than is promised."""
        return any(seconds > BACK_SECONDS for seconds in self.recoveries.values())

    def __str__(self) -> str:
        back = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.recoveries.items()) or "nobody killed"
        lines = [f"{self.stated} events accepted, {self.repeats} requests repeated; back: {back}", f"audit: {self.verdict}"]
        lines += [f"request failed: {failure}" for failure in self.failures[:5]]
        lines += [f"event to last desk: {self.latency}"] if self.latency and self.is_clean else []
        if not self.recoveries and self.stated:
            costs = ", ".join(f"{name} {seconds * 1000 / self.stated:.1f}" for name, seconds in self.cpu.items())
            lines.append(f"processor time per event, ms: {sum(self.cpu.values()) * 1000 / self.stated:.1f} ({costs})")
        return "\n".join(lines)


async def run_round(stack: Stack, *, rate: float, seconds: float, victims: Sequence[str], seed: int = 1) -> Round:
    """Load for ``seconds``, then a kill, load again, and so on; at the end everything comes to rest and is audited."""
    done, log, window = Round(), ClientLog(), Window.open()
    client = Client(stack, log)
    load = Load(client, rate=rate, seed=seed)
    before = stack.cpu_seconds()
    try:
        async with load.running() as sent:
            await asyncio.sleep(seconds)
            for victim in victims:
                await _strike(stack, victim, done)
                await asyncio.sleep(seconds)
    finally:
        await client.close()
    done.stated, done.repeats, done.failures = len(log.stated), client.repeats, sent.failures
    done.cpu = {name: seconds - before.get(name, 0.0) for name, seconds in stack.cpu_seconds().items()}
    done.verdict = await audit(stack, log, window)
    done.latency = await latency_of(stack.dsn, stack.catalogue.services(), sent.scheduled, since=window.began)
    return done


async def _strike(stack: Stack, victim: str, done: Round) -> None:
    if victim in SERVERS:
        await stack.kill_server(victim)
    else:
        done.recoveries[victim] = await stack.kill(victim)


async def programme(stack: Stack, *, kills: int, rate: float, seconds: float, say: Callable[[str], None]) -> list[Round]:
    """A round without faults for the figures, then ``kills`` rounds in which each process and each server is killed once.

    Before it some load that nobody measures: a process that has just started compiles, connects and prepares, as no running one does."""
    await run_round(stack, rate=rate / 2, seconds=WARMING_SECONDS, victims=())
    quiet = await run_round(stack, rate=rate, seconds=max(10.0, 6 * seconds), victims=())
    say(f"no faults\n{quiet}")
    rounds = [quiet]
    for number in range(1, kills + 1):
        rounds.append(await run_round(stack, rate=rate, seconds=seconds, victims=(*stack.processes, *SERVERS), seed=number))
        say(f"round {number} of {kills}\n{rounds[-1]}")
    return rounds
