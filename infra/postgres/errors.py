"""Which database errors time heals, and which a message itself brings about."""

import asyncpg

from infra.errors import XietongError

DATA_CLASSES = frozenset({"0A", "21", "22", "23", "42", "44", "54", "P0"})
"""SQLSTATE classes that the same statement with the same data raises again."""

NOT_YET = frozenset({"42501", "42P01", "42703", "42883", "3F000"})
"""No right, no table, no column, no function, no schema: the migrations are behind; time heals it."""

TOO_SLOW = "57014"
"""A statement that was ended by the time-out for statements: the server may be overloaded, or the work itself takes too long."""

SWALLOWED = "25P02"
"""A statement after one that failed in the same transaction: somebody swallowed an error, and will again."""


class MissingQuery(XietongError):
    """找不到具名 SQL。"""

    code = "missing-query"
    title_en = "No such named query"


class MigrationError(XietongError):
    """数据库迁移失败。"""

    code = "migration"
    title_en = "A migration failed"


def is_transient(error: BaseException) -> bool:
    """True if the same work can succeed later: connection, lock, serialization, time-out, a schema that is behind."""
    if isinstance(error, XietongError):
        return error.transient
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, asyncpg.PostgresError):
        state = sqlstate(error)
        return state in NOT_YET or (state[:2] not in DATA_CLASSES and state != SWALLOWED)
    return isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError | OSError | TimeoutError)


def is_too_slow(error: BaseException) -> bool:
    """True if a statement took longer than statements may: time heals it when the server was busy, and never when the work is too large."""
    return isinstance(error, asyncpg.PostgresError) and sqlstate(error) == TOO_SLOW


def is_data_error(error: BaseException) -> bool:
    """True if the database refused the data."""
    return isinstance(error, asyncpg.PostgresError) and not is_transient(error)


def is_conflict(error: BaseException) -> bool:
    """True if a row that another transaction wrote stands in the way (unique, foreign key …): a second look may find it gone or done."""
    return isinstance(error, asyncpg.IntegrityConstraintViolationError)


def sqlstate(error: BaseException) -> str:
    """Five characters, or nothing for an error that is not PostgreSQL's."""
    return str(getattr(error, "sqlstate", None) or "")


def describe(error: BaseException) -> str:
    """Class, SQLSTATE and the name of the constraint: never the text, which quotes values."""
    parts = [type(error).__name__, sqlstate(error), str(getattr(error, "constraint_name", None) or "")]
    return " ".join(part for part in parts if part)
