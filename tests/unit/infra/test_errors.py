
import asyncpg
import pytest

from infra.errors import FieldError, Unavailable, XietongError
from infra.postgres.errors import describe, is_conflict, is_data_error, is_transient


def test_an_error_says_its_docstring_unless_told_otherwise() -> None:
    assert Unavailable().zh == "服务暂时不可用，请稍后重试。"
    assert Unavailable().en == "Temporarily unavailable, please try again"
    told = XietongError("自己的话", en="own words", fields=(FieldError("data.x", "缺少", "missing"),))
    assert (str(told), told.en, told.fields[0].field) == ("自己的话", "own words", "data.x")


def state(code: str) -> asyncpg.PostgresError:
    return asyncpg.PostgresError.new({"C": code, "M": "text with 13900000000"})


@pytest.mark.parametrize(
    "code", ["22003", "22P05", "23505", "23514", "23503", "42804", "42601", "21000", "54000", "0A000", "P0001", "44000", "25P02"]
)
def test_what_the_same_data_raises_again_is_a_data_error(code: str) -> None:
    assert is_data_error(state(code))
    assert not is_transient(state(code))


@pytest.mark.parametrize(
    "code",
    [
        "08006", "40001", "40P01", "57P01", "57P03", "53100", "53300", "55P03", "57014", "25006", "25P03", "58030", "XX000",
        "42501", "42P01", "42703", "42883", "3F000",
    ],
)  # fmt: skip
def test_what_time_heals_is_transient(code: str) -> None:
    assert is_transient(state(code))
    assert not is_data_error(state(code))


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.InternalClientError("cannot switch to state 12"), asyncpg.InterfaceError("connection is closed"),
        ConnectionResetError(), MemoryError(), OSError(), TimeoutError(), Unavailable(),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_a_lost_connection_is_transient(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error", [KeyError(), ValueError(), RuntimeError(), XietongError(), AssertionError()], ids=lambda error: type(error).__name__
)
def test_a_defect_of_the_program_is_not(error: Exception) -> None:
    assert not is_transient(error)
    assert not is_data_error(error)


def test_an_error_is_described_without_its_text() -> None:
    assert describe(state("23505")) == "UniqueViolationError 23505"
    assert describe(KeyError("13900000000")) == "KeyError"
    assert is_conflict(state("23505"))
    assert not is_conflict(state("22003"))
