from infra.embedded.postgres.server import PostgresServer

__all__ = ["PostgresServer"]
