"""``catalogue.yaml`` as typed data: topics written out, patterns of events resolved against the contracts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml
from pydantic import ValidationError

from contracts.registry import all_types
from topics.sheet import Row, Sheet
from topics.topic import Topic


class CatalogueError(ValueError):
    """The catalogue is not consistent in itself or with the contracts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The catalogue written out."""

    routing: str
    services: tuple[str, ...]
    hosts: Mapping[str, str]
    topics: tuple[Topic, ...]
    answers: Mapping[str, str]
    told: Mapping[str, str]
    directory: str
    dead_letters_form: str
    patient: frozenset[str]


def load_declared(text: str) -> Declared:
    """Read the document; CatalogueError for everything that is wrong in it."""
    try:
        sheet = Sheet.model_validate(yaml.safe_load(text))
    except (ValidationError, yaml.YAMLError) as error:
        raise CatalogueError(f"catalogue cannot be read: {error}") from error
    services = tuple(sheet.hosts)
    live = tuple(_live(sheet, services))
    _check(live, (*services, sheet.routing))
    return Declared(
        routing=sheet.routing,
        services=services,
        hosts=_hosts(sheet),
        topics=(*live, *_mirrors(sheet, live)),
        answers={service: sheet.answers.topic.format(service=service) for service in services},
        told={service: sheet.told.topic.format(service=service) for service in services},
        directory=sheet.directory.topic,
        dead_letters_form=sheet.dead_letters.topic,
        patient=_patient(sheet),
    )


def _patient(sheet: Sheet) -> frozenset[str]:
    known = {one.name for one in all_types()}
    for name in sheet.patient:
        if name not in known:
            raise CatalogueError(f"patient: no such event in the contracts: {name}")
    return frozenset(sheet.patient)


def _hosts(sheet: Sheet) -> dict[str, str]:
    hosts: dict[str, str] = {}
    for service, prefixes in sheet.hosts.items():
        for prefix in prefixes:
            if prefix in hosts:
                raise CatalogueError(f"hosts: {prefix} is hosted by {hosts[prefix]} and {service}")
            hosts[prefix] = service
    return hosts


def _live(sheet: Sheet, services: tuple[str, ...]) -> Iterable[Topic]:
    for row in sheet.families:
        yield _topic(sheet, row, row.topic, owner=row.owner, readers=row.readers or (sheet.routing,))
    for service in services:
        yield _topic(sheet, sheet.answers, sheet.answers.topic.format(service=service), owner=service, readers=(sheet.routing,))
        told = sheet.told.topic.format(service=service)
        yield _topic(sheet, sheet.told, told, owner=sheet.routing, readers=(service,), addressed=True)
    yield _topic(sheet, sheet.directory, sheet.directory.topic, owner=sheet.routing, readers=services)


def _topic(sheet: Sheet, row: Row, name: str, *, owner: str, readers: tuple[str, ...], addressed: bool = False) -> Topic:
    return Topic(
        name=name,
        owner=owner,
        events=_events(row),
        key=row.key,
        partitions=row.partitions or sheet.defaults.partitions,
        retention_days=row.retention_days or sheet.defaults.retention_days,
        compacted=row.compacted,
        readers=readers,
        addressed=addressed,
    )


def _events(row: Row) -> tuple[str, ...]:
    known = [one.name for one in all_types()]
    found: list[str] = []
    for pattern in row.events:
        matched = [name for name in known if name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1]))]
        if not matched:
            raise CatalogueError(f"{row.topic}: no such event in the contracts: {pattern}")
        found += matched
    return tuple(dict.fromkeys(found))


def _mirrors(sheet: Sheet, live: tuple[Topic, ...]) -> Iterable[Topic]:
    row = sheet.dead_letters
    for topic in live:
        for group in topic.readers:
            yield Topic(
                name=row.topic.format(group=group, topic=topic.name),
                owner=group,
                events=topic.events,
                key=topic.key,
                partitions=row.partitions or sheet.defaults.partitions,
                retention_days=row.retention_days or sheet.defaults.retention_days,
                compacted=False,
                readers=(),
                dead_letters_of=topic.name,
            )


def _check(live: tuple[Topic, ...], writers: tuple[str, ...]) -> None:
    names: set[str] = set()
    for topic in live:
        if topic.name in names:
            raise CatalogueError(f"topic is declared twice: {topic.name}")
        names.add(topic.name)
        writer = topic.name.split(".")[1] if topic.name.count(".") >= 3 else ""
        if topic.owner != writer:
            raise CatalogueError(f"{topic.name}: a topic is named after its writer, not {topic.owner or 'nobody'}")
        if topic.owner not in writers:
            raise CatalogueError(f"{topic.name}: no such service: {topic.owner}")
