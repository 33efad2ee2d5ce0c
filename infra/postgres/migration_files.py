"""Migration files: ``pre_0001_words.sql`` before the new code runs, ``post_0001_words.sql`` when no old code runs any more."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from infra.postgres.errors import MigrationError
from infra.postgres.roles import Roles, desk_role, service_role

SERVICE_FOLDER = Path(__file__).parent / "migrations"
BUS_FOLDER = Path(__file__).parent / "bus" / "migrations"
_NAME = re.compile(r"^(?P<phase>pre|post)_(?P<number>[0-9]{4})_[a-z0-9_]+\.sql$")
_SCHEMA = re.compile(r"^[a-z][a-z0-9_]{0,40}$")


@dataclass(frozen=True, slots=True)
class SchemaPlan:
    """A service's schema: the folders whose migrations it gets after infra's own, and logins beside the service's."""

    schema: str
    folders: Sequence[Path]
    logins: Sequence[str] = ()

    @property
    def roles(self) -> Roles:
        return Roles(self.schema, tuple(self.logins))


@dataclass(frozen=True, slots=True)
class Migration:
    """One file, bound to a schema. ``name``: ``chassis/pre_0001_desk``."""

    schema: str
    name: str
    phase: Literal["pre", "post"]
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def sql(self) -> str:
        """The text with ``{schema}``, ``{service}`` and ``{desk}`` filled in."""
        return fill(self.text, self.schema)


def fill(text: str, schema: str) -> str:
    """Fill the names of the schema and its roles into a migration's text."""
    names = {"{schema}": schema, "{service}": service_role(schema), "{desk}": desk_role(schema)}
    for mark, name in names.items():
        text = text.replace(mark, name)
    return text


def migrations_of(schema: str, folders: Iterable[Path]) -> list[Migration]:
    """Folder by folder, in the order of history: by number, ``pre`` before ``post``."""
    if not _SCHEMA.match(schema):
        raise MigrationError(f"模式名不合法：{schema}", en=f"not a schema name: {schema}")
    return [migration for folder in folders for migration in _read(schema, folder)]


def _read(schema: str, folder: Path) -> list[Migration]:
    found: dict[tuple[str, bool], Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.match(path.name)
        if match is None:
            raise MigrationError(f"迁移文件名不合法：{path.name}", en=f"not the name of a migration: {path.name}")
        place = (match["number"], match["phase"] == "post")
        if place in found:
            raise MigrationError(f"迁移编号重复：{path.name}", en=f"a migration has the number of another: {path.name}")
        phase: Literal["pre", "post"] = "post" if place[1] else "pre"
        found[place] = Migration(schema, f"{folder.parent.name}/{path.stem}", phase, path.read_text(encoding="utf-8"))
    return [found[place] for place in sorted(found)]
