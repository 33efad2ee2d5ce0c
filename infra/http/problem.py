"""RFC 9457: one renderer for everything that goes wrong, in Chinese or English, naming the field and the trace."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from infra.errors import FieldError, XietongError
from infra.http.border import PROGRAMS, trace_id
from infra.http.errors import (
    BadRequest,
    FieldFault,
    Invalid,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    Unavailable,
    Unexpected,
    UnsupportedMedia,
)
from infra.http.invalid import field_faults, is_unreadable
from infra.http.language import Language, language_of, page_language
from infra.postgres.errors import is_transient

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger()
_BY_STATUS: Mapping[int, type[XietongError]] = {
    400: BadRequest,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: UnsupportedMedia,
    422: Invalid,
}


class FieldProblem(BaseModel):
    """What is wrong with one field, in both languages; ``message`` is the one asked for."""

    field: str
    code: str
    message: str
    zh: str
    en: str


class Problem(BaseModel):
    """The answer to a request that failed."""

    model_config = ConfigDict(json_schema_extra={"description": "RFC 9457 problem details"})

    type: str
    title: str
    status: int
    detail: str
    instance: str
    trace_id: str
    errors: list[FieldProblem] = []


ErrorPage = Callable[[Request, Problem], Awaitable[Response | None]]


def as_xietong(error: Exception) -> XietongError:
    """Any exception as one of ours; what nobody foresaw is Unexpected, and said so in the log."""
    match error:
        case XietongError():
            return error
        case RequestValidationError() | ValidationError():
            errors = error.errors()
            return BadRequest() if is_unreadable(errors) else Invalid(fields=field_faults(errors))
        case HTTPException() if error.status_code in _BY_STATUS:
            return _BY_STATUS[error.status_code]()
        case _ if is_transient(error):
            log.warning("store_unavailable", error=type(error).__name__)
            return Unavailable()
        case _:
            log.error("request_failed", error=type(error).__name__, exc_info=error)
            return Unexpected()


def problem_of(error: XietongError, request: Request) -> Problem:
    """The problem document of an error in the language of the request."""
    language = page_language(request) if wants_page(request) else language_of(request)
    return Problem(
        type=f"urn:xietong:problem:{error.code}",
        title=error.title_zh() if language == "zh" else error.title_en,
        status=error.status,
        detail=error.zh if language == "zh" else error.en,
        instance=request.url.path,
        trace_id=trace_id.get(),
        errors=[_field_problem(one, language) for one in error.fields],
    )


def _field_problem(one: FieldError, language: Language) -> FieldProblem:
    code = one.code if isinstance(one, FieldFault) else "invalid"
    return FieldProblem(field=one.field, code=code, message=one.zh if language == "zh" else one.en, zh=one.zh, en=one.en)


def renderer(error_page: ErrorPage | None) -> Callable[[Request, Exception], Awaitable[Response]]:
    """An exception handler: an HTML page for people, problem+json for programs."""

    async def render(request: Request, error: Exception) -> Response:
        ours = as_xietong(error)
        problem = problem_of(ours, request)
        if error_page is not None and wants_page(request):
            page = await error_page(request, problem)
            if page is not None:
                return page
        return JSONResponse(problem.model_dump(), status_code=problem.status, media_type=MEDIA_TYPE, headers=_headers(ours, error))

    return render


def wants_page(request: Request) -> bool:
    """A browser that navigates, outside the programs' paths."""
    return not request.url.path.startswith(PROGRAMS) and "text/html" in request.headers.get("accept", "")


def _headers(error: XietongError, cause: Exception) -> dict[str, str]:
    headers = dict(cause.headers or {}) if isinstance(cause, HTTPException) else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.transient:
        headers["Retry-After"] = "5"
    return headers


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of an operation: each status as a problem, for OpenAPI."""
    schema = {"$ref": "#/components/schemas/Problem"}
    texts = {
        400: "请求无法读取", 401: "未登录", 403: "无权办理", 404: "找不到或无权查看", 409: "与现状冲突", 413: "请求过大",
        415: "媒体类型不符", 422: "内容有误", 428: "缺少前提", 500: "内部错误", 503: "暂不可用",
    }  # fmt: skip
    return {status: {"description": texts[status], "content": {MEDIA_TYPE: {"schema": schema}}} for status in statuses}
