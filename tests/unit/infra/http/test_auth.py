"""Tokens: only what the sign-in signed, for this service, for this use, now."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, OKPKey, RSAKey

from infra.http.auth import ALGORITHM, Actor, issue, new_key, public_keys, read_keys, verify
from infra.http.errors import Unauthenticated

NOW = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)
KEY = new_key("k-1")
KEYS = read_keys(public_keys(KEY))
ACTOR = Actor(ref="p-1", shown="张*", unit="2199000101", desks=("school.duty-desk@2199000101",), service="schools")
TOKEN = issue(KEY, ACTOR, use="access", number="n-1", now=NOW, ttl=timedelta(hours=1))


def claims_of(token: str) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))


def signed(changes: dict[str, Any], *, key: Any = KEY, header: dict[str, Any] | None = None) -> str:
    claims = {name: value for name, value in {**claims_of(TOKEN), **changes}.items() if value is not None}
    head = header or {"alg": ALGORITHM, "kid": "k-1"}
    return jwt.encode(head, claims, key, algorithms=[head["alg"]])


def check(token: str, *, now: datetime = NOW, service: str = "schools", use: Any = "access", keys: KeySet = KEYS) -> Actor:
    return verify(token, keys, service=service, use=use, now=now).actor


def test_a_token_brings_its_actor_back() -> None:
    assert check(TOKEN) == ACTOR
    assert verify(TOKEN, KEYS, service="schools", use="access", now=NOW).ends == NOW + timedelta(hours=1)


@pytest.mark.parametrize("moment", [NOW + timedelta(hours=1), NOW + timedelta(days=9), NOW - timedelta(minutes=2)])
def test_a_token_lives_between_its_times(moment: datetime) -> None:
    with pytest.raises(Unauthenticated):
        check(TOKEN, now=moment)


@pytest.mark.parametrize("meant", [{"service": "police"}, {"use": "ticket"}])
def test_a_token_for_something_else_is_refused(meant: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        check(TOKEN, **meant)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "elsewhere"}, {"aud": "elsewhere"}, {"aud": ["xietong", "x"]}, {"exp": None}, {"iat": None}, {"sub": None}, {"sub": 7}, {"jti": None},
        {"name": ""}, {"name": "a\nb"}, {"desks": []}, {"desks": "school.duty-desk@2199000101"}, {"desks": ["no-desk"]}, {"desks": [7]},
        {"desks": ["school.duty-desk@3199000102"]}, {"unit": "3199000102"}, {"exp": "soon"}, {"exp": 1e400}, {"exp": True},
        {"exp": int((NOW + timedelta(hours=13)).timestamp())}, {"iat": int((NOW + timedelta(minutes=5)).timestamp())}, {"svc": None},
    ],
)  # fmt: skip
def test_a_token_with_other_claims_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        check(signed(changes))


def test_another_key_an_unknown_key_and_no_key_are_refused() -> None:
    stranger = new_key("k-1")
    for token in (signed({}, key=stranger), signed({}, header={"alg": ALGORITHM, "kid": "k-2"}), signed({}, header={"alg": ALGORITHM})):
        with pytest.raises(Unauthenticated):
            check(token)


def test_other_algorithms_are_refused() -> None:
    public = json.dumps(public_keys(KEY)["keys"][0]).encode()
    confused = signed({}, key=OctKey.import_key(public), header={"alg": "HS256", "kid": "k-1"})
    rsa = signed({}, key=RSAKey.generate_key(2048), header={"alg": "RS256", "kid": "k-1"})
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": "k-1"}).encode()).decode().rstrip("=")
    unsigned = f"{head}.{TOKEN.split('.')[1]}."
    for token in (confused, rsa, unsigned, unsigned[:-1]):
        with pytest.raises(Unauthenticated):
            check(token)


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ é"))
def test_a_token_with_one_other_character_is_refused(place: int, letter: str) -> None:
    if TOKEN[place] == letter:
        return
    with pytest.raises(Unauthenticated):
        check(TOKEN[:place] + letter + TOKEN[place + 1 :])


@given(st.text(max_size=200))
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(Unauthenticated):
        check(text)


def test_the_sign_in_issues_nothing_it_should_not() -> None:
    with pytest.raises(ValueError, match="12 hours"):
        issue(KEY, ACTOR, use="access", number="n", now=NOW, ttl=timedelta(hours=12, seconds=1))
    foreign = Actor(ref="p", shown="张*", unit="2199000101", desks=("school.duty-desk@3199000102",), service="schools")
    with pytest.raises(ValueError, match="own unit"):
        issue(KEY, foreign, use="access", number="n", now=NOW, ttl=timedelta(hours=1))


@pytest.mark.parametrize("key", [KEY, OKPKey.generate_key("Ed25519", private=False), OctKey.generate_key(256)])
def test_a_keys_file_holds_named_public_keys_only(key: Any) -> None:
    document = {"keys": [key.as_dict(private=True) if key.is_private else {**key.as_dict(), "kid": ""}]}
    with pytest.raises(ValueError, match="public"):
        read_keys(document)


def test_a_session_row_brings_its_actor_back() -> None:
    assert Actor.of_record(json.loads(json.dumps(ACTOR.record()))) == ACTOR
    assert ACTOR.person_at("school.duty-desk@2199000101").role == "school.duty-desk"
