"""规则包启用与拒绝: what the bus says of a pack, as an item of its own: operations, and the safety desk of the place, are informed."""

from collections.abc import Iterator
from dataclasses import dataclass

from contracts.coordination import EventFacts, PackActivated, PackRefused
from contracts.ids import derived_id
from services.routing.core.directory import ROLES, Where
from services.routing.core.issue import issue_new
from services.routing.core.mandates import Mandate, Place
from services.routing.core.matching.content import Content
from services.routing.core.matching.linked import number_of
from services.routing.core.matching.recipients import Wanted
from services.routing.core.model import OPS_DESK, Fold, Incident

FAMILY = "pack"
SAFETY = "education.safety-desk"
ROUTING_DESK = "bus.routing@bus-990100"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of a pack, and where the pack is in force."""

    said: PackActivated | PackRefused
    place: Place

    @property
    def name(self) -> str:
        return "bus.pack.activated" if isinstance(self.said, PackActivated) else "bus.pack.refused"

    @property
    def local(self) -> bool:
        """Whether it is about one county or one school (GOV-08)."""
        return self.said.level in ("county", "school")


def state_pack(fold: Fold, statement: Statement) -> Incident:
    """Open and close an item about a pack; who the rules of activation name is informed, and told the statement itself."""
    incident = _open(fold, statement)
    told = dict(_recipients(fold, statement))
    content = Content(
        facts=_facts(incident, statement), about=statement.name, extra=statement.said.model_dump(mode="json", exclude_none=True)
    )
    for desk, mandates in told.items():
        if mandates:
            issue_new(fold, incident, Wanted(desk, None, "inform", "L", mandates, {}, None), content)
    for desk in told:
        fold.tell(statement.name, statement.said, to=desk, incident=incident.id, about=f"{incident.id}/{desk}")
    return incident


def _open(fold: Fold, statement: Statement) -> Incident:
    said = statement.said
    name = f"{said.pack}@{said.version}"
    identity = derived_id(fold.now, FAMILY, statement.name, name)
    county = (statement.place.division or "").ljust(6, "0")[:6]
    incident = Incident(
        id=identity, root=identity, number=number_of(county, identity, fold), family=FAMILY, scope=said.jurisdiction, key=name, status="actual",
        county=county, head_type=statement.name, head_source="/routing", head_id=identity, publisher=ROUTING_DESK, first_time=fold.now,
        first_known_at=fold.now, revision=1, picture={}, closed_at=fold.now,
    )  # fmt: skip
    fold.put(incident)
    return incident


def _facts(incident: Incident, statement: Statement) -> EventFacts:
    return EventFacts(
        type=statement.name, time=incident.first_time, known_at=incident.first_time, status=incident.status, county=incident.county,
        revision=1, publisher=incident.publisher,
    )  # fmt: skip


def _recipients(fold: Fold, statement: Statement) -> Iterator[tuple[str, tuple[Mandate, ...]]]:
    """Operations always; of a county or a school its education bureau; and whomever rules of activation add. With the rules that say so."""
    rules = [rule for rule in fold.world.book if rule.trigger == "activation" and fold.world.book.in_force(rule.in_pack, fold.now)]
    wanted: dict[str, dict[str, Mandate]] = {OPS_DESK: {}}
    for role in dict.fromkeys([*([SAFETY] if statement.local else []), *(row.to for rule in rules for row in rule.notify)]):
        for desk in _desks(fold, statement, role):
            wanted.setdefault(desk, {}).update({rule.pack + rule.id: rule for rule in rules if any(row.to == role for row in rule.notify)})
    yield from ((desk, tuple(mandates.values())) for desk, mandates in wanted.items())


def _desks(fold: Fold, statement: Statement, role: str) -> list[str]:
    if role == "bus.ops-desk":
        return [OPS_DESK]
    if role not in ROLES or (not statement.local and ROLES[role].scope != "bus"):
        return []
    place = statement.place
    where = Where((place.school,) if place.school else (), place.division)
    return [str(found.desk) for found in fold.world.directory.resolve(role, where, fold.now)]
