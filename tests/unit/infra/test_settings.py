import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.settings import AgencySettings, ClockSettings, RoutingSettings, UnknownSetting, UnreadableSecret

DSN = "postgresql://xt_police:geheim@127.0.0.1/xietong"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in os.environ:
        if name.upper().startswith("XIETONG_"):
            monkeypatch.delenv(name)
    values = {
        "XIETONG_SERVICE": "police", "XIETONG_DATABASE_DSN": DSN, "XIETONG_KAFKA": "k1:9092, k2:9092",
        "XIETONG_PUBLIC_KEYS_FILE": "/keys", "XIETONG_SEAL_KEY_FILE": "/seal",
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_process_reads_its_settings_from_the_environment() -> None:
    settings = AgencySettings.read()
    assert settings.kafka == ("k1:9092", "k2:9092")
    assert settings.database_dsn.get_secret_value() == DSN
    assert settings.log_level == "info"


def test_a_name_that_nobody_knows_is_an_error_that_names_it(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("XIETONG_KAFKAA", "k")
    with pytest.raises(UnknownSetting) as caught:
        AgencySettings.read()
    assert "XIETONG_KAFKAA" in caught.value.zh
    assert "did you mean XIETONG_KAFKA?" in caught.value.en


def test_the_setting_of_another_process_is_an_error_too(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("XIETONG_INSTANCE", "w1")
    with pytest.raises(UnknownSetting):
        AgencySettings.read()


def test_other_programs_variables_are_none_of_our_business(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("XIETONGX", "1")
    AgencySettings.read()


def test_a_secret_may_lie_in_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dsn").write_text(f"{DSN}\n")
    environment.delenv("XIETONG_DATABASE_DSN")
    environment.setenv("XIETONG_DATABASE_DSN_FILE", str(tmp_path / "dsn"))
    assert AgencySettings.read().database_dsn.get_secret_value() == DSN


def test_a_secret_file_that_is_not_there_is_an_error_that_names_the_variable(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("XIETONG_DATABASE_DSN_FILE", str(tmp_path / "gone"))
    with pytest.raises(UnreadableSecret, match="XIETONG_DATABASE_DSN_FILE"):
        AgencySettings.read()


def test_what_is_no_secret_has_no_file(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("XIETONG_KAFKA_FILE", "/k")
    with pytest.raises(UnknownSetting):
        AgencySettings.read()


def test_secrets_show_nowhere() -> None:
    settings = AgencySettings.read()
    assert settings.redacted()["database_dsn"] == "***"
    assert settings.redacted()["service"] == "police"
    assert "geheim" not in repr(settings) + str(settings) + str(settings.redacted()) + settings.model_dump_json()


def test_an_error_does_not_quote_what_was_given(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("XIETONG_LOG_LEVEL", "geheim")
    with pytest.raises(ValidationError) as caught:
        AgencySettings.read()
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PORT", "70000"),
        ("SERVICE", "Police!"),
        ("LINKS_BASE", "ftp://x"),
        ("LINKS_BASE", "http://x/"),
        ("KAFKA", " , "),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_refused_at_start(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(f"XIETONG_{name}", value)
    with pytest.raises(ValidationError):
        AgencySettings.read()


def test_settings_do_not_change() -> None:
    settings = AgencySettings.read()
    with pytest.raises(ValidationError):
        settings.service = "schools"  # type: ignore[misc]


def test_an_empty_instance_is_none_and_not_a_shared_name(environment: pytest.MonkeyPatch) -> None:
    for name in ("SERVICE", "PUBLIC_KEYS_FILE", "SEAL_KEY_FILE"):
        environment.delenv(f"XIETONG_{name}")
    environment.setenv("XIETONG_DATA_FOLDER", "/data")
    environment.setenv("XIETONG_INSTANCE", "")
    assert RoutingSettings.read().instance is None


def test_the_clock_needs_little(environment: pytest.MonkeyPatch) -> None:
    for name in ("SERVICE", "PUBLIC_KEYS_FILE", "SEAL_KEY_FILE"):
        environment.delenv(f"XIETONG_{name}")
    assert ClockSettings.read().http_host == "127.0.0.1"
