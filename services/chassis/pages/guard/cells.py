"""One slot of a post in words: who is there, since when somebody is missing, and who has signed for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts.coordination import GuardSlotState
from infra.clock import BEIJING
from services.chassis.guard import GuardLine
from services.chassis.pages.messages import text
from services.chassis.pages.shell import Frame

Tone = Literal["red", "orange", "blue", "done", ""]


@dataclass(frozen=True, slots=True)
class Cell:
    """``mark`` stands before the words, so that no meaning hangs on a colour alone; ``notes`` stand below."""

    tone: Tone
    mark: str
    words: str
    notes: tuple[str, ...] = ()


def cell_of(frame: Frame, line: GuardLine, slot: GuardSlotState) -> Cell:
    """The cell of a slot by the business time of the page."""
    if slot.gap is not None:
        return _gap(frame, slot)
    count = {"here": slot.present, "need": slot.required}
    if frame.now < line.from_at:
        planned = {"here": slot.rostered, "need": slot.required}
        enough = slot.rostered >= slot.required
        return Cell("" if enough else "orange", "·" if enough else "!", text("guard-planned", frame.language, **planned))
    if frame.now >= line.to_at:
        return Cell("done", "✓", text("guard-done", frame.language))
    if slot.present >= slot.required:
        return Cell("done", "✓", text("guard-here", frame.language, **count))
    return Cell("orange", "…", text("guard-here", frame.language, **count))


def _gap(frame: Frame, slot: GuardSlotState) -> Cell:
    late = (text("guard-late", frame.language),) if slot.late else ()
    if slot.kind == "planned":
        words = text("guard-planned-gap", frame.language, here=slot.rostered, need=slot.required)
        return Cell("orange", "!", words, _notes(frame, slot))
    match slot.state:
        case "filled":
            key = "guard-substitute" if slot.by == "substitute" else "guard-filled"
            return Cell("done", "⇄" if slot.by == "substitute" else "✓", text(key, frame.language, at=_time(slot.ended_at)), late)
        case "uncovered":
            return Cell("red", "✗", text("guard-uncovered", frame.language), _notes(frame, slot))
        case "voided":
            return Cell("done", "↥", text("guard-voided", frame.language))
        case _:
            words = text("guard-missing", frame.language, here=slot.present, need=slot.required)
            return Cell("red", "✗", words, _notes(frame, slot))


def _notes(frame: Frame, slot: GuardSlotState) -> tuple[str, ...]:
    """Since when, and who has signed."""
    since = text("guard-since", frame.language, at=_time(slot.opened_at))
    signed = tuple(
        text("guard-signed", frame.language, who=f"{frame.title(one.desk)} {one.shown}".strip(), at=_time(one.at)) for one in slot.signed
    )
    return (since, *(signed or (text("guard-unsigned", frame.language),)))


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(BEIJING):%H:%M}" if at is not None else "—"
