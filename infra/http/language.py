"""The language of an answer: Chinese unless the person switched or the program asked otherwise."""

from collections.abc import Iterator
from typing import Literal

from starlette.requests import HTTPConnection

Language = Literal["zh", "en"]
COOKIE = "xietong_language"


def page_language(request: HTTPConnection) -> Language:
    """Pages are Chinese until the person switches (a cookie)."""
    return "en" if request.cookies.get(COOKIE) == "en" else "zh"


def language_of(request: HTTPConnection) -> Language:
    """Of an answer to a program: the switch wins over Accept-Language; Chinese when neither names one of the two."""
    switched = request.cookies.get(COOKIE)
    return page_language(request) if switched in ("zh", "en") else accepted(request.headers.get("accept-language", ""))


def accepted(header: str) -> Language:
    """The better of the two languages in an Accept-Language header; a tie is Chinese."""
    weights: dict[str, float] = {}
    for tag, quality in _weighted(header):
        primary = tag.split("-")[0].lower()
        weights[primary] = max(weights.get(primary, 0.0), quality)
    anything = weights.get("*", 0.0)
    return "en" if weights.get("en", anything) > weights.get("zh", anything) else "zh"


def _weighted(header: str) -> Iterator[tuple[str, float]]:
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        name, _, number = parameter.strip().partition("=")
        if not tag.strip():
            continue
        try:
            yield tag.strip(), float(number) if name == "q" else 1.0
        except ValueError:
            continue
