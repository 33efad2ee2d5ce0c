from pathlib import Path

import pytest
import yaml

from contracts.registry import all_types
from topics.catalogue import DEFAULT, Catalogue, CatalogueError, NotOwned, UnknownRole

AGENCIES = ("police", "health", "market", "cyberspace", "schools", "partners")
CATALOGUE = Catalogue.load()
HOSTS = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))["hosts"]


def changed(tmp_path: Path, **rows: object) -> Path:
    """The catalogue with some of its rows replaced."""
    sheet = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
    path = tmp_path / "catalogue.yaml"
    path.write_text(yaml.safe_dump(sheet | rows, allow_unicode=True), encoding="utf-8")
    return path


def test_every_event_is_said_somewhere() -> None:
    said = {event for topic in CATALOGUE.topics() if not topic.dead_letters_of for event in topic.events}
    assert said == {kind.name for kind in all_types()}


def test_an_agency_s_event_has_one_topic_at_each_service_that_states_it_and_no_other() -> None:
    for kind in all_types():
        if not kind.name.startswith("bus."):
            owners = [topic.owner for topic in CATALOGUE.topics() if kind.name in topic.events and not topic.dead_letters_of]
            assert sorted(owners) == sorted({CATALOGUE.host_of(role) for role in kind.publishers}), kind.name


def test_a_head_and_its_follow_ups_share_a_topic_and_so_an_order() -> None:
    for kind in all_types():
        if kind.head:
            for owner in {CATALOGUE.host_of(role) for role in kind.publishers}:
                assert CATALOGUE.topic_for(kind.name, owner) == CATALOGUE.topic_for(kind.head, owner)
    assert CATALOGUE.topic_for("police.alarm.concluded", "police") == "xietong.police.alarm.v1"


def test_a_desk_answers_on_the_topic_of_its_own_service() -> None:
    for service in AGENCIES:
        assert CATALOGUE.topic_for("bus.notification.acknowledged", service) == f"xietong.{service}.answer.v1"
        assert CATALOGUE.answers_of(service) == f"xietong.{service}.answer.v1"


@pytest.mark.parametrize(
    ("event", "service"),
    [
        ("police.alarm.raised", "schools"),
        ("police.alarm.raised", "routing"),
        ("school.campus-incident.reported", "police"),
        ("bus.decision.made", "police"),
        ("bus.notification.issued", "schools"),
        ("bus.directory.changed", "schools"),
        ("tax.levy.raised", "police"),
        ("bus.notification.acknowledged", "tax"),
    ],
)
def test_a_service_does_not_speak_for_another(event: str, service: str) -> None:
    with pytest.raises(NotOwned) as error:
        CATALOGUE.topic_for(event, service)
    assert (error.value.code, error.value.status, error.value.transient) == ("topic-not-owned", 403, False)


def test_routing_tells_a_desk_on_the_topic_of_its_host() -> None:
    for recipient, service in (
        ("school.duty-desk@2199000101", "schools"),
        ("education.duty-officer@edu-990102", "schools"),
        ("police.station-duty@ps-990102-01", "police"),
        ("fire.station-duty@fire-990102-01", "partners"),
        ("bus.ops-desk@bus-990100", "partners"),
        ("city.education-duty@city-education", "schools"),
        ("city.health-duty@city-health", "health"),
    ):
        topic = CATALOGUE.topic_for("bus.notification.issued", "routing", recipient=recipient)
        assert topic == CATALOGUE.to_service(service) == f"xietong.routing.to-{service}.v1"


def test_routing_must_say_whom_it_tells() -> None:
    with pytest.raises(NotOwned):
        CATALOGUE.topic_for("bus.notification.issued", "routing")


def test_an_agency_s_event_is_never_told_to_a_desk_as_it_is() -> None:
    with pytest.raises(NotOwned):
        CATALOGUE.topic_for("police.alarm.raised", "routing", recipient="school.duty-desk@2199000101")


def test_a_given_topic_is_checked() -> None:
    CATALOGUE.check("xietong.police.alarm.v1", "police.alarm.raised", "police")
    CATALOGUE.check("dlq.routing.xietong.police.alarm.v1", "police.alarm.raised", "routing")
    for topic, event, service in (
        ("xietong.police.alarm.v1", "police.alarm.raised", "schools"),
        ("xietong.police.alarm.v1", "bus.duty.timed", "police"),
        ("xietong.nowhere.v1", "police.alarm.raised", "police"),
        ("dlq.routing.xietong.police.alarm.v1", "police.alarm.raised", "police"),
    ):
        with pytest.raises(NotOwned):
            CATALOGUE.check(topic, event, service)


