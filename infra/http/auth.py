"""Who asks: signed tokens (Ed25519 alone), what they claim, and the checks that turn them into an actor."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal, Self

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from contracts.coordination import Person
from contracts.ids import role_of, unit_of
from infra.http.errors import Unauthenticated

ALGORITHM = "Ed25519"
AUDIENCE = "xietong"
ISSUER = "xietong-signin"
LONGEST = timedelta(hours=12)
Use = Literal["access", "ticket"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at one unit, the desks held there, and the service that hosts them. ``shown`` is the masked name (张*)."""

    ref: str
    shown: str
    unit: str
    desks: tuple[str, ...]
    service: str

    def person_at(self, desk: str) -> Person:
        """The person as a signature at one of the desks names it."""
        return Person(ref=self.ref, role=role_of(desk), shown=self.shown)

    def record(self) -> dict[str, Any]:
        """The actor as a session row keeps it."""
        return {**asdict(self), "desks": list(self.desks)}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Self:
        """The actor of a session row."""
        return cls(**{**record, "desks": tuple(record["desks"])})


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a verified token says beside its actor: its number and when it ends (machine time)."""

    actor: Actor
    number: str
    ends: datetime


def new_key(kid: str) -> OKPKey:
    """A signing key of the sign-in."""
    return OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig", "alg": ALGORITHM})


def public_keys(*keys: OKPKey) -> dict[str, Any]:
    """The public halves as a JWKS document, the content of a service's public keys file."""
    return {"keys": [key.as_dict(private=False) for key in keys]}


def read_keys(document: Mapping[str, Any]) -> KeySet:
    """Public keys from a JWKS document; a private key or another kind of key is a ValueError."""
    found = KeySet.import_key_set({"keys": [dict(key) for key in document["keys"]]})
    if any(not isinstance(key, OKPKey) or key.is_private or not key.kid for key in found.keys):
        raise ValueError("the keys file must hold named public Ed25519 keys only")
    return found


def issue(key: OKPKey, actor: Actor, *, use: Use, number: str, now: datetime, ttl: timedelta) -> str:
    """Sign a token (the sign-in and the CLI alone do this); longer than 12 hours or desks of another unit are a ValueError."""
    if ttl > LONGEST:
        raise ValueError("a token lives 12 hours at most")
    if not actor.desks or any(unit_of(desk) != actor.unit for desk in actor.desks):
        raise ValueError("a token holds desks of its own unit only")
    issued = int(now.timestamp())
    claims = {
        "iss": ISSUER, "aud": AUDIENCE, "sub": actor.ref, "jti": number, "use": use,
        "iat": issued, "exp": issued + int(ttl.total_seconds()),
        "name": actor.shown, "unit": actor.unit, "desks": list(actor.desks), "svc": actor.service,
    }  # fmt: skip
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": "JWT"}, claims, key, algorithms=[ALGORITHM])


def verify(token: str, keys: KeySet, *, service: str, use: Use, now: datetime) -> Ticket:
    """Check signature, key, times (machine time), audience, use and service; anything wrong is Unauthenticated, without saying what."""
    try:
        decoded = jwt.decode(_canonical(token), partial(_key_named, keys), algorithms=[ALGORITHM])
        claims = decoded.claims
        _check(claims, service=service, use=use, now=now)
        actor = Actor(
            ref=_text(claims["sub"]),
            shown=_text(claims["name"]),
            unit=_text(claims["unit"]),
            desks=_desks(claims["desks"], claims["unit"]),
            service=service,
        )
        return Ticket(actor, _text(claims["jti"]), datetime.fromtimestamp(claims["exp"], now.tzinfo))
    except (JoseError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise Unauthenticated() from error


def _key_named(keys: KeySet, token: Any) -> Any:
    """Only a token that names one of our keys is looked at."""
    kid = token.headers().get("kid")
    for key in keys.keys:
        if isinstance(kid, str) and key.kid == kid:
            return key
    raise ValueError("unknown key")


def _canonical(token: str) -> str:
    """Refuse base64 with stray bits at its end: one signature has one spelling."""
    for segment in token.split("."):
        raw = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
        if base64.urlsafe_b64encode(raw).decode().rstrip("=") != segment:
            raise ValueError("not canonical")
    return token


def _check(claims: Mapping[str, Any], *, service: str, use: Use, now: datetime) -> None:
    moment = now.timestamp()
    wanted = {"iss": ISSUER, "aud": AUDIENCE, "use": use, "svc": service}
    if any(claims.get(name) != value for name, value in wanted.items()):
        raise ValueError("meant for something else")
    begins, ends = claims["iat"], claims["exp"]
    if type(begins) is not int or type(ends) is not int:
        raise TypeError("times are whole seconds")
    if ends - begins > LONGEST.total_seconds() or not begins - 60 <= moment < ends:
        raise ValueError("expired, too long, or not yet valid")


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or len(value) > 200 or not value.isprintable():
        raise TypeError("not a text")
    return value


def _desks(value: Any, unit: str) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise TypeError("not a list of desks")
    desks = tuple(sorted({_text(desk) for desk in value}))
    if any(unit_of(desk) != unit for desk in desks):
        raise ValueError("a desk of another unit")
    return desks
