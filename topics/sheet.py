"""``catalogue.yaml`` as it is written."""

from typing import Annotated

from pydantic import Field

from contracts.envelope import Closed

Positive = Annotated[int, Field(ge=1)]


class Defaults(Closed):
    partitions: Positive
    retention_days: Positive


class Row(Closed):
    """A topic, or the form of one per service; numbers left out are the defaults."""

    topic: str
    events: tuple[str, ...] = ()
    key: str = ""
    owner: str = ""
    readers: tuple[str, ...] = ()
    partitions: Positive | None = None
    retention_days: Positive | None = None
    compacted: bool = False


class Sheet(Closed):
    """The document as it is written."""

    defaults: Defaults
    hosts: dict[str, tuple[str, ...]]
    routing: str
    families: tuple[Row, ...]
    answers: Row
    told: Row
    directory: Row
    dead_letters: Row
    patient: tuple[str, ...] = ()
