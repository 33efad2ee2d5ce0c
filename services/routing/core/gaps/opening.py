"""A gap that desks must learn of: an incident of its own, told by the mandates on what the bus states itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from contracts.coordination import DecisionMade, EventFacts
from contracts.envelope import Envelope, wire_type
from services.routing.core.calendar import BEIJING
from services.routing.core.guard.model import Gap, Post
from services.routing.core.issue import issue_new
from services.routing.core.mandates import Mandate, Place, test
from services.routing.core.matching.cast import Scene
from services.routing.core.matching.content import Content
from services.routing.core.matching.decision import decision_on
from services.routing.core.matching.linked import number_of
from services.routing.core.matching.match import Matched
from services.routing.core.matching.recipients import Found, find_recipients
from services.routing.core.model import Fold, Incident, IncidentState, World
from services.routing.core.tasks.asked import ask
from services.routing.core.tasks.task import Demand, open_or_extend

OPENED = "bus.guard-gap.opened"
FAMILY = "guard-gap"
BUS = "bus.routing@bus-990100"
SOURCE = "/routing"
PEAK_WORDS: Mapping[str, str] = {"am": "早高峰", "pm": "晚高峰", "night": "晚自习放学"}
SLOT_WORDS: Mapping[str, str] = {"police": "民警岗", "school": "学校岗", "parent": "家长岗"}


@dataclass(frozen=True, slots=True)
class OpenedGap:
    """The incident of a gap as it was opened: its fold, and the decision with what it used."""

    fold: Fold
    incident: Incident
    decision: DecisionMade


def tells_gaps(world: World, county: str, at: datetime) -> bool:
    """Whether any mandate in force in a county wants gaps told."""
    return bool(world.book.candidates(OPENED, (Place(county),), at, at))


def open_gap(world: World, now: datetime, post: Post, gap: Gap) -> OpenedGap | None:
    """Open the incident of a gap and tell the desks of its mandates; None when no mandate wants this one told."""
    fold = Fold(IncidentState(), world, now, f"clock/{gap.id}")
    incident = _incident(fold, post, gap)
    envelope = _envelope(incident)
    tested = [
        (one, *test(one, incident.picture, envelope))
        for one in world.book.candidates(OPENED, (Place(post.county, post.school),), gap.opened_at, now)
    ]
    matched = Matched(tuple(one for one, ok, _ in tested if ok), tuple(result for _, _, results in tested for result in results))
    if not matched.mandates:
        return None
    fold.put(incident)
    found = _tell(fold, incident, matched.mandates, words_of(world, post, gap))
    return OpenedGap(fold, incident, decision_on(fold, incident, envelope, "routed", matched=matched, found=found))


def _tell(fold: Fold, incident: Incident, mandates: tuple[Mandate, ...], words: str) -> Found:
    scene = Scene(OPENED, BUS, fold.now)
    leader = next((part.desk for part in ask(fold, incident, mandates, scene).parts if part.lead), None)
    found = find_recipients(fold, incident, mandates, replace(scene, lead=leader))
    task = open_or_extend(fold, incident, scene, Demand(mandates))
    texts = {part.desk: part.text for part in task.parts} if task else {}
    for wanted in found.wanted.values():
        content = Content(facts_of_bus(incident), OPENED, part=texts.get(wanted.desk, ""))
        issue_new(fold, incident, replace(wanted, notes=(words, *wanted.notes)), content)
    return found


def _incident(fold: Fold, post: Post, gap: Gap) -> Incident:
    return Incident(
        id=gap.id,
        root=gap.id,
        number=number_of(post.county, gap.id, fold),
        family=FAMILY,
        scope=post.county,
        key=f"{post.school}/{post.day.isoformat()}/{post.gate}/{post.peak}/{gap.slot}/{gap.kind}",
        status="actual",
        county=post.county,
        head_type=OPENED,
        head_source=SOURCE,
        head_id=gap.id,
        publisher=BUS,
        first_time=gap.opened_at,
        first_known_at=gap.opened_at,
        revision=1,
        picture=_picture(post, gap),
    )


def _picture(post: Post, gap: Gap) -> Mapping[str, Any]:
    """What the gap is, in the names of its type; by its school roles are found, by gate, peak and date the end of the window."""
    return {
        "kind": gap.kind, "school_id": post.school, "gate_id": post.gate,
        "date": post.day.isoformat(), "peak": post.peak, "slot": gap.slot, "required": gap.need, "present": gap.present,
        "from_at": post.starts.isoformat(), "to_at": post.ends.isoformat(), "opened_at": gap.opened_at.isoformat(),
    }  # fmt: skip


def _envelope(incident: Incident) -> Envelope:
    return Envelope(
        id=incident.head_id, source=SOURCE, type=wire_type(OPENED), subject=incident.id, time=incident.first_time,
        dataschema=f"urn:xietong:schema:{OPENED}:v1", known_at=incident.first_known_at, county=incident.county, publisher=BUS,
    )  # fmt: skip


def facts_of_bus(incident: Incident) -> EventFacts:
    """The facts of what the bus itself opened: no desk published it."""
    return EventFacts(
        type=incident.head_type, time=incident.first_time, known_at=incident.first_known_at, status=incident.status, county=incident.county,
        revision=incident.revision,
    )  # fmt: skip


def words_of(world: World, post: Post, gap: Gap) -> str:
    """北门早高峰 07:00–07:40 民警岗：应到 1 人，到岗 0 人."""
    gates = {gate.id: gate.name for gate in world.directory.gates(post.school, post.starts)}
    window = f"{post.starts.astimezone(BEIJING):%H:%M}–{post.ends.astimezone(BEIJING):%H:%M}"
    where = f"{gates.get(post.gate, post.gate)}{PEAK_WORDS.get(post.peak, post.peak)} {window} {SLOT_WORDS[gap.slot]}"
    if gap.kind == "live":
        return f"{where}：应到 {gap.need} 人，到岗 {gap.present} 人"
    return f"{post.day.month}月{post.day.day}日{where}：应排 {gap.need} 人，已排 {gap.present} 人"
