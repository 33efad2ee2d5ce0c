"""Crews at the gates: the stations state the rosters of today and of the next school day, and who is there when a window begins."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from infra.clock import BEIJING
from services.demo.business import BusinessClock, NoMorningLeft, is_school_day
from services.demo.client import Client, NotAnswered, Person

EARLY = timedelta(minutes=3)
"""How long before its window a crew is at its gate."""
SLOTS = ("police", "school")
PEAKS = ("am", "pm", "night")
AHEAD_DAYS = 31
_LOOK_SECONDS = 0.5
_ARRIVE_LOOKS = 40


@dataclass(frozen=True, slots=True)
class Place:
    """A slot of a gate in a peak."""

    gate: str
    peak: str
    slot: str

    @property
    def person(self) -> str:
        return f"c-{self.slot}-{self.gate}-{self.peak}"

    @property
    def substitute(self) -> str:
        return f"sub-{self.gate}-{self.peak}"


def stations(documents: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Desk of a station → the documents of its schools that have gates."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for document in documents:
        if document.get("gates") and document.get("circle"):
            found.setdefault(f"police.station-duty@{document['circle'][-1]['station']}", []).append(document)
    return found


def places(document: Mapping[str, Any]) -> Iterator[Place]:
    """Where the Directory wants somebody."""
    for gate in document["gates"]:
        for peak in (one for one in PEAKS if any((row["gate"], row["peak"]) == (gate["id"], one) for row in document["windows"])):
            yield from (Place(gate["id"], peak, slot) for slot in SLOTS if gate["required"].get(slot))


class Crews:
    """One person of each station speaks for its gates. ``missing``: a place that stays empty on its first day, until ``stand_in``."""

    def __init__(
        self, client: Client, people: Mapping[str, Person], clock: BusinessClock, schools: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> None:
        self._client = client
        self._people = people
        self._clock = clock
        self._schools = schools
        self._rostered: set[date] = set()
        self._there: set[str] = set()
        self.missing: tuple[str, Place] | None = None

    async def dawn(self, day: date, begins: datetime) -> None:
        """Before anybody else is up: the rosters, and the gates whose windows begin before the play does."""
        await self._rosters(day)
        for _ in range(_ARRIVE_LOOKS):
            if await self._look(begins) and await self._seen(begins):
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def attend(self) -> None:
        """Until cancelled; a day that begins brings the rosters of the next one."""
        while True:
            now = self._clock.now()
            await self._rosters(now.astimezone(BEIJING).date())
            await self._look(now)
            await asyncio.sleep(_LOOK_SECONDS)

    async def stand_in(self) -> None:
        """The substitute comes to the place that was empty."""
        if self.missing is None:
            return
        station, place = self.missing
        self.missing = None
        now = self._clock.now()
        document = next(one for one in self._schools[station] if any(gate["id"] == place.gate for gate in one["gates"]))
        post = {"school_id": document["unit"], "date": f"{now.astimezone(BEIJING):%Y-%m-%d}", "gate_id": place.gate, "peak": place.peak}
        await self._state(station, post, [(place.slot, place.substitute)], now)

    async def _rosters(self, day: date) -> None:
        """Of ``day`` and of the school day after it, each once, whoever played before."""
        if day in self._rostered:
            return
        self._rostered.add(day)
        wanted = [one for one in (day, next_school_day(day)) if one is not None and is_school_day(one)]
        for station, schools in self._schools.items():
            stated = await self._stated(station)
            for document, on in ((document, on) for on in wanted for document in schools):
                if f"{document['unit']}/{on.isoformat()}" not in stated:
                    await self._publish(station, document, on)

    async def _stated(self, station: str) -> set[str]:
        """School and day of every roster that the station has stated lately."""
        page = await self._get(station, "/api/events?limit=200")
        return {one["subject"] for one in page["items"] if one["name"] == "police.guard-roster.published"}

    async def _publish(self, station: str, document: Mapping[str, Any], day: date) -> None:
        wanted = list(places(document))
        unit = station.partition("@")[2]
        rows = [
            {"gate_id": one.gate, "peak": one.peak, "slot": one.slot, "unit": unit if one.slot == "police" else document["unit"],
             "person_ref": one.person, **({"substitute_ref": one.substitute} if one.slot == "police" else {})}
            for one in wanted
        ]  # fmt: skip
        required = [{"gate_id": one.gate, "peak": one.peak, "slot": one.slot, "count": 1} for one in wanted]
        data = {"school_id": document["unit"], "date": day.isoformat(), "rows": rows, "required": required}
        await self._client.state(self._people[station], "/api/guard-rosters", {"data": data}, county=_county(station))

    async def _look(self, until: datetime) -> bool:
        """Check in at every gate whose window begins by ``until`` and has not ended; whether every station's board shows a gate."""
        day, found = self._clock.now().astimezone(BEIJING).date(), True
        for station in self._schools:
            page = await self._get(station, f"/api/guard?date={day.isoformat()}&limit=200")
            found = found and bool(page["items"])
            for post in page["items"]:
                await self._arrive(station, post, until)
        return found

    async def _seen(self, before: datetime) -> bool:
        """Whether the boards show everybody at the gates whose windows begin before a moment."""
        day = f"{before.astimezone(BEIJING):%Y-%m-%d}"
        pages = [await self._get(station, f"/api/guard?date={day}&limit=200") for station in self._schools]
        posts = [one for page in pages for one in page["items"] if datetime.fromisoformat(one["from_at"]) < before]
        return all(slot["present"] >= slot["required"] for post in posts for slot in post["slots"])

    async def _arrive(self, station: str, post: Mapping[str, Any], until: datetime) -> None:
        now, begins, ends = self._clock.now(), datetime.fromisoformat(post["from_at"]), datetime.fromisoformat(post["to_at"])
        if post["post"] in self._there or until < begins - EARLY or now >= ends:
            return
        self._there.add(post["post"])
        crew = [Place(post["gate_id"], post["peak"], one["slot"]) for one in post["slots"] if one["required"] and not one["present"]]
        there = [(one.slot, one.person) for one in crew if self.missing != (station, one)]
        if there:
            await self._state(station, post, there, min(now, begins - timedelta(minutes=2)))

    async def _state(self, station: str, post: Mapping[str, Any], who: Sequence[tuple[str, str]], at: datetime) -> None:
        """One batch of a gate; what came before now was held back by the device."""
        now = self._clock.now()
        name = f"{post['date']}-{post['gate_id']}-{post['peak']}-{'-'.join(slot for slot, _ in who)}"
        held = now - at > timedelta(minutes=1)
        items = [
            {"item_no": number, "gate_id": post["gate_id"], "peak": post["peak"], "slot": slot, "person_ref": person, "act": "in",
             "checked_at": at.astimezone(BEIJING).isoformat(), "method": "nfc"}
            for number, (slot, person) in enumerate(who, start=1)
        ]  # fmt: skip
        data = {
            "gate_id": post["gate_id"], "school_id": post["school_id"], "batch_no": f"B{name}"[:40], "device_id": f"D{name}"[:40], "offline": held,
            "items": items, "uploaded_at": now.astimezone(BEIJING).isoformat(),
        }  # fmt: skip
        await self._client.state(self._people[station], "/api/guard-checkins", {"data": data}, county=_county(station))

    async def _get(self, station: str, path: str) -> Any:
        reply = await self._client.get(self._people[station], path)
        if not reply.is_good:
            raise NotAnswered.by(path, reply)
        return reply.body


def _county(station: str) -> str:
    """``police.station-duty@ps-990102-01`` → ``990102``."""
    return station.partition("@")[2].split("-")[1]


def next_school_day(day: date, holds: Callable[[date], bool] = is_school_day) -> date | None:
    """The first school day after ``day``; None at the end of the calendars."""
    try:
        return next((day + timedelta(days=ahead) for ahead in range(1, AHEAD_DAYS) if holds(day + timedelta(days=ahead))), None)
    except NoMorningLeft:
        return None
