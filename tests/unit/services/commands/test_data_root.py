"""What lies in the data root: secrets, the note of what runs, the environment of each process."""

import contextlib
import json
import os
import socket
import stat
from pathlib import Path

import pytest

from infra.embedded.process import identity
from infra.http.auth import public_keys
from services.__main__ import run
from services.commands.errors import NothingRuns, WrongUse
from services.commands.system.children import FIRST_PORT, claim_ports
from services.commands.system.environment import Environments, process_names
from services.commands.system.home import home_of
from services.commands.system.place import Place, find_place
from services.commands.system.prepare import BUS_UNIT, with_seal_keys
from services.commands.system.secrets import Secrets
from services.commands.system.state import RunState, forget_state, read_state, write_state
from topics.catalogue import Catalogue

DSN = "postgresql://owner:secret@127.0.0.1:5432/xietong"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def state(**other: object) -> RunState:
    mine = {"pid": os.getpid(), "identity": identity(os.getpid()) or ""}
    return RunState(
        **{"mode": "demo", "database_dsn": DSN, "kafka": ("127.0.0.1:9092",), "ports": {"police": 8001}, "embedded": True, **mine, **other}
    )


def test_secrets_are_made_once_and_read_by_their_owner_alone(tmp_path: Path) -> None:
    first = Secrets.of(tmp_path)
    password, key, seal = first.password("xt_police"), first.signing_key(), first.seal_keys(("police", "schools"))
    first.public_keys_file()
    again = Secrets.of(tmp_path)
    assert again.password("xt_police") == password
    assert public_keys(again.signing_key()) == public_keys(key)
    assert again.seal_keys(("police", "schools")) == seal
    assert mode(tmp_path / "secrets") == 0o700
    assert {mode(path) for path in (tmp_path / "secrets").iterdir()} == {0o600}
    assert again.faults() == []


def test_a_secret_that_others_may_read_is_named(tmp_path: Path) -> None:
    secrets = Secrets.of(tmp_path)
    secrets.password("xt_police")
    (tmp_path / "secrets" / "database-xt_police").chmod(0o644)
    assert secrets.faults() == ["database-xt_police"]


def test_services_get_the_public_half_of_the_signing_key_alone(tmp_path: Path) -> None:
    (key,) = json.loads(Secrets.of(tmp_path).public_keys_file().read_text())["keys"]
    assert "d" not in key


def test_the_note_of_what_runs_is_read_back_by_its_owner_alone(tmp_path: Path) -> None:
    write_state(tmp_path, state())
    assert read_state(tmp_path) == state()
    assert mode(tmp_path / "run" / "system.json") == 0o600
    forget_state(tmp_path)
    assert read_state(tmp_path) is None


def test_a_note_that_a_killed_process_left_is_none(tmp_path: Path) -> None:
    write_state(tmp_path, state(identity="another boot/1"))
    assert read_state(tmp_path) is None


def test_servers_come_from_the_environment_then_from_the_note(tmp_path: Path) -> None:
    environ = {"XIETONG_HOME": str(tmp_path)}
    with pytest.raises(NothingRuns):
        find_place(environ)
    write_state(tmp_path, state())
    assert find_place(environ) == Place(tmp_path, DSN, ("127.0.0.1:9092",), {"police": 8001})
    named = {**environ, "XIETONG_DATABASE_DSN": "postgresql://other", "XIETONG_KAFKA": "a:1, b:2"}
    assert find_place(named) == Place(tmp_path, "postgresql://other", ("a:1", "b:2"))
    with pytest.raises(WrongUse):
        find_place({**environ, "XIETONG_KAFKA": "a:1"})


def test_the_connection_string_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "dsn").write_text(f"{DSN}\n")
    environ = {"XIETONG_HOME": str(tmp_path), "XIETONG_DATABASE_DSN_FILE": str(tmp_path / "dsn"), "XIETONG_KAFKA": "a:1"}
    assert find_place(environ).dsn == DSN
    assert DSN not in repr(find_place(environ))


