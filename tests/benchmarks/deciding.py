"""The cost of deciding one alarm, in the pure core, while rules of other types and places, or units elsewhere, are added."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from services.routing.calendars import load_calendars
from services.routing.core.directory import Directory
from services.routing.core.mandates import Mandate, MandateBook
from services.routing.core.model import World
from services.routing.directory import load_documents
from services.routing.packs import load_book
from tests.benchmarks.slope import Series, seconds_each
from tests.unit.routing.core.bench import ALARM, Bench, at

ROUNDS, EVENTS = 5, 40
OTHER_TYPES = ("market.finding.issued", "health.warning.issued", "school.hazard.reported", "cyberspace.content.found")


def growing_pack(sizes: Sequence[int]) -> Series:
    """``sizes``: mandates in the book, all but the founding ones of other types or of other counties."""
    founding = load_book()
    directory = Directory.build(load_documents(), 1, load_calendars())
    worlds = {size: World(directory, _book(founding, size), founding.version) for size in sizes}
    return _measure("deciding one alarm while the pack grows", "mandates", worlds)


def growing_directory(sizes: Sequence[int]) -> Series:
    """``sizes``: units in the directory, all but the story's in other provinces."""
    book, calendars = load_book(), load_calendars()
    worlds = {size: World(Directory.build(_documents(size), 1, calendars), book, book.version) for size in sizes}
    return _measure("deciding one alarm while the directory grows", "units", worlds)


def _measure(title: str, unit: str, worlds: dict[int, World]) -> Series:
    series = Series(title, unit)
    for _ in range(ROUNDS):
        for size, world in worlds.items():
            series.take(size, seconds_each(_alarms(world), times=EVENTS))
    return series


def _alarms(world: World) -> Any:
    numbers = iter(range(10_000))

    def one() -> None:
        number = f"J9901022026092{next(numbers):05d}"
        Bench(world, at("09-21 16:38:00")).state_event("police.alarm.raised", "police.110-desk@pb-990102", ALARM | {"alarm_no": number})

    return one


def _book(founding: MandateBook, size: int) -> MandateBook:
    mandates = list(founding)
    model = next(mandate for mandate in mandates if mandate.id == "POL-01")
    ladders = {letter: founding.ladder(letter) for letter in "ABCPG"}  # type: ignore[misc]  # the letters of the ladders
    return MandateBook([*mandates, *_more(model, size - len(mandates))], ladders, founding.version)


def _more(model: Mandate, count: int) -> Iterator[Mandate]:
    """Half of them other types everywhere, half of them the same type in counties elsewhere."""
    for number in range(max(0, count)):
        if number % 2:
            yield replace(model, id=f"OTH-{number}", types=(OTHER_TYPES[number % len(OTHER_TYPES)],))
        else:
            county = f"{110000 + number % 800_000:06d}"
            yield replace(model, id=f"LOC-{number}", in_pack=replace(model.in_pack, id=f"county-{county}", jurisdiction=county))


def _documents(size: int) -> list[dict[str, Any]]:
    story = load_documents()
    return [*story, *(_community(number) for number in range(max(0, size - len(story))))]


def _community(number: int) -> dict[str, Any]:
    """A community in another province, with a person at its desk."""
    unit = f"com-35{number:010d}"
    standing = {"role": "community.desk", "person": f"p-{number}", "shown": "测*", "from": "2025-09-01"}
    return {"unit": unit, "rows": [{"from": "2025-09-01", "name": f"第{number}社区"}], "rosters": [standing]}
