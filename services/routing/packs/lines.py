"""YAML that remembers its lines, so that a fault can say where it stands. Values are built from the parser's events: packs are large."""

from typing import Any

import yaml
from yaml import events

LINE = "__line__"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Reader:
    """Builds one document: mappings with their line, lists, and scalars as a safe loader reads them."""

    def __init__(self, text: str) -> None:
        self._loader = _LOADER(text)
        self._anchors: dict[str, Any] = {}

    def read(self) -> Any:
        try:
            self._next()
            if isinstance(self._next(), events.StreamEndEvent):
                return None
            value = self._value(self._next())
            self._next()
            after = self._next()
            if not isinstance(after, events.StreamEndEvent):
                raise _error("only one document", after)
            return value
        finally:
            self._loader.dispose()

    def _next(self) -> Any:
        return self._loader.get_event()

    def _value(self, event: Any) -> Any:
        if isinstance(event, events.AliasEvent):
            if event.anchor not in self._anchors:
                raise _error(f"nothing is named {event.anchor!r} before", event)
            return self._anchors[event.anchor]
        if event.tag is not None and not event.implicit:
            raise _error("values have no tags", event)
        value = self._built(event)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        return value

    def _built(self, event: Any) -> Any:
        if isinstance(event, events.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, events.SequenceStartEvent):
            return self._list()
        return self._mapping(event)

    def _list(self) -> list[Any]:
        items = []
        while not isinstance(event := self._next(), events.SequenceEndEvent):
            items.append(self._value(event))
        return items

    def _mapping(self, start: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        while not isinstance(event := self._next(), events.MappingEndEvent):
            if not isinstance(event, events.ScalarEvent):
                raise _error("a key is a plain value", event)
            key = self._scalar(event)
            if key in found:
                raise _error(f"the key {key!r} is given twice", event)
            found[key] = self._value(self._next())
        found[LINE] = start.start_mark.line + 1
        return found

    def _scalar(self, event: Any) -> Any:
        """Quoted is text; plain is what YAML makes of it (a number, a date, yes or no, nothing), else text."""
        if event.tag is not None and event.implicit == (False, False):
            raise _error("values have no tags", event)
        if not event.implicit[0]:
            return event.value
        for tag, pattern in _LOADER.yaml_implicit_resolvers.get(event.value[:1], ()):
            if pattern.match(event.value):
                return self._loader.construct_object(yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark))
        return event.value


def _error(what: str, event: Any) -> yaml.YAMLError:
    return yaml.constructor.ConstructorError(None, None, what, event.start_mark)


def read_lined(text: str) -> Any:
    """The content of a YAML text; every mapping carries its line under ``__line__``. yaml.YAMLError for a text that is none."""
    try:
        return _Reader(text).read()
    except (ValueError, RecursionError) as error:
        raise yaml.YAMLError(str(error)) from error
