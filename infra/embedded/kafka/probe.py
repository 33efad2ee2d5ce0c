"""Asks a broker who is in its cluster, with the protocol itself: an open port alone says nothing about a broker's state.

Kafka protocol, Metadata request version 1 (https://kafka.apache.org/protocol#The_Messages_Metadata): no topics asked.
"""

import asyncio
import struct
from dataclasses import dataclass

from infra.embedded.ports import LOOPBACK

_METADATA, _VERSION, _CORRELATION = 3, 1, 1
_CLIENT = b"xietong-probe"


@dataclass(frozen=True)
class Membership:
    """The live brokers by node id with their ports; the controller is None while there is no leader."""

    brokers: dict[int, int]
    controller: int | None


async def ask(port: int, *, within: float = 2.0) -> Membership | None:
    """None when the broker does not answer (yet)."""
    try:
        async with asyncio.timeout(within):
            return await _exchange(port)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, struct.error):
        return None


async def _exchange(port: int) -> Membership:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        head = struct.pack(">hhih", _METADATA, _VERSION, _CORRELATION, len(_CLIENT)) + _CLIENT
        request = head + struct.pack(">i", 0)
        writer.write(struct.pack(">i", len(request)) + request)
        (size,) = struct.unpack(">i", await reader.readexactly(4))
        return decode_metadata(await reader.readexactly(size))
    finally:
        writer.close()


def decode_metadata(answer: bytes) -> Membership:
    _, count = struct.unpack_from(">ii", answer, 0)
    at = 8
    brokers: dict[int, int] = {}
    for _ in range(count):
        node, at = struct.unpack_from(">i", answer, at)[0], at + 4
        at = _after_string(answer, at)
        brokers[node], at = struct.unpack_from(">i", answer, at)[0], at + 4
        at = _after_string(answer, at)
    (controller,) = struct.unpack_from(">i", answer, at)
    return Membership(brokers=brokers, controller=controller if controller >= 0 else None)


def _after_string(answer: bytes, at: int) -> int:
    (length,) = struct.unpack_from(">h", answer, at)
    return int(at + 2 + max(0, length))
