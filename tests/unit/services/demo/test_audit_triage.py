"""The auditor's own reading of a triage: who must be told since a person named the school or the mandate."""

from datetime import timedelta
from typing import Any

import pytest

from services.demo.audit import Answered
from services.demo.audit.expect import cases_of, expect, triages_of
from services.demo.audit.log import Stated
from tests.unit.services.demo import fabricated as made
from tests.unit.services.demo.fabricated import COMMAND, EMERGENCY, GATE, INCIDENT, NOON, OFFICER, SCHOOL, STATION, VICE

UNKNOWN = made.stated(data=made.alarm(schools=["unknown"]), place_code="990102001001")


def word(minutes: int, **what: Any) -> Answered:
    return Answered(service="schools", desk=OFFICER, act="triage", object=f"n-{OFFICER}", at=NOON + timedelta(minutes=minutes), version=1, **what)


def follow(minutes: int, mark: str, revision: int = 2, **data: Any) -> Stated:
    name = f"police.alarm.raised.{mark}"
    return made.stated(id=f"event-{revision}", name=name, revision=revision, time=NOON + timedelta(minutes=minutes), data=data)


def musts(*triages: Answered, follow_ups: tuple[Stated, ...] = ()) -> dict[str, set[str]]:
    """Desk → the rules by which it must have been told."""
    (case,) = cases_of([UNKNOWN, *follow_ups])
    found = expect(case, made.founding(), made.law().district, triages)
    return {desk: {name.partition(" ")[0] for name in must.acks} for desk, must in found.musts.items()}


def test_without_a_triage_the_school_is_nobodys() -> None:
    assert GATE not in musts()
    assert musts()[OFFICER] == {"POL-01", "GOV-01"}


def test_the_named_school_must_be_told() -> None:
    found = musts(word(1, schools=[SCHOOL]))
    assert (found[GATE], found[VICE], found[STATION]) == ({"POL-01"}, {"POL-01"}, {"POL-01"})
    assert COMMAND not in found


def test_the_named_school_stands_when_more_is_stated() -> None:
    found = musts(word(1, schools=[SCHOOL]), follow_ups=(follow(2, "supplemented", added={"casualties": 1}),))
    assert "POL-02" in found[EMERGENCY]
    assert GATE in found


@pytest.mark.parametrize(
    ("said", "follow_up"),
    [
        ({"schools": ["3199009999"]}, None),
        ({"mandate": "MKT-01"}, None),
        ({"mandate": "GOV-01"}, None),
        ({"schools": [SCHOOL]}, follow(1, "withdrawn", code="false-alarm")),
        ({"mandate": "POL-05"}, follow(1, "corrected", changes={"schools": {"old": ["unknown"], "new": [SCHOOL]}})),
    ],
    ids=["unknown school", "rule of another type", "the triage rule", "after the withdrawal", "after a correction"],
)
def test_a_word_that_changes_nothing_asks_for_nobody(said: Any, follow_up: Stated | None) -> None:
    followed = (follow_up,) if follow_up else ()
    assert musts(word(2, **said), follow_ups=followed) == musts(follow_ups=followed)


def test_a_named_mandate_must_be_told_whatever_its_conditions() -> None:
    assert musts(word(1, mandate="POL-05"))[OFFICER] == {"POL-01", "GOV-01", "POL-05"}


def test_the_second_word_after_one_that_counted_asks_for_nobody() -> None:
    assert musts(word(1, schools=[SCHOOL]), word(2, mandate="POL-05")) == musts(word(1, schools=[SCHOOL]))


def test_a_triage_belongs_to_the_incident_of_its_notification() -> None:
    log = made.log(word(1, schools=[SCHOOL]))
    assert [one.object for one in triages_of(log, made.rows())[INCIDENT]] == [f"n-{OFFICER}"]
