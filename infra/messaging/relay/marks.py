"""What the database knows of what was sent, written under the lease's token alone."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.messaging.lease import Lease
from infra.messaging.relay.window import Place, Sent
from infra.postgres.pool import Pool, Row
from infra.postgres.queries import load

QUERIES = load(Path(__file__).with_name("relay.sql"))
WINDOW, WINDOW_DAYS = 500, 7


class Marks:
    """The outbox's memory: unsent rows, sent rows, and the last offset of every partition. An answer ``None``: the lease is lost."""

    def __init__(self, pool: Pool, lease: Lease) -> None:
        self._pool = pool
        self._lease = lease

    async def unsent(self, without: Sequence[str]) -> list[Row]:
        """The next rows in order, without those of some topics."""
        return await self._pool.fetch(QUERIES.unsent, list(without), WINDOW)

    async def last_offsets(self) -> dict[Place, int]:
        """The last known offset of every partition that was ever sent to."""
        return {(row["topic"], row["partition"]): row["last_offset"] for row in await self._pool.fetch(QUERIES.last_offsets)}

    async def sent(self, token: int, sent: Sequence[Sent]) -> list[float] | None:
        """Mark; brings the seconds from written to sent."""
        marked: list[float] | None = await self._pool.fetchval(
            QUERIES.mark_sent, self._lease.name, token, [one.row["seq"] for one in sent], [one.row["topic"] for one in sent],
            [one.ack.partition for one in sent], [one.ack.offset for one in sent],
        )  # fmt: skip
        return marked

    async def reopen(self, token: int) -> int | None:
        """Everything sent in the window is unsent again, and no offset is known; brings how many rows."""
        count: int | None = await self._pool.fetchval(QUERIES.send_again, self._lease.name, token, WINDOW_DAYS)
        return count

    async def backlog(self) -> tuple[int, float]:
        """How many rows wait, and for how many seconds the oldest."""
        (row,) = await self._pool.fetch(QUERIES.backlog)
        return row["waiting"], row["age"]


def went_back(ends: Mapping[Place, int], sent: Sequence[Sent]) -> tuple[dict[Place, int], Place | None]:
    """The last offsets after these acknowledgements, and the first partition whose log does not hold what was sent before."""
    after = dict(ends)
    for one in sent:
        place = (one.row["topic"], one.ack.partition)
        if one.ack.offset < 0:
            continue
        if one.ack.offset <= after.get(place, -1):
            return after, place
        after[place] = one.ack.offset
    return after, None
