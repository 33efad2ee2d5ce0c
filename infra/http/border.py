"""The border of the HTTP server: trace id, size limit, unprintable paths, security headers, and no exception leaves."""

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.http.errors import BadEncoding, BadPath, TooLarge, UnsupportedMedia
from infra.http.traces import parse_traceparent

MAX_BODY = 256 * 1024
FORMS = (b"application/x-www-form-urlencoded", b"multipart/")
JSON = re.compile(rb"\s*application/([\w.+-]+\+)?json\s*(;|$)", re.IGNORECASE)
PROGRAMS = "/api/"
"""Where programs ask: a body there is JSON, and says so."""
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": CONTENT_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}

trace_id: ContextVar[str] = ContextVar("trace_id", default="")
"""Of the request being answered; people read it aloud from an error page."""
Render = Callable[[Request, Exception], Awaitable[Response]]


class Border:
    """Pure ASGI, so that streams pass through unbuffered."""

    def __init__(self, app: ASGIApp, *, render: Render) -> None:
        self.app = app
        self.render = render

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        token = trace_id.set(_trace_of(scope))
        outgoing = _Outgoing(send)
        try:
            await self._pass(scope, receive, outgoing)
        finally:
            trace_id.reset(token)

    async def _pass(self, scope: Scope, receive: Receive, outgoing: "_Outgoing") -> None:
        try:
            _check_path(scope)
            await self.app(scope, await _bounded(scope, receive), outgoing)
        except Exception as error:
            if outgoing.started:
                raise
            response = await self.render(Request(scope, receive), error)
            await response(scope, receive, outgoing)


class _Outgoing:
    """Adds the security headers that the answer did not set itself."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers: list[tuple[bytes, bytes]] = list(message.get("headers", []))
            present = {name.lower() for name, _ in headers}
            headers += [(n.encode(), v.encode()) for n, v in HEADERS.items() if n.encode() not in present]
            message = {**message, "headers": headers}
        await self._send(message)


def _trace_of(scope: Scope) -> str:
    given = dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1")
    parsed = parse_traceparent(given)
    return parsed if parsed else secrets.token_hex(16)


def _check_path(scope: Scope) -> None:
    """No store holds a NUL or half a character, so no path and no query may carry one."""
    query = scope.get("query_string", b"").lower()
    if not _clean(scope["path"]) or b"%00" in query or b"\x00" in query:
        raise BadPath()


def _clean(text: str) -> bool:
    return all(character >= " " and not "\ud800" <= character <= "\udfff" for character in text)


async def _bounded(scope: Scope, receive: Receive) -> Receive:
    """Read the whole body up to the limit, then hand it on as one piece; longer is TooLarge."""
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    if declared.isdigit() and int(declared) > MAX_BODY:
        raise TooLarge()
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return receive
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return _replay([message], receive)
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise TooLarge()
        if not message.get("more_body", False):
            _check_media(scope, body)
            _check_encoding(scope, body)
            return _replay([{"type": "http.request", "body": bytes(body), "more_body": False}], receive)


def _check_media(scope: Scope, body: bytearray) -> None:
    """What calls itself something else than JSON would be read as one text, and refused for a reason that helps nobody."""
    if body and scope["path"].startswith(PROGRAMS) and not JSON.match(dict(scope["headers"]).get(b"content-type", b"")):
        raise UnsupportedMedia()


def _check_encoding(scope: Scope, body: bytearray) -> None:
    """JSON travels in UTF-8 alone (RFC 8259 §8.1), which holds no bare NUL; a parser would guess UTF-16 and UTF-32 by them. Forms are read elsewhere."""
    if dict(scope["headers"]).get(b"content-type", b"").lower().startswith(FORMS):
        return
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadEncoding() from error
    if "\x00" in text:
        raise BadEncoding()


def _replay(messages: list[Message], receive: Receive) -> Receive:
    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return again
