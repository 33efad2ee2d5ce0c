"""Faults of a rule pack: each names file, line and rule, in Chinese and English."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.errors import XietongError
from services.routing.packs.lines import LINE


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one rule."""

    file: str
    line: int
    rule: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.rule}：{self.zh} ({self.en})"


class PackInvalid(XietongError):
    """职责规则包有误，未启用。"""

    code = "pack-invalid"
    status = 422
    transient = False
    title_en = "The rule pack is invalid and was not activated"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(str(fault) for fault in self.faults)
        super().__init__(f"{self.title_zh()}\n{lines}", en=f"{self.title_en}\n{lines}")


class RuleRefused(Exception):
    """This rule cannot be read; its fault is already noted."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a pack something is read, and the list its faults go to."""

    file: str
    line: int
    rule: str
    faults: list[Fault]

    def at(self, data: Mapping[str, Any]) -> "Place":
        return Place(self.file, int(data.get(LINE, self.line)), self.rule, self.faults)

    def note(self, zh: str, en: str) -> None:
        self.faults.append(Fault(self.file, self.line, self.rule, zh, en))

    def refuse(self, zh: str, en: str) -> RuleRefused:
        """Note a fault; raise what it returns to give the rule up."""
        self.note(zh, en)
        return RuleRefused()
