"""How a post stands, as routing tells it: one row for each unit that looks at it."""

from contracts.coordination import GuardPostChanged
from services.chassis.desk.case import Case
from services.chassis.guard.board import queries

SHORT = frozenset({"open", "uncovered"})


async def post_changed(case: Case, message: GuardPostChanged) -> None:
    """The newest word stands; it refreshes the boards of the desk without a sound, for gaps ring by their notifications."""
    short = any(slot.state in SHORT for slot in message.slots)
    put = await case.uow.fetchval(
        queries["put_post"],
        case.unit, message.date, message.school_id, message.gate_id, message.peak, case.desk, message.revision,
        message.from_at, short, message.dropped, message.model_dump(mode="json", exclude_none=True),
    )  # fmt: skip
    if put:
        case.mark("guard", message.post, "quiet")
