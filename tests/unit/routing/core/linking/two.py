"""Two statements about one happening, and what desks say of them, driven by hand."""

from dataclasses import dataclass, field
from typing import Any

from contracts.coordination import IncidentLinked, IncidentUnlinked
from services.matters import load_matters
from services.routing.core.linking import Link, Matters, Telling, fit, pair_of, suggested, tell
from services.routing.core.model import Fold, Incident, IncidentState, World
from services.routing.linking import Pairs
from tests.unit.routing.core.bench import ALARM, INCIDENT, Bench, at, person
from tests.unit.routing.core.places import POLICE_110, RAISED, REPORTED, SCHOOL, A

MATTERS = Matters(load_matters())
FIGHT = ALARM | {"kind": "violence", "relation": "on-campus"}
REPORT = INCIDENT | {"incident_no": "X-0921-9", "kind": "violence", "severity": "urgent", "school_id": A}


def stated(bench: Bench, name: str, by: str, data: dict[str, Any], **about: Any) -> Incident:
    """State something and return its incident."""
    row = bench.state_event(name, by, data, **about)
    return incident_of(bench, row["incident"])


def incident_of(bench: Bench, identity: str) -> Incident:
    state = bench.loaded.by_incident(identity)
    assert state is not None
    return state.incidents[identity]


def alarm(bench: Bench, **changes: Any) -> Incident:
    return stated(bench, RAISED, POLICE_110, FIGHT | changes)


def report(bench: Bench, **changes: Any) -> Incident:
    return stated(bench, REPORTED, SCHOOL, REPORT | changes)


@dataclass
class Two:
    """An alarm and the school's own report five minutes later, suggested as one."""

    world: World
    bench: Bench = field(init=False)
    alarm: Incident = field(init=False)
    report: Incident = field(init=False)
    link: Link = field(init=False)
    pairs: Pairs = field(init=False)

    def __post_init__(self) -> None:
        self.bench = Bench(self.world, at("09-21 10:00:00"))
        self.alarm = alarm(self.bench)
        self.bench.to(at("09-21 10:05:00"))
        self.report = report(self.bench)
        fitting = fit(MATTERS, self.alarm, self.report, self.world.directory)
        assert fitting is not None
        self.bench.said.clear()
        self.link = self.tell(suggested(self.alarm.id, self.report.id, fitting, self.bench.now)).link
        self.pairs = Pairs(MATTERS, [self.link])

    def fold(self, incident: str) -> Fold:
        state = self.bench.loaded.by_incident(incident)
        assert isinstance(state, IncidentState)
        return Fold(state, self.world, self.bench.now, "linking")

    def tell(self, link: Link) -> Telling:
        told = tell(link, self.fold(link.low), self.fold(link.high))
        self.bench.said += [out for fold in told.folds for out in fold.out]
        return told

    @property
    def known(self) -> Link:
        return self.pairs.of(*pair_of(self.alarm.id, self.report.id))

    def says(self, said: IncidentLinked | IncidentUnlinked) -> None:
        """A desk answers; what follows is told."""
        name = "bus.incident.linked" if isinstance(said, IncidentLinked) else "bus.incident.unlinked"
        event = self.bench.answer_event(said, name, said.desk, said.incident)
        for one in self.pairs.fold(self.bench.loaded, event, self.world, self.bench.now):
            self.bench.said += one.out

    def links(self, desk: str, relation: Any = "same", *, revision: int = 1, of: Incident | None = None, to: Incident | None = None) -> None:
        one, other = of or self.alarm, to or self.report
        self.says(
            IncidentLinked(
                incident=one.id, linked=other.id, relation=relation, desk=desk, text="同一起冲突", linked_at=self.bench.now,
                person=person(desk), revision=revision,
            )
        )  # fmt: skip

    def parts(self, desk: str, *, revision: int) -> None:
        self.says(
            IncidentUnlinked(
                incident=self.alarm.id, linked=self.report.id, desk=desk, text="核实为两起", unlinked_at=self.bench.now,
                person=person(desk), revision=revision,
            )
        )  # fmt: skip

    def told(self, name: str) -> dict[str, Any]:
        """desk → what it was told last of a name."""
        return dict(self.bench.heard(name))