def test_each_process_gets_its_own_role_and_no_setting_of_anybody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIETONG_LANG", "en")
    monkeypatch.setenv("XIETONG_DATABASE_DSN", DSN)
    made = Environments(Place(tmp_path, DSN, ("a:1",)), Secrets.of(tmp_path))
    for process in process_names(Catalogue.load()):
        environment = made.of(process, 8001)
        assert "XIETONG_LANG" not in environment
        assert "XIETONG_DATABASE_DSN" not in environment
        assert not any(
            "secret" in value for name, value in environment.items() if name.startswith("XIETONG_") and not name.endswith("_FILE")
        )
        dsn = Path(environment["XIETONG_DATABASE_DSN_FILE"])
        assert dsn.read_text().startswith(f"postgresql://xt_{process}:")
        assert mode(dsn) == 0o600


def test_the_folders_that_whoever_starts_the_system_names_reach_the_processes_that_know_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XIETONG_MANDATES_FOLDER", "/packs")
    monkeypatch.setenv("XIETONG_EXPORT_FOLDER", "/province")
    made = Environments(Place(tmp_path, DSN, ("a:1",)), Secrets.of(tmp_path))
    named = {process: made.of(process, 8001) for process in ("police", "routing", "clock")}
    assert [env.get("XIETONG_MANDATES_FOLDER") for env in named.values()] == [None, "/packs", "/packs"]
    assert [env.get("XIETONG_EXPORT_FOLDER") for env in named.values()] == [None, None, "/province"]


def test_how_much_is_logged_is_said_to_every_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Environments(Place(tmp_path, DSN, ("a:1",)), Secrets.of(tmp_path))
    assert "XIETONG_LOG_LEVEL" not in made.of("police", 8001)
    monkeypatch.setenv("XIETONG_LOG_LEVEL", "debug")
    assert {made.of(process, 8001)["XIETONG_LOG_LEVEL"] for process in process_names(Catalogue.load())} == {"debug"}


@pytest.mark.parametrize("line", [["up"], ["demo", "--once"]])
def test_a_misspelt_setting_starts_nothing(
    line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XIETONG_HOME", str(tmp_path / "root"))
    monkeypatch.setenv("XIETONG_EXPORT_FOLDR", "/province")
    assert run(line) == 1
    assert "不认识的环境变量 XIETONG_EXPORT_FOLDR，是不是 XIETONG_EXPORT_FOLDER？" in capsys.readouterr().err
    assert not (tmp_path / "root").exists()


def test_the_data_root_is_where_the_environment_says(tmp_path: Path) -> None:
    assert home_of({"XIETONG_HOME": str(tmp_path)}) == tmp_path
    assert home_of({}).name == ".xietong"


def test_the_buss_own_document_carries_the_sealing_keys() -> None:
    documents = [{"unit": BUS_UNIT, "rows": []}, {"unit": "edu-990102"}]
    carried = with_seal_keys(documents, {"police": "key"})
    assert carried == [{"unit": BUS_UNIT, "rows": [], "seal_keys": {"police": "key"}}, {"unit": "edu-990102"}]


def test_a_new_data_root_takes_the_usual_ports_and_keeps_them(tmp_path: Path) -> None:
    first = claim_ports(tmp_path, Catalogue.load())
    assert list(first) == [*process_names(Catalogue.load())]
    assert all(port == FIRST_PORT + place or port > 10_000 for place, port in enumerate(first.values()))
    assert claim_ports(tmp_path, Catalogue.load()) == first


def test_a_usual_port_that_is_taken_is_left_to_its_owner(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # somebody else may hold it already, which is the same to us
            holder.bind(("127.0.0.1", FIRST_PORT))
            holder.listen()
        assert FIRST_PORT not in claim_ports(tmp_path, Catalogue.load()).values()
