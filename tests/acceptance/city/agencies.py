"""Who states events in a story, with the words that a story leaves out filled in."""

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.acceptance.city.desk import Desk
from tests.acceptance.city.times import instant

if TYPE_CHECKING:
    from tests.acceptance.city.city import City

ABOUT = ("known_at", "occurred_at", "status", "county", "place_code", "incident", "revision", "corrects", "withdraws", "entered_late")
ALARM: dict[str, Any] = {
    "kind": "violence", "severity": "urgent", "relation": "perimeter", "online": False, "place_text": "校门外便道", "casualties": 0,
    "suspect_at_large": False, "advice": ["watch"], "first_disposal": "dispatched",
}  # fmt: skip
CAMPUS: dict[str, Any] = {
    "kind": "theft", "severity": "routine", "place_in_school": "classroom", "casualties": 0, "dead": 0, "outsider_involved": False,
    "actions_taken": ["none"],
}  # fmt: skip


@dataclass(frozen=True)
class Stated:
    """An accepted event. ``incident`` is there once routing has decided."""

    city: "City"
    desk: Desk
    id: str
    source: str
    key: str
    path: str

    @property
    def row(self) -> Any:
        return next(row for row in self.city.board.rows["events"] if row["id"] == self.id)

    @property
    def incident(self) -> str:
        incident = self.row["incident"]
        assert incident, f"{self.id} was not decided"
        return str(incident)

    @property
    def decision(self) -> Any:
        return self.row["decision"]

    async def follow(self, suffix: str, data: dict[str, Any], *, desk: str | None = None, **about: Any) -> "Stated":
        """A follow-up of this event: ``supplemented``, ``corrected``, ``level-changed``, ``withdrawn``, ``concluded``."""
        speaker = self.city.desk(desk) if desk else self.desk
        return await state(self.city, speaker, f"{self.path}/{self.key}/{suffix}", data, about, key=self.key, root=self.path)


async def state(city: "City", desk: Desk, path: str, data: dict[str, Any], about: dict[str, Any], *, key: str, root: str) -> Stated:
    """POST one event and let the city come to rest."""
    unknown = about.keys() - set(ABOUT)
    assert not unknown, f"not a part of the envelope: {unknown}"
    times = {name: instant(value, city.now).isoformat() for name, value in about.items() if name in ("known_at", "occurred_at") and value}
    answer = await desk.act(path, {**about, **times, "data": data})
    return Stated(city, desk, answer["id"], answer["source"], key, root)


class Agency:
    """One publishing service. A keyword that is no part of the envelope is a field of the event."""

    def __init__(self, city: "City", *, path: str, number: str, desk: str, usual: dict[str, Any], prefix: str) -> None:
        self._city = city
        self._path = path
        self._number = number
        self._desk = desk
        self._usual = usual
        self._prefix = prefix
        self._count = count(1)

    async def states(self, *, desk: str | None = None, **words: Any) -> Stated:
        """State an event, by default from the agency's usual desk."""
        about = {name: words.pop(name) for name in ABOUT if name in words}
        data = {self._number: f"{self._prefix}{next(self._count):04}", **self._usual, **words}
        speaker = self._city.desk(desk or self._desk)
        return await state(self._city, speaker, self._path, data, about, key=data[self._number], root=self._path)

    raises = reports = states

    async def concludes(self, head: Stated, *, desk: str, **data: Any) -> Stated:
        """``police.alarm.concluded``: a type of its own under the alarm's number."""
        return await head.follow("concluded", data, desk=desk)
