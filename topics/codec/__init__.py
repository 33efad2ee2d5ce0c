"""CloudEvents 1.0 over Kafka: binary mode out, binary and structured mode in."""

from topics.codec.faults import MAX_DETAIL, BadCode, Undecodable
from topics.codec.reading import Headers, decode
from topics.codec.writing import Encoded, NotOurs, encode

__all__ = ["MAX_DETAIL", "BadCode", "Encoded", "Headers", "NotOurs", "Undecodable", "decode", "encode"]
