"""Load the packs under a folder: ``documents.yaml``, ``ladders.yaml``, and one folder per pack with ``pack.yaml`` and its rules.

In a pack ``ladders.yaml`` holds ladders of its own, ``periodic.yaml`` lists duties to report without being asked, ``crosschecks.yaml`` what
must not be known on one side alone, and every other file rules that an event brings about."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from contracts.coordination import Ladder
from services.routing.core.deadlines import never_later, parse_form
from services.routing.core.directory import Target
from services.routing.core.mandates import CrossCheck, LadderStep, Mandate, MandateBook, OwnLadder, PackInfo, PeriodicDuty
from services.routing.packs.expected import read_crosscheck, read_periodic
from services.routing.packs.faults import Fault, PackInvalid, Place, RuleRefused
from services.routing.packs.header import read_header
from services.routing.packs.lines import LINE, read_lined
from services.routing.packs.precedence import loosenings
from services.routing.packs.reading import need, one_of, only_known, rows
from services.routing.packs.rules import LADDERS, read_rule
from services.routing.packs.shelf import FOUNDING, Files, Pack, Shelf
from services.routing.packs.sources import Sources, read_sources

TARGETS = frozenset(Target.__args__)  # type: ignore[attr-defined]  # a Literal
HEADER, DOCUMENTS, LADDER_FILE = "pack.yaml", "documents.yaml", "ladders.yaml"
_STEP = frozenset({"offset", "target", "inform_publisher"})


def load_book(folder: Path = FOUNDING) -> MandateBook:
    """Every pack under ``folder`` as one book; PackInvalid as below."""
    return load_shelf(folder).book()


def load_shelf(folder: Path = FOUNDING) -> Shelf:
    """What all packs share, and every pack under ``folder``. PackInvalid lists every fault with file, line and rule, and every loosening.

    What a school's pack would loosen of its county's is found where the directory is known: here it is held against the nation's alone."""
    faults: list[Fault] = []
    sources = read_sources(_read_file(folder / DOCUMENTS, faults), Place(DOCUMENTS, 1, "-", faults))
    ladders = _ladders(_read_file(folder / LADDER_FILE, faults), Place(LADDER_FILE, 1, "-", faults), whole=True)
    packs = [read_pack(header.parent.name, _files(header.parent, faults), sources, faults) for header in sorted(folder.glob(f"*/{HEADER}"))]
    shelf = Shelf(sources, ladders, tuple(pack for pack in packs if pack is not None))
    faults = faults or loosenings(shelf.book(), lambda _: None)
    if faults:
        raise PackInvalid(faults)
    return shelf


def pack_files(folder: Path) -> Files:
    """The files of one pack's folder. PackInvalid: one cannot be read, or there is no ``pack.yaml``."""
    faults: list[Fault] = []
    files = _files(folder, faults)
    if HEADER not in files and not faults:
        faults.append(Fault(f"{folder.name}/{HEADER}", 0, "-", "缺少 pack.yaml", "there is no pack.yaml"))
    if faults:
        raise PackInvalid(faults)
    return files


def parse_pack(name: str, files: Files, sources: Sources) -> Pack:
    """One pack from its files; ``name`` is how faults call it. PackInvalid lists every fault."""
    faults: list[Fault] = []
    pack = read_pack(name, files, sources, faults)
    if faults or pack is None:
        raise PackInvalid(faults)
    return pack


def header_of(name: str, files: Files) -> PackInfo | None:
    """Which pack some files are; None when they do not say."""
    faults: list[Fault] = []
    return read_header(_parse(f"{name}/{HEADER}", files.get(HEADER, ""), faults), Place(f"{name}/{HEADER}", 1, "-", faults))


def read_pack(name: str, files: Files, sources: Sources, faults: list[Fault]) -> Pack | None:
    """The pack as far as it can be read; faults are noted."""
    info = read_header(_parse(f"{name}/{HEADER}", files.get(HEADER, ""), faults), Place(f"{name}/{HEADER}", 1, "-", faults))
    if info is None:
        return None
    if DOCUMENTS in files:
        place = Place(f"{name}/{DOCUMENTS}", 1, "-", faults)
        sources = sources.with_own(read_sources(_parse(place.file, files[DOCUMENTS], faults), place), place)
    texts = {file: text for file, text in sorted(files.items()) if file not in (HEADER, DOCUMENTS, LADDER_FILE)}
    rules = _Rules(info, sources)
    for file, text in texts.items():
        for rule, place in _listed(f"{name}/{file}", text, faults):
            rules.read(file, rule, place)
    pack = Pack(info, tuple(rules.mandates), tuple(rules.periodic), tuple(rules.crosschecks), _own_ladders(name, files, info, faults))
    twice = [identity for identity, count in Counter(rule.id for rule in pack.rules).items() if count > 1]
    faults += [Fault(name, 1, identity, "同一规则包内编号重复", "this id appears twice in its pack") for identity in sorted(twice)]
    return pack


