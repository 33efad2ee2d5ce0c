"""Sealed rows: one AES-256-GCM data key per row, wrapped for each agency service that has a view of it (X25519, HKDF-SHA256)."""

import base64
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contracts.sealed import SealedRow
from infra.errors import XietongError

_PURPOSE = b"xietong-sealed-row-v1"
_NONCE = 12
_POINT = 32


class SealBroken(XietongError):
    """密封内容无法解开：不是封给本单位的，或内容已被改动。"""

    code = "seal-broken"
    status = 409
    title_en = "The sealed row cannot be opened: it was sealed for somebody else, or it was altered."


def new_private_key() -> str:
    """A service's private sealing key as base64url text (32 bytes)."""
    return _text(X25519PrivateKey.generate().private_bytes_raw())


def public_key_of(private_key: str) -> str:
    """The public half, as the Directory carries it."""
    return _text(_private(private_key).public_key().public_bytes_raw())


def seal(
    row: Mapping[str, Any],
    *,
    views: Sequence[str],
    recipients: Mapping[str, str],
    row_id: str,
    school_id: str | None = None,
    row_no: int | None = None,
    home_community: str | None = None,
) -> SealedRow:
    """Encrypt one row for the services in ``recipients`` (service → public key). A malformed key is a ValueError.

    ``school_id``, ``row_no`` and ``home_community`` stand in clear beside it.
    """
    data_key, nonce = AESGCM.generate_key(256), os.urandom(_NONCE)
    plain = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
    return SealedRow(
        row=row_id,
        school_id=school_id,
        row_no=row_no,
        home_community=home_community,
        alg="A256GCM",
        nonce=_text(nonce),
        ciphertext=_text(AESGCM(data_key).encrypt(nonce, plain, _bound(row_id, school_id, row_no, home_community))),
        keys={service: _wrap(data_key, key, service, row_id) for service, key in sorted(recipients.items())},
        views=tuple(views),
    )


def open_row(row: SealedRow, *, service: str, private_key: str) -> dict[str, Any]:
    """Decrypt a row with the service's private key; SealBroken when it was not sealed for it or was altered."""
    wrapped = row.keys.get(service)
    if wrapped is None:
        raise SealBroken()
    try:
        data_key = _unwrap(_bytes(wrapped), _private(private_key), service, row.row)
        bound = _bound(row.row, row.school_id, row.row_no, row.home_community)
        plain = AESGCM(data_key).decrypt(_bytes(row.nonce), _bytes(row.ciphertext), bound)
    except (InvalidTag, ValueError) as error:
        raise SealBroken() from error
    opened: dict[str, Any] = json.loads(plain)
    return opened


def _wrap(data_key: bytes, recipient: str, service: str, row_id: str) -> str:
    passing = X25519PrivateKey.generate()
    point = passing.public_key().public_bytes_raw()
    key = _derive(passing.exchange(X25519PublicKey.from_public_bytes(_bytes(recipient))), point, service, row_id)
    nonce = os.urandom(_NONCE)
    return _text(point + nonce + AESGCM(key).encrypt(nonce, data_key, None))


def _unwrap(wrapped: bytes, private: X25519PrivateKey, service: str, row_id: str) -> bytes:
    point, nonce, sealed = wrapped[:_POINT], wrapped[_POINT : _POINT + _NONCE], wrapped[_POINT + _NONCE :]
    key = _derive(private.exchange(X25519PublicKey.from_public_bytes(point)), point, service, row_id)
    return AESGCM(key).decrypt(nonce, sealed, None)


def _derive(shared: bytes, point: bytes, service: str, row_id: str) -> bytes:
    info = b"|".join((_PURPOSE, service.encode(), row_id.encode()))
    return HKDF(algorithm=SHA256(), length=32, salt=point, info=info).derive(shared)


def _bound(row_id: str, school_id: str | None, row_no: int | None, home_community: str | None) -> bytes:
    """What stands in clear beside the row cannot be exchanged without breaking the seal."""
    of_a_list = [row_no, home_community] if row_no is not None or home_community is not None else []
    return json.dumps([row_id, school_id, *of_a_list]).encode()


def _private(text: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_bytes(text.strip()))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
