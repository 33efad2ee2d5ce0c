import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from infra.embedded import EmbeddedError, PostgresServer
from infra.embedded.records import Records


def server(root: Path, said: list[str] | None = None) -> PostgresServer:
    said = [] if said is None else said
    return PostgresServer(root, records=Records(root / "run"), progress=said.append)


@pytest.fixture(scope="module")
async def postgres(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PostgresServer]:
    running = server(tmp_path_factory.mktemp("postgres"))
    await running.start()
    yield running
    await running.stop()


async def ask(postgres: PostgresServer, sql: str, dsn: str | None = None) -> object:
    connection = await asyncpg.connect(dsn or postgres.dsn, timeout=10)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_it_is_version_18_with_chinese_text_and_utc(postgres: PostgresServer) -> None:
    assert str(await ask(postgres, "show server_version")).startswith("18")
    assert await ask(postgres, "select upper('协同 abc')") == "协同 ABC"
    assert await ask(postgres, "show timezone") == "UTC"
    assert await ask(postgres, "show max_connections") == "200"
    assert await ask(postgres, "select current_database() || current_user") == "xietongxietong"


async def test_it_listens_on_loopback_only_and_asks_for_the_password(postgres: PostgresServer) -> None:
    assert await ask(postgres, "show listen_addresses") == "127.0.0.1"
    assert await ask(postgres, "show unix_socket_directories") == ""
    head, _, place = postgres.dsn.rpartition("@")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(postgres, "select 1", f"{head}x@{place}")


async def test_what_was_committed_is_there_after_a_kill_on_the_same_address(postgres: PostgresServer) -> None:
    dsn = postgres.dsn
    await ask(postgres, "create table if not exists kept (id int)")
    await ask(postgres, "insert into kept values (1)")
    holder = await asyncpg.connect(dsn)
    await postgres.kill()
    assert postgres.pid is None
    with pytest.raises(ConnectionRefusedError):
        await ask(postgres, "select 1", dsn)
    await postgres.start()
    assert postgres.dsn == dsn
    assert await ask(postgres, "select count(*) from kept") == 1
    holder.terminate()


async def test_a_stop_ends_open_sessions_and_a_start_serves_again(postgres: PostgresServer) -> None:
    holder = await asyncpg.connect(postgres.dsn)
    await postgres.stop()
    await postgres.start()
    assert await ask(postgres, "select 1") == 1
    holder.terminate()


async def test_a_server_killed_from_outside_comes_back_by_itself(postgres: PostgresServer) -> None:
    before = postgres.pid
    assert before
    os.kill(before, signal.SIGKILL)
    async with asyncio.timeout(30):
        while postgres.pid in (None, before):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await postgres.start()
    assert await ask(postgres, "select 1") == 1


async def test_wiping_leaves_an_empty_database_on_the_same_address(postgres: PostgresServer) -> None:
    dsn = postgres.dsn
    await ask(postgres, "create table gone (id int)")
    await postgres.wipe()
    await postgres.start()
    assert postgres.dsn == dsn
    assert await ask(postgres, "select to_regclass('gone')") is None


async def test_a_pid_file_whose_pid_is_now_someone_else_does_not_block_the_start(tmp_path: Path) -> None:
    running = server(tmp_path)
    await running.start()
    await running.kill()
    pid_file = tmp_path / "postgres" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    await running.start()
    assert await ask(running, "select 1") == 1
    await running.stop()


async def test_a_server_that_another_host_left_on_the_data_is_ended_first(tmp_path: Path) -> None:
    left = server(tmp_path)
    await left.start()
    old = psutil.Process(left.pid)
    another = PostgresServer(tmp_path, records=Records(tmp_path / "run-2"), progress=lambda line: None)
    await another.start()
    assert another.pid != old.pid
    await left.stop()
    assert await ask(another, "select 1") == 1
    await another.stop()


async def test_data_left_half_made_is_made_anew(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "postgres" / "data.half").mkdir(parents=True)
    (tmp_path / "postgres" / "data.half" / "PG_VERSION").write_text("18\n")
    running = server(tmp_path, said)
    await running.start()
    assert await ask(running, "select 1") == 1
    await running.stop()
    assert [line for line in said if "初始化" in line]


async def test_a_server_that_cannot_start_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    broken = PostgresServer(tmp_path, records=Records(tmp_path / "run"), progress=lambda line: None, max_connections=-1)
    try:
        with pytest.raises(EmbeddedError, match=r"postgres 反复退出[\s\S]*max_connections"):
            await broken.start()
    finally:
        await broken.stop()
    assert (tmp_path / "postgres" / "password").stat().st_mode & 0o777 == 0o600
