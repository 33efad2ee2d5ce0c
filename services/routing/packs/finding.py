"""What a check finds about a rule or a pack."""

from dataclasses import dataclass
from typing import Literal

from services.routing.core.mandates import AnyRule, PackInfo

Level = Literal["error", "warning"]
Code = Literal[
    "no-topic", "no-host", "dead-rule", "dead-row", "shadowed", "no-unit", "no-pair", "no-person", "no-hours", "no-channel", "no-place", "foreign-view",
    "claim-open", "claim-unfounded", "loosened",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; an ``error`` refuses the activation of the pack. ``mandate``: the rule (of a whole pack: its id), ``place`` its file:line."""

    level: Level
    code: Code
    mandate: str
    zh: str
    en: str
    pack: str = ""
    place: str = ""

    @classmethod
    def about(cls, rule: AnyRule, level: Level, code: Code, zh: str, en: str) -> "Finding":
        return cls(level, code, rule.id, zh, en, rule.pack, f"{rule.file}:{rule.line}" if rule.file else "")

    @classmethod
    def of_pack(cls, pack: PackInfo, level: Level, code: Code, zh: str, en: str) -> "Finding":
        return cls(level, code, pack.id, zh, en, pack.name)

    @property
    def english(self) -> str:
        """The finding in English alone."""
        return " ".join(filter(None, (self.place, self.mandate, self.en)))

    def __str__(self) -> str:
        place = f"{self.place} " if self.place else ""
        return f"{'错误' if self.level == 'error' else '提示'} {place}{self.mandate} {self.zh} ({self.en})"
