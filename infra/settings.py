"""Settings of each process: environment only, typed, read once; secrets may come from files; an unknown name is an error."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, SecretStr, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from infra.errors import XietongError

PREFIX = "XIETONG_"
LogLevel = Literal["debug", "info", "warning", "error"]
Servers = Annotated[tuple[str, ...], NoDecode, Field(min_length=1)]


class UnknownSetting(XietongError):
    """环境变量名不认识。"""

    code = "unknown-setting"
    title_en = "Unknown environment variable"


class UnreadableSecret(XietongError):
    """密钥文件读不到。"""

    code = "unreadable-secret"
    title_en = "A secret file cannot be read"


class ProcessSettings(BaseSettings):
    """What every process needs. ``XIETONG_<FIELD>``, or for a secret ``XIETONG_<FIELD>_FILE`` with the path of a file that holds it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True, hide_input_in_errors=True)

    database_dsn: SecretStr
    kafka: Servers
    log_level: LogLevel = "info"

    @field_validator("kafka", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """No dotenv file, no secrets folder: arguments, the environment, files that the environment names."""
        return init_settings, env_settings, SecretFiles(settings_cls)

    @classmethod
    def read(cls) -> Self:
        """From the environment alone. UnknownSetting, UnreadableSecret, pydantic.ValidationError."""
        return cls()

    def redacted(self) -> dict[str, Any]:
        """Everything as JSON values, secrets as ``***``."""
        plain = self.model_dump(mode="json")
        return {name: "***" if isinstance(getattr(self, name), SecretStr) else value for name, value in plain.items()}


class AgencySettings(ProcessSettings):
    """One agency's process. ``links_base``: what links in answers begin with (no trailing slash)."""

    service: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$")]
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 0
    public_keys_file: Path
    seal_key_file: Path
    links_base: Annotated[str, Field(pattern=r"^https?://.*[^/]$")] = "http://localhost"


class RoutingSettings(ProcessSettings):
    """One routing worker. ``instance``: its static name in the group; absent = none (an empty one would be shared by all).

    ``transport``: who brings the events. ``patience_seconds``: how long it may stand still over work before its watchdog ends it.
    """

    mandates_folder: Path | None = None
    calendars_folder: Path | None = None
    data_folder: Path
    transport: Literal["faust", "plain"] = "faust"
    patience_seconds: Annotated[float, Field(gt=0)] = 60.0
    instance: Annotated[str, Field(min_length=1)] | None = None
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 0


class ClockSettings(ProcessSettings):
    """The clock's process: it opens incidents of the bus's own, by the same mandates as routing.

    Without ``public_keys_file`` it answers no questions about figures; without ``export_folder`` closed tasks go into no file."""

    mandates_folder: Path | None = None
    export_folder: Path | None = None
    public_keys_file: Path | None = None
    calendars_folder: Path | None = None
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 0


class SecretFiles(PydanticBaseSettingsSource):
    """Reads ``XIETONG_<FIELD>_FILE`` of secret fields and refuses names that the class does not know."""

    def __call__(self) -> dict[str, Any]:
        files = _files_of(self.settings_cls)
        refuse_unknown(os.environ, names_of(self.settings_cls))
        return {name: _content(Path(os.environ[variable]), variable) for variable, name in files.items() if os.environ.get(variable)}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002  asked for by the interface
        return None, field_name, False


def _is_secret(info: FieldInfo) -> bool:
    return SecretStr in (info.annotation, *get_args(info.annotation))


def _content(path: Path, variable: str) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSecret(f"{variable} 指向的文件读不到：{path}", en=f"{variable} names a file that cannot be read: {path}") from error


def names_of(settings: type[BaseSettings]) -> frozenset[str]:
    """The variables that a class of settings knows."""
    return frozenset({f"{PREFIX}{name.upper()}" for name in settings.model_fields} | set(_files_of(settings)))


def _files_of(settings: type[BaseSettings]) -> dict[str, str]:
    return {f"{PREFIX}{name.upper()}_FILE": name for name, info in settings.model_fields.items() if _is_secret(info)}


def refuse_unknown(environ: Mapping[str, str], known: frozenset[str]) -> None:
    """UnknownSetting for a variable of ours that nobody knows: what is misspelt would otherwise do nothing."""
    for name in sorted(environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            zh, en = (f"，是不是 {near[0]}？", f", did you mean {near[0]}?") if near else ("", "")
            raise UnknownSetting(f"不认识的环境变量 {name}{zh}", en=f"unknown environment variable {name}{en}")
