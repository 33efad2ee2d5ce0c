"""The `xietong` command."""

import os
import sys
from collections.abc import Sequence

from typer.core import TyperGroup
from typer.exceptions import TyperException

from services.commands.app import build
from services.commands.errors import INTERRUPTED, WRONG_USE, guarded, run_group, tell_wrong_use
from services.commands.language import take_language
from services.commands.system.quiet import hush
from services.commands.terminal import Terminal


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    hush()
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """The exit code of one command line."""
    language, rest = take_language(arguments, os.environ)
    if language is None:
        Terminal().note("语言只有 zh 与 en (the languages are zh and en)")
        return WRONG_USE
    try:
        return _run(build(), rest, Terminal(language))
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(tree: TyperGroup, arguments: list[str], terminal: Terminal) -> int:
    try:
        return guarded(lambda: run_group(tree, arguments, terminal), terminal)
    except TyperException as error:
        return tell_wrong_use(error, terminal)


if __name__ == "__main__":
    main()
