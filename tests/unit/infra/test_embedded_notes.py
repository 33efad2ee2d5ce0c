import socket
from pathlib import Path

import pytest

from infra.embedded import EmbeddedError, ports
from infra.embedded.backoff import Backoff
from infra.embedded.files import write_whole
from infra.embedded.lock import hold


def test_ports_are_the_same_after_a_restart(tmp_path: Path) -> None:
    kept_in = tmp_path / "ports.json"
    first = ports.claim(["client", "controller"], kept_in=kept_in)
    assert ports.claim(["client", "controller"], kept_in=kept_in) == first
    assert first["client"] != first["controller"]


def test_a_port_that_someone_took_meanwhile_is_replaced_for_good(tmp_path: Path) -> None:
    kept_in = tmp_path / "ports.json"
    noted = ports.claim(["client", "controller"], kept_in=kept_in)
    with socket.socket() as taker:
        taker.bind((ports.LOOPBACK, noted["client"]))
        taker.listen()
        now = ports.claim(["client"], kept_in=kept_in)
    assert now["client"] not in noted.values()
    assert ports.claim(["client", "controller"], kept_in=kept_in) == noted | now


def test_two_names_never_share_a_port(tmp_path: Path) -> None:
    write_whole(tmp_path / "ports.json", '{"a": 12345, "b": 12345}')
    assert len(set(ports.claim(["a", "b"], kept_in=tmp_path / "ports.json").values())) == 2


def test_a_second_holder_is_refused_with_the_pid_of_the_first(tmp_path: Path) -> None:
    with hold(tmp_path / "lock"), pytest.raises(EmbeddedError, match=r"正由另一个进程使用（pid \d+）"), hold(tmp_path / "lock"):
        pytest.fail("held twice")


def test_a_lock_file_that_a_killed_process_left_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("1")
    with hold(tmp_path / "lock"):
        assert (tmp_path / "lock").read_text() != "1"


def test_a_file_is_replaced_whole_and_with_its_mode(tmp_path: Path) -> None:
    write_whole(tmp_path / "secret", "one", mode=0o600)
    write_whole(tmp_path / "secret", "two", mode=0o600)
    assert (tmp_path / "secret").read_text() == "two"
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_the_wait_before_a_restart_doubles_up_to_its_limit() -> None:
    backoff = Backoff()
    assert [backoff.wait(exits) for exits in (1, 2, 3, 4, 5, 6, 7, 100_000)] == [1, 2, 4, 8, 16, 30, 30, 30]
