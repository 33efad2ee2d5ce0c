"""Help pages: plain text in the person's language, the same on every terminal."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import typer
from rich.cells import cell_len
from typer.core import TyperCommand, TyperGroup

from services.commands.both import Language, both, pick
from services.commands.terminal import terminal_of

_WIDTH = 100
_USAGE = both("用法", "Usage")
_COMMANDS = both("命令", "Commands")
_ARGUMENTS = both("参数", "Arguments")
_OPTIONS = both("选项", "Options")
_HELP = both("显示本页", "Show this page")

Rows = list[tuple[str, str]]


class Page(TyperCommand):
    """A command whose help page is ours."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(page(self, ctx))


class Pages(TyperGroup):
    """A group whose help page is ours."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(page(self, ctx))


def page(command: TyperCommand | TyperGroup, context: typer.Context) -> str:
    """The whole help page of a command."""
    language = terminal_of(context).language
    lines = [line for text in pick(command.help or "", language).strip().splitlines() for line in _fold(text, _WIDTH - 2)]
    blocks = [f"{pick(_USAGE, language)}: {usage(command, context, language)}", textwrap.indent("\n".join(lines), "  ")]
    for title, rows in _sections(command, context, language):
        blocks += [f"{pick(title, language)}:\n{_list(rows)}"] if rows else []
    return "\n\n".join(blocks) + "\n"


def usage(command: TyperCommand | TyperGroup, context: typer.Context, language: Language) -> str:
    """``xietong token DESK... [选项]``."""
    arguments = [_argument(param) for param in command.params if param.param_type_name == "argument"]
    group = [pick(both("命令", "COMMAND"), language)] if isinstance(command, TyperGroup) else []
    if group and isinstance(command, TyperGroup) and command.invoke_without_command:
        group = [f"[{group[0]}]"]
    return " ".join([context.command_path, *group, *arguments, pick(both("[选项]", "[OPTIONS]"), language)])


def _argument(param: Any) -> str:
    name = f"{param.metavar or param.name.upper()}{'...' if param.nargs == -1 else ''}"
    return name if param.required else f"[{name}]"


def _sections(command: TyperCommand | TyperGroup, context: typer.Context, language: Language) -> Iterable[tuple[str, Rows]]:
    children = list(command.commands.items()) if isinstance(command, TyperGroup) else []
    yield _COMMANDS, [(name, _first_line(child.help, language)) for name, child in children if not child.hidden]
    shown = [param for param in command.get_params(context) if not getattr(param, "hidden", False)]
    yield _ARGUMENTS, [(_argument(p), _words(p, language)) for p in shown if p.param_type_name == "argument"]
    yield _OPTIONS, [(_option(p), _words(p, language)) for p in shown if p.param_type_name == "option"]


def _first_line(text: str | None, language: Language) -> str:
    return (pick(text or "", language).strip().splitlines() or [""])[0]


def _words(param: Any, language: Language) -> str:
    return pick(_HELP if param.name == "help" else str(getattr(param, "help", "") or ""), language)


def _option(param: Any) -> str:
    value = "" if param.is_flag or param.name == "help" else f" {param.metavar or param.name.upper()}"
    return ", ".join([*param.opts, *param.secondary_opts]) + value


def _list(rows: Rows) -> str:
    width = max(cell_len(name) for name, _ in rows)
    return "\n".join(line for name, words in rows for line in _entry(name, words, width))


def _entry(name: str, words: str, width: int) -> Sequence[str]:
    first, *rest = _fold(words, _WIDTH - width - 4)
    pad = " " * (width + 4)
    return [f"  {name}{' ' * (width - cell_len(name))}  {first}".rstrip(), *(pad + line for line in rest)]


def _fold(words: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells; Chinese breaks anywhere, other words at blanks."""
    lines, line = [], ""
    for piece in _pieces(words):
        if line and cell_len(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _pieces(words: str) -> Iterable[str]:
    piece = ""
    for letter in words:
        wide = cell_len(letter) == 2
        if wide and piece and letter not in "，。；：、）」":
            yield piece
            piece = ""
        piece += letter
        if letter == " ":
            yield piece
            piece = ""
    if piece:
        yield piece
