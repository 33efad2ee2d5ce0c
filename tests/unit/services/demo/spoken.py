"""A made-up task after its close, one that waits for a laboratory, and a handover that a desk refused; clean until a test spoils it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.demo.audit import Answered, ClientLog, Report, Rows, judge_answers
from services.demo.audit.log import Act
from services.demo.audit.rows import Clocked, Joint, Kept, Rated, Word
from tests.unit.services.demo import fabricated as made
from tests.unit.services.demo.fabricated import COMMAND, GATE, INCIDENT, NOON, OFFICER, STATION

TASK, HANDOVER = "task-1", f"n-{GATE}"
NAMES: dict[Act, str] = {
    "rate": "bus.task.rated", "follow-up": "bus.task.followed-up", "pause": "bus.task.paused", "resume": "bus.task.resumed",
    "refuse-handover": "bus.handover.refused",
}  # fmt: skip
Spoil = Callable[[Rows], Rows]


def after(minutes: int) -> Any:
    return NOON + timedelta(minutes=minutes)


def said(act: Act, desk: str, minutes: int, *, about: str = TASK, **more: Any) -> Answered:
    return Answered(service=made.SERVICE[desk], desk=desk, act=act, object=about, at=after(minutes), **more)


def word(to: str, act: Answered, **more: Any) -> Word:
    """What a desk was told of an act."""
    service = made.SERVICE.get(to, "police")
    return Word(service=service, desk=to, name=NAMES[act.act], about=act.object, by=act.desk, at=act.at, of=act.of_desk, **more)


def kept(act: Answered) -> Kept:
    name = "handover-refuse" if act.act == "refuse-handover" else act.act
    return Kept(service=act.service, desk=act.desk, act=name, object=act.object, at=act.at, of=act.of_desk)


def joint(**more: Any) -> Joint:
    usual: dict[str, Any] = {"id": TASK, "incident": INCIDENT, "lead": STATION, "closed_at": None, "members": (STATION, GATE, OFFICER)}
    return Joint(**{**usual, **more})


def close(form: str = "24h", *, moved: int = 0, **more: Any) -> Clocked:
    """The close of the task, ``moved`` by so many minutes."""
    usual = made.clocked(STATION, 0, owner=TASK, kind="close", start=NOON, forms=(form,), due=after(24 * 60 + moved))
    return replace(usual, **more)


def log_of(*acts: Answered) -> ClientLog:
    return made.log(*acts)


def rows(acts: tuple[Answered, ...], words: tuple[Word, ...], task: Joint, *duties: Clocked) -> Rows:
    usual = made.rows()
    return replace(usual, joints=(task,), words=words, kept=tuple(kept(act) for act in acts), clocked=(*usual.clocked, *duties))


def found(log: ClientLog, held: Rows) -> list[str]:
    return sorted(finding.fault for finding in report(log, held).findings)


def report(log: ClientLog, held: Rows) -> Report:
    return judge_answers(log, held)


MINE, BACK = said("rate", STATION, 60, of_desk=GATE, score=5), said("rate", GATE, 61, of_desk=STATION, score=4)
LOOKED = said("follow-up", STATION, 90)
ENDED = log_of(MINE, BACK, LOOKED)


def ended() -> Rows:
    """Closed after half an hour, rated by both sides, looked at again by the lead, which told everybody with a part and the publisher."""
    ratings = tuple(Rated(by=one.desk, of=str(one.of_desk), score=one.score or 0, at=one.at) for one in (MINE, BACK))
    words = (word(GATE, MINE), word(STATION, BACK), *(word(desk, LOOKED) for desk in (GATE, OFFICER, COMMAND)))
    task = joint(closed_at=after(30), ratings=ratings, follow_ups=(LOOKED.at,))
    return rows((MINE, BACK, LOOKED), words, task)


PAUSE, RESUME = said("pause", STATION, 10), said("resume", STATION, 40)
WAITED = log_of(PAUSE, RESUME)


def waited() -> Rows:
    """The close stood still for half an hour, and is due by as much later; the report is not."""
    words = tuple(word(desk, act) for act in (PAUSE, RESUME) for desk in (GATE, OFFICER, COMMAND))
    report = made.clocked(STATION, 0, owner=TASK, kind="report", start=NOON, forms=("4h",), due=after(240))
    return rows((PAUSE, RESUME), words, joint(waits=((PAUSE.at, RESUME.at),)), close(moved=30), report)


REFUSAL = said("refuse-handover", GATE, 3, about=HANDOVER)
REFUSED = ClientLog()
for entry in (made.stated(), REFUSAL):
    REFUSED.write(entry)


def refused() -> Rows:
    """The gate does not take its share: the lead, the others awaited, the publisher and the bureau know; its clock runs."""
    words = tuple(word(desk, REFUSAL) for desk in (STATION, OFFICER, COMMAND))
    usual = rows((REFUSAL,), words, joint())
    open_still = tuple(replace(duty, state="open", met_at=None) for duty in usual.clocked)
    notices = tuple(replace(notice, acknowledged_at=None) for notice in usual.notices)
    return replace(usual, clocked=open_still, notices=notices)
