"""Ends the process when its consumer stands still although there is work and both servers answer; the supervisor starts a new one."""

# mypy: untyped-calls-exclude="aiokafka"
import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import SecretStr

from infra.clock import monotonic
from infra.messaging.admin import places_of
from infra.messaging.onlooker import know
from infra.messaging.stillness import Place, Stillness
from infra.postgres.errors import is_transient
from infra.postgres.pool import Connection, connect
from infra.postgres.queries import load

QUERIES = load(Path(__file__).with_name("watchdog.sql"))
EVERY_SECONDS, PATIENCE_SECONDS, ANSWER_SECONDS, STUCK = 2.0, 60.0, 10.0, 71
log = structlog.get_logger()


def _all(_: Place) -> bool:
    return True


class Watchdog:
    """In a thread of its own with connections of its own, so that a stuck event loop does not stop it.

    ``mine``: the partitions this process has (absent: all of the topics). ``leave``: how the process ends, with code 71.
    """

    def __init__(
        self,
        bootstrap: Sequence[str],
        *,
        group: str,
        topics: Sequence[str],
        dsn: str | SecretStr,
        schema: str | None = None,
        mine: Callable[[Place], bool] = _all,
        patience: float = PATIENCE_SECONDS,
        every: float = EVERY_SECONDS,
        leave: Callable[[int], object] = os._exit,
    ) -> None:
        self._bootstrap = list(bootstrap)
        self._group = group
        self._topics = list(topics)
        self._dsn = dsn
        self._schema = schema or group
        self._mine = mine
        self._patience = patience
        self._every = every
        self._leave = leave
        self._stillness = Stillness()
        self._still = 0.0
        self._places: list[TopicPartition] = []
        self.rounds = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; returns at once, the thread ends by itself."""
        self._stop.set()

    def join(self, within: float) -> bool:
        """Wait for the thread's end; True if it ended."""
        self._thread.join(within)
        return not self._thread.is_alive()

    def alive(self) -> bool:
        """False when the consumer is stuck: for ``/livez``."""
        return self._still < self._patience

    def _run(self) -> None:
        asyncio.run(self._watch())

    async def _watch(self) -> None:
        while not self._stop.is_set():
            self.rounds += 1
            try:
                await self._rounds()
            except Exception as error:
                if not (isinstance(error, KafkaError) or is_transient(error)):
                    log.exception("watchdog_failed")
                self._stillness.blind()
                self._still = 0.0
                await asyncio.sleep(self._every)

    async def _rounds(self) -> None:
        async with self._connections() as (kafka, postgres):
            while not self._stop.is_set():
                await self._look(kafka, postgres)
                await asyncio.sleep(self._every)

    @asynccontextmanager
    async def _connections(self) -> AsyncIterator[tuple[AIOKafkaConsumer, Connection]]:
        kafka = AIOKafkaConsumer(bootstrap_servers=self._bootstrap, client_id="watchdog", request_timeout_ms=int(ANSWER_SECONDS * 1000))
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await kafka.start()
            async with connect(self._dsn, application="xietong-watchdog", search_path=self._schema) as postgres:
                yield kafka, postgres
        finally:
            with suppress(TimeoutError, KafkaError):
                async with asyncio.timeout(ANSWER_SECONDS):
                    await kafka.stop()

    async def _look(self, kafka: AIOKafkaConsumer, postgres: Connection) -> None:
        """Compare once; leaves the process when patience is over."""
        async with asyncio.timeout(ANSWER_SECONDS):
            rows = await postgres.fetch(QUERIES.positions, self._group)
            ends = await self._ends(kafka)
        positions = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
        mine = {place: end for place, end in ends.items() if self._mine(place)}
        self._still = self._stillness.observe({place: positions.get(place, 0) for place in mine}, mine, monotonic())
        if self._still >= self._patience:
            log.critical("consumer_stuck", group=self._group, seconds=self._still)
            self._leave(STUCK)

    async def _ends(self, kafka: AIOKafkaConsumer) -> dict[Place, int]:
        """The end of every log that holds anything: an empty one keeps nobody waiting, wherever its offsets stand."""
        places = self._places
        if {place.topic for place in places} < set(self._topics):
            places = self._places = await places_of(self._topics, self._bootstrap)
            know(kafka, places)
        begins, ends = await kafka.beginning_offsets(places), await kafka.end_offsets(places)
        return {(place.topic, place.partition): ends[place] for place in places if ends[place] > begins[place]}
