"""What mandates ask of a joint task: one part for each desk that handles; the mandate of the highest rank leads, the others join."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from contracts.ids import role_of
from services.routing.core.deadlines import can_pause, earlier_of
from services.routing.core.mandates import Mandate, TaskRow
from services.routing.core.matching.agency import agency_word
from services.routing.core.matching.cast import Scene, resolve_role
from services.routing.core.matching.proxy import stand_in
from services.routing.core.model import Fold, Incident, Part

AND = "；"
"""Between what several mandates ask of one desk."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the mandates ask of a joint task: the one that leads (None: none does), and every part, the lead's first."""

    leader: Mandate | None
    parts: tuple[Part, ...]


def ask(fold: Fold, incident: Incident, mandates: Iterable[Mandate], scene: Scene) -> Asked:
    """The leader is the mandate of the highest rank, then of the smaller id, whose lead can be found; the parts of the others join.

    Where rules of one id speak for several places, one leads, and the earliest of their limits holds."""
    ranked = sorted((m for m in mandates if m.task), key=lambda m: (-m.rank, m.id))
    asked = [(m, parts_for(fold, incident, m, _read_for(incident, m, scene))) for m in ranked]
    leader = next((m for m, parts in asked if any(part.lead for part in parts)), None)
    first = [part for m, parts in asked if m is leader for part in parts]
    rest = [replace(part, lead=False) for m, parts in asked if m is not leader for part in parts]
    return Asked(_tightest(leader, ranked) if leader else None, unite([*first, *rest]))


def _read_for(incident: Incident, mandate: Mandate, scene: Scene) -> Scene:
    """A rule that is written for the head alone is read for the head, whatever is stated beside it."""
    apart = incident.head_type in mandate.types and scene.about not in mandate.types
    return replace(scene, about=incident.head_type) if apart else scene


def _tightest(leader: Mandate, ranked: Sequence[Mandate]) -> Mandate:
    tasks = [m.task for m in ranked if m.id == leader.id and m.task]
    if leader.task is None or len(tasks) == 1:
        return leader
    report, close = (reduce(earlier_of, forms) for forms in zip(*((task.report, task.close) for task in tasks), strict=True))
    pauses = tuple(one for one in leader.task.pauses if all(one in task.pauses for task in tasks) and close and can_pause(close))
    return replace(leader, task=replace(leader.task, report=report, close=close, pauses=pauses))


def parts_for(fold: Fold, incident: Incident, mandate: Mandate, scene: Scene) -> list[Part]:
    """The parts a mandate asks for: its lead first (one desk; the same role elsewhere assists), then its assisting desks.

    A desk whose county is not on the bus has its part through its city's, unless it speaks itself."""
    task = mandate.task
    if task is None:
        return []
    roles = [(role, role == task.lead) for role in ((task.lead,) if task.lead else ()) + task.assist]
    found = [
        (one.desk, role, lead) for role, lead in roles for one in resolve_role(fold, incident, role, scene, places=mandate.places).found
    ]
    heard = (incident.publisher, scene.speaker)
    acts = {desk: desk if desk in heard else stand_in(fold, incident, desk, scene.at) for desk, _, _ in found}
    chief = next((acts[desk] for desk, _, lead in found if lead), None)
    return [
        Part(
            desk=acts[desk],
            lead=lead and acts[desk] == chief,
            text=_words(task, role, desk),
            agency=agency_word(desk),
            mandate=mandate.id,
        )
        for desk, role, lead in found
    ]


def _words(task: TaskRow, role: str, desk: str) -> str:
    """What a part says: the words for the role as the mandate names it, for the desk's own role, or for its agency."""
    return next((task.parts[key] for key in (role, role_of(desk), agency_word(desk)) if key in task.parts), "")


def unite(parts: Iterable[Part]) -> tuple[Part, ...]:
    """One part for each desk; the first one named stands, texts of several mandates are joined and each is said once."""
    united: dict[str, Part] = {}
    for part in parts:
        held = united.get(part.desk)
        if held is None:
            united[part.desk] = part
        else:
            united[part.desk] = replace(held, text=AND.join(dict.fromkeys(filter(None, f"{held.text}{AND}{part.text}".split(AND)))))
    return tuple(united.values())