@dataclass(slots=True)
class _Rules:
    """What the files of one pack hold, by the kind of file."""

    info: PackInfo
    sources: Sources
    mandates: list[Mandate] = field(default_factory=list)
    periodic: list[PeriodicDuty] = field(default_factory=list)
    crosschecks: list[CrossCheck] = field(default_factory=list)

    def read(self, file: str, rule: Mapping[str, Any], place: Place) -> None:
        """Read one rule by the kind of its file; one with a fault is noted there and left out."""
        match file:
            case "periodic.yaml":
                duty = read_periodic(rule, self.info, self.sources, place)
                self.periodic += [duty] if duty else []
            case "crosschecks.yaml":
                check = read_crosscheck(rule, self.info, self.sources, place)
                self.crosschecks += [check] if check else []
            case _:
                mandate = read_rule(rule, self.info, self.sources, place)
                self.mandates += [mandate] if mandate else []


def _files(folder: Path, faults: list[Fault]) -> Files:
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            files[path.name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            faults.append(_unreadable(f"{folder.name}/{path.name}", error))
    return files


def _read_file(path: Path, faults: list[Fault]) -> Any:
    try:
        return _parse(path.name, path.read_text(encoding="utf-8"), faults)
    except (OSError, UnicodeDecodeError) as error:
        faults.append(_unreadable(path.name, error))
        return {}


def _parse(name: str, text: str, faults: list[Fault]) -> Any:
    """The content of a file; an empty object where it is no YAML, which is noted."""
    try:
        return read_lined(text)
    except yaml.YAMLError as error:
        faults.append(_unreadable(name, error))
        return {}


def _unreadable(name: str, error: Exception) -> Fault:
    line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
    return Fault(name, line, "-", "文件无法读取", f"the file cannot be read: {type(error).__name__}")


def _listed(name: str, text: str, faults: list[Fault]) -> Iterator[tuple[Mapping[str, Any], Place]]:
    """The rules of one file, each with its place."""
    rules = _parse(name, text, faults)
    if not isinstance(rules, list):
        faults.append(Fault(name, 1, "-", "应为规则列表", "must be a list of rules"))
        return
    for rule in rules:
        if not isinstance(rule, Mapping):
            faults.append(Fault(name, 1, "-", "规则应为对象", "a rule must be an object"))
            continue
        yield rule, Place(name, rule[LINE], str(rule.get("id", "?")), faults)


def _own_ladders(name: str, files: Files, info: PackInfo, faults: list[Fault]) -> tuple[OwnLadder, ...]:
    """The ladders that a pack brings for its place."""
    place = Place(f"{name}/{LADDER_FILE}", 1, "-", faults)
    data = _parse(place.file, files[LADDER_FILE], faults) if LADDER_FILE in files else {}
    found = _ladders(data, place, whole=False)
    return tuple(OwnLadder(letter, steps, info, place.file, place.at(data[letter][0]).line) for letter, steps in found.items())


def _ladders(data: Any, place: Place, *, whole: bool) -> dict[Ladder, tuple[LadderStep, ...]]:
    """The steps of each letter, in the order of their times; ``whole``: no letter may be missing."""
    data = data or {}
    ladders: dict[Ladder, tuple[LadderStep, ...]] = {}
    try:
        for letter in data:
            if letter != LINE:
                one_of(letter, LADDERS, "ladder", place)
                ladders[letter] = tuple(_step(number, row, place.at(row)) for number, row in enumerate(rows(data, letter, place), 1))
                _check_order(ladders[letter], place)
    except RuleRefused:
        return {}
    for missing in sorted(LADDERS - set(ladders)) if whole else ():
        place.note(f"缺少督办阶梯 {missing}", f"ladder {missing} is missing")
    return ladders


def _check_order(steps: Sequence[LadderStep], place: Place) -> None:
    for one, other in pairwise(steps):
        if not never_later(one.offset, other.offset):
            raise place.refuse(f"督办各步须按时间先后：{one.offset}、{other.offset}", f"steps come in order of time: {one.offset}, {other.offset}")


def _step(number: int, row: Mapping[str, Any], place: Place) -> LadderStep:
    only_known(row, _STEP, place)
    offset = need(row, "offset", str, place)
    try:
        parse_form(offset)
    except ValueError:
        raise place.refuse(f"期限写法无法识别：{offset}", f"not a deadline form: {offset}") from None
    target = one_of(row.get("target"), TARGETS, "target", place)
    return LadderStep(number, offset, target, row.get("inform_publisher") is True)  # type: ignore[arg-type]  # one of TARGETS
