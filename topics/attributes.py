"""Fields of the envelope ↔ names of CloudEvents attributes (lower case, letters and digits)."""

from collections.abc import Mapping
from types import MappingProxyType

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "specversion": "specversion",
        "id": "id",
        "source": "source",
        "type": "type",
        "subject": "subject",
        "time": "time",
        "dataschema": "dataschema",
        "known_at": "knownat",
        "occurred_at": "occurredat",
        "occurred_precision": "occurredprecision",
        "status": "status",
        "county": "county",
        "place_code": "placecode",
        "incident": "incident",
        "revision": "revision",
        "corrects": "corrects",
        "withdraws": "withdraws",
        "publisher": "publisher",
        "entered_late": "enteredlate",
        "recipient": "recipient",
        "correlationid": "correlationid",
        "causationid": "causationid",
        "traceparent": "traceparent",
    }
)
FIELD_OF: Mapping[str, str] = MappingProxyType({name: field for field, name in NAMES.items()})
