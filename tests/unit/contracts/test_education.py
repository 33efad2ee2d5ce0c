"""教育局: who sees what, who may state it by when, and what is refused."""

from typing import Any

import pytest

from contracts.codes import LABELS
from contracts.registry import event_type, follow_ups
from services.routing.core.directory import ROLES
from tests.unit.contracts.stating import golden, posted, refused, table_of, written

CONFERENCE, TRAINING = "education.conference.called", "education.training-list.changed"
TABLES = {
    CONFERENCE: """
        conference_no all
        kind all
        agencies all
        starts_at all
        agenda EL""",
    TRAINING: """
        firm_uscc ME
        firm_name SEM
        list SEM
        from SEM""",
}


@pytest.mark.parametrize("name", TABLES)
def test_every_field_is_seen_as_its_table_says(name: str) -> None:
    assert table_of(name) == written(TABLES[name])


def test_the_types_are_those_of_their_rows() -> None:
    kinds = {name: event_type(name) for name in TABLES}
    assert {name: (kind.family, kind.publishers, {one.mark for one in follow_ups(name)}) for name, kind in kinds.items()} == {
        CONFERENCE: ("conference", ("education.conference-office",), {"C", "W", "X"}),
        TRAINING: ("training-list", ("education.safety-desk",), {"C", "W"}),
    }
    assert [kind.publish_form({}) for kind in kinds.values()] == ["1wd", "1wd"]


@pytest.mark.parametrize(
    ("name", "file", "change", "code"),
    [
        (CONFERENCE, "consultation", {"agencies": []}, {"agencies": "too-short"}),
        (CONFERENCE, "consultation", {"agencies": ["police", "police"]}, {"agencies": "repeated-item"}),
        (CONFERENCE, "consultation", {"starts_at": "2026-10-14T14:30"}, {"starts_at": "time-without-offset"}),
        (CONFERENCE, "consultation", {"agenda": "家长13800138000来访"}, {"agenda": "personal-number-in-text"}),
        (TRAINING, "black", {"firm_uscc": "529901020000000001"}, {"firm_uscc": "uscc-check-digit"}),
        (TRAINING, "black", {"list": "grey"}, {"list": "literal-error"}),
        (TRAINING, "black", {"from": "2026/09/21"}, {"from": "day-not-iso"}),
    ],
)
def test_what_the_table_does_not_allow_is_refused(name: str, file: str, change: dict[str, Any], code: dict[str, str]) -> None:
    data = golden(name, file)
    assert posted(name, data).model_dump(mode="json", exclude_none=True) == data
    assert refused(name, data | change) == code


def test_a_conference_that_was_held_names_who_was_there() -> None:
    """At the publisher; an event of the release before, which names nobody, is read all the same."""
    concluded, held = f"{CONFERENCE}.concluded", {"conference_no": "LX-09", "outcome": "held"}
    assert refused(concluded, held) == {"present": "quorum-unstated"}
    assert refused(concluded, held | {"present": []}) == {"present": "quorum-unstated"}
    assert refused(concluded, held | {"present": ["police", "police"]}) == {"present": "repeated-item"}
    assert refused(concluded, held | {"present": ["army"]}) == {"present.0": "literal-error"}
    assert posted(concluded, held | {"present": ["police"]})
    assert posted(concluded, {"conference_no": "LX-09", "outcome": "cancelled"})
    assert event_type(concluded).model.model_validate(held)


def test_every_department_that_can_be_called_has_a_leader() -> None:
    assert all(f"{department}.unit-leader" in ROLES for department in LABELS["department"])


def test_a_conference_that_ended_otherwise_says_how() -> None:
    assert refused(f"{CONFERENCE}.concluded", {"conference_no": "LX-09", "outcome": "other"}) == {"outcome_note": "other-needs-words"}
