"""Tokens of the demo's people, signed as the command line signs them."""

import secrets
from datetime import timedelta

from infra.clock import machine_now
from infra.http.auth import LONGEST, Actor, Use, issue
from services.commands.system.secrets import Secrets


def signed(keys: Secrets, actor: Actor, use: Use, *, ttl: timedelta = LONGEST) -> str:
    """A token for a person at a desk, good for as long as a token may be."""
    return issue(keys.signing_key(), actor, use=use, number=secrets.token_hex(8), now=machine_now(), ttl=ttl)


def access_token(keys: Secrets, actor: Actor) -> str:
    return signed(keys, actor, "access")
