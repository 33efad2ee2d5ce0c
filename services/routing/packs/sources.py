"""What rules may quote and count by: ``documents.yaml`` of the shared folder, and what a pack adds to it for itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.routing.core.mandates import OURS, Source
from services.routing.packs.faults import Place, RuleRefused
from services.routing.packs.lines import LINE
from services.routing.packs.reading import need, one_of, only_known, part

LAW_KINDS: Mapping[str, str] = {"law": "法律法规", "doc": "规范性文件", "practice": "实践做法"}
_SECTIONS = frozenset({"documents", "sources", "laws"})


@dataclass(frozen=True, slots=True)
class Sources:
    """Titles of the documents that may be quoted, where numbers may come from, and the laws and practices that are only named; by key."""

    documents: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, Source] = field(default_factory=dict)
    laws: Mapping[str, Source] = field(default_factory=dict)

    def with_own(self, own: "Sources", place: Place) -> "Sources":
        """These and a pack's own; one that would change a shared key is noted as a fault and left out."""
        for shared, added in ((self.documents, own.documents), (self.numbers, own.numbers), (self.laws, own.laws)):
            for key in sorted(set(shared) & set(added)):
                place.note(f"{key} 已有共用定义，规则包不得改写", f"{key} is shared and cannot be redefined by a pack")
        return Sources({**own.documents, **self.documents}, {**own.numbers, **self.numbers}, {**own.laws, **self.laws})


def read_sources(data: Any, place: Place) -> Sources:
    """The content of a ``documents.yaml``; nothing where it has a fault, which is noted."""
    try:
        whole = part({"documents.yaml": data}, "documents.yaml", place)
        only_known(whole, _SECTIONS, place)
        documents = {key: need(entry, "title", str, place.at(entry)) for key, entry in _entries(whole, "documents", place).items()}
        laws = {key: _law(key, entry, place.at(entry)) for key, entry in _entries(whole, "laws", place).items()}
        numbers = {key: _number(key, words) for key, words in part(whole, "sources", place).items() if key != LINE}
    except RuleRefused:
        return Sources()
    named = {key: Source(key, law.standing, f"{LAW_KINDS[law.standing]}：{law.words}") for key, law in laws.items()}
    return Sources(documents, {**named, **numbers}, laws)


def _entries(whole: Mapping[str, Any], section: str, place: Place) -> Mapping[str, Mapping[str, Any]]:
    section_part = part(whole, section, place)
    return {key: part(section_part, key, place) for key in section_part if key != LINE}


def _law(key: str, entry: Mapping[str, Any], place: Place) -> Source:
    kind = one_of(entry.get("kind"), LAW_KINDS, "kind", place)
    return Source(key, kind, need(entry, "title", str, place))  # type: ignore[arg-type]  # one of LAW_KINDS


def _number(key: str, words: Any) -> Source:
    return Source(key, "ours" if key == OURS.key else "doc", str(words))
