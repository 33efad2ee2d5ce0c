"""What desks said of joint work beside its signatures: kept once where it was said, once in routing, and told once to whom it concerns."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.demo.audit.log import Act, Answered, ClientLog
from services.demo.audit.report import Fault, Findings
from services.demo.audit.rows import Joint, Notice, Rows, Word
from services.demo.audit.told import GONE

KEPT_AS: Mapping[str, Act] = {
    "rate": "rate", "follow-up": "follow-up", "pause": "pause", "resume": "resume", "handover-refuse": "refuse-handover",
}  # fmt: skip
"""Acts as a service keeps them, and as the client knows them."""
SAID = tuple(KEPT_AS.values())
RATED, FOLLOWED_UP, REFUSED = "bus.task.rated", "bus.task.followed-up", "bus.handover.refused"


@dataclass(slots=True)
class Scene:
    """The rows by what they are about, and where findings go."""

    rows: Rows
    log: ClientLog
    findings: Findings
    joints: dict[str, Joint] = field(init=False)
    notices: dict[str, Notice] = field(init=False)
    publishers: dict[str, set[str]] = field(init=False)
    """Incident → who stated it, by the client's log."""

    def __post_init__(self) -> None:
        self.joints = {joint.id: joint for joint in self.rows.joints}
        self.notices = {notice.id: notice for notice in self.rows.notices}
        incidents = {row.id: row.incident for row in self.rows.decided}
        self.publishers = {}
        for one in self.log.stated:
            if one.id in incidents:
                self.publishers.setdefault(incidents[one.id], set()).add(one.publisher)

    def acts(self, *wanted: Act) -> list[Answered]:
        return [one for one in self.log.answered if one.act in wanted]

    def words(self, name: str, act: Answered) -> list[Word]:
        """What desks were told of one act."""
        return [one for one in self.rows.words if (one.name, one.about, one.by, one.at) == (name, act.object, act.desk, act.at)]

    def task_of(self, incident: str) -> Joint | None:
        return next((joint for joint in self.joints.values() if joint.incident == incident), None)

    def concerned(self, joint: Joint, act: Answered) -> tuple[set[str], set[str]]:
        """Who must have heard of an act about a task, and who else may have: parts that came or went, one of several publishers."""
        publishers = self.publishers.get(joint.incident, set())
        late = {desk for desk in joint.members if desk != joint.lead and self._came_later(joint.incident, desk, act)}
        must = {*joint.members, *(publishers if len(publishers) == 1 else ())} - late - {act.desk}
        return must, {*joint.members, *joint.excused, *publishers} - must

    def _came_later(self, incident: str, desk: str, act: Answered) -> bool:
        mine = [one for one in self.rows.notices if (one.incident, one.desk) == (incident, desk)]
        return bool(mine) and all(one.delivered_at is None or one.delivered_at > act.at for one in mine)

    def check_told(self, what: str, words: Sequence[Word], must: Iterable[str], may: Iterable[str] = ()) -> None:
        """Everybody who must know heard it once, and nobody whom it does not concern."""
        told, wanted = Counter(word.desk for word in words), set(must)
        for desk in sorted(wanted - told.keys()):
            self.findings.add("lost", f"{desk} was never told of {what}")
        for desk, count in told.items():
            if count > 1:
                self.findings.add("doubled", f"{desk} was told {count} times of {what}")
            if desk not in wanted and desk not in may:
                self.findings.add("unexplained", f"{desk} was told of {what}")


def check_words(scene: Scene, *, alone: bool) -> None:
    """Ratings, follow-ups and refusals of handovers. ``alone``: nobody but this client said anything."""
    scene.findings.saw(scene.acts(*SAID))
    _check_kept(scene, alone=alone)
    for act in scene.acts("rate"):
        _check_rating(scene, act)
    for act in scene.acts("follow-up"):
        _check_follow_up(scene, act)
    for act in scene.acts("refuse-handover"):
        _check_refusal(scene, act)
    if alone:
        _check_invented(scene)


