"""Sealing at the border of the publisher: identity leaves this process encrypted, and rests so."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from contracts.ids import uuid7
from contracts.sealed import IN_CLEAR, Share
from contracts.sealing import SealedPlace, sealed_places
from infra.errors import XietongError
from infra.seal import seal

VIEW_SERVICES: Mapping[str, str] = MappingProxyType(
    {
        "S": "schools",
        "V": "schools",
        "E": "schools",
        "P": "police",
        "H": "health",
        "K": "health",
        "M": "market",
        "C": "cyberspace",
        "U": "partners",
        "W": "partners",
    }
)
"""The service whose desks read a view; view L reads no sealed row."""


class NoSealingKey(XietongError):
    """接收单位的密封公钥尚未配置，学生信息暂不能发送。"""

    code = "no-sealing-key"
    status = 503
    transient = True
    title_en = "A receiving service has no sealing key yet, so pupils' data cannot be sent"


@dataclass(slots=True)
class Sealer:
    """Seals the plain rows of one event. ``keys``: service → public key; ``rows``: what was sealed."""

    keys: Mapping[str, str]
    now: datetime
    rows: list[dict[str, Any]] = field(default_factory=list)

    def seal_places(self, data: dict[str, Any], places: Iterable[SealedPlace]) -> dict[str, Any]:
        """The data with sealed rows in place of the plain ones."""
        for place in places:
            data = self._at(data, place.path, place)
        return data

    def _at(self, data: dict[str, Any], path: tuple[str, ...], place: SealedPlace) -> dict[str, Any]:
        step, rest = path[0], path[1:]
        value = data.get(step)
        if value is None:
            return data
        if rest:
            return {**data, step: self._at(value, rest, place)}
        return {**data, step: [self._row(row, share) for row in value for share in place.shares if share.fields & row.keys()]}

    def _row(self, row: Mapping[str, Any], share: Share) -> dict[str, Any]:
        services = {VIEW_SERVICES[view] for view in share.views if view in VIEW_SERVICES}
        if not services <= self.keys.keys():
            raise NoSealingKey()
        inside = {name: value for name, value in row.items() if name in share.fields and value is not None}
        sealed = seal(
            inside,
            views=sorted(share.views),
            recipients={service: self.keys[service] for service in services},
            row_id=uuid7(self.now, secrets.token_bytes(10)),
            **{name: row.get(name) for name in IN_CLEAR},
        ).model_dump(mode="json", exclude_none=True)
        self.rows.append(sealed)
        return sealed


def stripped(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """The data as its event row keeps it: of each sealed row the number alone, the row itself lies in the vault."""
    return _replace(name, data, lambda row: {"row": row["row"]})


def restored(name: str, data: dict[str, Any], vault: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The data as it was sent, with its rows from the vault."""
    return _replace(name, data, lambda row: dict(vault[row["row"]]))


def _replace(name: str, data: dict[str, Any], change: Any) -> dict[str, Any]:
    for place in sealed_places(name):
        data = _walk(data, place.path, change)
    return data


def _walk(data: dict[str, Any], path: tuple[str, ...], change: Any) -> dict[str, Any]:
    value = data.get(path[0])
    if value is None:
        return data
    return {**data, path[0]: _walk(value, path[1:], change) if len(path) > 1 else [change(row) for row in value]}
