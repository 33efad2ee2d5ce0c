"""Rows of the room as the core's records, and back."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from contracts.ids import unit_of
from infra.postgres.queries import load
from infra.postgres.unit_of_work import UnitOfWork
from services.routing.core.linking import Decision, Link
from services.routing.core.model import Incident

QUERIES = load(Path(__file__).with_name("queries.sql"))
_LINK: TypeAdapter[Link] = TypeAdapter(Link)
_DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)
_INCIDENT: TypeAdapter[Incident] = TypeAdapter(Incident)


async def load_links(uow: UnitOfWork, pairs: Iterable[tuple[str, str]], incidents: Sequence[str] = ()) -> list[Link]:
    """The links of some pairs, and all links of some incidents; their roots are locked already."""
    wanted = sorted(set(pairs))
    rows = await uow.fetch(QUERIES["load_pairs"], [low for low, _ in wanted], [high for _, high in wanted], sorted(incidents))
    return [_LINK.validate_python(row["body"]) for row in rows]


async def keep_link(uow: UnitOfWork, link: Link) -> None:
    """Store a link as it stands now."""
    await uow.execute(QUERIES["keep_link"], _LINK.dump_python(link, mode="json"), uow.now)


async def keep_decision(uow: UnitOfWork, link: Link, decision: Decision) -> None:
    """Write down what a person said of a link; each revision once and for good."""
    body = _DECISION.dump_python(decision, mode="json")
    await uow.execute(
        QUERIES["keep_decision"], link.id, link.revision, unit_of(decision.desk), decision.desk, link.state, decision.at, body
    )


def incident_in(row: Any) -> Incident:
    """The incident of a row."""
    return _INCIDENT.validate_python(row["body"])
