"""The environment each process is started with: its own servers, roles and keys, and nothing of anybody else's."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from infra.postgres.roles import dsn_of, login_role, service_role
from services.commands.system.place import Place
from services.commands.system.secrets import Secrets
from topics.catalogue import Catalogue

PREFIX = "XIETONG_"
WITHOUT_AGENCY = ("routing", "clock")
TO_ALL = ("log_level",)
HANDED_ON: Mapping[str, tuple[str, ...]] = {
    "routing": ("mandates_folder", "calendars_folder"),
    "clock": ("mandates_folder", "calendars_folder", "export_folder"),
}
"""Settings that a process takes from whoever starts the system, where they are set."""


def process_names(catalogue: Catalogue) -> tuple[str, ...]:
    """Every process of the system, agencies first."""
    return (*catalogue.services(), *WITHOUT_AGENCY)


@dataclass(frozen=True)
class Environments:
    """Makes the environment of any process of one system."""

    place: Place
    secrets: Secrets

    def of(self, process: str, port: int) -> dict[str, str]:
        """Ours without any ``XIETONG_*``, and the process's own settings; secrets only as names of files."""
        inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
        return {**inherited, **{f"{PREFIX}{name.upper()}": value for name, value in self.settings_of(process, port).items()}}

    def settings_of(self, process: str, port: int) -> Mapping[str, str]:
        """The settings of a process by field name."""
        named = {name: os.environ.get(f"{PREFIX}{name.upper()}") for name in (*TO_ALL, *HANDED_ON.get(process, ()))}
        shared = {
            **{name: value for name, value in named.items() if value},
            "database_dsn_file": self._dsn_file(process),
            "kafka": ",".join(self.place.kafka),
            "http_port": str(port),
        }
        if process == "routing":
            folder = self.place.home / "routing"
            folder.mkdir(parents=True, exist_ok=True)
            return {**shared, "data_folder": str(folder)}
        if process == "clock":
            return {**shared, "public_keys_file": str(self.secrets.public_keys_file())}
        return {
            **shared,
            "service": process,
            "public_keys_file": str(self.secrets.public_keys_file()),
            "seal_key_file": str(self.secrets.seal_key_file(process)),
            "links_base": f"http://localhost:{port}",
        }

    def _dsn_file(self, process: str) -> str:
        role = login_role(process) if process == "clock" else service_role(process)
        dsn = dsn_of(self.place.dsn, role, self.secrets.password(role))
        return str(self.secrets.keep(f"dsn-{process}", dsn))
