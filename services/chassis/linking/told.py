"""What routing tells a desk of two incidents: a suggestion, that it lapsed, a link, its end, or why the desk's own word changed nothing."""

from typing import Any

from contracts.coordination import IncidentLinked, IncidentUnlinked, LinkLapsed, LinkSuggested
from services.chassis.desk.case import Case
from services.chassis.desk.follow import keep_update
from services.chassis.linking.read import queries

Said = LinkSuggested | LinkLapsed | IncidentLinked | IncidentUnlinked


async def suggested(case: Case, message: LinkSuggested) -> None:
    """疑似同一事由: the desk is asked, softly."""
    fits = {"matter": message.matter, "fits": list(message.fits), "suggested_at": message.suggested_at.isoformat()}
    if await _put(case, message, message.link, "suggested", fits):
        await keep_update(case, message, at=message.suggested_at)
        case.mark("update", case.incident, "soft")


async def lapsed(case: Case, message: LinkLapsed) -> None:
    """疑似同一事由失效: the question is taken back, quietly."""
    if await _put(case, message, message.link, "lapsed", {}):
        await keep_update(case, message, at=message.lapsed_at)


async def linked(case: Case, message: IncidentLinked) -> None:
    """事由关联, or that this desk's word did not stand."""
    if message.refused is not None:
        await _refused(case, message, message.refused)
    elif await _put(case, message, message.link, "merged" if message.relation == "same" else "linked", {}):
        case.mark("update", case.incident, "soft")
    await keep_update(case, message, at=message.linked_at)


async def unlinked(case: Case, message: IncidentUnlinked) -> None:
    """关联解除, or that two were never one."""
    if message.refused is not None:
        await _refused(case, message, message.refused)
    elif await _put(case, message, message.link, "dismissed" if message.dismissed else "unlinked", {}):
        case.mark("update", case.incident, "soft")
    await keep_update(case, message, at=message.unlinked_at)


async def _put(case: Case, message: Said, link: str, state: str, fits: dict[str, Any]) -> bool:
    """Whether the message is news at this desk."""
    document = message.model_dump(mode="json", exclude_none=True)
    put = await case.uow.fetchval(
        queries["put_link"],
        link, case.desk, case.unit, message.incident, message.linked, case.envelope.status, case.envelope.county, message.revision, state,
        document, fits, case.envelope.id, case.envelope.time,
    )  # fmt: skip
    return put is not None


async def _refused(case: Case, message: IncidentLinked | IncidentUnlinked, why: str) -> None:
    await case.uow.execute(queries["refuse_link"], case.desk, message.incident, message.linked, why)
    case.mark("update", case.incident, "soft")
