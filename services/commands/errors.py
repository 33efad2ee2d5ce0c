"""What a command refuses, and how each failure becomes a sentence and an exit code: 1 failed or found faults, 2 wrongly asked."""

from collections.abc import Callable
from typing import ClassVar

from pydantic import ValidationError
from typer.core import TyperGroup

from infra.errors import XietongError
from services.commands.both import both
from services.commands.terminal import Terminal

FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130


class Refused(XietongError):
    """命令无法执行。"""

    code = "command-refused"
    title_en = "The command cannot be carried out"
    exit_code: ClassVar[int] = FAILED


class WrongUse(Refused):
    """用法不对。"""

    code = "wrong-use"
    title_en = "Wrong use"
    exit_code = WRONG_USE


class NothingRuns(WrongUse):
    """没有正在运行的协同系统。请先运行 xietong demo 或 xietong up，或设置 XIETONG_DATABASE_DSN 与 XIETONG_KAFKA。"""

    code = "nothing-runs"
    title_en = "Nothing is running. Start `xietong demo` or `xietong up` first, or set XIETONG_DATABASE_DSN and XIETONG_KAFKA."


class Findings(Exception):
    """The command did its work and found faults, which it has printed."""


_USAGE = {
    "NoSuchOption": "没有这个选项",
    "MissingParameter": "缺少参数",
    "BadParameter": "参数不对",
    "BadOptionUsage": "选项用法不对",
    "BadArgumentUsage": "参数用法不对",
}
_NO_COMMAND, _NO_COMMAND_ZH = "No such command", "没有这个命令"


def guarded(run: Callable[[], object], terminal: Terminal) -> int:
    """Run a command; every failure that is foreseen is told in one place, any other keeps its trace."""
    try:
        code = run()
        return code if isinstance(code, int) else 0
    except Findings:
        return FAILED
    except XietongError as error:
        return _tell(error, terminal)
    except ValidationError as error:
        return _tell_settings(error, terminal)
    except OSError as error:
        terminal.note(both(f"错误：{error}", f"error: {error}"))
    except Exception as error:
        from infra.postgres.errors import describe, sqlstate

        if not sqlstate(error):
            raise
        terminal.note(both(f"数据库拒绝：{describe(error)}", f"the database refused: {describe(error)}"))
    return FAILED


def _tell(error: XietongError, terminal: Terminal) -> int:
    terminal.note(both(f"错误：{error.zh}", f"error: {error.en}"))
    for field in error.fields:
        terminal.note(both(f"  {field.field}：{field.zh}", f"  {field.field}: {field.en}"))
    return error.exit_code if isinstance(error, Refused) else FAILED


def _tell_settings(error: ValidationError, terminal: Terminal) -> int:
    terminal.note(both("错误：配置不完整或不对", "error: the settings are incomplete or wrong"))
    for one in error.errors(include_url=False, include_input=False):
        name = "_".join(str(step) for step in one["loc"]).upper()
        terminal.note(f"  XIETONG_{name}: {one['msg']}")
    return WRONG_USE


def tell_wrong_use(error: Exception, terminal: Terminal) -> int:
    """A usage error of typer, with the way to the help page."""
    if type(error).__name__ == "NoArgsIsHelpError":
        terminal.note(str(error).rstrip("\n"))
        return WRONG_USE
    detail = error.format_message() if hasattr(error, "format_message") else str(error)
    terminal.note(both(f"用法错误：{_in_chinese(type(error).__name__, detail)}", f"usage error: {detail}"))
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "xietong"
    terminal.note(both(f"请看 {path} --help", f"see {path} --help"))
    return int(getattr(error, "exit_code", WRONG_USE))


def _in_chinese(kind: str, detail: str) -> str:
    if kind in _USAGE:
        return f"{_USAGE[kind]}（{detail}）"
    return detail.replace(_NO_COMMAND, _NO_COMMAND_ZH, 1).replace("Did you mean", "是不是")


def run_group(group: TyperGroup, arguments: list[str], terminal: Terminal) -> int:
    """Parse and run, with typer's own printing and exits left out."""
    return int(group.main(arguments, prog_name="xietong", standalone_mode=False, obj=terminal) or 0)
