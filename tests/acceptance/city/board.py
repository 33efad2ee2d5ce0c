"""What stands at every desk, read from the agencies' own databases in one look."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from infra.postgres.pool import Connection
from tests.acceptance.city.times import spoken

TABLES = ("notifications", "notification_versions", "duties", "tasks", "escalations", "updates", "events")
HANDED_ON = frozenset({
    "bus.notification.delivered", "bus.notification.acknowledged", "bus.notification.returned", "bus.part.reported", "bus.part.reassigned",
    "bus.task.closed",
})  # fmt: skip

ROUTINE = frozenset({"bus.sla-report.published", "bus.net.checked", "bus.link.suggested", "bus.link.lapsed"})
"""What the calendar brings to leaders each month and to operations each night, whatever a story is about, and the question whether two
reports are one, asked or taken back: no story has to expect it."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Arrival:
    """One thing that reached a desk. ``key`` tells it from every other; two desks that hear the same have two arrivals."""

    kind: str
    desk: str
    key: tuple[Any, ...]
    words: str

    def __str__(self) -> str:
        return f"{self.kind} at {self.desk}: {self.words}"


@dataclass
class Board:
    """All rows of all agencies by table, as of one moment."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in TABLES})

    @classmethod
    async def read(cls, owner: Connection, services: Sequence[str]) -> "Board":
        sql = " union all ".join(
            f"select '{service}' as service, '{table}' as \"table\", to_jsonb(t) as row from {service}.{table} as t"
            for service in services
            for table in TABLES
        )
        board = cls()
        for found in await owner.fetch(sql):
            board.rows[found["table"]].append({**found["row"], "service": found["service"]})
        return board

    def notification(self, identity: str) -> Row:
        return next(row for row in self.rows["notifications"] if row["id"] == identity)

    def duty(self, owner: str, desk: str, kind: str) -> Row | None:
        """A due as the desk knows it."""
        return next((d for d in self.rows["duties"] if (d["owner"], d["desk"], d["duty"]) == (owner, desk, kind)), None)

    def due(self, owner: str, desk: str, kind: str) -> datetime | None:
        found = self.duty(owner, desk, kind)
        return moment(found["due"]) if found else None

    def arrivals(self) -> Iterator[Arrival]:
        """Everything that was told to a desk, the hand-ons to publisher and lead (``stray`` checks those) and the routine left out."""
        yield from self._notifications()
        for task in self.rows["tasks"]:
            yield Arrival("task", task["desk"], ("task", task["id"], task["desk"], task["version"]), f"version {task['version']}")
        for row in self.rows["escalations"]:
            message = row["message"]
            step = message["step"]
            at = message.get("logical_at", row["raised_at"])
            words = f"step {step}, {row['duty']} of {row['late_desk']}, logical {spoken(moment(at))}"
            yield Arrival("escalation", row["desk"], ("escalation", row["id"], step, row["raised_at"]), words)
        for row in self.rows["updates"]:
            if row["name"] not in HANDED_ON | ROUTINE:
                yield Arrival(row["name"], row["desk"], ("update", row["id"], row["desk"]), str(row["message"]))

    def _notifications(self) -> Iterator[Arrival]:
        at = {row["id"]: row for row in self.rows["notifications"]}
        for version in self.rows["notification_versions"]:
            row = at[version["notification"]]
            if row["event_name"] in ROUTINE:
                continue
            words = f"{row['kind']} {row['event_name']} version {version['version']} {version['change']}"
            yield Arrival("notification", row["desk"], ("notification", row["id"], version["version"]), words)
        for row in at.values():
            if row["withdrawn"]:
                yield Arrival("withdrawal", row["desk"], ("withdrawal", row["id"]), row["withdrawn"]["why"])

    def strays(self) -> Iterator[Arrival]:
        """Hand-ons at desks that neither published the incident's event, nor lead or share its task, nor own the answered notification."""
        entitled = set(self._entitled())
        for row in self.rows["updates"]:
            message = row["message"]
            if row["name"] in HANDED_ON and (row["incident"], row["desk"]) not in entitled:
                yield Arrival(row["name"], row["desk"], ("update", row["id"], row["desk"]), str(message))
            elif row["name"] in HANDED_ON and row["desk"] == message.get("desk") and row["name"] != "bus.task.closed":
                yield Arrival(row["name"], row["desk"], ("update", row["id"], row["desk"]), f"told of its own act: {message}")

    def _entitled(self) -> Iterator[tuple[str, str]]:
        for event in self.rows["events"]:
            yield event["incident"], event["desk"]
        for task in self.rows["tasks"]:
            yield task["incident"], task["desk"]
            yield from ((task["incident"], part["desk"]) for part in task["message"]["parts"])

    def heard(self, at: str, name: str, **about: Any) -> Sequence[Row]:
        """The hand-ons of a name at a desk whose message holds all of ``about``."""
        rows = (row for row in self.rows["updates"] if row["desk"] == at and row["name"] == name)
        return [row for row in rows if about.items() <= row["message"].items()]


def moment(text: str | None) -> datetime | None:
    """An instant of a row as JSON."""
    return datetime.fromisoformat(text) if text else None
