"""The watcher: what is told once a week is laid beside the incidents as it is stated, corrected or falls away."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from infra.postgres.unit_of_work import UnitOfWork
from services.routing.beside import Heard
from services.routing.core.bulletins.digests import DIGESTED, Item, items_of, settled
from services.routing.core.matching.match import spoken_of
from services.routing.core.model import World
from services.routing.digests.rows import QUERIES, item_of, waiting_rows

DECIDED = frozenset({"routed", "unmatched"})


class DigestItems:
    """Of drills there is no digest. The clock tells; here rows are kept, under the lock of their incident."""

    async def heard(self, uow: UnitOfWork, statements: Sequence[Heard], world: World) -> None:
        listed = [one for one in statements if _is_listed(one)]
        if not listed:
            return
        held: dict[str, list[Item]] = {}
        for row in await uow.fetch(QUERIES["hold_items"], sorted({one.incident.id for one in listed})):
            held.setdefault(row["incident"], []).append(item_of(row))
        for one in listed:
            at = one.again_at or one.event.envelope.time
            items = [replace(item, stated_at=at) for item in items_of(one.event, one.incident, world)]
            held[one.incident.id] = settled(held.get(one.incident.id, []), items, at)
        rows: list[Mapping[str, Any]] = []
        for items in held.values():
            rows += waiting_rows(world.directory, items, min(item.stated_at for item in items), uow.now) if items else []
        await uow.execute(QUERIES["keep_items"], rows)


def _is_listed(one: Heard) -> bool:
    return one.outcome in DECIDED and one.event.envelope.status == "actual" and spoken_of(one.event) in DIGESTED
