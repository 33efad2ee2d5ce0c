"""The outcome of one check."""

from dataclasses import dataclass
from typing import Literal, Self

from services.commands.both import both

State = Literal["ok", "note", "fail"]


@dataclass(frozen=True, slots=True)
class Check:
    """``name`` for programs; ``title`` and ``words`` for people, in both languages."""

    name: str
    state: State
    title: str
    words: str

    @classmethod
    def of(cls, good: bool, name: str, title: tuple[str, str], words: tuple[str, str]) -> Self:
        return cls(name, "ok" if good else "fail", both(*title), both(*words))

    @classmethod
    def note(cls, name: str, title_zh: str, title_en: str, zh: str, en: str) -> Self:
        return cls(name, "note", both(title_zh, title_en), both(zh, en))
