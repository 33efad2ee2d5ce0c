"""Keys and passwords of one data root: made once, readable by its owner alone."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from infra.embedded.files import write_whole
from infra.http.auth import new_key, public_keys
from infra.seal import new_private_key, public_key_of

SIGN_IN = "sign-in.jwk"
_PRIVATE = 0o600
_FOLDER = 0o700


@dataclass(frozen=True)
class Secrets:
    """The folder ``secrets`` of a data root; what is asked for and not there is made."""

    folder: Path

    @classmethod
    def of(cls, home: Path) -> "Secrets":
        folder = home / "secrets"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(_FOLDER)
        return cls(folder)

    def password(self, role: str) -> str:
        """The database password of a role."""
        return self._kept(f"database-{role}", lambda: secrets.token_urlsafe(24))

    @property
    def has_signing_key(self) -> bool:
        """Whether a system was started here, or a token signed."""
        return (self.folder / SIGN_IN).exists()

    def signing_key(self) -> OKPKey:
        """The key of the sign-in; services get its public half alone."""
        text = self._kept(SIGN_IN, lambda: json.dumps(new_key(f"sign-in-{secrets.token_hex(4)}").as_dict(private=True)))
        document: dict[str, Any] = json.loads(text)
        return OKPKey.import_key(document)

    def public_keys_file(self) -> Path:
        """The JWKS document of the sign-in's public key, written from the key."""
        return self.keep("sign-in-public.json", json.dumps(public_keys(self.signing_key())))

    def seal_key_file(self, service: str) -> Path:
        """The private sealing key of a service."""
        self._kept(f"seal-{service}.key", new_private_key)
        return self.folder / f"seal-{service}.key"

    def seal_keys(self, services: Iterable[str]) -> Mapping[str, str]:
        """Service → public sealing key, as the Directory carries them."""
        return {service: public_key_of(self.seal_key_file(service).read_text()) for service in services}

    def keep(self, name: str, text: str) -> Path:
        """Write a file of the folder anew when its text has changed."""
        path = self.folder / name
        if not path.exists() or path.read_text() != text:
            write_whole(path, text, mode=_PRIVATE)
        return path

    def faults(self) -> list[str]:
        """Files that others than their owner may read or write."""
        return sorted(path.name for path in self.folder.iterdir() if path.is_file() and path.stat().st_mode & 0o077)

    def _kept(self, name: str, make: Any) -> str:
        path = self.folder / name
        if not path.exists():
            write_whole(path, make(), mode=_PRIVATE)
        return path.read_text()
