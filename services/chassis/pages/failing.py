"""A problem as a page: what happened, that nothing was saved, and the number to quote."""

from fastapi import Request
from starlette.responses import Response

from infra.http.problem import Problem
from services.chassis.pages.shell import plain_page


async def error_page(request: Request, problem: Problem) -> Response:
    """The page of a problem, with its status."""
    return plain_page(request, "failure.html", status=problem.status, problem=problem)
