"""A schema in words: what PostgreSQL itself says is there, so that two ways to make a schema can be compared."""

from pathlib import Path

from infra.postgres.pool import Connection
from infra.postgres.queries import load

QUERIES = load(Path(__file__).with_name("describe.sql"))
PARTS = ("columns", "constraints", "indexes", "policies", "views", "functions", "grants")


async def describe_schema(connection: Connection, schema: str) -> list[str]:
    """Sorted lines for columns, constraints, indexes, row level security, views, functions, grants; without the register of migrations."""
    await connection.execute("select set_config('search_path', $1, false)", f"{schema}, bus")
    lines: list[str] = []
    for part in PARTS:
        for row in await connection.fetch(QUERIES[part], schema):
            if not str(row[0]).startswith("migrations") and "migrations_pkey" not in str(row[0]):
                lines.append(f"{part}: {row[0]}")
    return sorted(lines)
