from typing import get_args

import pytest

import contracts.codes as codes
import contracts.coordination as coordination
import contracts.envelope as envelope

LISTS = {
    "severity": codes.Severity,
    "alarm_kind": codes.AlarmKind,
    "relation": codes.Relation,
    "advice": codes.Advice,
    "first_disposal": codes.FirstDisposal,
    "alarm_outcome": codes.AlarmOutcome,
    "incident_kind": codes.IncidentKind,
    "place_in_school": codes.PlaceInSchool,
    "action_taken": codes.ActionTaken,
    "incident_outcome": codes.IncidentOutcome,
    "age_band": codes.AgeBand,
    "datum": codes.Datum,
    "withdrawn_code": codes.WithdrawnCode,
    "status": envelope.Status,
    "precision": envelope.Precision,
    "kind": coordination.Kind,
    "duty_kind": coordination.DutyKind,
    "ladder": coordination.Ladder,
    "colour": coordination.Colour,
    "return_reason": coordination.ReturnReason,
    "ruling": coordination.Ruling,
    "progress": coordination.Progress,
    "channel": coordination.Channel,
    "withdrawn_why": coordination.WithdrawnWhy,
    "cleared_why": coordination.ClearedWhy,
    "outcome": coordination.Outcome,
}


@pytest.mark.parametrize("name", LISTS)
def test_every_code_has_one_chinese_label(name: str) -> None:
    assert tuple(codes.LABELS[name]) == get_args(LISTS[name])
    labels = list(codes.LABELS[name].values())
    assert len(set(labels)) == len(labels)


def test_every_list_is_checked_here() -> None:
    assert set(codes.LABELS) == set(LISTS)
