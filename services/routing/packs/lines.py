"""YAML that remembers its lines, so that a fault can say where it stands."""

from pathlib import Path
from typing import Any

import yaml

LINE = "__line__"


class _Lined(yaml.SafeLoader):
    """A safe loader that notes the line of every mapping and refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = next((key for key in keys if key != "<<" and keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"the key {twice!r} is given twice", node.start_mark)
        return {**super().construct_mapping(node, deep=deep), LINE: node.start_mark.line + 1}


def read_lined(path: Path) -> Any:
    """The content of a file; every mapping carries its line under ``__line__``. yaml.YAMLError for a file that is none."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Lined)  # noqa: S506 - a SafeLoader


def without_lines(value: Any) -> Any:
    """The same content without the line marks."""
    if isinstance(value, dict):
        return {key: without_lines(item) for key, item in value.items() if key != LINE}
    return [without_lines(item) for item in value] if isinstance(value, list) else value