def _check_kept(scene: Scene, *, alone: bool) -> None:
    """Each act stands once with the service of its desk."""
    said = Counter((one.service, one.desk, one.act, one.object, one.at, one.of_desk) for one in scene.acts(*SAID))
    kept = Counter((one.service, one.desk, KEPT_AS[one.act], one.object, one.at, one.of) for one in scene.rows.kept)
    for key in sorted(said.keys() | (kept.keys() if alone else set()), key=str):
        _, desk, act, about, _, _ = key
        if kept[key] != said[key]:
            fault: Fault = "lost" if kept[key] < said[key] else "doubled" if said[key] else "unexplained"
            scene.findings.add(fault, f"{act} of {about} by {desk} is kept {kept[key]} times")


def _check_rating(scene: Scene, act: Answered) -> None:
    joint, what = scene.joints.get(act.object), f"the rating of {act.of_desk} by {act.desk} in {act.object}"
    if joint is None:
        scene.findings.add("lost", f"{what} belongs to no task")
        return
    kept = [one for one in joint.ratings if (one.by, one.of) == (act.desk, act.of_desk)]
    if len(kept) != 1:
        scene.findings.add("doubled" if kept else "lost", f"{what} stands {len(kept)} times")
    if any((one.score, one.at) != (act.score, act.at) for one in kept):
        scene.findings.add("unexplained", f"{what} is another one than was given")
    if joint.closed_at is None or not _are_sides(joint, act):
        scene.findings.add("unexplained", f"{what} was not asked for")
    scene.check_told(what, [one for one in scene.words(RATED, act) if one.of == act.of_desk], {str(act.of_desk)})


def _are_sides(joint: Joint, act: Answered) -> bool:
    """The lead and one that assisted, of two units."""
    sides = {act.desk, str(act.of_desk)}
    return joint.lead in sides and sides <= set(joint.members) and len({desk.partition("@")[2] for desk in sides}) > 1


def _check_follow_up(scene: Scene, act: Answered) -> None:
    joint, what = scene.joints.get(act.object), f"the follow-up of {act.object} by {act.desk}"
    if joint is None or act.at not in joint.follow_ups:
        scene.findings.add("lost", f"{what} does not stand with its task")
        return
    if joint.follow_ups.count(act.at) > 1:
        scene.findings.add("doubled", f"{what} stands {joint.follow_ups.count(act.at)} times")
    if joint.closed_at is None or joint.lead != act.desk:
        scene.findings.add("unexplained", f"{what} was not asked for")
    scene.check_told(what, scene.words(FOLLOWED_UP, act), *scene.concerned(joint, act))


def _check_refusal(scene: Scene, act: Answered) -> None:
    """A refusal is told, and that is all: what the desk owes stays as it is until it signs or the notification goes."""
    notice, what = scene.notices.get(act.object), f"the refusal of {act.object} by {act.desk}"
    joint = scene.task_of(notice.incident) if notice is not None else None
    if notice is None or joint is None:
        scene.findings.add("lost", f"{what} belongs to no handover")
        return
    if joint.closed_at is not None and joint.closed_at <= act.at:
        return
    must, may = scene.concerned(joint, act)
    bureaus = [one for one in scene.rows.notices if one.incident == notice.incident and one.desk.startswith("education.")]
    knew = {one.desk for one in bureaus if one.state not in GONE and one.delivered_at is not None and one.delivered_at <= act.at}
    scene.check_told(what, scene.words(REFUSED, act), must | knew, may | {one.desk for one in bureaus})
    if notice.state == "returned":
        scene.findings.add("unexplained", f"{what} counts as a return")
    if notice.state in GONE or notice.acknowledged_at is not None or joint.closed_at is not None:
        return
    acks = [duty for duty in scene.rows.clocked if duty.owner == notice.id and duty.kind == "ack"]
    if acks and all(duty.state not in ("open", "pending") for duty in acks):
        scene.findings.add("unexplained", f"{what} stopped its clock")


def _check_invented(scene: Scene) -> None:
    """What stands with a task and nobody said."""
    rated = {(one.object, one.desk, one.of_desk) for one in scene.acts("rate")}
    looked = {(one.object, one.at) for one in scene.acts("follow-up")}
    for joint in scene.joints.values():
        for one in joint.ratings:
            if (joint.id, one.by, one.of) not in rated:
                scene.findings.add("unexplained", f"nobody gave the rating of {one.of} by {one.by} in {joint.id}")
        for at in joint.follow_ups:
            if (joint.id, at) not in looked:
                scene.findings.add("unexplained", f"nobody said the follow-up of {joint.id}")
