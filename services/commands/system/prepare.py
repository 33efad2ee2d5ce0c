"""Everything between servers that run and services that can start: migrations, topics, the Directory with the public sealing keys."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from infra.messaging import admin
from infra.messaging.outbox import OutboxWriter
from infra.postgres.migrate import migrate
from infra.postgres.pool import open_pool
from services.commands.both import both
from services.commands.system.place import Place
from services.commands.system.secrets import Secrets
from services.routing.calendars import load_calendars
from services.routing.core.calendar import Calendars
from services.routing.core.directory import Directory
from services.routing.directory import check_documents
from services.routing.directory_import import import_directory
from services.schemas import SCHEMA_PLANS
from topics.catalogue import Catalogue

BUS_UNIT = "bus-990100"
"""The unit whose document carries the services' public sealing keys."""

Progress = Callable[[str], None]


async def prepare(place: Place, secrets: Secrets, catalogue: Catalogue, progress: Progress) -> None:
    """Bring schemas and topics to what this version needs; safe to repeat."""
    applied = await migrate(place.dsn, SCHEMA_PLANS, password=secrets.password)
    if applied:
        progress(both(f"数据库：执行了 {len(applied)} 个迁移", f"database: applied {len(applied)} migrations"))
    made = await admin.apply(catalogue, place.kafka)
    if made:
        progress(both(f"Kafka：建立了 {len(made)} 个主题", f"Kafka: made {len(made)} topics"))


async def bring_directory(place: Place, secrets: Secrets, catalogue: Catalogue, documents: Sequence[Mapping[str, Any]]) -> int:
    """Check, store and tell unit documents; returns how many changed. DirectoryRefused names units and fields.

    They are checked together with what is stored, so that a file may hold a few units alone.
    """
    carried = with_seal_keys(documents, secrets.seal_keys(catalogue.services()))
    pool = await open_pool(place.dsn, schema="routing", application="xietong-directory", size=(1, 2))
    try:
        return await import_directory(pool, carried, OutboxWriter(catalogue, "routing"), load_calendars(), build=_as_written)
    finally:
        await pool.close()


def _as_written(documents: Iterable[Any], version: int, calendars: Calendars) -> Directory:
    return check_documents(documents, calendars, version)


def with_seal_keys(documents: Sequence[Mapping[str, Any]], keys: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """The documents with the keys in that of the bus; without such a document they stay as they are."""
    return [{**document, "seal_keys": dict(keys)} if document.get("unit") == BUS_UNIT else document for document in documents]
