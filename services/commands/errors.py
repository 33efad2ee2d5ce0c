"""What a command refuses, and how each failure becomes a sentence and an exit code: 1 failed or found faults, 2 wrongly asked."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pydantic import ValidationError
from typer.core import TyperGroup

from contracts.refusals import refusals
from infra.errors import XietongError
from services.commands.both import both
from services.commands.terminal import Terminal
from services.commands.usage import said_in_chinese

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
        terminal.note(both(f"错误：{_of_system(error)}", f"error: {error}"))
    except Exception as error:
        from infra.postgres.errors import describe, sqlstate

        if not sqlstate(error):
            raise
        terminal.note(both(f"数据库拒绝：{describe(error)}", f"the database refused: {describe(error)}"))
    return FAILED


_OF_SYSTEM: Mapping[type[OSError], str] = {
    FileNotFoundError: "没有这个文件或目录",
    FileExistsError: "已有同名的文件",
    NotADirectoryError: "不是目录",
    IsADirectoryError: "是目录，不是文件",
    PermissionError: "没有权限",
    ConnectionRefusedError: "连接被拒绝",
}


def _of_system(error: OSError) -> str:
    """What the system refused, with the file it is about; what has no words here is kept as the system says it."""
    words = next((words for kind, words in _OF_SYSTEM.items() if isinstance(error, kind)), None)
    return str(error) if words is None else f"{words}：{error.filename}" if error.filename else f"{words}（{error}）"


def _tell(error: XietongError, terminal: Terminal) -> int:
    terminal.note(both(f"错误：{error.zh}", f"error: {error.en}"))
    for field in error.fields:
        terminal.note(both(f"  {field.field}：{field.zh}", f"  {field.field}: {field.en}"))
    return error.exit_code if isinstance(error, Refused) else FAILED


def _tell_settings(error: ValidationError, terminal: Terminal) -> int:
    terminal.note(both("错误：配置不完整或不对", "error: the settings are incomplete or wrong"))
    for one in refusals(error):
        name = one.field.replace(".", "_").upper()
        terminal.note(both(f"  XIETONG_{name}：{one.zh}", f"  XIETONG_{name}: {one.en}"))
    return WRONG_USE


def tell_wrong_use(error: Any, terminal: Terminal) -> int:
    """A usage error of typer, with the way to the help page."""
    if type(error).__name__ == "NoArgsIsHelpError":
        terminal.note(str(error).rstrip("\n"))
        return WRONG_USE
    terminal.note(both(f"用法错误：{said_in_chinese(error)}", f"usage error: {error.format_message()}"))
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "xietong"
    terminal.note(both(f"请看 {path} --help", f"see {path} --help"))
    return int(getattr(error, "exit_code", WRONG_USE))


def run_group(group: TyperGroup, arguments: list[str], terminal: Terminal) -> int:
    """Parse and run, with typer's own printing and exits left out."""
    return int(group.main(arguments, prog_name="xietong", standalone_mode=False, obj=terminal) or 0)
