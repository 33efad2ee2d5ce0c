"""The root of all errors that this project raises on purpose: what to say, as which HTTP status, and whether time heals it."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: its path (``data.severity``), said in Chinese and in English."""

    field: str
    zh: str
    en: str


class XietongError(Exception):
    """系统内部错误。"""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    transient: ClassVar[bool] = False
    title_en: ClassVar[str] = "Internal error"

    def __init__(self, zh: str | None = None, *, en: str | None = None, fields: tuple[FieldError, ...] = ()) -> None:
        self.zh = zh or self.title_zh()
        self.en = en or self.title_en
        self.fields: list[FieldError] = list(fields)
        super().__init__(self.zh)

    @classmethod
    def title_zh(cls) -> str:
        """The default message: the docstring's first line."""
        return (cls.__doc__ or XietongError.__doc__ or "").strip().splitlines()[0]


class Unavailable(XietongError):
    """服务暂时不可用，请稍后重试。"""

    code = "unavailable"
    status = 503
    transient = True
    title_en = "Temporarily unavailable, please try again"
