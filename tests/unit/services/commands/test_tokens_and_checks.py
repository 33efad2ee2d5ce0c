import json
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc.jwk import KeySet

from infra.clock import machine_now
from infra.http.auth import read_keys, verify
from services.__main__ import run
from services.commands.checks.machine import check_disk, check_keys, check_ports, check_python
from services.commands.schemas import write_schemas
from services.commands.system.secrets import Secrets
from services.commands.token import actor_at, host_name, masked, sign_in_link


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XIETONG_HOME", str(tmp_path))
    return tmp_path


def keys(home: Path) -> KeySet:
    return read_keys(json.loads(Secrets.of(home).public_keys_file().read_text()))


def test_a_token_is_good_for_its_desk_and_shows_no_name(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["token", "police.110-desk@pb-990102", "--name", "张三", "--hours", "1"]) == 0
    token = capsys.readouterr().out.strip()
    verified = verify(token, keys(home), service="police", use="access", now=machine_now())
    assert verified.actor.desks == ("police.110-desk@pb-990102",)
    assert verified.actor.shown == "张*"
    assert verified.ends - machine_now() <= timedelta(hours=1)


def test_the_first_token_of_a_data_root_says_who_will_trust_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A token of another data root than the system's is refused there without a word about why."""
    said = []
    for _ in range(2):
        run(["token", "police.110-desk@pb-990102"])
        said.append(capsys.readouterr().err)
    assert str(home) in said[0]
    assert said[1] == ""


def test_a_token_as_json_names_its_service(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["token", "education.duty-officer@edu-990102", "education.safety-desk@edu-990102", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["service"] == "schools"
    assert said["desks"] == ["education.duty-officer@edu-990102", "education.safety-desk@edu-990102"]
    assert said["link"] is None


@pytest.mark.parametrize(("name", "shown"), [("张三", "张*"), ("欧阳某某", "欧*"), ("李*", "李*"), ("", "值*")])
def test_a_name_is_masked(name: str, shown: str) -> None:
    assert masked(name) == shown


def test_every_desk_has_a_host_name_of_its_own() -> None:
    assert host_name("school.duty-desk@2199000101") == "duty-desk-2199000101.localhost"
    actor = actor_at(["school.duty-desk@2199000101"], "肖*")
    assert sign_in_link(actor, "t", 8001) == "http://duty-desk-2199000101.localhost:8001/login?ticket=t"


def test_an_old_python_is_a_fault() -> None:
    assert check_python((3, 10, 12)).state == "fail"
    assert check_python((3, 11, 0)).state == "ok"


def test_a_data_root_without_anything_is_no_fault(home: Path) -> None:
    assert check_disk(home / "not" / "there").state == "ok"
    assert check_ports(home).state == "ok"
    assert check_keys(home).state == "note"


def test_keys_that_others_read_are_a_fault(home: Path) -> None:
    Secrets.of(home).signing_key()
    assert check_keys(home).state == "ok"
    (home / "secrets" / "sign-in.jwk").chmod(0o640)
    assert check_keys(home).state == "fail"


def test_the_doctor_answers_for_a_machine_where_nothing_runs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--json"]) == 0
    found = {one["check"]: one["state"] for one in json.loads(capsys.readouterr().out)}
    assert found["python"] == "ok"
    assert found["servers"] == "note"


def test_the_doctor_fails_when_a_check_fails(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Secrets.of(home).signing_key()
    (home / "secrets" / "sign-in.jwk").chmod(0o644)
    assert run(["--lang", "en", "doctor"]) == 1
    assert "readable by others: sign-in.jwk" in capsys.readouterr().out


def test_exporting_schemas_leaves_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    written = write_schemas(tmp_path)
    assert (tmp_path / "package.json").read_text() == "{}"
    assert tmp_path / "police.alarm.raised.v1.json" in written
