"""Database roles: per schema one for the service and one for a desk's request; a few more logins where a schema has them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from infra.postgres.pool import Connection

PREFIX = "xt_"
ATTEMPTS = 8
Password = Callable[[str], str]
"""role → its password."""


def service_role(schema: str) -> str:
    """``xt_police``: logs in, sees every row of its schema, may become the desk's role."""
    return f"{PREFIX}{schema}"


def desk_role(schema: str) -> str:
    """``xt_police_desk``: a request's role; sees the rows of the units it is set to and no other."""
    return f"{PREFIX}{schema}_desk"


def login_role(login: str) -> str:
    """``xt_clock``: another process on the same schema, with the rights that its migrations grant."""
    return f"{PREFIX}{login}"


def dsn_of(owner_dsn: str, role: str, password: str) -> str:
    """The owner's DSN with another user."""
    parts = urlsplit(owner_dsn)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(role, safe='')}:{quote(password, safe='')}@{host}"))


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles of one schema."""

    schema: str
    logins: Sequence[str] = ()

    @property
    def with_login(self) -> tuple[str, ...]:
        return (service_role(self.schema), *(login_role(login) for login in self.logins))


async def ensure_roles(owner: Connection, roles: Roles, password: Password) -> None:
    """Create what is missing, set the passwords, and let the service become its desk (``set``, without inheriting).

    Roles are shared by all databases of a cluster, and no lock is: when another migration touches the same one, try again.
    """
    for attempt in range(ATTEMPTS):
        try:
            await _ensure_all(owner, roles, password)
        except asyncpg.InternalServerError:
            if attempt == ATTEMPTS - 1:
                raise
            await asyncio.sleep(0.05 * 2**attempt)
        else:
            return


async def _ensure_all(owner: Connection, roles: Roles, password: Password) -> None:
    for role in roles.with_login:
        await _ensure(owner, role, "login noinherit nosuperuser nocreatedb nocreaterole nobypassrls")
        await owner.execute(await owner.fetchval("select format('alter role %I password %L', $1::text, $2::text)", role, password(role)))
    service, desk = service_role(roles.schema), desk_role(roles.schema)
    await _ensure(owner, desk, "nologin noinherit nosuperuser nocreatedb nocreaterole nobypassrls")
    await owner.execute(
        await owner.fetchval("select format('grant %I to %I with inherit false, set true', $1::text, $2::text)", desk, service)
    )


async def grant_schema(owner: Connection, roles: Roles) -> None:
    """Let the roles look into their schema and connect; what they may do with each table is granted by the migrations."""
    for role in (*roles.with_login, desk_role(roles.schema)):
        await owner.execute(await owner.fetchval("select format('grant usage on schema %I to %I', $1::text, $2::text)", roles.schema, role))


async def _ensure(owner: Connection, role: str, attributes: str) -> None:
    await owner.execute(await owner.fetchval(
        """select format('do $do$ begin create role %I ' || $2::text || ';
           exception when duplicate_object or unique_violation then null; end $do$', $1::text)""",
        role, attributes,
    ))  # fmt: skip
