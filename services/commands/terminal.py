"""Where a command speaks: results on standard output, everything else on standard error, in the person's language."""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TextIO

import typer
from rich.cells import cell_len

from services.commands.both import Language, pick

_GAP = "  "


@dataclass(frozen=True)
class Terminal:
    """Standard output and error as they are when a line is written, so that whoever captures them gets everything."""

    language: Language = "zh"

    @property
    def err(self) -> TextIO:
        return sys.stderr

    @property
    def is_live(self) -> bool:
        """A person watches standard error: a table may be redrawn."""
        return self.err.isatty() and os.environ.get("TERM") != "dumb"

    def pick(self, text: str) -> str:
        return pick(text, self.language)

    def say(self, text: str) -> None:
        """A line of the result."""
        sys.stdout.write(f"{self.pick(text)}\n")
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """A line about progress or trouble."""
        self.err.write(f"{self.pick(text)}\n")
        self.err.flush()

    def json(self, value: Any) -> None:
        """The result for a program: one line."""
        self.say(json.dumps(value, ensure_ascii=False, default=str))

    def rows(self, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """The result as columns; wide characters count double."""
        table = [[self.pick(head) for head in heads], *([self.pick(str(cell)) for cell in row] for row in rows)]
        widths = [max(cell_len(line[column]) for line in table) for column in range(len(heads))]
        for line in table:
            self.say(_GAP.join(cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)).rstrip())


def terminal_of(context: typer.Context) -> Terminal:
    """The terminal that the entry point handed to typer."""
    terminal = context.find_root().obj
    if not isinstance(terminal, Terminal):
        raise TypeError("the command runs without its terminal")
    return terminal
