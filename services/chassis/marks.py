"""What changed at which desk: collected during a unit of work, numbered at its end under the counters' locks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from contracts.ids import unit_of
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork

Ring = Literal["loud", "soft", "quiet"]
"""``loud`` sounds, ``soft`` shows the bar, ``quiet`` only refreshes."""
Thing = Literal["notification", "task", "escalation", "update", "event", "kept", "guard"]

queries = load(Path(__file__).with_name("desk") / "queries.sql")
_LOUDNESS: Mapping[Ring, int] = {"quiet": 0, "soft": 1, "loud": 2}


class Marks:
    """The changes of one unit of work. Counters are locked last and in order, so two writers never wait for each other crosswise."""

    def __init__(self) -> None:
        self._marks: dict[tuple[str, Thing, str], Ring] = {}

    def add(self, desk: str, thing: Thing, identity: str, ring: Ring) -> None:
        """One object changed at a desk; of several marks on it the loudest stays."""
        place = (desk, thing, identity)
        before = self._marks.pop(place, ring)
        self._marks[place] = max(before, ring, key=_LOUDNESS.__getitem__)

    async def flush(self, uow: UnitOfWork) -> None:
        """Number the changes and wake the streams once they are durable; call it as the last statement of the work."""
        if not self._marks:
            return
        rows = [(desk, unit_of(desk), thing, identity, ring) for (desk, thing, identity), ring in self._marks.items()]
        for row in await uow.fetch(queries["mark_changes"], *(list(column) for column in zip(*rows, strict=True)), uow.now):
            uow.tell(row["channel"], row["desk"])
        self._marks.clear()
