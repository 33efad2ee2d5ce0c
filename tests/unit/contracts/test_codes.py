import importlib
import pkgutil
import re
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

import pytest

import contracts.codes as codes
import contracts.coordination as coordination
import contracts.envelope as envelope

BUS = {
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
    "missing_kind": coordination.MissingKind,
    "gap_kind": coordination.GapKind,
    "gap_state": coordination.GapState,
    "gap_filled_by": coordination.GapFilledBy,
    "handover_refusal": coordination.HandoverRefusal,
    "link_fit": coordination.LinkFit,
    "link_refusal": coordination.LinkRefusal,
    "triage_refusal": coordination.TriageRefusal,
    "part_state": coordination.PartState,
    "pause_reason": coordination.PauseReason,
    "link_relation": coordination.LinkRelation,
    "pack_level": coordination.PackLevel,
    "digest_change": coordination.DigestChange,
    "sla_scope": coordination.SlaScope,
    "small_number": coordination.SmallNumber,
}
FILES = [importlib.import_module(f"contracts.codes.{found.name}") for found in pkgutil.iter_modules(codes.__path__)]


def lists_of(module: ModuleType) -> dict[str, Any]:
    """``AlarmKind`` → ``alarm_kind`` for each closed list of a file."""
    return {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower(): one for name, one in vars(module).items() if get_origin(one) is Literal}


LISTS = {**BUS, **{name: one for module in FILES for name, one in lists_of(module).items()}}


@pytest.mark.parametrize("name", LISTS)
def test_every_code_has_one_chinese_label(name: str) -> None:
    assert tuple(codes.LABELS[name]) == get_args(LISTS[name])
    labels = list(codes.LABELS[name].values())
    assert len(set(labels)) == len(labels)


def test_no_list_is_declared_twice() -> None:
    names = [name for module in FILES for name in module.LABELS]
    assert len(names) == len(set(names))


def test_every_list_is_checked_here() -> None:
    assert set(codes.LABELS) == set(LISTS)
