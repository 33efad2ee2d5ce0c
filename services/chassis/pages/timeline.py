"""处置时间线: what this desk and the others did, in order, in words. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from infra.http.language import Language
from services.chassis.pages.messages import text
from services.chassis.reading.shapes import AnswerShape, UpdateShape
from services.chassis.reading.words import code_label, type_title

TRIAGED = "bus.incident.triaged"
_SAID: Mapping[str, str] = {
    "bus.notification.acknowledged": "said-acknowledged",
    "bus.notification.returned": "said-returned",
    "bus.notification.delivered": "said-delivered",
    "bus.part.reported": "said-reported",
    "bus.duty.missed": "said-missed",
    "bus.task.closed": "said-closed",
    "bus.arbitration.ruled": "said-ruled",
    "bus.task.rated": "said-rated",
    "bus.task.followed-up": "said-followed-up",
    "bus.task.paused": "said-paused",
    "bus.task.resumed": "said-resumed",
    "bus.handover.refused": "said-refused",
    "bus.handover.accepted": "said-accepted",
    "bus.escalation.cleared": "said-cleared",
    "bus.part.reassigned": "said-reassigned",
    "bus.desk.uncovered": "said-uncovered",
    "bus.message.parked": "said-parked",
    "bus.calendar.missing": "said-calendar",
    "bus.link.suggested": "said-suggested",
    "bus.link.lapsed": "said-lapsed",
    "bus.incident.linked": "said-linked",
    "bus.incident.unlinked": "said-unlinked",
    TRIAGED: "said-triaged",
}
_ACTS: Mapping[str, str] = {
    "acknowledge": "said-acknowledged",
    "return": "said-returned",
    "report": "said-reported",
    "close": "said-closed",
    "ruling": "said-ruled",
    "link": "said-linked",
    "unlink": "said-unlinked",
    "triage": "said-triaged",
    "rate": "said-rated",
    "follow-up": "said-followed-up",
    "pause": "said-paused",
    "resume": "said-resumed",
    "handover-refuse": "said-refused",
    "handover-accept": "said-accepted",
}

_REFUSALS: Mapping[str, str] = {"linked": "link_refusal", "triaged_at": "triage_refusal"}
"""Field of a message → the list that its refusal is a code of."""
_REFUSED: Mapping[str, str] = {
    "not-the-lead": "refused-lead",
    "open-parts": "refused-parts",
    "not-pausable": "refused-rule",
    "paused-already": "refused-again",
    "not-paused": "refused-running",
    "close-done": "refused-done",
    "close-missed": "refused-missed",
}
Title = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline. ``desk`` may be empty."""

    at: datetime
    desk: str
    who: str
    what: str
    detail: str


def timeline(
    answers: Iterable[AnswerShape], updates: Iterable[UpdateShape], language: Language, own_desk: str = "", *, title: Title = str
) -> list[Moment]:
    """What this desk and the others did, in order. ``title``: how a desk is called.

    An own triage that routing answered is that answer."""
    updates = list(updates)
    decided = {(one.name, one.at) for one in updates if one.message.get("desk") == own_desk}
    own = [
        Moment(one.at, own_desk, one.person.shown, text(_ACTS.get(one.act, "said-other"), language), _detail(one.document, language, title))
        for one in answers
        if one.act != "triage" or (TRIAGED, one.at) not in decided
    ]
    others = [
        Moment(
            one.at,
            str(one.message.get("desk") or one.message.get("to_desk") or ""),
            str((one.message.get("person") or {}).get("shown", "")),
            text(_SAID[one.name], language) if one.name in _SAID else type_title(one.name, language),
            _outcome(one, language, title),
        )
        for one in updates
    ]
    return sorted([*own, *others], key=lambda moment: moment.at)


def _outcome(update: UpdateShape, language: Language, title: Title) -> str:
    """The words of what another desk did; of a triage what became of it, too."""
    words = _detail(update.message, language, title)
    done = update.name == TRIAGED and not update.message.get("refused")
    return f"{words} · {text('triage-done', language)}" if done else words


def _detail(message: Mapping[str, Any], language: Language, title: Title) -> str:
    """The words of an act: its code, then what was written."""
    lists = (("progress", "progress"), ("ruling", "ruling"), ("duty", "duty_kind"), ("why", "cleared_why"), ("relation", "link_relation"))
    parts = [code_label(listed, str(message[field]), language) for field, listed in lists if message.get(field)]
    if "reason" in message and "lab" in message:
        parts.append(code_label("pause_reason", str(message["reason"]), language))
    elif "reason" in message and "suggested_desk" in message:
        parts.append(code_label("return_reason", str(message["reason"]), language))
    elif "reason" in message and "handover" in message:
        parts.append(code_label("handover_refusal", str(message["reason"]), language))
    elif message.get("reason"):
        parts.append(str(message["reason"]))
    if message.get("refused"):
        refused, listed = str(message["refused"]), next((of for field, of in _REFUSALS.items() if field in message), None)
        parts.append(code_label(listed, refused, language) if listed is not None else refusal_words(refused, language, title))
    parts += [str(one) for one in (*message.get("schools", ()), message.get("mandate")) if one] if "triaged_at" in message else []
    parts += [str(message[field]) for field in ("name", "followed_on", "text", "outcome", "lab", "score") if message.get(field)]
    return " · ".join(parts)


def refusal_words(code: str, language: Language, title: Title = str) -> str:
    """Why routing did not do what the lead asked: ``open-parts: …`` names the desks that are waited for. ``title``: how a desk is called."""
    why, _, desks = code.partition(": ")
    named = ("、" if language == "zh" else ", ").join(map(title, desks.split(", "))) if desks else ""
    return text(_REFUSED[why], language, desks=named) if why in _REFUSED else code
