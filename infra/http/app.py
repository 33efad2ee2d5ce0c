"""The HTTP application of every process: one border, one problem renderer, OpenAPI without the framework's own error model."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException

from infra.errors import XietongError
from infra.http.border import Border
from infra.http.problem import ErrorPage, Problem, renderer
from infra.http.sessions import COOKIE

Application = FastAPI
"""What ``create_app`` makes."""
Router = APIRouter
"""What it is made of."""


def create_app(*, title: str, version: str, routers: Sequence[APIRouter], error_page: ErrorPage | None = None) -> FastAPI:
    """An application with these routers. ``error_page`` renders a problem for people (None = problem+json for everybody)."""
    app = FastAPI(title=title, version=version, docs_url=None, redoc_url=None, openapi_url="/openapi.json", redirect_slashes=False)
    render = renderer(error_page)
    for kind in (XietongError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, render)
    app.add_middleware(Border, render=render)
    for router in routers:
        app.include_router(router)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # the documented way to replace it
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1 with our problem in place of the framework's validation error."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, routes=app.routes, openapi_version="3.1.0")
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(problem.pop("$defs", {}), Problem=problem)
        _tell_security(document)
        app.openapi_schema = document
    return app.openapi_schema


def _tell_security(document: dict[str, Any]) -> None:
    """Programs' paths take a bearer token, or the session cookie together with the session's secret in ``X-CSRF-Token``."""
    document["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
    }
    for path, operations in document["paths"].items():
        if path.startswith("/api/"):
            for operation in operations.values():
                operation["security"] = [{"bearer": []}, {"session": []}]
