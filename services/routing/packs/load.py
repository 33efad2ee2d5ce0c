"""Load the packs under a folder: ``documents.yaml``, ``ladders.yaml``, and one folder per jurisdiction with ``pack.yaml`` and its rules.

In a jurisdiction ``periodic.yaml`` lists duties to report without being asked, ``crosschecks.yaml`` what must not be known on one side
alone, and every other file rules that an event brings about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import yaml

from contracts.coordination import Ladder
from services.routing.core.calendar import BEIJING
from services.routing.core.deadlines import parse_form
from services.routing.core.directory import Target
from services.routing.core.mandates import (
    LEVELS,
    AllReported,
    CrossCheck,
    LadderStep,
    Mandate,
    MandateBook,
    PackInfo,
    PeriodicDuty,
)
from services.routing.packs.expected import read_crosscheck, read_periodic
from services.routing.packs.faults import Fault, PackInvalid, Place, RuleRefused
from services.routing.packs.lines import LINE, read_lined
from services.routing.packs.reading import need, one_of, only_known, optional, part, rows, texts
from services.routing.packs.rules import LADDERS, Sources, read_rule

FOUNDING = Path(__file__).parent.parent / "mandates"
TARGETS = frozenset(Target.__args__)  # type: ignore[attr-defined]  # a Literal
LAW_KINDS: Mapping[str, str] = {"law": "法律法规", "doc": "规范性文件", "practice": "实践做法"}
_PACK = frozenset({"pack", "title", "version", "level", "jurisdiction", "effective_from", "effective_to", "claims"})
_STEP = frozenset({"offset", "target", "inform_publisher"})


def load_book(folder: Path = FOUNDING) -> MandateBook:
    """Every pack under ``folder`` as one book; PackInvalid lists every fault with file, line and rule."""
    faults: list[Fault] = []
    sources = _sources(folder / "documents.yaml", faults)
    ladders = _ladders(folder / "ladders.yaml", faults)
    rules = Rules()
    packs: list[PackInfo] = []
    for header in sorted(folder.glob("*/pack.yaml")):
        pack = _pack(header, faults)
        if pack is not None:
            packs.append(pack)
            _read_rules(header.parent, pack, sources, into=rules, faults=faults)
    faults += _twice(rules, folder) + _summed(rules, folder)
    if faults:
        raise PackInvalid(faults)
    version = "+".join(f"{pack.id}@{pack.version}" for pack in packs)
    return MandateBook(rules.mandates, ladders, version, periodic=rules.periodic, crosschecks=rules.crosschecks)


@dataclass(slots=True)
class Rules:
    """What the files of the packs hold, by the kind of file."""

    mandates: list[Mandate] = field(default_factory=list)
    periodic: list[PeriodicDuty] = field(default_factory=list)
    crosschecks: list[CrossCheck] = field(default_factory=list)

    def read(self, file: str, rule: Mapping[str, Any], pack: PackInfo, sources: Sources, place: Place) -> None:
        """Read one rule by the kind of its file; one with a fault is noted there and left out."""
        match file:
            case "periodic.yaml":
                duty = read_periodic(rule, pack, sources, place)
                self.periodic += [duty] if duty else []
            case "crosschecks.yaml":
                check = read_crosscheck(rule, pack, sources, place)
                self.crosschecks += [check] if check else []
            case _:
                mandate = read_rule(rule, pack, sources, place)
                self.mandates += [mandate] if mandate else []

    def keys(self) -> Sequence[tuple[str, str, int]]:
        """(id, pack, version of the pack) of everything."""
        every: list[Mandate | PeriodicDuty] = [*self.mandates, *self.periodic, *(check.mandate for check in self.crosschecks)]
        return [(one.id, one.in_pack.id, one.in_pack.version) for one in every]


def _read(path: Path, faults: list[Fault]) -> Any:
    try:
        return read_lined(path)
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
        faults.append(Fault(path.name, line, "-", "文件无法读取", f"the file cannot be read: {type(error).__name__}"))
        return None


def _sources(path: Path, faults: list[Fault]) -> Sources:
    data = _read(path, faults)
    place = Place(path.name, 1, "-", faults)
    try:
        documents = part(data or {}, "documents", place)
        titles = {key: need(entry, "title", str, place.at(entry)) for key, entry in documents.items() if key != LINE}
        numbers = {key: str(words) for key, words in part(data or {}, "sources", place).items() if key != LINE}
        laws = {key: _law(entry, place.at(entry)) for key, entry in part(data or {}, "laws", place).items() if key != LINE}
    except RuleRefused:
        return Sources({}, {})
    named = {key: f"{LAW_KINDS[kind]}：{title}" for key, (title, kind) in laws.items()}
    return Sources(titles, {**named, **numbers}, {key: title for key, (title, _) in laws.items()})


def _law(entry: Mapping[str, Any], place: Place) -> tuple[str, str]:
    return need(entry, "title", str, place), one_of(entry.get("kind"), LAW_KINDS, "kind", place)


def _ladders(path: Path, faults: list[Fault]) -> dict[Ladder, tuple[LadderStep, ...]]:
    data = _read(path, faults) or {}
    place = Place(path.name, 1, "-", faults)
    ladders: dict[Ladder, tuple[LadderStep, ...]] = {}
    try:
        for letter in data:
            if letter != LINE:
                one_of(letter, LADDERS, "ladder", place)
                ladders[letter] = tuple(_step(number, row, place.at(row)) for number, row in enumerate(rows(data, letter, place), 1))
    except RuleRefused:
        return {}
    for missing in sorted(LADDERS - set(ladders)):
        place.note(f"缺少督办阶梯 {missing}", f"ladder {missing} is missing")
    return ladders


def _step(number: int, row: Mapping[str, Any], place: Place) -> LadderStep:
    only_known(row, _STEP, place)
    offset = need(row, "offset", str, place)
    try:
        parse_form(offset)
    except ValueError:
        raise place.refuse(f"期限写法无法识别：{offset}", f"not a deadline form: {offset}") from None
    target = one_of(row.get("target"), TARGETS, "target", place)
    return LadderStep(number, offset, target, row.get("inform_publisher") is True)  # type: ignore[arg-type]  # one of TARGETS


def _pack(path: Path, faults: list[Fault]) -> PackInfo | None:
    data = _read(path, faults)
    place = Place(f"{path.parent.name}/{path.name}", 1, "-", faults)
    if not isinstance(data, Mapping):
        return None
    try:
        only_known(data, _PACK, place)
        return PackInfo(
            id=need(data, "pack", str, place),
            title=need(data, "title", str, place),
            version=need(data, "version", int, place),
            level=one_of(data.get("level"), LEVELS, "level", place),  # type: ignore[arg-type]  # one of LEVELS
            jurisdiction=optional(data, "jurisdiction", place) or "",
            effective_from=_day(data, "effective_from", place),
            effective_to=_day(data, "effective_to", place) if data.get("effective_to") else None,
            claims=texts(data, "claims", place),
        )
    except RuleRefused:
        return None


def _day(data: Mapping[str, Any], key: str, place: Place) -> datetime:
    value = data.get(key)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise place.refuse(f"{key} 应为日期", f"{key} must be a date")
    return datetime.combine(value, time.min, tzinfo=BEIJING)


def _read_rules(folder: Path, pack: PackInfo, sources: Sources, *, into: Rules, faults: list[Fault]) -> None:
    for path in sorted(folder.glob("*.yaml")):
        name = f"{folder.name}/{path.name}"
        rules = _read(path, faults) if path.name != "pack.yaml" else []
        if not isinstance(rules, list):
            faults.append(Fault(name, 1, "-", "应为规则列表", "must be a list of rules"))
            continue
        for rule in rules:
            if not isinstance(rule, Mapping):
                faults.append(Fault(name, 1, "-", "规则应为对象", "a rule must be an object"))
                continue
            into.read(path.name, rule, pack, sources, Place(name, rule[LINE], str(rule.get("id", "?")), faults))


def _twice(rules: Rules, folder: Path) -> list[Fault]:
    keys = rules.keys()
    twice = sorted({key for key in keys if keys.count(key) > 1})
    return [Fault(folder.name, 1, identity, "同一规则包内编号重复", "this id appears twice in its pack") for identity, _, _ in twice]


def _summed(rules: Rules, folder: Path) -> list[Fault]:
    """A summary of a duty that no pack has would never be missing."""
    known = {duty.id for duty in rules.periodic}
    met = [(duty.id, part.met_by) for duty in rules.periodic for part in duty.parts]
    lost = [(identity, by.rule) for identity, by in met if isinstance(by, AllReported) and by.rule not in known]
    return [Fault(folder.name, 1, identity, f"没有应报规则 {rule}", f"no periodic duty {rule}") for identity, rule in lost]
