"""A problem as a page: what happened, that nothing was saved, and the number to quote."""

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from infra.http.problem import Problem
from services.chassis.pages.shell import plain_page


async def error_page(request: Request, problem: Problem) -> Response:
    """The page of a problem, with its status. Where only a form is sent to, the way back to the page that it stands on: a refused form leaves
    its own address in the browser, which is asked again by a refresh and by the switch of the language."""
    if request.method == "GET" and problem.status == 405:
        return RedirectResponse(request.url.path.rpartition("/")[0] or "/", status_code=303)
    return plain_page(request, "failure.html", status=problem.status, problem=problem)