def test_each_service_reads_what_it_is_told_and_the_directory() -> None:
    assert CATALOGUE.services() == AGENCIES
    for service in AGENCIES:
        assert set(CATALOGUE.read_by(service)) == {f"xietong.routing.to-{service}.v1", "xietong.routing.directory.v1"}
    read = set(CATALOGUE.read_by("routing"))
    assert {f"xietong.{service}.answer.v1" for service in AGENCIES} <= read
    assert {topic.name for topic in CATALOGUE.topics() if topic.owner in AGENCIES and not topic.dead_letters_of} == read
    assert CATALOGUE.read_by("nobody") == ()


def test_every_reading_has_a_topic_for_its_dead_letters() -> None:
    for topic in CATALOGUE.topics():
        for reader in topic.readers:
            mirror = CATALOGUE.topic(CATALOGUE.dead_letters(reader, topic.name))
            assert mirror is not None
            assert (mirror.owner, mirror.dead_letters_of, mirror.events, mirror.readers) == (reader, topic.name, topic.events, ())


def test_only_the_directory_is_compacted() -> None:
    assert [topic.name for topic in CATALOGUE.topics() if topic.compacted] == ["xietong.routing.directory.v1"]
    assert {topic.retention_days for topic in CATALOGUE.topics() if not topic.dead_letters_of} == {7}


def test_where_many_speak_at_once_several_workers_share_the_work() -> None:
    """A reader asks for all its partitions at each fetch: only what is busy has more than one."""
    busy = {topic.name for topic in CATALOGUE.topics() if topic.partitions > 1}
    told = {form.format(service) for service in AGENCIES for form in ("xietong.{}.answer.v1", "xietong.routing.to-{}.v1")}
    assert busy - told == {
        "xietong.police.alarm.v1", "xietong.police.guard-checkins.v1",
        "xietong.schools.campus-incident.v1", "xietong.schools.guard-checkins.v1",
    }  # fmt: skip
    assert told <= busy


@pytest.mark.parametrize("role", ["tax.desk", "", "city.tax-duty", "city.", "police-desk"])
def test_a_role_that_nobody_hosts_is_unknown(role: str) -> None:
    with pytest.raises(UnknownRole):
        CATALOGUE.host_of(role)


def test_an_unknown_service_is_told_nothing_and_answers_nowhere() -> None:
    with pytest.raises(NotOwned):
        CATALOGUE.to_service("tax")
    with pytest.raises(NotOwned):
        CATALOGUE.answers_of("tax")


def test_only_what_rings_nowhere_may_wait_on_the_road() -> None:
    assert all(CATALOGUE.is_patient(name) for name in ("bus.notification.delivered", "bus.duty.timed", "bus.decision.made"))
    hurried = ("bus.notification.issued", "bus.notification.withdrawn", "bus.escalation.raised", "bus.notification.acknowledged", "bus.task.opened")
    assert not any(CATALOGUE.is_patient(name) for name in hurried)
    assert not any(CATALOGUE.is_patient(kind.name) for kind in all_types() if not kind.name.startswith("bus."))


def test_a_seventh_agency_is_rows_in_the_catalogue(tmp_path: Path) -> None:
    hosts = HOSTS | {"transport": ["transport"]}
    catalogue = Catalogue.load(changed(tmp_path, hosts=hosts))
    assert catalogue.services()[-1] == "transport"
    assert catalogue.topic_for("bus.notification.delivered", "transport") == "xietong.transport.answer.v1"
    assert "xietong.transport.answer.v1" in catalogue.read_by("routing")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"families": [{"topic": "xietong.police.alarm.v1", "owner": "police", "events": ["police.alarmed.*"]}]}, "no such event"),
        ({"families": [{"topic": "xietong.police.alarm.v1", "owner": "schools", "events": ["police.alarm.*"]}]}, "named after its writer"),
        ({"families": [{"topic": "xietong.tax.levy.v1", "owner": "tax", "events": ["police.alarm.*"]}]}, "no such service"),
        ({"families": [{"topic": "xietong.police.answer.v1", "owner": "police", "events": ["police.alarm.*"]}]}, "declared twice"),
        ({"families": [{"topic": "xietong.police.a.v1", "owner": "police", "events": ["police.alarm.*"]},
                       {"topic": "xietong.police.b.v1", "owner": "police", "events": ["police.alarm.raised"]}]}, "two topics"),
        ({"hosts": HOSTS | {"schools": ["school", "education", "police"]}}, "hosted by"),
        ({"defaults": {"partitions": 0, "retention_days": 7}}, "cannot be read"),
        ({"patient": ["bus.notification.deliverd"]}, "patient: no such event"),
        ({"surprise": 1}, "cannot be read"),
    ],
)  # fmt: skip
def test_a_catalogue_that_contradicts_itself_is_refused(tmp_path: Path, rows: dict[str, object], words: str) -> None:
    with pytest.raises(CatalogueError, match=words):
        Catalogue.load(changed(tmp_path, **rows))


def test_a_catalogue_that_is_no_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(CatalogueError, match="cannot be read"):
        Catalogue.load(path)
