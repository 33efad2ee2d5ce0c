"""Named SQL from ``.sql`` files: ``-- name --``, one sentence (``-- …``), then the statement up to the next name."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from infra.postgres.errors import MissingQuery

_HEAD = re.compile(r"^-- (?P<name>[a-z][a-z0-9_]*) --[ \t]*$", re.MULTILINE)


class Queries(Mapping[str, str]):
    """Statements by name, ``queries["fetch_job"]`` or ``queries.fetch_job``; a name that is not there is MissingQuery."""

    def __init__(self, statements: Mapping[str, str], *, origin: str) -> None:
        self._statements = dict(statements)
        self._origin = origin

    def __getitem__(self, name: str) -> str:
        if name not in self._statements:
            raise MissingQuery(f"{self._origin} 中没有名为 {name} 的 SQL", en=f"{self._origin} has no query named {name}")
        return self._statements[name]

    def __getattr__(self, name: str) -> str:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._statements)

    def __len__(self) -> int:
        return len(self._statements)


def load(path: Path) -> Queries:
    """Read a file at import time, so that a broken one is a start-up error: no name, a name twice, no sentence, no statement."""
    text = path.read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    origin = f"{path.parent.name}/{path.name}"
    if not heads or text[: heads[0].start()].strip():
        raise _broken(origin, "文件应以“-- 名称 --”开头", "the file must begin with a name")
    statements: dict[str, str] = {}
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        name, body = head["name"], text[head.end() : following.start() if following else len(text)].strip()
        if name in statements:
            raise _broken(origin, f"{name} 出现两次", f"{name} is there twice")
        statements[name] = _statement(origin, name, body)
    return Queries(statements, origin=origin)


def _statement(origin: str, name: str, body: str) -> str:
    sentence, _, statement = body.partition("\n")
    while statement.lstrip().startswith("--"):
        _, _, statement = statement.lstrip().partition("\n")
    if not sentence.startswith("-- ") or not statement.strip():
        raise _broken(origin, f"{name} 缺少说明或语句", f"{name} lacks its sentence or its statement")
    return statement.strip()


def _broken(origin: str, zh: str, en: str) -> MissingQuery:
    return MissingQuery(f"{origin}:{zh}", en=f"{origin}: {en}")
