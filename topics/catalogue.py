"""The topics: who writes what where, who reads it. Loaded from ``catalogue.yaml`` and checked against the contracts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from topics.loading import CatalogueError, Declared, load_declared
from topics.topic import Topic

__all__ = ["Catalogue", "CatalogueError", "NotOwned", "Topic", "UnknownRole"]

DEFAULT = Path(__file__).with_name("catalogue.yaml")


class NotOwned(Exception):
    """该服务无权在此主题发布此事件"""

    code = "topic-not-owned"
    status = 403
    transient = False
    title_en = "This service does not own the topic of this event"


class UnknownRole(ValueError):
    """No service hosts the desks of this role."""


@dataclass(frozen=True)
class Catalogue:
    """What is declared, indexed."""

    declared: Declared
    by_name: Mapping[str, Topic]
    own: Mapping[tuple[str, str], str]

    @classmethod
    def load(cls, path: Path = DEFAULT) -> "Catalogue":
        """Read a catalogue; CatalogueError names the row that is wrong."""
        return cls.of(load_declared(path.read_text(encoding="utf-8")))

    @classmethod
    def of(cls, declared: Declared) -> "Catalogue":
        """Index declared topics; two topics of one owner for the same event are a CatalogueError (the told topics aside)."""
        own: dict[tuple[str, str], str] = {}
        for topic in declared.topics:
            if topic.addressed or topic.dead_letters_of:
                continue
            for event in topic.events:
                if (event, topic.owner) in own:
                    raise CatalogueError(f"{event} has two topics at {topic.owner}: {own[event, topic.owner]} and {topic.name}")
                own[event, topic.owner] = topic.name
        return cls(declared=declared, by_name={topic.name: topic for topic in declared.topics}, own=own)

    def topics(self) -> tuple[Topic, ...]:
        """Every topic, those of the dead letters too, by name."""
        return tuple(self.by_name[name] for name in sorted(self.by_name))

    def topic(self, name: str) -> Topic | None:
        return self.by_name.get(name)

    def services(self) -> tuple[str, ...]:
        """The agency services (not routing), in the order of the catalogue."""
        return self.declared.services

    def topic_for(self, event_name: str, service: str, *, recipient: str | None = None) -> str:
        """The topic on which ``service`` states this event; with ``recipient`` (a desk) the one that tells its service. Else NotOwned."""
        if recipient is not None and service == self.declared.routing:
            name = self.to_service(self.host_of(recipient))
            self.check(name, event_name, service)
            return name
        found = self.own.get((event_name, service))
        if found is None:
            raise NotOwned(f"{service} owns no topic for {event_name}")
        return found

    def check(self, topic: str, event_name: str, service: str) -> None:
        """NotOwned unless ``service`` is the writer of ``topic`` and the event is declared on it (any event on its dead letters)."""
        found = self.by_name.get(topic)
        if found is None or found.owner != service or event_name not in found.events:
            raise NotOwned(f"{service} may not state {event_name} on {topic}")

    def to_service(self, service: str) -> str:
        """The topic on which routing tells this service; an unknown service is NotOwned."""
        found = self.declared.told.get(service)
        if found is None:
            raise NotOwned(f"no topic tells {service}")
        return found

    def answers_of(self, service: str) -> str:
        """The topic on which the desks of this service answer; an unknown service is NotOwned."""
        found = self.declared.answers.get(service)
        if found is None:
            raise NotOwned(f"{service} has no topic for answers")
        return found

    def directory(self) -> str:
        """The compacted topic of the directory."""
        return self.declared.directory

    def dead_letters(self, group: str, topic: str) -> str:
        """The topic that mirrors the dead letters of one group's reading of one topic."""
        return self.declared.dead_letters_form.format(group=group, topic=topic)

    def read_by(self, service: str) -> tuple[str, ...]:
        """The topics that a service consumes."""
        return tuple(topic.name for topic in self.topics() if service in topic.readers)

    def is_patient(self, event_name: str) -> bool:
        """Whether nobody looks at an event of this type the moment it is there, so that it may wait for others to travel with."""
        return event_name in self.declared.patient

    def host_of(self, role: str) -> str:
        """The service that hosts the desks of a role (``police.110-desk``, ``city.education-duty``) or desk; else UnknownRole."""
        agency, _, duty = role.partition("@")[0].partition(".")
        prefix = duty.partition("-")[0] if agency == "city" else agency
        found = self.declared.hosts.get(prefix)
        if found is None:
            raise UnknownRole(f"no service hosts {role}")
        return found
