"""The border: limits, headers, problems, in the language that was asked for."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from contracts.texts import FreeText, Instant
from infra.errors import XietongError
from infra.http.app import create_app
from infra.http.border import MAX_BODY
from infra.http.errors import Conflict
from infra.http.problem import Problem
from infra.http.traces import parse_traceparent, traceparent

router = APIRouter()


class Body(BaseModel):
    text: FreeText
    at: Instant | None = None


class Lists(BaseModel):
    texts: Annotated[tuple[FreeText, ...], Field(min_length=1)]


@router.post("/api/lists")
async def lists(body: Lists) -> dict[str, int]:
    return {"length": len(body.texts)}


@router.post("/api/things")
async def things(body: Body) -> dict[str, int]:
    return {"length": len(body.text)}


@router.get("/api/broken")
async def broken() -> None:
    raise RuntimeError("隐私")


@router.get("/api/conflict")
async def conflict() -> None:
    raise Conflict("此件已由 王* 签收。", en="王* signed this.")


@router.get("/api/away")
async def away() -> None:
    raise ConnectionRefusedError("database")


@router.get("/api/breaks-midway")
async def breaks_midway() -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one"
        raise RuntimeError("midway")

    return StreamingResponse(parts())


async def page(_request: Request, problem: Problem) -> Response:
    return Response(f"<h1>{problem.title}</h1>", status_code=problem.status, media_type="text/html")


APP = create_app(title="t", version="1", routers=[router], error_page=page)


async def ask(method: str, path: str, **how: Any) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=APP), base_url="http://x") as client:
        return await client.request(method, path, **how)


async def test_every_answer_carries_the_headers() -> None:
    answer = await ask("POST", "/api/things", json={"text": "好"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("method", "path", "how", "status", "code"),
    [
        ("GET", "/api/nothing", {}, 404, "not-found"),
        ("PUT", "/api/things", {}, 405, "method-not-allowed"),
        ("GET", "/api/a%00b", {}, 400, "bad-path"),
        ("GET", "/api/nothing?a=%00", {}, 400, "bad-path"),
        ("POST", "/api/things", {"content": b"{", "headers": {"content-type": "application/json"}}, 400, "bad-request"),
        ("POST", "/api/things", {"content": b"x" * (MAX_BODY + 1)}, 413, "too-large"),
        ("POST", "/api/things", {"content": b'{"text": "a"}'}, 415, "unsupported-media"),
        ("POST", "/api/things", {"content": b'{"text": "a"}', "headers": {"content-type": "text/plain"}}, 415, "unsupported-media"),
        ("POST", "/api/things", {"data": {"text": "a"}}, 415, "unsupported-media"),
        ("GET", "/api/conflict", {}, 409, "conflict"),
        ("GET", "/api/away", {}, 503, "unavailable"),
        ("GET", "/api/broken", {}, 500, "unexpected"),
    ],
)
async def test_what_goes_wrong_is_a_problem(method: str, path: str, how: dict[str, Any], status: int, code: str) -> None:
    answer = await ask(method, path, **how)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:xietong:problem:{code}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.json()["trace_id"]) == 32
    assert "隐私" not in answer.text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "gbk"])
async def test_a_body_in_another_encoding_than_utf_8_is_refused(encoding: str) -> None:
    """INVARIANT: one request has one reading — broken by a parser that guesses UTF-16 and UTF-32."""
    answer = await ask("POST", "/api/things", content='{"text": "泉西小学"}'.encode(encoding), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:xietong:problem:bad-encoding")


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"])
async def test_every_name_of_json_is_read(kind: str) -> None:
    answer = await ask("POST", "/api/things", content=b'{"text": "a"}', headers={"content-type": kind})
    assert answer.status_code == 200


async def test_a_body_that_is_missing_or_no_object_is_named() -> None:
    answers = [await ask("POST", "/api/things"), await ask("POST", "/api/things", json=["a"])]
    assert [[fault["field"] for fault in answer.json()["errors"]] for answer in answers] == [["body"], ["body"]]


async def test_a_list_of_refused_items_is_not_called_too_short_as_well() -> None:
    answer = await ask("POST", "/api/lists", json={"texts": ["\u0000"]})
    assert [fault["field"] for fault in answer.json()["errors"]] == ["texts.0"]


async def test_a_body_of_exactly_the_limit_is_read() -> None:
    text = "x" * (MAX_BODY - len(b'{"text": ""}'))
    answer = await ask("POST", "/api/things", content=f'{{"text": "{text}"}}', headers={"content-type": "application/json"})
    assert answer.status_code == 200


async def test_a_long_body_without_a_length_is_refused_too() -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"x" * 65_536

    assert (await ask("POST", "/api/things", content=parts())).status_code == 413


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "此件已由"),
        ({"accept-language": "en"}, "signed this"),
        ({"accept-language": "fr, en;q=0.5, zh;q=0.4"}, "signed this"),
        ({"accept-language": "en;q=0.5, zh-CN"}, "此件已由"),
        ({"accept-language": "*"}, "此件已由"),
        ({"accept-language": ";;;q=x"}, "此件已由"),
        ({"accept-language": "en", "cookie": "xietong_language=zh"}, "此件已由"),
        ({"cookie": "xietong_language=en"}, "signed this"),
    ],
)
async def test_the_language_is_chinese_unless_another_is_asked_for(headers: dict[str, str], words: str) -> None:
    assert words in (await ask("GET", "/api/conflict", headers=headers)).json()["detail"]


async def test_a_field_is_named_in_both_languages_and_its_value_is_not_repeated() -> None:
    answer = await ask("POST", "/api/things", json={"text": "电话13800000000", "at": "2026-01-01T00:00:00"})
    errors = {one["field"]: one for one in answer.json()["errors"]}
    assert errors["text"]["code"] == "personal-number-in-text"
    assert errors["at"]["code"] == "time-without-offset"
    assert errors["at"]["zh"].startswith("时间应为")
    assert errors["at"]["en"].startswith("Must be")
    assert "13800000000" not in answer.text


async def test_people_get_a_page_and_programs_a_problem() -> None:
    html = await ask("GET", "/nothing", headers={"accept": "text/html"})
    assert (html.status_code, html.headers["content-type"].partition(";")[0]) == (404, "text/html")
    assert (await ask("GET", "/api/nothing", headers={"accept": "text/html"})).headers["content-type"] == "application/problem+json"


async def test_an_answer_that_breaks_midway_is_not_answered_twice() -> None:
    with pytest.raises(RuntimeError, match="midway"):
        await ask("GET", "/api/breaks-midway")


async def test_the_trace_of_the_caller_goes_on() -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = await ask("GET", "/api/conflict", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert answer.json()["trace_id"] == trace


@pytest.mark.parametrize(
    "header", ["", "x", "00-0-0-0", "00-" + "0" * 32 + "-b7ad6b7169203331-01", "ff-" + "a" * 32 + "-b7ad6b7169203331-01", "00-" + "A" * 32 + "-" + "b" * 16 + "-01"]
)  # fmt: skip
def test_a_bad_trace_is_no_trace(header: str) -> None:
    assert parse_traceparent(header) is None


def test_a_trace_that_is_written_can_be_read() -> None:
    assert parse_traceparent(traceparent("a" * 32)) == "a" * 32


async def test_openapi_knows_our_problem_and_not_the_frameworks() -> None:
    document = (await ask("GET", "/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    assert "Problem" in document["components"]["schemas"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_an_error_says_its_docstring() -> None:
    assert Conflict().zh == "与当前状态冲突。"
    assert issubclass(Conflict, XietongError)
