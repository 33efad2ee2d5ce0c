"""What every page has: the frame, the language, the clock of the bus, the session's secret for its forms."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from infra.http.border import trace_id
from infra.http.errors import Unauthenticated
from infra.http.language import Language, page_language
from infra.http.sessions import Session
from infra.postgres.queries import load
from infra.postgres.unit_of_work import Picture
from services.chassis.bureau import Bureau
from services.chassis.directory import desk_title, names_of
from services.chassis.kept import menu_of
from services.chassis.pages.messages import text
from services.chassis.pages.presenting import parked_words
from services.chassis.reading.words import clock, code_label, duration, moment, type_title
from services.chassis.routes.asking import bureau_of, session_of
from services.chassis.stream import Place

HERE = Path(__file__).parent
STATIC = HERE / "static"
queries = load(HERE.parent / "reading" / "queries.sql")
templates = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


@cache
def asset(name: str) -> str:
    """The address of a static file, new when its content is."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Frame:
    """One page being made: who looks at it, in which language, at which business time."""

    request: Request
    bureau: Bureau
    session: Session
    language: Language
    now: datetime
    speed: float
    place: Place
    names: dict[str, str]

    def title(self, desk: str) -> str:
        """The name of a desk."""
        return desk_title(desk, self.names, self.language)

    def page(self, template: str, *, status: int = 200, **words: Any) -> Response:
        """Render a template inside the frame."""
        return _render(self.request, template, status, {
            **_words(self.language), "frame": self, "actor": self.session.actor, "csrf": self.session.csrf,
            "menu": menu_of(self.bureau.agency, self.session.actor),
            "when": partial(moment, language=self.language, now=self.now), "clock": partial(clock, language=self.language, now=self.now),
            "title_of": self.title, "now": self.now,
            **words,
        })  # fmt: skip

    def left(self, due: datetime | None) -> str:
        """Time left or overdue, as the server sees it; the page's script goes on from there."""
        if due is None:
            return text("no-due", self.language)
        seconds = (due - self.now).total_seconds()
        return text("left" if seconds >= 0 else "over", self.language, time=duration(seconds, self.language))


async def signed_in(request: Request) -> Session:
    """The session of the browser; Unauthenticated when there is none."""
    session = await session_of(request)
    if session is None:
        raise Unauthenticated()
    return session


async def frame_of(request: Request, session: Session, uow: Picture, *, desks: list[str] | None = None) -> Frame:
    """The frame of a page. ``desks``: every desk that the page will name.

    The page hears of what comes after its newest change, so both are read from one picture: what came between them would never be told."""
    actor = session.actor
    own = tuple(sorted(actor.desks))
    row = await uow.fetchrow(queries["desk_seqs"], list(own))
    names = await names_of(uow, {desk.rpartition("@")[2] for desk in [*own, *(desks or [])]})
    seqs, speed = (tuple(row["seqs"]), float(row["speed"])) if row else ((0,) * len(own), 1.0)
    return Frame(request, bureau_of(request), session, page_language(request), uow.now, speed, Place(own, seqs), names)


def plain_page(request: Request, template: str, *, status: int = 200, **words: Any) -> Response:
    """A page without a session: sign-in and failures."""
    return _render(request, template, status, {**_words(page_language(request)), "frame": None, **words})


def _words(language: Language) -> dict[str, Any]:
    return {
        "language": language,
        "t": partial(_text, language),
        "label": partial(_label, language),
        "type_title": partial(type_title, language=language),
        "parked_words": partial(parked_words, language=language),
        "colon": "：" if language == "zh" else ": ",
        "comma": "、" if language == "zh" else ", ",
        "semicolon": "；" if language == "zh" else "; ",
        "asset": asset,
        "trace": trace_id.get(),
    }


def _text(language: Language, key: str, **words: object) -> str:
    return text(key, language, **words)


def _label(language: Language, listed: str, code: str) -> str:
    return code_label(listed, code, language)


def _render(request: Request, template: str, status: int, words: dict[str, Any]) -> Response:
    return HTMLResponse(templates.get_template(template).render(request=request, **words), status_code=status)
