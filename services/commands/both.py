"""Texts for people in two languages, as one string: typer keeps help texts as plain strings, the reader's language is known later."""

from typing import Literal

Language = Literal["zh", "en"]
_APART = "\x1f"
_LANGUAGES: tuple[Language, Language] = ("zh", "en")


def both(zh: str, en: str) -> str:
    """One string that holds both languages."""
    return f"{zh}{_APART}{en}"


def pick(text: str, language: Language) -> str:
    """The half in this language; a text in one language alone is itself."""
    zh, apart, en = text.partition(_APART)
    return en if apart and language == "en" else zh


def joined(*texts: str) -> str:
    """Texts one after the other, in both languages."""
    return both(*("".join(pick(text, language) for text in texts) for language in _LANGUAGES))


JSON_HELP = both("输出 JSON", "print JSON")
