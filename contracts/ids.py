"""Identities: NewTypes for every id and the two ways an id is made (random and time-ordered, or derived and time-ordered)."""

import base64
import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import NewType

EventId = NewType("EventId", str)
IncidentId = NewType("IncidentId", str)
NotificationId = NewType("NotificationId", str)
TaskId = NewType("TaskId", str)
UnitId = NewType("UnitId", str)
RoleName = NewType("RoleName", str)
DeskId = NewType("DeskId", str)
"""role@unit, e.g. ``school.duty-desk@2199000101``."""
OPS_DESK = DeskId("bus.ops-desk@bus-990100")
"""运维值班: told of what no agency can mend."""

_VARIANT = 0b10 << 62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def desk_of(role: str, unit: str) -> DeskId:
    """Join a role and a unit to the desk that can sign."""
    return DeskId(f"{role}@{unit}")


def role_of(desk: str) -> RoleName:
    """The role of a desk; a text without ``@`` is a ValueError."""
    return RoleName(_split(desk)[0])


def unit_of(desk: str) -> UnitId:
    """The unit of a desk; a text without ``@`` is a ValueError."""
    return UnitId(_split(desk)[1])


def _split(desk: str) -> tuple[str, str]:
    role, at, unit = desk.partition("@")
    if not (role and at and unit):
        raise ValueError(f"not a desk (role@unit): {desk!r}")
    return role, unit


def uuid7(moment: datetime, randomness: bytes) -> EventId:
    """UUID version 7 from a moment (milliseconds) and 10 random bytes."""
    return EventId(str(uuid.UUID(int=_layout(moment, randomness, version=7))))


def derived_id(first_time: datetime, *parts: str) -> str:
    """Deterministic and time-ordered: 48-bit milliseconds of the incident's first ``time``, then a hash of ``parts``."""
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=10).digest()
    return str(uuid.UUID(int=_layout(first_time, digest, version=8)))


def _layout(moment: datetime, tail: bytes, *, version: int) -> int:
    millis = int(moment.timestamp() * 1000) & ((1 << 48) - 1)
    bits = int.from_bytes(tail[:10], "big")
    high = bits >> 68
    low = bits & ((1 << 62) - 1)
    return (millis << 80) | (version << 76) | (high << 64) | _VARIANT | low


def public_number(county: str, local_date: str, incident: str) -> str:
    """``XT-<county>-<yyyymmdd>-<6 base32>`` that people read aloud; the letters come from the id, so there is no counter."""
    tail = base64.b32encode(uuid.UUID(incident).bytes[-4:]).decode()[:6]
    return f"XT-{county}-{local_date}-{tail}"


def time_of(identity: str) -> datetime:
    """The moment (UTC, milliseconds) in the first 48 bits of an id made here; a text that is no UUID is a ValueError."""
    return _EPOCH + timedelta(milliseconds=uuid.UUID(identity).int >> 80)
